"""The keeper is told afterwards and out of band; the desk learns whom to ring; the searcher, nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.ledger.events import DeskAnswered, ShieldsWatched
from fingerpost.settings import Settings
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now
from fingerpost.words.errors import Invalid, NotFound, Refused
from fingerpost.words.vocabulary import Purpose, Role, Scope
from tests.conftest import Child, Owner, Publish, form_of, question
from tests.shields.conftest import DESK, HULL, KEEPER, LEEDS, OTHER, WORKER, ZEBEDEE, Shield

STRANGER = Child(reference="S1", given="Quintus", family="Abernathy", born="2014-08-01", postcode="TR1 1AA")


def _ask(service: Service, nurse: Caller, child: Child = ZEBEDEE) -> str:
    return service.lookup.ask(nurse, question(form_of(child))).reference


def test_the_keeper_is_told_who_asked(
    service: Service, publish: Publish, nurse: Caller, shield: Shield
) -> None:
    publish(HULL, ZEBEDEE)
    made = shield(ZEBEDEE, nhs_number="")
    reference = _ask(service, nurse)
    _ask(service, nurse, STRANGER)
    assert service.watch.watch_all() == 2
    (alert,) = service.alerts.list(KEEPER)
    asked = alert.asked
    assert (asked.authority, asked.practitioner, asked.role) == ("RJ1", "nurse", Role.CLINICIAN.value)
    assert (asked.purpose, asked.case_reference, asked.shield) == ("unscheduled_care", "AE-1", made)
    assert asked.reference == reference
    assert service.alerts.list(OTHER) == []
    service.alerts.done(alert.id, KEEPER)
    assert service.alerts.list(KEEPER) == []
    assert [a.done_by for a in service.alerts.list(KEEPER, done=True)] == ["keeper"]
    for person, error in ((KEEPER, NotFound), (OTHER, NotFound), (WORKER, Refused)):
        with pytest.raises(error):
            service.alerts.done(alert.id, person)


def test_the_desk_is_given_a_number_where_there_is_one(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    """The keeper's first team works by day alone: the next one is rung."""
    publish(LEEDS, STRANGER)
    owner.execute(
        "INSERT INTO team (id, authority, reference, name, office_phone, office_hours, duty_phone, inbox)"
        " SELECT gen_random_uuid(), authority, 'T0', name, office_phone, office_hours, '', inbox FROM team"
        " WHERE authority = %s", (LEEDS,),
    )  # fmt: skip
    shield(ZEBEDEE)
    (ring,) = service.desk.look_up(_ask(service, nurse), DESK).to_ring
    assert ring.duty_phone == "0113 496 0002"


def test_whoever_asked_is_not_told_even_as_a_keeper(service: Service, shield: Shield) -> None:
    shield(ZEBEDEE)
    caller = Caller(uuid4(), "test", LEEDS, "Leeds", (Scope.LOOKUP,))
    service.lookup.ask(
        caller, question(form_of(ZEBEDEE), practitioner="keeper", purpose=Purpose.SECTION_47_ENQUIRY)
    )
    service.watch.watch_all()
    assert service.alerts.list(KEEPER) == []
    second = Practitioner(LEEDS, "second", "Second Keeper", Role.MANAGER, active=True)
    service.accounts.save_practitioner(second)
    assert len(service.alerts.list(Person(LEEDS, "second"))) == 1


def test_each_beat_is_one_entry_whatever_was_asked(
    service: Service, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    shield(ZEBEDEE)
    counts: list[int] = []
    for child in (ZEBEDEE, STRANGER):
        before = owner.execute("SELECT count(*) FROM ledger_entry").fetchone()
        _ask(service, nurse, child)
        assert service.watch.watch() == 1
        after = owner.execute("SELECT count(*) FROM ledger_entry").fetchone()
        assert before is not None
        assert after is not None
        counts.append(after[0] - before[0])
    # The very first alert of an authority may make a key, which the same entry names.
    assert counts == [2, 2]
    assert service.watch.watch() == 0
    events = [e.event for _, e in service.ledger.checked(service.records_database, last=4) if e]
    assert [len(e.alerts) for e in events if isinstance(e, ShieldsWatched)] == [1, 0]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET sealed = ''",
        "UPDATE ledger_entry SET sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1)",
    ],
    ids=["erased", "changed"],
)
def test_a_body_that_cannot_be_opened_any_more_is_passed_over(
    service: Service, nurse: Caller, shield: Shield, owner: Owner, change: str
) -> None:
    shield(ZEBEDEE)
    _ask(service, nurse)
    owner.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_is_append_only")
    owner.execute(change.encode())
    assert service.watch.watch_all() == 1
    assert service.alerts.list(KEEPER) == []


def test_only_one_watch_works_at_a_time(service: Service, nurse: Caller, owner: Owner) -> None:
    _ask(service, nurse)
    with owner.transaction():
        owner.execute("SELECT pg_advisory_xact_lock(7310450, 0)")
        assert service.watch.watch() == 0
    assert service.watch.watch() == 1


def test_the_desk_learns_whom_to_ring(
    service: Service, publish: Publish, nurse: Caller, shield: Shield
) -> None:
    publish(LEEDS, Child(reference="X"))
    shield(ZEBEDEE)
    touched, untouched = _ask(service, nurse), _ask(service, nurse, STRANGER)
    (ring,) = service.desk.look_up(touched.lower().replace("-", " "), DESK).to_ring
    assert (ring.authority, ring.duty_phone, ring.done) == (LEEDS, "0113 496 0002", False)
    (alert,) = service.alerts.list(KEEPER)
    service.alerts.done(alert.id, KEEPER)
    assert service.desk.look_up(touched, DESK).to_ring[0].done
    assert service.desk.look_up(untouched, DESK).to_ring == ()
    ((_, entry),) = service.ledger.checked(service.records_database, last=1)
    assert entry is not None
    assert isinstance(entry.event, DeskAnswered)


def test_the_desk_is_for_its_officers_and_a_day(
    settings: Settings, service: Service, nurse: Caller, owner: Owner
) -> None:
    reference = _ask(service, nurse)
    with pytest.raises(Refused):
        service.desk.look_up(reference, KEEPER)
    with pytest.raises(Invalid, match="two groups"):
        service.desk.look_up("AEIO-1111", DESK)
    with pytest.raises(NotFound):
        service.desk.look_up("2222-2222", DESK)
    assert service.desk.look_up(reference, DESK).to_ring == ()
    with opened(settings, lambda: now() + timedelta(hours=25)) as later, pytest.raises(NotFound):
        later.desk.look_up(reference, DESK)
    assert owner.execute("SELECT count(*) FROM desk_reference").fetchone() == (0,)
