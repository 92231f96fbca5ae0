"""Emergency access: at once, thirty minutes, on the record, reviewed by another or the account is locked."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.access.emergency import last_day, review_by
from fingerpost.access.matrix import EMERGENCY, ROWS, in_emergency, row_for
from fingerpost.access.rules import WINDOW, Emergency, may_ask
from fingerpost.ledger.events import EmergenciesShown, EmergencyOpened, EmergencyReviewed, LookupAnswered
from fingerpost.lookup import Answer
from fingerpost.lookup.question import Question
from fingerpost.settings import Settings
from fingerpost.wiring import Service, opened
from fingerpost.words.errors import NotFound, Refused
from fingerpost.words.vocabulary import Level, Purpose, Role, Scope
from tests.access.people import BODY, NOON, person
from tests.conftest import Child, Publish, form_of, question

ZEBEDEE = Child(nhs_number="9990000034")
CALLER = Caller(uuid4(), "test", "RJ1", "Guy's", (Scope.LOOKUP,))
WHY = "Unconscious child, no parent reached, transfer team waits"
NURSE, MANAGER = ("RJ1", "nurse"), ("RJ1", "boss")


def _asked(emergency: Emergency | None, purpose: Purpose = Purpose.TRANSFER_IN) -> Question:
    asked = question(form_of(ZEBEDEE), purpose=purpose)
    return msgspec.structs.replace(asked, emergency=emergency)


@pytest.mark.parametrize(
    ("opened_at", "due"),
    [
        ("2026-11-25T03:00:00+00:00", "2026-11-27T00:00:00+00:00"),  # Wednesday: Thursday's end
        ("2026-11-27T23:30:00+00:00", "2026-12-01T00:00:00+00:00"),  # Friday night: Monday's end
        ("2026-11-29T12:00:00+00:00", "2026-12-01T00:00:00+00:00"),  # Sunday
        (
            "2026-12-24T12:00:00+00:00",
            "2026-12-30T00:00:00+00:00",
        ),  # Christmas, Saturday, Sunday, Boxing Day's Monday
        ("2026-07-01T12:00:00+00:00", "2026-07-02T23:00:00+00:00"),  # midnight in London, in summer
        ("2026-07-01T23:30:00+00:00", "2026-07-03T23:00:00+00:00"),  # past midnight in London already
    ],
)
def test_reviewed_by_the_end_of_the_next_working_day(opened_at: str, due: str) -> None:
    assert review_by(datetime.fromisoformat(opened_at)) == datetime.fromisoformat(due)


def test_a_review_is_due_at_the_end_of_a_day_in_england() -> None:
    assert last_day(datetime.fromisoformat("2026-11-27T00:00:00+00:00")) == date(2026, 11, 26)
    assert last_day(datetime.fromisoformat("2026-07-02T23:00:00+00:00")) == date(2026, 7, 2)


@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(minutes=5), True),
        (timedelta(minutes=5, seconds=1), False),
        (timedelta(seconds=-30), True),
        (timedelta(seconds=-31), False),
    ],
)
def test_the_sign_in_is_fresh(age: timedelta, fresh: bool) -> None:
    decision = may_ask(person(Role.CLINICIAN), Purpose.TRANSFER_IN, NOON, Emergency("x", NOON - age))
    assert decision.allowed is decision.emergency is fresh
    assert fresh or "sign in again" in str(decision.refusal)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("role", Role)
def test_it_adds_to_a_row_and_never_takes_away(role: Role, purpose: Purpose) -> None:
    decision = may_ask(person(role), purpose, NOON, Emergency("x", NOON))
    assert decision.allowed is (role in EMERGENCY.roles)
    row = row_for(role, purpose)
    strength = list(Level).index
    for service, shown in decision.levels.items():
        own = row.levels[service] if row else Level.NONE
        assert strength(shown) == min(strength(own), strength(EMERGENCY.levels[service]))
    if role in EMERGENCY.roles:
        assert "emergency" in decision.clause
        assert decision.levels == in_emergency(row)


def test_it_opens_nothing_for_whoever_is_out() -> None:
    suspended = msgspec.structs.replace(BODY, suspended=True)
    for changes in ({"active": False}, {"body": suspended}, {"dbs_on": None}, {"review_by": NOON}):
        assert not may_ask(
            person(Role.CLINICIAN, **changes), ROWS[0].purpose, NOON, Emergency("x", NOON)
        ).allowed  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("after", "open_still"),
    [
        (timedelta(seconds=-1), False),  # opened while this question was under way: it does not know yet
        (timedelta(0), True),
        (timedelta(minutes=29, seconds=59), True),
        (timedelta(minutes=30), False),
    ],
)
def test_the_window_is_thirty_minutes(after: timedelta, open_still: bool) -> None:
    who = person(Role.CLINICIAN, emergency_opened_at=NOON, review_by=NOON + timedelta(days=1))
    decision = may_ask(who, Purpose.TRANSFER_IN, NOON + after)
    assert decision.allowed is decision.emergency is open_still


def test_the_whole_of_it(service: Service, publish: Publish, nurse: Caller) -> None:
    publish("E08000035", ZEBEDEE)
    service.accounts.save_practitioner(Practitioner(*MANAGER, "A Boss", Role.MANAGER, active=True))
    with pytest.raises(Refused, match="may not ask"):
        service.lookup.ask(nurse, _asked(None))
    answer = service.lookup.ask(nurse, _asked(Emergency(WHY, service.now())))
    assert "emergency" in answer.clause
    assert answer.matches[0].signposts[0].level is Level.CONTACT
    assert service.lookup.ask(nurse, _asked(None)).matches, "the window is open"
    (waiting,) = service.emergencies.waiting(MANAGER)
    assert (waiting.reason, waiting.practitioner, waiting.purpose) == (WHY, "nurse", "transfer_in")
    with pytest.raises(Refused, match="clinician"):
        service.emergencies.waiting(NURSE)
    with pytest.raises(Refused, match="not registered"):
        service.emergencies.review(waiting.id, ("E08000035", "boss"), justified=True)
    service.emergencies.review(waiting.id, MANAGER, justified=True)
    with pytest.raises(NotFound):
        service.emergencies.review(waiting.id, MANAGER, justified=True)
    kinds = [type(entry.event) for _, entry in service.ledger.checked(service.records_database) if entry]
    assert kinds.index(EmergencyOpened) < kinds.index(LookupAnswered)
    assert [kinds.count(k) for k in (EmergencyOpened, EmergenciesShown, EmergencyReviewed)] == [1, 1, 1]


def test_nobody_reviews_themselves_or_another_authority(service: Service) -> None:
    for authority, who in (("RJ1", "boss"), ("RJ1", "chief"), ("E08000035", "boss")):
        service.accounts.save_practitioner(Practitioner(authority, who, "A Boss", Role.MANAGER, active=True))
    emergency = Emergency(WHY, service.now())
    asked = msgspec.structs.replace(_asked(emergency, Purpose.UNSCHEDULED_CARE), practitioner="boss")
    service.lookup.ask(CALLER, asked)
    (waiting,) = service.emergencies.waiting(MANAGER)
    with pytest.raises(Refused, match="their own"):
        service.emergencies.review(waiting.id, MANAGER, justified=True)
    with pytest.raises(NotFound):
        service.emergencies.review(waiting.id, ("E08000035", "boss"), justified=True)
    assert service.emergencies.waiting(("E08000035", "boss")) == []
    service.emergencies.review(waiting.id, ("RJ1", "chief"), justified=False)
    with pytest.raises(Refused, match="account is suspended"):
        service.lookup.ask(CALLER, asked)


def test_the_reason_stands_nowhere_in_clear(service: Service, nurse: Caller, owner_conninfo: str) -> None:
    service.lookup.ask(nurse, _asked(Emergency(WHY, service.now())))
    assert WHY not in repr(_asked(Emergency(WHY, service.now())))
    with psycopg.connect(owner_conninfo) as owner:
        for table in ("emergency", "ledger_entry", "practitioner"):
            stored = owner.execute(f"SELECT t::text FROM {table} t".encode()).fetchall()  # noqa: S608
            assert stored
            assert WHY not in str(stored)
            assert WHY.encode().hex() not in str(stored)


def test_an_emergency_whose_words_are_gone_can_still_be_reviewed(
    service: Service, nurse: Caller, owner_conninfo: str
) -> None:
    service.accounts.save_practitioner(Practitioner(*MANAGER, "A Boss", Role.MANAGER, active=True))
    service.lookup.ask(nurse, _asked(Emergency(WHY, service.now())))
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_is_append_only")
        owner.execute("UPDATE ledger_entry SET sealed = '' WHERE kind = 'emergency_opened'")
    (waiting,) = service.emergencies.waiting(MANAGER)
    assert (waiting.practitioner, waiting.reason) == ("nurse", "")
    service.emergencies.review(waiting.id, MANAGER, justified=True)


class _Clock:
    moment = datetime(2026, 11, 26, 9, tzinfo=UTC)  # a Thursday

    def __call__(self) -> datetime:
        return self.moment


class Life(RuleBasedStateMachine):
    """The life of a nurse's emergencies, held against a model of a few lines after every step."""

    service: Service
    clock: _Clock

    def __init__(self) -> None:
        super().__init__()
        self.clock.moment += timedelta(days=7)
        for who, role in ((NURSE, Role.CLINICIAN), (MANAGER, Role.MANAGER)):
            person = Practitioner(*who, "A Person", role, active=True)
            self.service.accounts.save_practitioner(person)
        for row in self.service.emergencies.waiting(MANAGER):
            self.service.emergencies.review(row.id, MANAGER, justified=True)
        self.window = self.clock.moment - WINDOW
        self.waiting: dict[datetime, datetime] = {}
        self.active = True

    def _locked(self) -> bool:
        return any(due <= self.clock.moment for due in self.waiting.values())

    def _ask(self, emergency: Emergency | None) -> Answer | None:
        try:
            return self.service.lookup.ask(CALLER, _asked(emergency))
        except Refused:
            return None

    @rule(minutes=st.sampled_from([1, 29, 31, 600, 1500, 3000]))
    def time_passes(self, minutes: int) -> None:
        self.clock.moment += timedelta(minutes=minutes)

    @rule(age=st.sampled_from([0, 4, 6]))
    def opens(self, age: int) -> None:
        self.clock.moment += timedelta(seconds=1)
        moment = self.clock.moment
        answer = self._ask(Emergency(WHY, moment - timedelta(minutes=age)))
        allowed = self.active and not self._locked() and age <= 5
        assert (answer is not None) is allowed
        if allowed:
            self.window = moment
            self.waiting[moment] = review_by(moment)

    @rule()
    def asks_beyond_the_role(self) -> None:
        within = self.clock.moment < self.window + WINDOW
        assert (self._ask(None) is not None) is (self.active and within and not self._locked())

    @rule(justified=st.booleans())
    def reviews(self, justified: bool) -> None:
        rows = self.service.emergencies.waiting(MANAGER)
        assert [row.opened_at for row in rows] == sorted(self.waiting)
        if rows:
            self.service.emergencies.review(rows[0].id, MANAGER, justified=justified)
            del self.waiting[rows[0].opened_at]
            self.active = self.active and justified

    @rule()
    def is_restored(self) -> None:
        self.service.accounts.save_practitioner(Practitioner(*NURSE, "A Person", Role.CLINICIAN, active=True))
        self.active = True

    @invariant()
    def an_ordinary_question_is_answered_unless_locked(self) -> None:
        asked: Any = _asked(None, Purpose.UNSCHEDULED_CARE)
        try:
            self.service.lookup.ask(CALLER, asked)
            answered = True
        except Refused:
            answered = False
        assert answered is (self.active and not self._locked())


def test_its_life(settings: Settings) -> None:
    clock = _Clock()
    with opened(settings, clock) as service:
        machine = type("Life", (Life,), {"service": service, "clock": clock})
        run_state_machine_as_test(
            machine,
            settings=hypothesis_settings(
                max_examples=10, stateful_step_count=12, deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
