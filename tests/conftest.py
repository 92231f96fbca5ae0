"""A real instance for the whole run, and for each test a database of its own copied from a template."""

import csv
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as trying
from msgspec import Struct
from playwright.sync_api import Browser, sync_playwright
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier, Literal

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.db.embedded import DATABASE, OWNER
from fingerpost.feeds.report import FeedReport
from fingerpost.instance import Instance, Passwords
from fingerpost.lookup.form import ChildForm, QuestionForm, read_question
from fingerpost.lookup.question import Question
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import Service, found, opened
from fingerpost.words.clock import today
from fingerpost.words.vocabulary import Purpose, Role, Scope

Owner = psycopg.Connection[tuple[Any, ...]]
MEMORY = Path("/dev/shm")  # noqa: S108 (pytest makes folders of its own in it)
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or ""
ENOUGH = 6 << 30  # bytes: what a run of all tests leaves standing at its fullest, and as much again

# Each test makes a database and drops it, and some disks forget a file more slowly than they write one: the
# folders of a run are in memory, where there is enough. What survives a power cut is tried in `assurance/`.
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# How long an example takes says how busy the machine is, and whether branches are counted; not that it fails.
trying.register_profile("fingerpost", deadline=None, suppress_health_check=[HealthCheck.too_slow])
trying.load_profile("fingerpost")

