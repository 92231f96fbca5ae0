"""Law 9: marked names and numbers go through every journey and are then searched for everywhere.

Everywhere is: every file of the instance (database pages, WAL, server log, keyring), every table as the
database itself reads it, all output, all log records, every error, and what is shown of the ledger.
"""

import logging
import re
import shutil
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from msgspec import Struct

from fingerpost.cli import fingerpost
from fingerpost.instance import Instance
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import found
from tests.cli.serving import Server
from tests.conftest import go_live, let_in
from tests.laws.canaries import (
    ACCENTED,
    ASKED_NHS,
    BORN,
    FAMILY,
    FORMER,
    GIVEN,
    MOTHER,
    NHS,
    POSTCODES,
    REFERENCE,
    STEM,
    UPN,
    canaries_in,
)
from tests.laws.marked_extract import write_marked

LEEDS, HULL = "E08000035", "E06000010"


class World(Struct):
    """An instance of this test's own, and everything that was said of it."""

    settings: Settings
    folder: Path
    said: dict[str, bytes]

    def cli(self, *arguments: str) -> str:
        """Run a command; its output, both streams, is kept."""
        given = {"FINGERPOST_INSTANCE": str(self.settings.instance), "FINGERPOST_ENVIRONMENT": "test"}
        done = CliRunner(env=given).invoke(fingerpost, arguments)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        self.said[f"{len(self.said)}: {' '.join(arguments[:3])}"] = done.output.encode()
        return done.output

    def owner(self) -> psycopg.Connection[Any]:
        return psycopg.connect(Instance(self.settings).owner_conninfo(), autocommit=True)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    settings = Settings(instance=tmp_path_factory.mktemp("canaries") / "i", environment=Environment.TEST)
    found(settings)
    with Instance(settings).running():
        go_live(settings)
        yield World(settings, tmp_path_factory.mktemp("extracts"), {})


def _feeds(world: World) -> None:
    extract = str(write_marked(world.folder / "night", 30))
    assert "Would load" in world.cli("feed", "load", "ssd", extract, "--authority", LEEDS, "--dry-run")
    loaded = world.cli("feed", "load", "ssd", extract, "--authority", LEEDS)
    assert re.search(r"Signposts +6\d added", loaded), loaded
    assert "whole rows set aside" in loaded
    again = world.cli("feed", "load", "ssd", extract, "--authority", LEEDS, "--json")
    assert re.search(r'"unchanged": *6\d', again), again
    for table in ("ssd_person", "ssd_cin_episodes", "ssd_s47_enquiry"):
        lines = (world.folder / "night" / f"{table}.csv").read_text("utf-8").splitlines(keepends=True)
        (world.folder / "night" / f"{table}.csv").write_text("".join(lines[:2]), "utf-8")
    assert "is held" in world.cli("feed", "load", "ssd", extract, "--authority", LEEDS)
    headless = world.folder / "night" / "ssd_person.csv"
    headless.write_text(f"{STEM},{NHS}\n", "utf-8")
    assert "refused" in world.cli("feed", "load", "ssd", extract, "--authority", LEEDS)
    assert "faults" in world.cli("feed", "runs", "--authority", LEEDS)
    world.cli("feed", "runs", "--authority", LEEDS, "--json")


CHILD = {
    "given_names": GIVEN, "family_name": FAMILY, "date_of_birth": BORN[0], "sex": "F",
    "other_names": [{"given_names": FORMER, "family_name": ACCENTED}], "postcodes": list(POSTCODES),
    "mother": {"given_names": MOTHER, "family_name": FORMER}, "upn": UPN,
}  # fmt: skip
QUESTION = {
    "practitioner": "nurse", "purpose": "unscheduled_care", "case_reference": "AE-1", "child": CHILD,
}  # fmt: skip
ACCENT_CHILD = {"given_names": ACCENTED, "family_name": ACCENTED, "nhs_number": NHS}
NOBODY = {
    "given_names": f"{STEM}a",
    "family_name": f"{STEM}b",
    "date_of_birth": "1/1/2009",
    "nhs_number": ASKED_NHS,
}


def _with(**child: object) -> dict[str, object]:
    return {**QUESTION, "child": {**CHILD, **child}}


