"""Contact requests: both sides see how they stand, the clock runs, and refusals are recorded."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.lookup import Answer
from fingerpost.requests.ask import Asking
from fingerpost.requests.life import ENDS, ESCALATES_AFTER, LIFE, Outcome, State
from fingerpost.settings import Settings
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now
from fingerpost.words.errors import Invalid, NotFound, Refused
from fingerpost.words.vocabulary import Purpose, Role
from tests.conftest import Child, Owner, Publish, form_of, question
from tests.stepped import beside

LEEDS, HULL, YORK = "E08000035", "E06000010", "E06000014"
NURSE, SECOND = Person("RJ1", "nurse"), Person("RJ1", "second")
BOSS, WORKER, ELSEWHERE, DESK = (
    Person(LEEDS, "boss"), Person(LEEDS, "worker"), Person(HULL, "boss"), Person(YORK, "desk"),
)  # fmt: skip
ROLES = {
    SECOND: Role.CLINICIAN, BOSS: Role.MANAGER, WORKER: Role.SOCIAL_WORKER, ELSEWHERE: Role.MANAGER,
    DESK: Role.DESK_OFFICER,
}  # fmt: skip
PHONE = "020 7946 0000"


@pytest.fixture(autouse=True)
def people(service: Service, nurse: Caller) -> None:
    for person, role in ROLES.items():
        somebody = Practitioner(person.authority, person.reference, "Somebody", role, active=True)
        service.accounts.save_practitioner(somebody)


@pytest.fixture
def answer(service: Service, publish: Publish, nurse: Caller) -> Answer:
    publish(LEEDS, Child())
    return service.lookup.ask(nurse, question(form_of(Child())))


def asking(answer: Answer, **changes: UUID) -> Asking:
    shown = changes.get("signpost", answer.matches[0].signposts[0].id)
    return Asking(entry=changes.get("entry", answer.receipt.entry), signpost=shown, phone=PHONE)


@pytest.fixture
def later(settings: Settings, answer: Answer) -> Iterator[Callable[[timedelta], Service]]:
    """The service as its clock will be."""
    moment = [now()]
    with opened(settings, lambda: moment[0]) as service:

        def at(after: timedelta) -> Service:
            moment[0] = answer.receipt.recorded_at + after
            return service

        yield at


def kinds(service: Service) -> list[str]:
    return [row.kind for row, _ in service.ledger.checked(service.records_database)]


def test_the_table_of_states_is_whole() -> None:
    """Every purpose has its time, every outcome its state, and every end is an end."""
    assert set(ESCALATES_AFTER) == set(Purpose)
    assert set(ENDS) == set(Outcome)
    assert {state for state in State if not LIFE[state]} == {*ENDS.values(), State.LAPSED}
    assert set(LIFE) == set(State)


def test_both_sides_see_how_it_stands(service: Service, answer: Answer) -> None:
    requests = service.requests
    asked = requests.ask.ask(NURSE, asking(answer))
    assert (asked.state, asked.reference, asked.with_the_desk) == (State.ASKED, answer.reference, False)
    (row,) = requests.inbox.waiting(WORKER)
    assert (row.role, row.purpose, row.team) == (
        Role.CLINICIAN,
        Purpose.UNSCHEDULED_CARE,
        "Assessment Team",
    )
    opened_one = requests.inbox.see(row.id, WORKER)
    assert (opened_one.phone, opened_one.own_reference, opened_one.asker_name) == (PHONE, "P1", "A Nurse")
    assert requests.ask.mine(NURSE)[0].state is State.SEEN
    assert requests.inbox.end(row.id, Outcome.NO_CONSENT, WORKER) is State.NOT_SHARED
    (mine,) = requests.ask.mine(NURSE)
    assert (mine.state, mine.outcome_words) == (State.NOT_SHARED, Outcome.NO_CONSENT.label)
    assert (requests.inbox.waiting(BOSS), requests.ask.mine(SECOND)) == ([], [])
    assert kinds(service)[-3:] == ["contact_request_asked", "contact_request_seen", "contact_request_ended"]


def test_twice_is_once(service: Service, answer: Answer) -> None:
    """A double submit makes one request and one entry; an end said twice alike is said once."""
    first, second = (service.requests.ask.ask(NURSE, asking(answer)) for _ in range(2))
    assert first.id == second.id
    ends = [service.requests.inbox.end(first.id, Outcome.SPOKE, BOSS) for _ in range(2)]
    assert ends == [State.ANSWERED] * 2
    assert kinds(service)[-2:] == ["contact_request_asked", "contact_request_ended"]
    with pytest.raises(Invalid, match="cannot be ended again"):
        service.requests.inbox.end(first.id, Outcome.COURT_ORDER, BOSS)


def test_nobody_asks_about_what_they_were_not_shown(service: Service, answer: Answer) -> None:
    for by, wrong in (
        (SECOND, asking(answer)),
        (NURSE, asking(answer, entry=uuid4())),
        (NURSE, asking(answer, signpost=uuid4())),
    ):
        with pytest.raises(NotFound, match="ask again about the child"):
            service.requests.ask.ask(by, wrong)
    with pytest.raises(Refused, match="may not ask a team"):
        service.requests.ask.ask(DESK, asking(answer))
    with pytest.raises(Invalid, match="must be a phone number"):
        Asking(entry=uuid4(), signpost=uuid4(), phone="Zebedee at home")


def test_only_the_asked_open_and_end_it(service: Service, answer: Answer) -> None:
    request = service.requests.ask.ask(NURSE, asking(answer)).id
    for by in (ELSEWHERE, NURSE):
        with pytest.raises(NotFound):
            service.requests.inbox.see(request, by)
        with pytest.raises(NotFound):
            service.requests.inbox.end(request, Outcome.SPOKE, by)
    assert service.requests.inbox.waiting(ELSEWHERE) == []


def test_the_clock_runs_to_the_desk_and_to_the_end(
    service: Service, answer: Answer, later: Callable[[timedelta], Service]
) -> None:
    request = service.requests.ask.ask(NURSE, asking(answer)).id
    assert later(timedelta(minutes=59)).requests.due.tend() == 0
    hour = later(timedelta(hours=1, minutes=1)).requests
    (ring,) = hour.due.overdue(DESK)
    assert (ring.authority, ring.duty_phone) == (LEEDS, "0113 496 0002")
    assert (hour.due.tend(), hour.due.tend()) == (1, 0)
    assert hour.ask.mine(NURSE)[0].with_the_desk
    week = later(timedelta(days=7, minutes=1)).requests
    assert week.ask.mine(NURSE)[0].state is State.LAPSED  # by the clock, before its round
    assert (week.inbox.waiting(BOSS), week.due.overdue(DESK), week.due.tend()) == ([], [], 1)
    with pytest.raises(Invalid, match="not answered in its time"):
        week.inbox.end(request, Outcome.SPOKE, BOSS)
    with pytest.raises(NotFound, match="last seven days"):
        week.ask.ask(NURSE, asking(answer))
    assert kinds(service).count("contact_requests_due") == 2


def test_it_goes_with_its_signpost_and_after_its_time(
    service: Service, publish: Publish, nurse: Caller, answer: Answer, owner_conninfo: str
) -> None:
    service.requests.ask.ask(NURSE, asking(answer))
    other = Child(reference="S1", given="Quintus", family="Abernathy", born="2014-08-01", postcode="TR1 1AA")
    publish(HULL, other)
    second = service.lookup.ask(nurse, question(form_of(other)))
    service.requests.ask.ask(NURSE, asking(second))
    publish(LEEDS, Child(reference="P9", given="Other", family="Larkspur"), other)  # P1 is stated no more
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        assert owner.execute("SELECT authority FROM contact_request").fetchall() == [(HULL,)]
        owner.execute("UPDATE contact_request SET leaves_on = current_date")
        assert service.purge.run().requests == 1
        assert owner.execute("SELECT FROM contact_request").fetchall() == []


def test_no_file_holds_what_was_sealed(service: Service, answer: Answer, owner_conninfo: str) -> None:
    """The phone and the case reference are people's: sealed; the name is the account's."""
    service.requests.ask.ask(NURSE, asking(answer))
    with psycopg.connect(owner_conninfo) as owner:
        (row,) = owner.execute("SELECT c::text FROM contact_request c").fetchall()
    assert PHONE not in row[0]
    assert "AE-1" not in row[0]


def test_a_team_whose_signpost_is_just_being_taken_away_cannot_be_asked(
    service: Service, answer: Answer, owner: Owner, owner_conninfo: str
) -> None:
    with psycopg.connect(owner_conninfo) as feed:
        feed.execute("DELETE FROM signpost")
        asked = beside(owner, lambda: service.requests.ask.ask(NURSE, asking(answer)))
        feed.commit()
    with pytest.raises(NotFound, match="showed that signpost"):
        asked.result(30)
