"""A shield's life: several bodies apart, evidence later, review, clearing, lifting by two authorities."""

from datetime import timedelta

import msgspec
import pytest

from fingerpost.access.caller import Caller
from fingerpost.ledger.events import ShieldAsked, ShieldKept, ShieldLifted
from fingerpost.lookup.answer import Outcome
from fingerpost.settings import Settings
from fingerpost.shields.request import Body, Evidence, Ground, Request
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now, today
from fingerpost.words.errors import Invalid, NotFound, Refused
from tests.conftest import Child, Owner, Publish, form_of, question
from tests.shields.conftest import (
    DESK,
    HULL,
    KEEPER,
    LEEDS,
    OTHER,
    REFUGE,
    SERVICE,
    WORKER,
    YORK,
    ZEBEDEE,
    Shield,
)
from tests.shields.test_hiding import ADOPTED, STRANGER

TWIN = Child(reference="P2", given="Barnaby", nhs_number="9990000042")


def _visible(service: Service, nurse: Caller, child: Child = ZEBEDEE) -> bool:
    answer = service.lookup.ask(nurse, question(form_of(child)))
    return answer.outcome is Outcome.FOUND


def _latest(service: Service) -> object:
    ((_, entry),) = service.ledger.checked(service.records_database, last=1)
    assert entry is not None
    return entry.event


def test_a_shield_stands_while_any_body_asks(
    service: Service, publish: Publish, nurse: Caller, shield: Shield
) -> None:
    publish(LEEDS, ZEBEDEE)
    ours, theirs = shield(ZEBEDEE), shield(ZEBEDEE, by=OTHER, keeper=HULL)
    assert [kept.id for kept in service.shields.kept(KEEPER)] == [ours]
    service.shields.lift(ours, KEEPER)
    assert service.shields.lift(ours, SERVICE)
    assert not _visible(service, nurse)
    service.shields.lift(theirs, OTHER)
    assert service.shields.lift(theirs, KEEPER)
    assert _visible(service, nurse)