# Question, status: found, add detail, not found, refused, and unreadable in every way there is.
LOOKUPS: list[tuple[object, int]] = [
    ({**QUESTION, "child": ACCENT_CHILD}, 200),
    (QUESTION, 200),
    ({**QUESTION, "child": NOBODY}, 200),
    ({**QUESTION, "purpose": "s47_enquiry"}, 403),
    ({**QUESTION, "purpose": STEM}, 422),
    ({**QUESTION, "practitioner": [STEM]}, 422),
    ({**QUESTION, STEM: STEM}, 422),
    ({**QUESTION, "child": {"family_name": FAMILY}}, 422),
    ({**QUESTION, "child": STEM}, 422),
    (_with(**{STEM: NHS}), 422),
    (_with(given_names=STEM * 60), 422),
    (_with(given_names=f"{STEM}\U0001f600"), 422),
    (_with(given_names={STEM: NHS}), 422),
    (_with(date_of_birth=f"{STEM} {BORN[0]}"), 422),
    (_with(born_from=STEM, born_to=BORN[0]), 422),
    (_with(sex=STEM), 422),
    (_with(postcodes=[f"{POSTCODES[0]}{STEM}"]), 422),
    (_with(nhs_number=NHS[:9] + "1"), 422),
    (_with(nhs_number=int(NHS)), 422),
    (_with(upn=f"{UPN}{STEM}"), 422),
    (STEM, 422),
    ([STEM, NHS] * 10_000, 413),
]  # fmt: skip


def _lookups(world: World, server: Server, token: str) -> None:
    bearer = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    outcomes: set[str] = set()
    for place, (asked, status) in enumerate(LOOKUPS):
        reply = server.ask(token, asked)
        assert reply.status == status, (place, reply.body)
        if status == 200:
            outcomes.add(reply.json()["outcome"])
        else:
            world.said[f"lookup {place}"] = reply.body + repr(reply.headers).encode()
    assert outcomes == {"found", "not_found"}
    path, body = "/api/v1/lookups", f'{{"child": "{STEM} {NHS}"'.encode()
    for place, (method, where, content, headers) in enumerate(
        [
            ("POST", path, body, bearer),
            ("POST", path, body + b"\xff", bearer),
            ("POST", f"{path}?given_names={STEM}", body, {**bearer, "Content-Type": f"text/{STEM}"}),
            ("POST", path, body, {"Authorization": f"Bearer {STEM}"}),
            ("POST", path, body, {"Authorization": f"{STEM} {NHS}", "User-Agent": STEM, "Referer": STEM}),
            ("GET", f"{path}/{STEM}", None, bearer),
            ("GET", f"//{STEM}/../{NHS}", None, {}),
            (STEM.upper(), path, None, bearer),
            ("DELETE", f"{path}?q={STEM}", None, bearer),
        ]
    ):
        reply = server.call(method, where, content, headers)
        assert reply.status >= 400
        world.said[f"request {place}"] = reply.body + repr(reply.headers).encode()


def _crashes(world: World, server: Server, token: str) -> None:
    """Lookups that fail half-way, once because a table is gone and once because the database refuses."""
    with world.owner() as owner:
        for break_it, mend_it in (
            ("ALTER TABLE token RENAME TO token_gone", "ALTER TABLE token_gone RENAME TO token"),
            (
                "ALTER TABLE ledger_entry ADD CONSTRAINT none CHECK (kind = '') NOT VALID",
                "ALTER TABLE ledger_entry DROP CONSTRAINT none",
            ),
        ):
            owner.execute(break_it)
            reply = server.ask(token, QUESTION)
            owner.execute(mend_it)
            assert reply.status == 500
            world.said[break_it] = reply.body
    assert server.ask(token, QUESTION).status == 200


def _console(world: World) -> None:
    """The same from the command line. An answer may tell what the asker typed; an error may not."""
    child = ["--given-names", GIVEN, "--family-name", FAMILY, "--date-of-birth", BORN[2], "--upn", UPN]
    common = ["ask", "--practitioner", "RJ1/nurse", "--purpose", "unscheduled_care"]
    case = ["--case-reference", "AE-1"]
    assert "receipt" in world.cli(*common, *case, *child)
    for wrong in (
        [*common, *case, *child, "--nhs-number", f"{NHS}{STEM}"],
        [*common, *case, *child, "--postcode", STEM],
        [*common, *case, *child, "--mother", STEM * 30],
        [*common, *case, *child, FAMILY],
        [*common, *case, *child, "--purpose", STEM],
        [*common, *case, *child, "--case-reference", STEM * 20],
        [*common, *child],
        [*common, *case, "--family-name", FAMILY],
        [*common, *case, *child, "--practitioner", f"{STEM}/{STEM}"],
    ):
        world.cli(*wrong)
    assert " 0 wrong" in world.cli("ledger", "verify")
    assert "lookup_answered" in world.cli("ledger", "show", "--last", "1000")
    assert "reporting" in world.cli("status")


