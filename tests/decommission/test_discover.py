"""Copies are found by two methods: by what files hold, and by what the server and its files say."""

import csv
import os
import shutil
import signal
from itertools import count
from pathlib import Path

import msgspec
import numpy as np
import pytest

from fingerpost.db.foreign import reached
from fingerpost.decommission import standin
from fingerpost.decommission.acts.preparing import Search
from fingerpost.decommission.chain import Chain
from fingerpost.decommission.discover import by_catalogue, by_content, medium_of, right_digits
from fingerpost.decommission.item import Item, Medium
from fingerpost.decommission.legacy.children import LegacyChild, number
from fingerpost.decommission.legacy.place import Legacy
from fingerpost.decommission.looking import JOURNAL, look
from fingerpost.decommission.scanners.reading import Reader, Reading
from tests.decommission import paper
from tests.decommission.conftest import ORDER, identity
from tests.decommission.test_certificate import laid_down


@pytest.fixture(scope="module")
def found(
    copies: Path, known: list[LegacyChild], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Item]:
    """What looking at every file finds, knowing twenty of the children."""
    journal = tmp_path_factory.mktemp("walk") / "journal"
    return {i.where: i for i in by_content(copies, map(identity, known[:20]), journal)}


def test_content_finds_every_copy_once(legacy: Legacy, found: dict[str, Item]) -> None:
    with legacy.register.open(encoding="utf-8") as file:
        declared = {row["path"] for row in csv.DictReader(file) if row["medium"] != "by_hand"}
    servers = {"server/data", "replica", "backups/base"}
    of_log = {where for where in declared if where.startswith("wal-archive/")}  # no child was written in it
    assert declared - {"server"} - servers - of_log <= set(found)
    assert servers <= set(found)
    strays = {Path(where).name for where in set(found) - declared - servers}
    assert strays == {"caseload.sqlite", "sent-items.mbox", "LT-0001.img"}


def test_each_has_its_medium(found: dict[str, Item]) -> None:
    media = {Path(where).name: item.medium for where, item in found.items()}
    assert media["data"] == media["replica"] == media["base"] == Medium.POSTGRESQL
    assert media["nightly.dump"] == media["weekly.sql"] == Medium.DUMP
    assert media["caseload.sqlite"] == Medium.SQLITE
    assert media["sent.zip"] == media["2010-06-01.csv.gz"] == Medium.ARCHIVE
    assert media["LT-0001.img"] == Medium.BLOCK_IMAGE
    assert media["sent-items.mbox"] == media["extract.csv"] == Medium.FILE


def test_the_catalogue_finds_what_the_server_and_its_identifier_tell(legacy: Legacy, tmp_path: Path) -> None:
    away = shutil.copytree(legacy.folder / "wal-archive", legacy.folder / "odd") / "x"
    try:
        with reached(legacy.conninfo()) as database:
            database.script(b"ALTER SYSTEM SET archive_command = 'cp %p /srv/tapes/%f'")
            database.run("CREATE PUBLICATION everything FOR ALL TABLES")
            database.run("SELECT pg_reload_conf()")
            database.run("SELECT pg_sleep(0.2)")
        with reached(legacy.conninfo()) as database:
            found = {i.where: i.medium for i in by_catalogue(legacy.folder, database)}
            database.run("DROP PUBLICATION everything")
            database.run("ALTER SYSTEM RESET archive_command")
    finally:
        shutil.rmtree(away.parent)
    assert {w for w, m in found.items() if m is Medium.POSTGRESQL} == {
        "server/data",
        "replica",
        "backups/base",
    }
    assert {Path(w).parent.name for w, m in found.items() if m is Medium.WAL} == {"wal-archive", "odd"}
    assert "/srv/tapes, outside the root" in found
    assert "a publication that others may follow: everything" in found


def test_an_extract_of_nobody_known_is_found_by_its_numbers(
    folder: Path, known: list[LegacyChild], tmp_path: Path
) -> None:
    (folder / "extract").write_text("".join(c.export() for c in known[100:140]))
    (folder / "times").write_text("".join(f"2009031{n % 10}{n:04d}\n" for n in range(900)))
    found = by_content(folder, [identity(known[0])], tmp_path / "journal")
    assert [item.where for item in found] == ["extract"]


def test_a_walk_that_is_killed_begins_anew(
    folder: Path, legacy: Legacy, known: list[LegacyChild], tmp_path: Path
) -> None:
    for n in range(4):
        (folder / f"{n}.csv").write_text("".join(c.export() for c in known[n * 75 : n * 75 + 75]))
    opened = msgspec.structs.replace(paper.OPENED, root=str(folder), sample=ORDER.children)
    chain = Chain()
    paper.say(chain, (opened, "oona"))
    procedure, target = laid_down(chain, tmp_path / "procedure"), standin.target(legacy)
    if not (pid := os.fork()):
        read = count(1)

        def dying(self: Reader, path: Path) -> Reading:
            if next(read) == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            return whole(self, path)

        whole, Reader.file = Reader.file, dying  # type: ignore[method-assign]
        look(procedure, target, Search.WALK)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL
    assert (procedure.folder / JOURNAL).exists()
    assert [item.where for item in look(procedure, target, Search.WALK)] == [f"{n}.csv" for n in range(4)]
    assert not (procedure.folder / JOURNAL).exists()


def test_right_digits_are_the_legacys() -> None:
    right = np.array([int(number(n)) for n in range(400)], np.uint64)
    assert right_digits(right).all()
    assert right_digits(right + np.uint64(1)).sum() < 80


def test_what_cannot_be_read_is_presumed(folder: Path, known: list[LegacyChild], tmp_path: Path) -> None:
    (folder / "archive.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(100))
    (folder / "note").write_text("nobody")
    assert [i.where for i in by_content(folder, [identity(known[0])], tmp_path / "j")] == ["archive.7z"]


def test_a_disk_is_known_by_its_file_system(folder: Path) -> None:
    content = bytearray(4096)
    content[1080:1082] = b"\x53\xef"
    (folder / "copy").write_bytes(content)
    assert medium_of(folder / "copy") == Medium.BLOCK_IMAGE
