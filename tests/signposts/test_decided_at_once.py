"""People decide on links while the records go, are corrected or return: nobody is shown an error for it."""

from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.db.database import Session
from fingerpost.signposts import own_store, shielding_store, store, trails_store
from fingerpost.signposts.never_join import Named
from fingerpost.signposts.person import Person
from fingerpost.signposts.trails import BreakReason
from fingerpost.wiring import Service
from fingerpost.words.errors import NotFound
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, Owner, Publish, write_extract
from tests.signposts.linked import ANN, HULL, LEEDS, NEW, OLD, between, held, links, register_officers
from tests.stepped import beside


@pytest.fixture
def link(service: Service, publish: Publish, owner: Owner) -> UUID:
    """A link between two authorities' records."""
    register_officers(service)
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    return between(owner, LEEDS, HULL)[0]


@pytest.mark.parametrize("kept", ["broken", "confirmed", "dismissed", "apart"])
def test_whoever_decides_on_a_link_of_a_record_that_goes_is_told_that_it_is_gone(
    service: Service, owner: Owner, owner_conninfo: str, link: UUID, kept: str
) -> None:
    if kept in {"confirmed", "dismissed"}:
        owner.execute("UPDATE link SET state = 'proposed'")
    acts = {
        "broken": lambda: service.review.break_link(link, ANN, BreakReason.WRONG_MATCH),
        "confirmed": lambda: service.review.decide(link, ANN, same=True),
        "dismissed": lambda: service.review.decide(link, ANN, same=False),
        "apart": lambda: service.never_join.order(Named(LEEDS, OLD.reference), ANN),
    }
    with psycopg.connect(owner_conninfo) as going:
        store.remove_records(Session(going), [held(owner, HULL)])
        deciding = beside(owner, acts[kept])
        going.commit()
    if kept == "apart":  # said of one's own reference, whatever there is beside it
        deciding.result(30)
    else:
        with pytest.raises(NotFound, match="no link with that id"):
            deciding.result(30)


def test_whoever_keeps_a_child_right_hides_it_from_nobody_who_must_know_it(
    service: Service, owner: Owner, owner_conninfo: str, link: UUID, tmp_path: Path
) -> None:
    """Its record is held, and stays: what the other's feed leaves behind is looked for anew all the same."""
    nobody = write_extract(tmp_path / "nobody", Child(reference="Q", born="2011-11-11"))
    with psycopg.connect(owner_conninfo) as keeping:
        own_store.held(Session(keeping), HULL, service.vault.reference(HULL, NEW.reference))
        service.feeds.load_ssd(nobody, LEEDS, accept_removals=True)
    due = owner.execute("SELECT r.authority FROM link_due d JOIN record r ON r.id = d.record_id").fetchall()
    assert due == [(HULL,)]


def test_a_decision_that_two_wait_for_in_a_ring_is_begun_anew(
    service: Service, owner: Owner, owner_conninfo: str, link: UUID
) -> None:
    """A feed that takes a record away, and covers another, wants the turn of whoever breaks its link."""
    with psycopg.connect(owner_conninfo) as feed:
        feed.execute("SET deadlock_timeout = '1min'")  # whoever breaks the link is the one sent back
        feed.execute("SELECT FROM record WHERE id = %s FOR UPDATE", (held(owner, HULL),))
        breaking = beside(owner, lambda: service.review.break_link(link, ANN, BreakReason.WRONG_MATCH))
        turn = beside(owner, lambda: trails_store.take_turn(Session(feed)), waiting=2)
        turn.result(30)
        feed.commit()
    assert breaking.result(30) == []
    assert [state for _, _, state in links(owner)] == ["broken"]


def test_what_is_kept_right_is_begun_anew_where_a_shield_is_first(
    service: Service, owner: Owner, owner_conninfo: str, link: UUID
) -> None:
    """Whoever asks for a shield wants the record, and the other the turn of those who cover."""
    service.accounts.save_practitioner(Practitioner(HULL, "boss", "A Manager", Role.MANAGER, active=True))
    record = held(owner, HULL)
    ((signpost,),) = owner.execute("SELECT id FROM signpost WHERE record_id = %s", (record,)).fetchall()
    with psycopg.connect(owner_conninfo) as shield:
        shield.execute("SET deadlock_timeout = '1min'")
        shielding_store.take_turn(Session(shield))
        keeping = beside(owner, lambda: service.offices.own.confirm(signpost, Person(HULL, "boss")))
        shielding_store.hide(Session(shield), [record])
        shield.commit()
    assert keeping.result(30)
    assert owner.execute("SELECT hidden FROM record WHERE id = %s", (record,)).fetchone() == ("shielded",)