def _trails(world: World) -> None:
    """Another authority holds the same children: links are shown, broken, ordered apart; both are told."""
    extract = str(write_marked(world.folder / "elsewhere", 30))
    world.cli("feed", "load", "ssd", extract, "--authority", HULL)
    officer = ("--reference", "officer", "--name", "An Officer", "--role", "records_officer")
    world.cli("practitioner", "add", "--authority", LEEDS, *officer)
    by = ("--by", f"{LEEDS}/officer")
    with world.owner() as owner:
        row = owner.execute(
            "SELECT l.id, l.record_a FROM link l JOIN record a ON a.id = l.record_a"
            " JOIN record b ON b.id = l.record_b WHERE l.state = 'linked' AND a.authority <> b.authority"
        ).fetchone()
    assert row is not None
    assert "match weight" in world.cli("review", "show", str(row[0]), *by)
    world.cli("review", "list", *by)
    assert f"link   {row[0]}" in world.cli("trail", "show", str(row[1]), *by)
    assert "Broken" in world.cli("trail", "break", str(row[0]), *by, "--reason", "wrong_match")
    life = f"{LEEDS}/{REFERENCE}0"
    assert "kept apart" in world.cli("trail", "never-join", life, *by)
    world.cli("trail", "never-join", life, "--by", f"{STEM}/{STEM}")
    with world.owner() as owner:
        assert owner.execute("SELECT count(*) > 1 FROM told").fetchone() == (True,)


def _shields(world: World) -> None:
    """A child is shielded by every detail, asked about, rung about, and the shield kept and lifted."""
    for authority, reference, role in ((HULL, "keeper", "manager"), (HULL, "desk", "desk_officer")):
        who = ("--reference", reference, "--name", "Somebody", "--role", role)
        world.cli("practitioner", "add", "--authority", authority, *who)
    by = ("--by", f"{LEEDS}/officer")
    child = (
        "--given-names",
        ACCENTED,
        "--family-name",
        ACCENTED,
        "--date-of-birth",
        BORN[2],
        "--nhs-number",
        NHS,
    )
    known = ("--other-name", f"{GIVEN}/{FAMILY}", "--postcode", POSTCODES[0], "--postcode", POSTCODES[1])
    why = ("--body", "refuge", "--ground", "threat", "--call-back", "0113 496 0000")
    said = world.cli("shields", "ask", *by, *why, *child, *known)
    shield = re.findall(r"shield ([0-9a-f-]{36})", said)[0]
    for wrong in (("--call-back", STEM), ("--body", STEM), ("--nhs-number", f"{NHS}{STEM}"), (FAMILY,)):
        world.cli("shields", "ask", *by, *why, *child, *wrong)
    world.cli("feed", "load", "ssd", str(world.folder / "elsewhere"), "--authority", HULL)
    asked = (
        "ask",
        "--practitioner",
        "RJ1/nurse",
        "--purpose",
        "unscheduled_care",
        "--case-reference",
        "AE-1",
    )
    answer = world.cli(*asked, *child)
    assert "Nothing found" in answer
    reference = re.findall(r"say ([2-9A-Z]{4}-[2-9A-Z]{4})", answer)[0]
    assert "Ring Leeds" in world.cli("desk", "show", reference, "--by", f"{HULL}/desk")
    alerts = world.cli("shields", "alerts", *by)
    assert f"shield {shield}" in alerts
    world.cli("shields", "alerts", *by, "--json")
    assert "Noted" in world.cli("shields", "done", alerts[:36], *by)
    assert "a refuge" in world.cli("shields", "list", *by)
    world.cli("shields", "evidence", shield, *by, "--kind", "refuge_letter")
    world.cli("shields", "review", shield, *by)
    world.cli("shields", "lift", shield, *by)
    world.cli("shields", "lift", shield, "--by", f"{HULL}/keeper")
    assert "No shield" in world.cli("shields", "list", *by)


def _guard(world: World) -> None:
    """Households, blocks and asking again with the guard on: what it keeps of anybody is tokens."""
    for reference, role in (("m1", "manager"), ("m2", "manager")):
        who = ("--authority", "RJ1", "--reference", reference, "--name", "A Manager", "--role", role)
        world.cli("practitioner", "add", *who)
    whom, by = ("--practitioner", "RJ1/nurse"), ("--by", "RJ1/m1")
    home = ("--member", f"{GIVEN}/{FAMILY}", "--family-name", FORMER, "--postcode", POSTCODES[0])
    assert "tokens" in world.cli("household", "declare", *whom, *by, *home)
    child = ("--given-names", GIVEN, "--family-name", FAMILY, "--date-of-birth", BORN[2], "--nhs-number", NHS)
    asked = ("ask", *whom, "--purpose", "unscheduled_care", "--case-reference", "AE-2", *child)
    assert "manager is told" in world.cli(*asked)
    assert "receipt" in world.cli(*asked, "--reason", "family_agreed", "--reason", "still_working")
    block = world.cli("conflict", "block", *whom, *by, *child).strip()
    assert "Nothing found" in world.cli(*asked, "--reason", "family_agreed", "--reason", "still_working")
    assert "Lifted" in world.cli("conflict", "lift", block, "--by", "RJ1/m2")
    world.cli("household", "declare", *whom, *by, "--member", f"{STEM}/{NHS}", "--postcode", STEM)
    assert "conflict" in world.cli("alerts", "list", *by)


