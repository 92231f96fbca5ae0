"""What ends while somebody else is at it: nothing of an erased child is left, and two words are two words."""

from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest

from fingerpost.db.database import Session
from fingerpost.retention import destroy_store
from fingerpost.retention.destroy import Keys
from fingerpost.retention.reseal_store import PLACES
from fingerpost.signposts import told, trails_store
from fingerpost.signposts.person import Person
from fingerpost.signposts.told import ToldKind
from fingerpost.wiring import Service
from fingerpost.words.clock import now
from fingerpost.words.errors import NotFound, Refused
from tests.conftest import Owner, Publish, form_of, question
from tests.retention.conftest import LEEDS, OFFICER, SECOND, SERVICE, Past, child, count, kinds
from tests.retention.test_destroy import MONTH
from tests.shields.conftest import REFUGE
from tests.stepped import beside


@pytest.fixture
def record(ready: Service, publish: Publish, owner: Owner) -> UUID:
    publish(LEEDS, child(1))
    ((found,),) = owner.execute("SELECT id FROM record").fetchall()
    return found  # type: ignore[no-any-return]


def _tell(service: Service, session: Session, record: UUID) -> None:
    candidates = trails_store.sealed(session, [record]).values()
    told.tell(session, service.vault, ToldKind.RECALLED, candidates, now())


def test_what_is_being_told_of_a_child_is_erased_with_it(
    ready: Service, record: UUID, owner: Owner, owner_conninfo: str
) -> None:
    with psycopg.connect(owner_conninfo) as telling:
        _tell(ready, Session(telling), record)
        erasing = beside(owner, lambda: ready.erasure.erase(LEEDS, "P1", OFFICER))
        telling.commit()
    assert erasing.result(30).told == 1
    assert (count(owner, "record"), count(owner, "told")) == (0, 0)


def test_nothing_is_told_any_more_of_a_child_that_is_being_erased(
    ready: Service, record: UUID, owner: Owner, owner_conninfo: str
) -> None:
    """Whoever tells has read the record before it went."""
    with psycopg.connect(owner_conninfo) as telling, psycopg.connect(owner_conninfo) as erasing:
        sealed = trails_store.sealed(Session(telling), [record]).values()
        erasing.execute("DELETE FROM record WHERE id = %s", (record,))
        items = beside(
            owner, lambda: told.tell(Session(telling), ready.vault, ToldKind.RECALLED, sealed, now())
        )
        erasing.commit()
        assert items.result(30) == ()
        telling.commit()
    assert count(owner, "told") == 0


def test_what_is_noted_of_a_shield_while_it_is_sealed_again_is_not_lost(
    ready: Service, owner: Owner, owner_conninfo: str
) -> None:
    """Read, then written: nobody changes a note between the two."""
    ready.shields.ask(LEEDS, REFUGE, question(form_of(child(1))).child, Person(LEEDS, "boss"))
    ((shield, month),) = owner.execute("SELECT id, cohort FROM shield").fetchall()
    with psycopg.connect(owner_conninfo) as sealing:
        (row,) = PLACES["shield_note"].rows(Session(sealing), LEEDS, [month])
        reviewing = beside(owner, lambda: ready.shields.review(shield, Person(LEEDS, "boss")))
        PLACES["shield_note"].write(Session(sealing), [(row.sealed, row.id)])
        sealing.commit()
    reviewing.result(30)
    assert ready.shields.kept(Person(LEEDS, "boss"))[0].reviewed_by == f"{LEEDS}/boss"


@pytest.fixture
def over(ready: Service, past: Past) -> Service:
    """A month whose keys may be destroyed."""
    past.load(LEEDS, child(1))
    ready.purge.run()
    return ready


def _first(owner_conninfo: str, owner: Owner, say: Callable[[Session], None], act: Callable[[], object]):  # type: ignore[no-untyped-def]
    """Let somebody's word come first, and another's be said before that is done."""
    with psycopg.connect(owner_conninfo) as first:
        say(Session(first))
        second = beside(owner, act)
        first.commit()
    return second


def test_two_who_ask_for_the_same_destruction_at_once_are_one_who_asks(
    over: Service, owner: Owner, owner_conninfo: str
) -> None:
    asked = _first(
        owner_conninfo, owner,
        lambda session: destroy_store.ask(session, MONTH, Keys.DATA.value, _id(owner, "service"), now()),
        lambda: over.destruction.ask(MONTH, Keys.DATA, SECOND),
    )  # fmt: skip
    with pytest.raises(Refused, match="asked for already"):
        asked.result(30)
    assert "destruction_asked" not in kinds(over)


def test_a_destruction_is_confirmed_once(over: Service, owner: Owner, owner_conninfo: str) -> None:
    """Whoever comes second confirms nothing that was carried out: there is one entry of it."""
    over.destruction.ask(MONTH, Keys.DATA, SERVICE)
    with psycopg.connect(owner_conninfo) as between:
        between.execute("LOCK TABLE ledger_entry IN SHARE MODE")
        both = [
            beside(owner, lambda: over.destruction.confirm(MONTH, Keys.DATA, SECOND), waiting=waiting)
            for waiting in (1, 2)
        ]
        between.rollback()
    with pytest.raises(NotFound, match="nobody asks"):
        [one.result(30) for one in both]
    assert kinds(over).count("destruction_confirmed") == kinds(over).count("month_destroyed") == 1


def _id(owner: Owner, reference: str) -> UUID:
    row = owner.execute("SELECT id FROM practitioner WHERE reference = %s", (reference,)).fetchone()
    assert row is not None
    return row[0]  # type: ignore[no-any-return]
