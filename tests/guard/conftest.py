"""The service with its guard on, at a moment that a test moves by hand."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import psycopg
import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.lookup import Answer
from fingerpost.lookup.form import ChildForm, EmergencyForm, QuestionForm, read_question
from fingerpost.settings import Settings
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import today
from fingerpost.words.vocabulary import LookupReason, Purpose, Role, Scope

LEEDS, TRUST = "E08000035", "RJ1"
MANAGER, SECOND = Person(TRUST, "manager"), Person(TRUST, "second")
OFFICER = Person(TRUST, "officer")


class World:
    """A guarded service and its clock; a Wednesday at ten in the morning to begin with."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.moment = datetime(2026, 11, 25, 10, tzinfo=UTC)
        self.service: Service

    def now(self) -> datetime:
        return self.moment

    def later(self, **by: float) -> None:
        self.moment += timedelta(**by)

    def person(
        self, reference: str, name: str, *, authority: str = TRUST, role: Role = Role.CLINICIAN
    ) -> None:
        self.service.accounts.save_practitioner(Practitioner(authority, reference, name, role, active=True))

    def ask(
        self, child: ChildForm, *reasons: LookupReason, by: str = "nurse", authority: str = TRUST,
        emergency: bool = False,
    ) -> Answer:  # fmt: skip
        form = QuestionForm(
            practitioner=by, purpose=Purpose.UNSCHEDULED_CARE, case_reference="AE-1", child=child,
            reasons=reasons,
            emergency=EmergencyForm(reason="cannot wait", signed_in_at=self.moment) if emergency else None,
        )  # fmt: skip
        caller = Caller(uuid4(), "test", authority, "", (Scope.LOOKUP,))
        return self.service.lookup.ask(caller, read_question(form, today(self.moment)))

    def alerts(self) -> list[str]:
        return [f"{a.practitioner} {a.kind}" for a in self.service.guard_alerts.waiting(OFFICER)]

    def look(self) -> None:
        """A manager takes every alert."""
        for alert in self.service.guard_alerts.waiting(MANAGER):
            self.service.guard_alerts.acknowledge(alert.id, MANAGER)

    def rows(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        assert self.settings.database_url
        with psycopg.connect(self.settings.database_url) as owner:
            return owner.execute(sql.encode(), parameters).fetchall()


Ask = Callable[..., Answer]


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    made = World(msgspec.structs.replace(settings, guard=True, challenge_one_in=2**62))
    with opened(made.settings, made.now) as service:
        made.service = service
        made.person("nurse", "Wilhelmina Quartermaine")
        made.person("manager", "A Manager", role=Role.MANAGER)
        made.person("second", "B Manager", role=Role.MANAGER)
        made.person("officer", "C Officer", role=Role.SERVICE_RECORDS_OFFICER)
        yield made


def child(number: int = 0, **changes: object) -> ChildForm:
    """A child who exists nowhere; another for each number."""
    letters = "".join("bcdfghjklm"[int(d)] + "a" for d in f"{number:03}")
    known = ChildForm(
        given_names=f"Ze{letters}", family_name=f"Vo{letters}nt",
        date_of_birth=f"2016-{number % 12 + 1:02}-{number % 28 + 1:02}",
        postcodes=(f"LS{number % 20 + 1} {number % 9}DY",),
    )  # fmt: skip
    return msgspec.structs.replace(known, **changes)
