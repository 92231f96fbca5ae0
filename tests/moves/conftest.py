"""A service whose clock a test moves, and people in three authorities."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.notices.inbox import Item
from fingerpost.settings import Settings
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service, opened
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, write_extract

LEEDS, HULL, YORK = "E08000035", "E06000010", "E06000014"
ANN, BEN, YAN = Person(LEEDS, "ann"), Person(HULL, "ben"), Person(YORK, "yan")


class Clock:
    """What time it is, for a service that is asked to believe it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def on(self, day: str, at: str = "10:00") -> None:
        """Go to a moment, in UTC."""
        self.moment = datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=UTC)

    def pass_by(self, **time: int) -> None:
        """Let time pass."""
        self.moment += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 2, 10, tzinfo=UTC))  # a Monday


@pytest.fixture
def moving(settings: Settings, clock: Clock) -> Iterator[Service]:
    with opened(settings, clock) as service:
        for person in (ANN, BEN, YAN):
            service.accounts.save_practitioner(
                Practitioner(person.authority, person.reference, "A Manager", Role.MANAGER, active=True)
            )
        yield service


Send = Callable[..., None]


@pytest.fixture
def send(moving: Service, tmp_path: Path) -> Send:
    """Load an authority's feed and follow what it moved."""

    def load(authority: str, *children: Child, accept: bool = False) -> None:
        extract = write_extract(tmp_path / f"{authority}-{uuid4().hex[:6]}", *children)
        moving.feeds.load_ssd(extract, authority, accept_removals=accept, accept_older=True)
        moving.moves.beat()

    return load


def inbox(service: Service, by: Person, *, acknowledged: bool = False) -> list[Item]:
    """Return what somebody reads."""
    return service.notices.inbox.items(by, acknowledged=acknowledged)


def kinds(service: Service, by: Person) -> list[str]:
    """Return the kinds of what waits for somebody, recalled ones marked."""
    return [item.kind.value + (" recalled" if item.recalled_at else "") for item in inbox(service, by)]


def events(service: Service, kind: type[Any]) -> list[Any]:
    """Return the events of a kind that the ledger holds."""
    checked = service.ledger.checked(service.records_database)
    return [entry.event for _, entry in checked if entry and type(entry.event) is kind]