def _everything_stored(world: World) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the instance after a checkpoint, and every table detoasted."""
    with world.owner() as owner:
        owner.execute("CHECKPOINT")
        tables = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            copied = b""
            with owner.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)".encode()) as copy:
                copied = b"".join(bytes(part) for part in copy)
            yield f"table {table}", copied
        owner.execute("CHECKPOINT")
    for path in sorted(world.settings.instance.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(world.settings.instance)), path.read_bytes()


def _tell(places: Iterable[tuple[str, bytes]]) -> dict[str, set[str]]:
    return {name: canaries for name, content in places if (canaries := canaries_in(content))}


def test_no_canary_is_anywhere(
    world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    nurse = ("--authority", "RJ1", "--reference", "nurse", "--name", "A Nurse", "--role", "clinician")
    let_in(Instance(world.settings).owner_conninfo())
    world.cli("practitioner", "add", *nurse)
    issue = ("client", "issue", "--authority", "RJ1", "--name", "test", "--scope", "lookup")
    token = world.cli(*issue).strip()
    with Server(world.settings.instance, tmp_path / "output") as server:
        _feeds(world)
        _lookups(world, server, token)
        _crashes(world, server, token)
        _console(world)
        _trails(world)
        _shields(world)
        _guard(world)
    world.said["server"] = (tmp_path / "output").read_bytes()
    world.said["streams"] = "".join(capfd.readouterr()).encode()
    world.said["log records"] = "\n".join(f"{r.getMessage()} {r.__dict__}" for r in caplog.records).encode()
    assert b'"surprise"' in world.said["server"]
    assert _tell(world.said.items()) == {}
    stored = dict(_everything_stored(world))
    assert {"table record", "table ledger_entry", "keyring/keyring.json", "postgres/server.log"} <= set(
        stored
    )
    assert any(name.startswith("postgres/data/pg_wal/") for name in stored)
    assert b"constraint" in stored["postgres/server.log"], "the crash left nothing in the log to search"
    assert len(stored["table record"]) > 30 * 200
    assert _tell(stored.items()) == {}


CONTROLS = (STEM.upper(), ACCENTED, f"{NHS[:3]} {NHS[3:6]} {NHS[6:]}", "ze9 7qx", BORN[4], UPN.lower())


def test_the_search_finds_what_is_there(world: World) -> None:
    """The control: clear canaries in the database are found in its pages, its WAL and as a table."""
    with world.owner() as owner:
        owner.execute("CREATE TABLE scratch (written text)")
        for written in CONTROLS:
            owner.execute("INSERT INTO scratch VALUES (%s)", (written,))
    found_in = _tell(_everything_stored(world))
    with world.owner() as owner:
        owner.execute("DROP TABLE scratch")
    all_of_them = {STEM, ACCENTED, NHS, POSTCODES[0], BORN[4], UPN}
    assert found_in["table scratch"] == all_of_them
    assert all_of_them in [seen for name, seen in found_in.items() if name.startswith("postgres/data/base/")]
    wal = [seen for name, seen in found_in.items() if name.startswith("postgres/data/pg_wal/")]
    assert set().union(*wal) == all_of_them


def test_the_search_sees_every_form() -> None:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        assert canaries_in(f"a {STEM.upper()} b".encode(encoding)) == {STEM}
        assert canaries_in(f"a {unicodedata.normalize('NFD', ACCENTED)} b".encode(encoding)) == {ACCENTED}
    assert canaries_in(b"..." + struct.pack(">q", int(NHS))) == {NHS}
    assert canaries_in(b"nothing of the sort, 999 731 8464") == set()


def test_output_that_holds_a_canary_is_found(world: World) -> None:
    """`ledger show --json` names children by design: the same search finds them there."""
    shutil.rmtree(world.folder, ignore_errors=True)
    shown = world.cli("ledger", "show", "--last", "1000", "--json")
    assert {STEM, NHS, UPN} <= canaries_in(shown.encode())
