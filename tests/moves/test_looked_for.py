"""A holder learns that its child was looked for in unscheduled care; a covert enquiry puts it off."""

from datetime import timedelta

import msgspec
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.ledger.movings import CovertNoted
from fingerpost.moves.covert import CovertReason
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.errors import Invalid, Refused
from fingerpost.words.vocabulary import Purpose, Role
from tests.conftest import Child, Owner
from tests.moves.conftest import ANN, BEN, HULL, Clock, Send, events, inbox, kinds
from tests.moves.test_late_hits import CHILD, ask, hide

NURSE, SENIOR = Person("RJ1", "nurse"), Person("RJ1", "senior")


@pytest.fixture(autouse=True)
def hospital(moving: Service) -> None:
    for person, role in ((NURSE, Role.CLINICIAN), (SENIOR, Role.MANAGER)):
        moving.accounts.save_practitioner(
            Practitioner("RJ1", person.reference, "Somebody", role, active=True)
        )


def test_the_holder_is_told_and_whom_to_ring(moving: Service, send: Send) -> None:
    send(HULL, CHILD)
    answer = ask(moving, NURSE, purpose=Purpose.UNSCHEDULED_CARE)
    moving.moves.beat()
    (item,) = inbox(moving, BEN)
    assert (item.kind, item.reference, item.asked) == ("looked_for", "H1", answer.reference)
    assert [(team.authority, team.status) for team in item.ring] == [("RJ1", "front door")]
    assert kinds(moving, NURSE) == []


def test_other_purposes_tell_nobody(moving: Service, send: Send) -> None:
    send(HULL, CHILD)
    for purpose in (Purpose.TRANSFER_IN, Purpose.SECTION_47_ENQUIRY):
        assert ask(moving, ANN, purpose=purpose).matches
    moving.moves.beat()
    assert kinds(moving, BEN) == []


def test_a_possible_match_is_nobodys_news(moving: Service, send: Send) -> None:
    send(HULL, Child(reference="H1", given="Oliver", family="Smith", postcode="HU1 1UU"))
    asked = Child(given="Ollie", family="Smith", postcode="")
    assert ask(moving, NURSE, asked, Purpose.UNSCHEDULED_CARE).matches[0].band == "possible"
    moving.moves.beat()
    assert kinds(moving, BEN) == []


def test_a_covert_enquiry_puts_it_off_and_no_longer(moving: Service, send: Send, clock: Clock) -> None:
    send(HULL, CHILD)
    last = clock.moment.date() + timedelta(days=10)
    moving.moves.covert.note(" ae-1 ", CovertReason.FLIGHT, last, SENIOR)
    ask(moving, NURSE, purpose=Purpose.UNSCHEDULED_CARE)
    moving.moves.beat()
    clock.pass_by(days=10)
    moving.moves.nightly()
    assert kinds(moving, BEN) == []
    clock.pass_by(days=1)
    moving.moves.nightly()
    assert kinds(moving, BEN) == ["looked_for"]
    (noted,) = events(moving, CovertNoted)
    assert (noted.reason, noted.until) == ("flight", last)


def test_a_covert_enquiry_that_is_noted_again_goes_on(moving: Service, send: Send, clock: Clock) -> None:
    send(HULL, CHILD)
    moving.moves.covert.note("AE-1", CovertReason.CRIME, clock.moment.date(), SENIOR)
    ask(moving, NURSE, purpose=Purpose.UNSCHEDULED_CARE)
    moving.moves.beat()
    moving.moves.covert.note("AE-1", CovertReason.CRIME, clock.moment.date() + timedelta(days=5), SENIOR)
    clock.pass_by(days=1)
    moving.moves.nightly()
    assert kinds(moving, BEN) == []


def test_a_holder_whose_signposts_went_meanwhile_is_told_of_the_child(
    moving: Service, send: Send, clock: Clock
) -> None:
    """Left out for a night, the child came back as another record, which no answer of before names."""
    send(HULL, CHILD)
    moving.moves.covert.note("AE-1", CovertReason.CRIME, clock.moment.date(), SENIOR)
    ask(moving, NURSE, purpose=Purpose.UNSCHEDULED_CARE)
    moving.moves.beat()
    send(HULL, Child(reference="H9", given="Peregrine", family="Quillinan"))
    send(HULL, CHILD)
    clock.pass_by(days=1)
    moving.moves.nightly()
    assert [(i.kind, i.reference) for i in inbox(moving, BEN) if i.kind == "looked_for"] == [
        ("looked_for", "H1")
    ]


def test_one_shielded_while_the_case_was_covert_is_not_told(
    moving: Service, send: Send, clock: Clock, owner: Owner
) -> None:
    send(HULL, CHILD)
    moving.moves.covert.note("AE-1", CovertReason.CRIME, clock.moment.date(), SENIOR)
    ask(moving, NURSE, purpose=Purpose.UNSCHEDULED_CARE)
    moving.moves.beat()
    hide(owner, HULL, "shielded")
    clock.pass_by(days=1)
    moving.moves.nightly()
    assert kinds(moving, BEN) == []
    assert owner.execute("SELECT count(*) FROM covert_holder").fetchone() == (0,)


def test_each_record_of_the_child_at_an_authority_is_told_of(moving: Service, send: Send) -> None:
    """Each has a team of its own: one notice for both would name whichever came first."""
    send(HULL, CHILD, msgspec.structs.replace(CHILD, reference="H2"))
    ask(moving, NURSE, purpose=Purpose.UNSCHEDULED_CARE)
    moving.moves.beat()
    told = [i.reference for i in inbox(moving, BEN) if i.kind == "looked_for"]
    assert sorted(told) == ["H1", "H2"]


def test_a_case_of_another_authority_is_not_covert(moving: Service, send: Send, clock: Clock) -> None:
    send(HULL, CHILD)
    moving.moves.covert.note("AE-1", CovertReason.CRIME, clock.moment.date(), ANN)
    ask(moving, NURSE, purpose=Purpose.UNSCHEDULED_CARE)
    moving.moves.beat()
    assert kinds(moving, BEN) == ["looked_for"]


def test_who_may_say_so_and_for_how_long(moving: Service, clock: Clock) -> None:
    day = clock.moment.date()
    with pytest.raises(Refused):
        moving.moves.covert.note("AE-1", CovertReason.CRIME, day, NURSE)
    for until in (day - timedelta(days=1), day + timedelta(days=29)):
        with pytest.raises(Invalid, match="28 days"):
            moving.moves.covert.note("AE-1", CovertReason.CRIME, until, SENIOR)


def test_a_shielded_child_was_not_looked_for(moving: Service, send: Send, owner: Owner) -> None:
    """Shown, and hidden before the second look: its holder hears as little as if nobody had it."""
    send(HULL, CHILD)
    ask(moving, NURSE, purpose=Purpose.UNSCHEDULED_CARE)
    hide(owner, HULL, "shielded")
    moving.moves.beat()
    assert kinds(moving, BEN) == []
