"""One small legacy for the whole folder: built once, read by every test, changed by none of them."""

import re
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from fingerpost.db.foreign import reached
from fingerpost.decommission.legacy.build import Order, build
from fingerpost.decommission.legacy.children import LegacyChild, authority_codes, children
from fingerpost.decommission.legacy.copies import back_up, hand_out
from fingerpost.decommission.legacy.place import Legacy
from fingerpost.decommission.scanners.listed import Identity, ScanList, listed, new_key

ORDER = Order(300, authorities=12)  # of few: the list of postcodes is read letter by letter
_FIRST_OF_USERS = 16384  # PostgreSQL's own tables have lower numbers


def identity(child: LegacyChild) -> Identity:
    return Identity(child.number, child.given, child.family, child.born, child.postcode)


@pytest.fixture(scope="session")
def legacy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Legacy]:
    """A legacy with its server held up."""
    made = Legacy(tmp_path_factory.mktemp("legacy") / "l")
    build(made, ORDER)
    with made.server:
        back_up(made)
        hand_out(made, ORDER)
        yield made


@pytest.fixture(scope="session")
def copies(legacy: Legacy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every copy of the legacy, without what a server holds beside its one database: little to read."""
    with reached(legacy.conninfo()) as database:
        database.run("CHECKPOINT")
        own = str(database.value("SELECT oid FROM pg_database WHERE datname = current_database()"))
    databases = {p.name for p in (legacy.server.data / "base").iterdir()} - {own}

    def leave_out(folder: str, names: list[str]) -> set[str]:
        match Path(folder).name:
            case "base" if Path(folder).parent.name != "backups":
                return databases
            case "pg_wal" | "socket":
                return set(names)
            case name if name == own:
                return {n for n in names if (m := re.match(r"[0-9]+", n)) and int(m[0]) < _FIRST_OF_USERS}
            case _:
                return {n for n in names if n.endswith(".lock")}

    return shutil.copytree(legacy.folder, tmp_path_factory.mktemp("copies") / "c", ignore=leave_out)


@pytest.fixture(scope="session")
def known() -> list[LegacyChild]:
    """The children of the legacy."""
    return list(
        islice(children(ORDER.children, ORDER.seed, authority_codes(ORDER.authorities)), ORDER.children)
    )


KEY = new_key()


@pytest.fixture(scope="session")
def scan_list(known: list[LegacyChild]) -> ScanList:
    return listed((identity(child) for child in known), KEY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "kept"
    made.mkdir()
    return made
