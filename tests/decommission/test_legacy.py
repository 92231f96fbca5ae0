"""The legacy that is rehearsed on is as the real thing was: tables, roles, copies, a register that lies."""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fingerpost.db.base_backup import verified
from fingerpost.db.foreign import reached
from fingerpost.decommission.legacy.build import build
from fingerpost.decommission.legacy.children import LegacyChild, number
from fingerpost.decommission.legacy.place import ROLES, Legacy
from fingerpost.words.errors import Misconfigured
from tests.decommission.conftest import ORDER


def test_the_database_holds_every_child(legacy: Legacy, known: list[LegacyChild]) -> None:
    with reached(legacy.conninfo()) as database:
        assert database.count("child") == ORDER.children == len({c.number for c in known})
        assert database.count("access_token") == ORDER.accounts
        held = database.value("SELECT number FROM child WHERE number = %s", (known[7].number,))
    assert held == known[7].number


@pytest.mark.parametrize("role", ROLES)
def test_its_programs_can_read(legacy: Legacy, role: str) -> None:
    with reached(legacy.conninfo_as(role)) as database:
        assert database.count("involvement") == ORDER.children // 3


def test_numbers_do_not_repeat() -> None:
    assert len({number(n) for n in range(5_000)}) == 5_000
    assert all(len(number(n)) == 12 for n in range(50))


def test_the_base_backup_and_the_replica_are_whole(legacy: Legacy) -> None:
    control = (legacy.folder / "replica/global/pg_control").read_bytes()
    assert verified(legacy.folder / "backups/base").system == int.from_bytes(control[:8], "little")
    assert (legacy.folder / "replica/standby.signal").exists()


def test_the_register_does_not_know_the_strays(legacy: Legacy) -> None:
    with legacy.register.open(encoding="utf-8") as file:
        declared = {row["path"] for row in csv.DictReader(file)}
    found = {str(p.relative_to(legacy.folder)) for p in (legacy.folder / "partners").rglob("*.*")}
    strays = found - declared
    assert {Path(s).name for s in strays} == {"caseload.sqlite", "sent-items.mbox"}
    assert not any(name.startswith("laptops") for name in declared)


def test_the_partners_databases_hold_children(legacy: Legacy) -> None:
    path = next(legacy.folder.glob("partners/*/caseload.sqlite"))
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM child").fetchone()[0] == ORDER.children // 2


def test_a_folder_in_use_is_refused(legacy: Legacy) -> None:
    with pytest.raises(Misconfigured, match="not empty"):
        build(Legacy(legacy.folder), ORDER)


def test_passwords_are_not_shown(legacy: Legacy) -> None:
    assert repr(legacy.secrets()) == "Secrets(…)"