# The files that take half a minute and more, begun first: a worker that meets one last works on alone.
LONGEST = (
    "web/test_browser", "decommission/", "training/", "test_serve", "retention/test_backups", "laws/",
    "benchmarks/", "ledger/", "test_killed", "vault/test_apart", "signposts/", "web/",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first. (`make test` tells its workers to keep to that order.)"""
    items.sort(
        key=lambda item: next((n for n, path in enumerate(LONGEST) if path in item.nodeid), len(LONGEST))
    )


def go_live(settings: Settings) -> None:
    """Let every authority's list of shields count as confirmed: what it publishes is visible."""
    with psycopg.connect(Instance(settings).owner_conninfo(), autocommit=True) as owner:
        owner.execute("UPDATE authority SET shields_confirmed_at = now()")


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An embedded instance, kept running for the session."""
    settings = Settings(instance=tmp_path_factory.mktemp("instance") / "i", environment=Environment.TEST)
    found(settings)
    made = Instance(settings)
    with made.running():
        let_in(made.owner_conninfo())
        go_live(settings)
        _hurry(_owner(made, "postgres"), made.passwords())
        yield made


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, never a test tool's own download: one for a run, whoever looks at pages by it.

    Without its window where there is the choice: it is the same engine, and half the work for each page.
    """
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def _hurry(conninfo: str, passwords: Passwords) -> None:
    """Let the session's server wait for no disk: no test cuts its power, each makes a database.

    And let a password be proved in one round of hashing instead of 4,096: each test opens eight connections.
    """
    with psycopg.connect(conninfo, autocommit=True) as owner:
        owner.execute("SET scram_iterations = 1")
        for role, password in {OWNER: passwords.owner, **passwords.roles}.items():
            known = {"role": Identifier(role), "password": Literal(password)}
            owner.execute(SQL("ALTER ROLE {role} PASSWORD {password}").format(**known))
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            owner.execute(f"ALTER SYSTEM SET {setting} = off")
        owner.execute("SELECT pg_reload_conf()")


def let_in(owner_conninfo: str) -> None:
    """Have everybody whom a test registers let in. One about accreditation records what it is about."""
    with psycopg.connect(owner_conninfo) as owner:
        owner.execute("UPDATE authority SET owner = 'Olive Owner', checked_on = '2999-01-01'")
        owner.execute(
            "ALTER TABLE practitioner ALTER dbs_on SET DEFAULT '2999-01-01',"
            " ALTER trained_on SET DEFAULT '2999-01-01', ALTER used_on SET DEFAULT '2999-01-01',"
            " ALTER role_agreed SET DEFAULT true"
        )
        owner.execute("ALTER TABLE client ALTER assured_on SET DEFAULT '2999-01-01'")


def unagreed(owner_conninfo: str) -> None:
    """Take back the second word to every role that a test gave."""
    with psycopg.connect(owner_conninfo) as owner:
        owner.execute("UPDATE practitioner SET role_agreed = false")


def _owner(instance: Instance, database: str) -> str:
    assert instance.server is not None
    conninfo = instance.server.conninfo(OWNER, instance.passwords().owner)
    return make_conninfo(conninfo, dbname=database)


@contextmanager
def copy_of(instance: Instance, folder: Path) -> Generator[Settings]:
    """Settings of a database and keyring of their own, reached by DSN as a production database is.

    What was signed last is remembered beside the keyring, so two databases may not share one.
    """
    keyring = shutil.copytree(instance.folder / "keyring", folder / "keyring")
    wrapping_key = shutil.copytree(instance.folder / "wrapping-key", folder / "wrapping-key")
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(_owner(instance, "postgres"), autocommit=True) as owner:
        names = {"name": Identifier(name), "template": Identifier(DATABASE)}
        owner.execute(SQL("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY").format(**names))
        parameters = conninfo_to_dict(_owner(instance, name))
        url = f"postgresql://{OWNER}:{parameters['password']}@/{name}?host={parameters['host']}"
        yield Settings(
            instance=instance.folder, environment=Environment.TEST, database_url=url, keyring=keyring,
            wrapping_key=wrapping_key,
            guard=False,  # most tests ask far more than a person may; tests/guard/ turns it on
        )  # fmt: skip
        owner.execute(SQL("DROP DATABASE {name} WITH (FORCE)").format(**names))


@pytest.fixture
def settings(instance: Instance, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a database and keyring of this test's own."""
    with copy_of(instance, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def shared_settings(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of one database for all tests of a file, a sixth of a second cheaper for each.

    A file whose tests only read, or stay out of each other's way, names it `settings` again.
    """
    with copy_of(instance, tmp_path_factory.mktemp("shared")) as made:
        yield made


@pytest.fixture(scope="module")
def shared_service(shared_settings: Settings) -> Iterator[Service]:
    """The service, open on the database of all tests of a file."""
    with opened(shared_settings) as made:
        yield made


@pytest.fixture
def owner_conninfo(settings: Settings) -> str:
    """The connection string of the owner of this test's database: for looking behind the service's back."""
    return Instance(settings).owner_conninfo()


@pytest.fixture
def owner(owner_conninfo: str) -> Iterator[Owner]:
    """A connection of that owner."""
    with psycopg.connect(owner_conninfo, autocommit=True) as connection:
        yield connection


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    """The service, open on this test's database."""
    with opened(settings) as made:
        yield made


@pytest.fixture
def canary_files(instance: Instance) -> list[Path]:
    """Every file the database server writes: pages, WAL and log."""
    assert instance.server is not None
    return [path for path in instance.server.folder.rglob("*") if path.is_file()]


class Child(Struct, frozen=True, kw_only=True):
    """One child of a small extract, with one child-in-need episode."""

    reference: str = "P1"
    given: str = "Zebedee"
    family: str = "Featherstonehaugh"
    born: str = "2016-03-09"
    sex: str = "M"
    postcode: str = "LS1 4DY"
    nhs_number: str = ""
    started: str = "2025-01-15"
    closed: str = ""
    why: str = "RC7"  # CIN census, reason for closure
    team: str = "T1"


Publish = Callable[..., FeedReport]


@pytest.fixture
def publish(service: Service, tmp_path: Path) -> Publish:
    """Load children into an authority as its own data team would: from a folder of SSD tables."""

    def load(authority: str, *children: Child) -> FeedReport:
        extract = write_extract(tmp_path / f"{authority}-{uuid4().hex[:6]}", *children)
        return service.feeds.load_ssd(extract, authority, accept_older=True)

    return load


def write_extract(folder: Path, *children: Child) -> Path:
    """Write a folder of SSD tables and a contact sheet."""
    folder.mkdir(parents=True)
    for table, rows in _tables(children).items():
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def _tables(children: tuple[Child, ...]) -> dict[str, list[dict[str, str]]]:
    return {
        "ssd_person": [
            {
                "pers_person_id": c.reference, "pers_forename": c.given, "pers_surname": c.family,
                "pers_sex": c.sex, "pers_dob": c.born, "pers_common_child_id": c.nhs_number,
            }
            for c in children
        ],
        "ssd_address": [
            {
                "addr_table_id": f"A{c.reference}", "addr_person_id": c.reference,
                "addr_address_start_date": "2020-01-01", "addr_address_end_date": "",
                "addr_address_postcode": c.postcode,
            }
            for c in children
        ],
        "ssd_cin_episodes": [
            {
                "cine_referral_id": f"R{c.reference}", "cine_person_id": c.reference,
                "cine_referral_date": c.started, "cine_referral_nfa": "N", "cine_close_date": c.closed,
                "cine_close_reason": c.why if c.closed else "", "cine_referral_team": c.team,
            }
            for c in children
        ],
        "teams": [
            {
                "team_id": "T1", "team_name": "Assessment Team", "office_phone": "0113 496 0001",
                "office_hours": "Mon-Fri 09:00-17:00", "duty_phone": "0113 496 0002",
                "inbox": "assessment@leeds.example", "last_proven": today().isoformat(),
            }
        ],
    }  # fmt: skip


@pytest.fixture
def nurse(service: Service) -> Caller:
    """A client of an NHS trust with a registered nurse, `nurse`."""
    person = Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True)
    service.accounts.save_practitioner(person)
    return Caller(uuid4(), "test", "RJ1", "Guy's", (Scope.LOOKUP,))


def question(child: ChildForm, *, practitioner: str = "nurse", **changes: Any) -> Question:
    """A question in unscheduled care about `child`."""
    form = QuestionForm(
        practitioner=practitioner,
        purpose=changes.get("purpose", Purpose.UNSCHEDULED_CARE),
        case_reference="AE-1",
        child=child,
    )
    return read_question(form, today())


def form_of(child: Child, **changes: Any) -> ChildForm:
    """What somebody who knows all of `child` would type."""
    known = ChildForm(
        given_names=child.given, family_name=child.family, date_of_birth=child.born, sex=child.sex,
        postcodes=(child.postcode,), nhs_number=child.nhs_number,
    )  # fmt: skip
    return msgspec.structs.replace(known, **changes)
