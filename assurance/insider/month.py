"""One insider's thirty days, on a clock that is moved by hand, and what came of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum, auto, unique
from itertools import islice
from uuid import UUID, uuid4

import psycopg
from msgspec import Struct, field

from assurance.insider.strategies import Act, Lists, Strategy
from fingerpost.access.caller import Caller, Practitioner
from fingerpost.access.switches import Because, Subject
from fingerpost.instance import Instance
from fingerpost.lookup import Answer
from fingerpost.lookup.answer import Outcome
from fingerpost.lookup.form import EmergencyForm, QuestionForm, read_question
from fingerpost.settings import Settings
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.clock import today
from fingerpost.words.errors import FingerpostError, Invalid
from fingerpost.words.vocabulary import LookupReason, Purpose, Role, Scope

START = datetime(2026, 11, 30, tzinfo=UTC)  # a Monday
DAYS = 30
ACTS_WITHIN = timedelta(hours=1)  # of a page, whoever is on call switches the person off
REASONS = (LookupReason.NOT_KNOWN, LookupReason.NEW_INFORMATION)  # an insider gives whatever is asked for
LIE = "A new referral, on the case I named"


@unique
class Manager(Enum):
    """What becomes of what somebody is told."""

    ACTS = auto()  # an alarm within the hour, a challenge when it is due: the person is off
    SLEEPS = auto()  # nobody ever looks
    WAVES = auto()  # every alert is taken and every lie accepted, at once


class Month(Struct):
    """What one strategy came to: questions outside own work, and at which of them somebody was told."""

    asked: int = 0
    outside: int = 0
    alarm: int = 0
    challenged: int = 0
    alarmed_days: set[int] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    learned: set[int] = field(default_factory=set)
    refused: int = 0
    refused_running: int = 0  # since the last answer

    @property
    def told(self) -> int:
        """At which question outside own work there was an alarm, or a challenge that a manager reads."""
        return min((n for n in (self.alarm, self.challenged) if n), default=0)


class House(Struct):
    """A guarded service, its clock, and whoever looks into its alerts from behind."""

    settings: Settings
    service: Service
    clock: list[datetime]
    owner: psycopg.Connection[tuple[object, ...]]

    @classmethod
    def of(cls, settings: Settings, service: Service, clock: list[datetime]) -> "House":
        """Return a house around a service that was opened on `clock`."""
        owner = psycopg.connect(Instance(settings).owner_conninfo(), autocommit=True)
        return cls(settings, service, clock, owner)

    def alerts(self, people: list[str]) -> list[tuple[UUID, str, datetime, str]]:
        """Return (which, who, when, kind) of every alert about these people, the first first."""
        sql = (
            "SELECT a.id, p.reference, a.raised_at, a.kind"
            " FROM alert a JOIN practitioner p ON p.id = a.practitioner_id"
            " WHERE p.reference = ANY (%s) ORDER BY a.raised_at"
        )
        return self.owner.execute(sql, (people,)).fetchall()  # type: ignore[return-value]


class Insider:
    """People of one authority who follow one strategy, and their manager."""

    def __init__(
        self, house: House, authority: str, strategy: Strategy, lists: Lists, manager: Manager
    ) -> None:
        self._house, self._strategy, self._manager = house, strategy, manager
        self._acts = strategy.acts(lists)
        self._authority = authority
        self._caller = Caller(uuid4(), "campaign", authority, "", (Scope.LOOKUP,))
        self._due: dict[str, datetime] = {}  # when whom somebody switches off
        self._off: set[str] = set()
        self._seen = 0
        self.people = [f"insider-{uuid4().hex[:8]}" for _ in range(strategy.people)]
        self.month = Month()
        for person in self.people:
            house.service.accounts.save_practitioner(
                Practitioner(authority, person, "Wilhelmina Quartermaine", Role.CLINICIAN, active=True)
            )
        self._boss = Person(authority, f"manager-{uuid4().hex[:8]}")
        house.service.accounts.save_practitioner(
            Practitioner(authority, self._boss.reference, "A Manager", Role.MANAGER, active=True)
        )

    def run(self, days: int = DAYS, until: Callable[[Month], bool] = lambda _: False) -> Month:
        """Go about it for so many days, on each that people work, or until it is enough."""
        for day in range(days):
            moment = START + timedelta(days=day)
            if moment.weekday() > 4:
                continue
            self._house.clock[0] = moment + timedelta(hours=self._strategy.begins)
            for done in islice(self._acts, self._strategy.a_day):
                if len(self._off) == len(self.people) or until(self.month):
                    return self.month
                self._one(done, day)
                self._house.clock[0] += timedelta(minutes=done.wait)
        return self.month

    def _one(self, act: Act, day: int) -> None:
        """Ask one question, and note what was learned and who was told."""
        person = self.people[act.by]
        if self._is_off(person):
            return
        self.month.asked += 1
        self.month.outside += act.outside
        answer = self._ask(act, person)
        if answer is not None:
            if act.outside and answer.outcome is Outcome.FOUND:
                self.month.learned.add(hash(act.child))
            if answer.justify_by is not None:
                self._challenged(answer, act, person)
        self._look(day)

    def _ask(self, act: Act, person: str) -> Answer | None:
        now = self._house.clock[0]
        form = QuestionForm(
            practitioner=person, purpose=Purpose.UNSCHEDULED_CARE, case_reference="AE-1", child=act.child,
            reasons=REASONS,
            emergency=EmergencyForm(reason="cannot wait", signed_in_at=now) if act.emergency else None,
        )  # fmt: skip
        try:
            answer = self._house.service.lookup.ask(self._caller, read_question(form, today(now)))
        except Invalid:
            return None
        except FingerpostError:
            self.month.refused += 1
            self.month.refused_running += 1
            return None
        self.month.refused_running = 0
        return answer

    def _challenged(self, answer: Answer, act: Act, person: str) -> None:
        """Justify with a lie; where the question was no work, whoever reviews it finds no case behind it."""
        entry: UUID = answer.receipt.entry
        self._house.service.challenges.justify(entry, Person(self._authority, person), LIE, LIE)
        if self._manager is Manager.WAVES:
            self._house.service.challenges.review(entry, self._boss, accepted=True)
        if act.outside:
            self.month.challenged = self.month.challenged or self.month.outside
            assert answer.justify_by is not None
            self._told(person, answer.justify_by)

    def _look(self, day: int) -> None:
        """See whether anybody was paged meanwhile."""
        alerts = self._house.alerts(self.people)
        for alert, person, raised, kind in alerts[self._seen :]:
            if self._manager is Manager.WAVES:
                self._house.service.guard_alerts.acknowledge(alert, self._boss)
            self.month.alarm = self.month.alarm or self.month.outside
            self.month.kinds.add(kind)
            self.month.alarmed_days.add(day)
            self._told(person, raised + ACTS_WITHIN)
        self._seen = len(alerts)

    def _told(self, person: str, acts_at: datetime) -> None:
        """Somebody is told; from `acts_at` on all who are in it are off."""
        if self._manager is Manager.ACTS:
            for each in self.people if self._strategy.people > 1 else [person]:
                self._due[each] = min(acts_at, self._due.get(each, acts_at))

    def _is_off(self, person: str) -> bool:
        due = self._due.get(person)
        if person not in self._off and due is not None and due <= self._house.clock[0]:
            which = f"{self._authority}/{person}"
            self._house.service.switches.suspend(Subject.PERSON, which, Because.MISUSE)
            self._off.add(person)
        return person in self._off
