"""What each role is shown of the same child: the level decides, and "none" is not there."""

from collections.abc import Callable
from uuid import uuid4

import msgspec
import psycopg
import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.ledger.events import LookupAnswered
from fingerpost.lookup import Answer
from fingerpost.lookup.answer import Outcome
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Level, Purpose, Role, Scope
from fingerpost.words.vocabulary import Service as Why
from tests.conftest import Child, Publish, form_of, question

LEEDS = "E08000035"
ZEBEDEE = Child(nhs_number="9990000034")
Asking = Callable[[Role, Purpose], Answer]


@pytest.fixture
def ask(service: Service, publish: Publish) -> Asking:
    """Ask for Zebedee, whom Leeds knows as a child in need."""
    publish(LEEDS, ZEBEDEE)

    def asking(role: Role, purpose: Purpose) -> Answer:
        service.accounts.save_practitioner(Practitioner("RJ1", "one", "A Person", role, active=True))
        caller = Caller(uuid4(), "test", "RJ1", "Guy's", (Scope.LOOKUP,))
        return service.lookup.ask(caller, question(form_of(ZEBEDEE), practitioner="one", purpose=purpose))

    return asking


@pytest.fixture
def known_as(owner_conninfo: str) -> Callable[[Why], None]:
    """Make every signpost one of another service, as if Leeds had sent it so."""

    def change(why: Why) -> None:
        with psycopg.connect(owner_conninfo) as owner:
            owner.execute("UPDATE signpost SET service = %s", (why.value,))

    return change


def test_full_names_the_service_and_its_dates(ask: Asking) -> None:
    (signpost,) = ask(Role.SOCIAL_WORKER, Purpose.SECTION_47_ENQUIRY).matches[0].signposts
    assert (signpost.level, signpost.service) == (Level.FULL, Why.CHILD_IN_NEED)
    assert signpost.started is not None
    assert signpost.last_confirmed is not None


def test_contact_gives_whom_to_ring_and_no_more(ask: Asking) -> None:
    answer = ask(Role.CLINICIAN, Purpose.UNSCHEDULED_CARE)
    (signpost,) = answer.matches[0].signposts
    assert (signpost.level, signpost.team, signpost.status) == (
        Level.CONTACT, "Assessment Team", "current",
    )  # fmt: skip
    assert signpost.contact.phone_now
    assert (signpost.service, signpost.role, signpost.started, signpost.last_confirmed) == (None,) * 4
    sent = msgspec.json.encode(answer).decode()
    assert "child_in_need" not in sent
    assert "child in need" not in sent
    assert "2025-01-15" not in sent


def test_contact_does_not_tell_how_many_services_a_team_has(ask: Asking, owner_conninfo: str) -> None:
    (one,) = ask(Role.CLINICIAN, Purpose.UNSCHEDULED_CARE).matches[0].signposts
    with psycopg.connect(owner_conninfo) as owner:
        owner.execute(
            "INSERT INTO signpost (id, record_id, service, team_id, role, started, confirmed,"
            " leaves_on, rule, source_table, source, sealed_source, cohort)"
            " SELECT gen_random_uuid(), record_id, 'section_47', team_id, role, started, confirmed,"
            " leaves_on, rule, source_table, substring(sealed_source FOR 16),"
            " sealed_source, cohort FROM signpost"
        )
    shown = ask(Role.CLINICIAN, Purpose.UNSCHEDULED_CARE).matches[0].signposts
    assert [s.team for s in shown] == [one.team]
    assert len(ask(Role.MANAGER, Purpose.TRANSFER_IN).matches[0].signposts) == 2


def test_none_reads_like_a_child_nobody_knows(ask: Asking, known_as: Callable[[Why], None]) -> None:
    """The same fields with the same words; only the reference, the receipt and the time differ."""
    ask(Role.POLICE_OFFICER, Purpose.POLICE_PROTECTION)
    known_as(Why.EARLY_HELP)
    hidden = ask(Role.POLICE_OFFICER, Purpose.POLICE_PROTECTION)
    assert ask(Role.SOCIAL_WORKER, Purpose.POLICE_PROTECTION).outcome is Outcome.FOUND
    assert (hidden.outcome, hidden.matches) == (Outcome.NOT_FOUND, ())
    assert hidden.coverage is not None
    assert "not the same as safe" in hidden.coverage.statement


def test_none_takes_as_many_bytes_as_absent(
    service: Service, ask: Asking, known_as: Callable[[Why], None]
) -> None:
    ask(Role.POLICE_OFFICER, Purpose.POLICE_PROTECTION)
    known_as(Why.CARE_LEAVER)
    caller = Caller(uuid4(), "test", "RJ1", "Guy's", (Scope.LOOKUP,))
    stranger = msgspec.structs.replace(ZEBEDEE, given="Quintus", family="Nobody", nhs_number="9990000042")
    sent = [
        msgspec.json.encode(
            service.lookup.ask(
                caller,
                question(form_of(child), practitioner="one", purpose=Purpose.POLICE_PROTECTION),
            )
        )
        for child in (ZEBEDEE, stranger)
    ]
    first, second = (msgspec.json.decode(answer) for answer in sent)
    for answer in (first, second):
        answer["message"] = answer["message"].replace(answer.pop("reference"), "")
        del answer["receipt"]
    assert first == second


def test_children_of_whom_nothing_is_shown_are_not_counted(
    service: Service, publish: Publish, ask: Asking, known_as: Callable[[Why], None]
) -> None:
    """Six namesakes at `none` must answer "not found": "add detail" would tell that they are there."""
    namesakes = [
        Child(reference=f"N{n}", given="Oliver", family="Smith", born=f"2016-0{n}-1{n}") for n in range(1, 9)
    ]
    publish("E06000010", *namesakes)
    vague = form_of(namesakes[0], date_of_birth="", born_from="2016-01-01", born_to="2016-12-31")
    ask(Role.POLICE_OFFICER, Purpose.POLICE_PROTECTION)
    caller = Caller(uuid4(), "test", "RJ1", "Guy's", (Scope.LOOKUP,))
    asked = question(vague, practitioner="one", purpose=Purpose.POLICE_PROTECTION)
    assert service.lookup.ask(caller, asked).outcome is Outcome.ADD_DETAIL
    known_as(Why.EARLY_HELP)
    assert service.lookup.ask(caller, asked).outcome is Outcome.NOT_FOUND


def test_the_ledger_says_how_much_was_shown(service: Service, ask: Asking) -> None:
    for role, purpose, level in (
        (Role.CLINICIAN, Purpose.UNSCHEDULED_CARE, Level.CONTACT),
        (Role.MANAGER, Purpose.TRANSFER_IN, Level.FULL),
    ):
        ask(role, purpose)
        ((_, entry),) = service.ledger.checked(service.records_database, last=1)
        assert entry is not None
        assert isinstance(entry.event, LookupAnswered)
        assert [shown.level for shown in entry.event.disclosed] == [level]
