"""A shield that no key opens any more covers all the same, says so, and can be asked for again and lifted."""

import msgspec
import pytest

from fingerpost.access.caller import Caller
from fingerpost.ledger.events import IndexRebuildBegun
from fingerpost.shields.request import UNREADABLE, Evidence
from fingerpost.vault.keys import data_key
from fingerpost.wiring import Service
from fingerpost.words.errors import Refused
from tests.conftest import Child, Owner, Publish, form_of, question
from tests.shields.conftest import HULL, KEEPER, LEEDS, OTHER, YORK, ZEBEDEE, Shield
from tests.shields.test_hiding import ADOPTED, STRANGER
from tests.shields.test_keep import _visible
from tests.signposts.linked import events

FAR = Child(reference="F1", given="Ottoline", family="Quillinan", born="2012-11-21", postcode="TR1 1AA")


def _destroy(service: Service, owner: Owner) -> None:
    """As an erasure does, whose new seals a restored backup knows nothing of."""
    (cohort,) = owner.execute("SELECT DISTINCT cohort FROM shield").fetchone() or ()
    _, replaced = service.vault.renew_keys(LEEDS, [cohort])
    assert service.vault.destroy_keys(replaced) == [data_key(LEEDS, cohort)]


def test_it_covers_what_it_covered_and_what_arrives_near_it(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    publish(LEEDS, ZEBEDEE)
    shield(ZEBEDEE)
    _destroy(service, owner)
    publish(HULL, ZEBEDEE)
    publish(YORK, FAR)
    assert [_visible(service, nurse, child) for child in (ZEBEDEE, FAR)] == [False, True]
    assert service.watch.watch_all() > 0


def test_its_keeper_is_told_and_it_is_lifted_under_another(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    publish(LEEDS, ZEBEDEE)
    lost = shield(ZEBEDEE)
    _destroy(service, owner)
    (kept,) = service.shields.kept(KEEPER)
    assert (kept.id, kept.body, kept.what) == (lost, None, UNREADABLE)
    with pytest.raises(Refused, match="ask for it again"):
        service.shields.evidence(lost, Evidence.POLICE_REPORT, KEEPER)
    again = shield(ZEBEDEE)
    for by in (KEEPER, OTHER):
        service.shields.lift(lost, by)
    assert not _visible(service, nurse)
    assert [kept.id for kept in service.shields.kept(KEEPER)] == [again]
    for by in (KEEPER, OTHER):
        service.shields.lift(again, by)
    assert _visible(service, nurse)


def test_what_it_covers_by_mistake_is_cleared(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    publish(LEEDS, ZEBEDEE)
    made = shield(ZEBEDEE)
    _destroy(service, owner)
    ((record,),) = owner.execute("SELECT record_id FROM shield_cover").fetchall()
    service.shields.clear(made, record, KEEPER)
    assert _visible(service, nurse)


def test_the_keeper_is_told_of_a_record_that_is_stated_no_more(
    service: Service, publish: Publish, shield: Shield, nurse: Caller
) -> None:
    """It may have come back with another reference and other details, which nothing can know again."""
    publish(LEEDS, ZEBEDEE, STRANGER)
    made = shield(ZEBEDEE)
    assert [kept.away for kept in service.shields.kept(KEEPER)] == [()]
    publish(LEEDS, msgspec.structs.replace(ADOPTED, reference="P99"), STRANGER)
    assert [kept.away for kept in service.shields.kept(KEEPER)] == [(LEEDS,)]
    assert service.alerts.list(KEEPER) == []  # with the next questions, whatever they are
    for _ in range(2):
        service.lookup.ask(nurse, question(form_of(FAR)))
        service.watch.watch_all()
    (alert,) = service.alerts.list(KEEPER)
    assert (alert.asked.away, alert.asked.authority, alert.asked.shield) == (True, LEEDS, made)
    assert service.alerts.list(OTHER) == []


def test_the_key_of_the_index_is_changed_and_it_is_known_by_what_it_covers(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    publish(LEEDS, ZEBEDEE)
    lost = shield(ZEBEDEE)
    _destroy(service, owner)
    service.reindex.rotate(settle=0)
    ((own, covered),) = owner.execute("SELECT s.tokens, r.tokens FROM shield s, record r").fetchall()
    assert sorted(own) == sorted(set(covered))  # type: ignore[call-overload]
    publish(HULL, ZEBEDEE)
    publish(YORK, FAR)
    assert [_visible(service, nurse, child) for child in (ZEBEDEE, FAR)] == [False, True]
    assert [kept.id for kept in service.shields.kept(KEEPER)] == [lost]
    begun = [e for e in events(service) if isinstance(e, IndexRebuildBegun)]
    assert [(e.unreadable, e.left) for e in begun] == [((lost,), ())]


def test_one_that_covers_nothing_is_left_so_only_where_somebody_says_it(
    service: Service, shield: Shield, owner: Owner
) -> None:
    lost = shield(ZEBEDEE)
    _destroy(service, owner)
    with pytest.raises(Refused, match=f"{lost} .kept by {LEEDS}"):
        service.reindex.rotate(settle=0)
    assert len(service.vault.index_generations()) == 1  # nothing was begun
    service.reindex.rotate(settle=0, leave=[lost])
    assert [kept.id for kept in service.shields.kept(KEEPER)] == [lost]
    begun = [e for e in events(service) if isinstance(e, IndexRebuildBegun)]
    assert [(e.unreadable, e.left) for e in begun] == [((lost,), (lost,))]
