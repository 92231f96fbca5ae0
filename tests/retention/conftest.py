"""Children loaded in the past, so that both clocks are the real ones when their day has come."""

import subprocess
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from msgspec import Struct

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.db.embedded import is_locked
from fingerpost.instance import Instance
from fingerpost.settings import Environment, Settings
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service, opened
from fingerpost.wiring import found as make_instance
from fingerpost.words.clock import now
from fingerpost.words.vocabulary import Role, Scope
from tests.cli.serving import until
from tests.conftest import Child, Owner, form_of, go_live, let_in, question, write_extract

LEEDS, HULL = "E08000035", "E06000010"
OFFICER, OTHER = Person(LEEDS, "officer"), Person(LEEDS, "other")
SERVICE, SECOND = Person(HULL, "service"), Person(HULL, "second")
NURSE = Caller(uuid4(), "test", "RJ1", "Guy's", (Scope.LOOKUP,))
LAPSED = timedelta(days=480)  # a case confirmed so long ago left two or three months ago


def people(service: Service) -> None:
    """Register everybody who decides or asks in these tests."""
    for person, role in (
        (OFFICER, Role.RECORDS_OFFICER), (OTHER, Role.RECORDS_OFFICER), (Person(LEEDS, "boss"), Role.MANAGER),
        (SERVICE, Role.SERVICE_RECORDS_OFFICER), (SECOND, Role.SERVICE_RECORDS_OFFICER),
        (Person("RJ1", "nurse"), Role.CLINICIAN),
    ):  # fmt: skip
        known = Practitioner(person.authority, person.reference, "Somebody", role, active=True)
        service.accounts.save_practitioner(known)


@pytest.fixture
def ready(service: Service) -> Service:
    """The service with its people."""
    people(service)
    return service


class Past(Struct, frozen=True):
    """Loads children as if it were another day."""

    settings: Settings
    folder: Path

    def load(self, authority: str, *children: Child, ago: timedelta = LAPSED) -> None:
        def then() -> datetime:
            return now() - ago

        with opened(self.settings, then) as service:
            extract = write_extract(self.folder / uuid4().hex[:8], *children)
            service.feeds.load_ssd(extract, authority, accept_removals=True, accept_older=True)


@pytest.fixture
def past(settings: Settings, tmp_path: Path) -> Past:
    return Past(settings, tmp_path / "past")


def child(number: int, **changes: Any) -> Child:
    """One of many children who are nobody's namesake."""
    born = date(2013, 1, 5) + timedelta(days=41 * number)
    return Child(
        reference=f"P{number}", given=("Zebedee", "Ottoline", "Peregrine", "Araminta")[number % 4],
        family=("Featherstonehaugh", "Quillinan", "Abernethy")[number % 3], born=born.isoformat(), **changes,
    )  # fmt: skip


def found(service: Service, wanted: Child) -> set[str]:
    """Return the authorities that a nurse is led to who knows all of a child."""
    answer = service.lookup.ask(NURSE, question(form_of(wanted)))
    return {signpost.authority for match in answer.matches for signpost in match.signposts}


def count(owner: Owner, table: str) -> int:
    row = owner.execute(f"TABLE {table}".encode())
    return row.rowcount


def kinds(service: Service, last: int = 20) -> list[str]:
    return [row.kind for row, _ in service.ledger.checked(service.records_database, last=last)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance at rest with its people: to copy one takes a tenth of the time that making it does."""
    settings = Settings(instance=tmp_path_factory.mktemp("made") / "i", environment=Environment.TEST)
    make_instance(settings)
    with opened(settings) as service:
        let_in(Instance(settings).owner_conninfo())
        go_live(settings)
        people(service)
    server = Instance(settings).server
    assert server is not None
    assert until(lambda: not is_locked(server.supervisor_lock))
    return settings.instance


@pytest.fixture
def live(made: Path, tmp_path: Path) -> Iterator[Settings]:
    """An instance of this test's own, whose server can be backed up."""
    settings = Settings(instance=tmp_path / "live", environment=Environment.TEST)
    subprocess.run(
        ["cp", "--archive", made, settings.instance], check=True
    )  # the files are the server's user's
    with Instance(settings).running():
        yield settings