def test_a_second_shield_covers_the_trail_that_the_first_took_apart(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    """People said that a record under another name is the same child's; of that no link is left."""
    renamed = Child(given="Quintus", family="Abernathy", born="2014-08-01", postcode="TR1 1AA")
    publish(LEEDS, ZEBEDEE)
    publish(YORK, renamed)
    owner.execute(
        "INSERT INTO link SELECT gen_random_uuid(), a.id, b.id, 'possible', 'people', 'confirmed', NULL,"
        " now() FROM record a JOIN record b ON a.id < b.id"
    )
    shields = [shield(ZEBEDEE), shield(ZEBEDEE, by=OTHER, keeper=HULL), shield(ZEBEDEE)]
    keepers = (KEEPER, OTHER, KEEPER)
    for made, keeper, stands in zip(shields, keepers, (True, True, False), strict=True):
        service.shields.lift(made, keeper)
        assert service.shields.lift(made, OTHER if keeper is KEEPER else KEEPER)
        assert [_visible(service, nurse, child) for child in (ZEBEDEE, renamed)] == 2 * [not stands]


def test_what_one_shield_found_stays_under_the_other_when_it_is_lifted(
    service: Service, publish: Publish, nurse: Caller, shield: Shield
) -> None:
    """Adopted since: the second body knew the child by the old name alone, and so did the first."""
    publish(LEEDS, ZEBEDEE, STRANGER)
    ours = shield(ZEBEDEE)
    publish(LEEDS, ADOPTED, STRANGER)
    theirs = shield(ZEBEDEE, by=OTHER, keeper=HULL)
    publish(HULL, msgspec.structs.replace(ADOPTED, reference="H1"), STRANGER)
    publish(HULL, STRANGER)  # left out of one feed while the first is lifted
    for body in (KEEPER, SERVICE):
        service.shields.lift(ours, body)
    publish(HULL, msgspec.structs.replace(ADOPTED, reference="H1"), STRANGER)
    assert not _visible(service, nurse, ADOPTED)
    for body in (OTHER, KEEPER):
        service.shields.lift(theirs, body)
    assert _visible(service, nurse, ADOPTED)


def test_lifting_takes_two_authorities_and_the_keeper_first(
    service: Service, publish: Publish, nurse: Caller, shield: Shield
) -> None:
    publish(LEEDS, ZEBEDEE)
    made = shield(ZEBEDEE)
    with pytest.raises(NotFound):
        service.shields.lift(made, OTHER)
    with pytest.raises(Refused):
        service.shields.lift(made, WORKER)
    assert not service.shields.lift(made, KEEPER)
    assert not service.shields.lift(made, KEEPER)
    assert not _visible(service, nurse)
    assert service.shields.lift(made, OTHER)
    event = _latest(service)
    assert isinstance(event, ShieldLifted)
    assert event.lifted
    assert _visible(service, nurse)
    assert service.shields.kept(KEEPER) == []


def test_a_review_takes_back_who_said_that_it_may_be_lifted(
    service: Service, publish: Publish, nurse: Caller, shield: Shield
) -> None:
    """The keeper thought so once, and found since that it stands: nobody elsewhere lifts it alone."""
    publish(LEEDS, ZEBEDEE)
    made = shield(ZEBEDEE)
    assert not service.shields.lift(made, KEEPER)
    service.shields.review(made, KEEPER)
    with pytest.raises(NotFound):
        service.shields.lift(made, OTHER)
    assert not _visible(service, nurse)


def test_evidence_and_review_are_due_and_told(settings: Settings, service: Service, shield: Shield) -> None:
    made = shield(ZEBEDEE, by=WORKER)
    (kept,) = service.shields.kept(KEEPER)
    assert (kept.body, kept.ground, kept.call_back) == (REFUGE.body, REFUGE.ground, REFUGE.call_back)
    assert kept.asked_by == str(WORKER)
    assert kept.overdue(today()) == ()
    assert kept.overdue(today() + timedelta(days=29)) == ("evidence",)
    assert kept.overdue(today() + timedelta(days=200)) == ("evidence", "review")
    service.shields.evidence(made, Evidence.REFUGE_LETTER, KEEPER)
    with opened(settings, lambda: now() + timedelta(days=200)) as later:
        (kept,) = later.shields.kept(KEEPER)
        assert kept.overdue(today() + timedelta(days=200)) == ("review",)
        assert later.shields.review(made, KEEPER) > today() + timedelta(days=200)
        (kept,) = later.shields.kept(KEEPER)
        assert kept.overdue(today() + timedelta(days=200)) == ()
        assert (kept.evidence, kept.reviewed_by) == (Evidence.REFUGE_LETTER, str(KEEPER))


def test_a_record_covered_by_mistake_is_cleared_until_it_is_corrected(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    publish(LEEDS, ZEBEDEE, TWIN)
    made = shield(ZEBEDEE)
    assert not _visible(service, nurse, TWIN)
    (record,) = owner.execute(
        "SELECT id FROM record WHERE reference = %s", (service.vault.reference(LEEDS, "P2"),)
    ).fetchone() or (None,)
    assert record is not None
    service.shields.clear(made, record, KEEPER)
    event = _latest(service)
    assert isinstance(event, ShieldKept)
    assert event.record == record
    (kept,) = service.shields.kept(KEEPER)
    assert [c.record for c in kept.covered if c.cleared] == [record]
    assert _visible(service, nurse, TWIN)
    publish(LEEDS, ZEBEDEE, TWIN)
    assert _visible(service, nurse, TWIN)
    corrected = msgspec.structs.replace(TWIN, given="Zebedee", nhs_number="")
    publish(LEEDS, ZEBEDEE, corrected)
    assert not _visible(service, nurse, corrected)
    with pytest.raises(NotFound):
        service.shields.clear(made, made, KEEPER)


def test_others_keep_nothing(service: Service, shield: Shield) -> None:
    made = shield(ZEBEDEE)
    assert service.shields.kept(OTHER) == []
    for change in (
        lambda: service.shields.review(made, OTHER),
        lambda: service.shields.evidence(made, Evidence.COURT_ORDER, OTHER),
    ):
        with pytest.raises(NotFound):
            change()
    with pytest.raises(Refused):
        service.shields.kept(WORKER)
    with pytest.raises(Refused):
        shield(ZEBEDEE, by=WORKER, keeper=HULL)


def test_the_desk_takes_a_shield_down_for_any_authority(service: Service, shield: Shield) -> None:
    made = shield(ZEBEDEE, by=DESK, keeper=HULL)
    assert [kept.id for kept in service.shields.kept(OTHER)] == [made]
    asked = [
        entry.event
        for _, entry in service.ledger.checked(service.records_database, last=2)
        if entry is not None and isinstance(entry.event, ShieldAsked)
    ]
    assert [event.by for event in asked] == [str(DESK)]


def test_a_call_back_is_a_phone_number() -> None:
    with pytest.raises(Invalid, match="phone"):
        Request(body=Body.REFUGE, ground=Ground.THREAT, call_back="ask for Zebedee")
