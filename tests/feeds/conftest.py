"""An authority's extract to be written, changed and loaded, on days that a test chooses."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import psycopg
import pytest

from fingerpost.feeds import FeedReport
from fingerpost.feeds.columns import ALL_TABLES
from fingerpost.settings import Settings
from fingerpost.vault import Candidate
from fingerpost.wiring import Service, opened
from fingerpost.words.child import ChildDetails

AUTHORITY = "E08000025"
MONDAY = date(2026, 3, 2)

DEFAULTS: dict[str, dict[str, str]] = {
    "ssd_person": {
        "pers_forename": "Amara",
        "pers_surname": "Quillfeather",
        "pers_sex": "F",
        "pers_dob": "2018-05-17",
        "pers_common_child_id": "9434765919",
    },
    "ssd_cin_episodes": {
        "cine_referral_date": "2025-06-01",
        "cine_referral_nfa": "N",
        "cine_referral_team": "T1",
    },
    "teams": {
        "team_id": "T1",
        "team_name": "Front Door",
        "office_phone": "0121 496 0001",
        "office_hours": "Mon-Fri 08:45-17:00",
        "duty_phone": "0121 496 0002",
        "inbox": "door@authority.example",
        "last_proven": "2026-02-20",
    },
}


class Extract:
    """A folder in the making: rows by table, each a dictionary of the columns that matter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tables: dict[str, list[dict[str, str]]] = {"ssd_person": [], "ssd_cin_episodes": []}

    def add(self, table: str, **cells: str) -> dict[str, str]:
        """Add a row, completed from the defaults; it may be changed until written."""
        row = {**DEFAULTS.get(table, {}), **cells}
        self.tables.setdefault(table, []).append(row)
        return row

    def child(self, reference: str, **cells: str) -> dict[str, str]:
        """Add a child with one open referral, which lets one signpost in."""
        person = self.add("ssd_person", pers_person_id=reference, **cells)
        self.add("ssd_cin_episodes", cine_referral_id=f"R{reference}", cine_person_id=reference)
        return person

    def unborn(self, reference: str, **cells: str) -> dict[str, str]:
        """Add the row of a child that is expected, its mother's and the link between them."""
        due = {"pers_dob": "", "pers_expected_dob": "2026-06-01", "pers_common_child_id": ""}
        person = self.add("ssd_person", pers_person_id=reference, pers_forename="Unborn", **{**due, **cells})
        mother = {"pers_person_id": "M1", "pers_forename": "Perpetua", "pers_dob": "1990-01-01"}
        self.add("ssd_person", **mother, pers_is_mother="Y")
        self.add("ssd_mother", moth_person_id="M1", moth_childs_person_id=reference)
        return person

    def write(self) -> Path:
        """Write every table, with every column that a feed reads."""
        self.folder.mkdir(exist_ok=True)
        for old in self.folder.iterdir():
            old.unlink()
        for columns in ALL_TABLES:
            if columns.table in self.tables:
                fields = [*columns.required, *columns.optional]
                with (self.folder / f"{columns.table}.csv").open("w", newline="", encoding="utf-8") as file:
                    writer = csv.DictWriter(file, fields, restval="")
                    writer.writeheader()
                    writer.writerows(self.tables[columns.table])
        return self.folder

    def append(self, table: str, raw: bytes) -> None:
        """Add bytes to a written table, as a broken export would."""
        with (self.folder / f"{table}.csv").open("ab") as file:
            file.write(raw)


class Clock:
    """Noon of a day that a test sets."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(12), UTC)


class Desk:
    """An authority's data team at work: extracts are loaded, and the store is looked at."""

    def __init__(self, service: Service, clock: Clock, owner: psycopg.Connection) -> None:
        self.service, self.clock, self.owner = service, clock, owner

    def load(self, extract: Extract, **accepted: bool) -> FeedReport:
        """Load an extract; `accepted` as `load_ssd` takes it."""
        return self.service.feeds.load_ssd(extract.write(), AUTHORITY, **accepted)

    def load_as_is(self, extract: Extract) -> FeedReport:
        return self.service.feeds.load_ssd(extract.folder, AUTHORITY)

    def signposts(self) -> list[tuple[object, ...]]:
        columns = "id, record_id, service, team_id, role, started, ended, confirmed, leaves_on, rule"
        return sorted(self.owner.execute(f"SELECT {columns} FROM signpost").fetchall())  # noqa: S608

    def services(self) -> list[str]:
        return sorted(str(row[2]) for row in self.signposts())

    def records(self) -> list[tuple[object, ...]]:
        return sorted(self.owner.execute("SELECT id, cohort, sealed, fingerprint FROM record").fetchall())

    def count(self, table: str) -> int:
        found = self.owner.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        assert found
        return found[0]


def details(desk: Desk) -> ChildDetails:
    """Return the details of the only record, as the vault opens them."""
    row = desk.owner.execute("SELECT id, authority, cohort, schema_version, sealed FROM record").fetchone()
    assert row
    return desk.service.vault.open_details(Candidate(*row))


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    """An empty extract."""
    return Extract(tmp_path / "extract")


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at noon of a Monday."""
    return Clock(MONDAY)


@pytest.fixture
def desk(settings: Settings, clock: Clock, owner_conninfo: str) -> Iterator[Desk]:
    """A data team with an empty database."""
    with (
        opened(settings, clock) as service,
        psycopg.connect(owner_conninfo, autocommit=True) as owner,
    ):
        yield Desk(service, clock, owner)
