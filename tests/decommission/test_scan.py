"""Scanning a legacy whole: every copy is met, strays too; what cannot be read is no clean result."""

import base64
import gzip
import io
import os
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from fingerpost.db.foreign import reached
from fingerpost.decommission.legacy.children import LegacyChild
from fingerpost.decommission.legacy.place import Legacy
from fingerpost.decommission.scan import Report, scan
from fingerpost.decommission.scanners.containers import WITHIN
from fingerpost.decommission.scanners.listed import (
    Identity,
    ScanList,
    decoded,
    encoded,
    listed,
    new_key,
)
from fingerpost.decommission.scanners.reading import BLOCK
from tests.decommission.conftest import KEY, identity

HOLDS_NOBODY = ("register.csv", "server.json")


@pytest.fixture(scope="module")
def whole(copies: Path, scan_list: ScanList, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return scan([copies], scan_list, KEY, tmp_path_factory.mktemp("scan") / "journal", most=3)


def _met(report: Report, folder: Path) -> set[str]:
    return {str(Path(unit.path).relative_to(folder)) for unit in report.with_hits}


def test_every_copy_outside_the_servers_is_met(whole: Report, copies: Path) -> None:
    outside = {"feeds", "quality", "reports", "search", "partners", "laptops"}
    there = {p for folder in outside for p in (copies / folder).rglob("*") if p.is_file()}
    assert {str(p.relative_to(copies)) for p in there} <= _met(whole, copies)
    assert {"backups/nightly.dump", "backups/weekly.sql"} <= _met(whole, copies)


def test_every_table_of_the_servers_is_met(whole: Report, legacy: Legacy, copies: Path) -> None:
    tables = ("child", "carer", "education", "health", "involvement", "archive", "feed", "data_quality")
    with reached(legacy.conninfo()) as database:
        paths = [database.value("SELECT pg_relation_filepath(%s)", (table,)) for table in tables]
    met = _met(whole, copies)
    for copy in ("server/data", "backups/base", "replica"):
        assert {f"{copy}/{path}" for path in paths} <= met


def test_what_holds_nobody_is_not_met(whole: Report, legacy: Legacy, copies: Path) -> None:
    assert not set(HOLDS_NOBODY) & _met(whole, copies)
    with reached(legacy.conninfo()) as database:
        empty = database.value("SELECT pg_relation_filepath('guidance')")
    assert f"server/data/{empty}" not in _met(whole, copies)


def test_nobody_is_met_by_a_list_of_others(copies: Path, known: list[LegacyChild], tmp_path: Path) -> None:
    others = (
        identity(LegacyChild(c.number[::-1], c.family, "Quuxley", c.born, c.gender, "", "ZZ1 1ZZ", ""))
        for c in known
    )
    strangers = listed(others, KEY)
    assert scan([copies / "backups"], strangers, KEY, tmp_path / "journal").hits == 0


def test_another_key_meets_nobody(legacy: Legacy, scan_list: ScanList, tmp_path: Path) -> None:
    assert scan([legacy.folder / "feeds"], scan_list, new_key(), tmp_path / "journal").hits == 0


def test_the_list_is_no_copy(scan_list: ScanList, known: list[LegacyChild]) -> None:
    kept = encoded(scan_list)
    assert not any(c.number.encode() in kept or c.family.encode() in kept for c in known)
    assert decoded(kept) == scan_list
    assert known[0].number not in repr(scan_list) + repr(identity(known[0]))


def test_a_scan_goes_on_where_it_was(
    folder: Path, scan_list: ScanList, known: list[LegacyChild], tmp_path: Path
) -> None:
    for n in range(4):
        (folder / f"{n}.csv").write_text("".join(c.export() for c in known[n * 10 : n * 10 + 10]))
    journal = tmp_path / "journal"
    first = scan([folder], scan_list, KEY, journal)
    kept = journal.read_bytes()
    journal.write_bytes(kept[: len(kept) // 2])  # as a kill leaves it
    read: list[str] = []
    again = scan([folder], scan_list, KEY, journal, tell=lambda unit: read.append(unit.path))
    assert again == first
    assert 0 < len(read) < 4
    (folder / "2.csv").write_text("nobody")
    assert len(scan([folder], scan_list, KEY, journal).with_hits) == 3


def test_two_workers_see_what_one_sees(
    folder: Path, scan_list: ScanList, known: list[LegacyChild], tmp_path: Path
) -> None:
    for n in range(6):
        (folder / f"{n}.csv").write_text("".join(c.export() for c in known[n * 10 : n * 10 + 10]))
    one = scan([folder], scan_list, KEY, tmp_path / "one")
    assert scan([folder], scan_list, KEY, tmp_path / "two", workers=2) == one


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (os.urandom(1 << 16), "looks encrypted"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "7z"),
        (gzip.compress(os.urandom(5000))[:-900], "read to its end"),
        (b"LUKS\xba\xbe" + bytes(600), "encrypted volume"),
        (b"PGDMP\x63\x10\x00\x04\x08\x01" + bytes(900), "pg_restore"),
        (b"SQLite format 3\x00" + bytes(900), "read to its end"),
    ],
    ids=["random", "7z", "cut short", "LUKS", "broken dump", "broken SQLite"],
)
def test_what_cannot_be_read_is_not_clean(
    folder: Path, scan_list: ScanList, tmp_path: Path, content: bytes, words: str
) -> None:
    (folder / "x.bin").write_bytes(content)
    report = scan([folder], scan_list, KEY, tmp_path / "journal")
    assert words in report.unread[0].problems[0]


@pytest.mark.parametrize(
    "made",
    [
        zlib.compress,
        lambda content: b"%PDF-1.7 stream\n" + zlib.compress(content),
        lambda content: b"a disk" + gzip.compress(content),
    ],
    ids=["zlib", "PDF", "image"],
)  # fmt: skip
def test_what_is_longer_than_is_read_of_it_is_not_clean(
    folder: Path, scan_list: ScanList, known: list[LegacyChild], tmp_path: Path,
    made: Callable[[bytes], bytes],
) -> None:  # fmt: skip
    (folder / "x.bin").write_bytes(made(bytes(WITHIN + BLOCK) + known[5].export().encode()))
    report = scan([folder], scan_list, KEY, tmp_path / "journal")
    assert "is longer than is read" in report.unread[0].problems[0]


def test_media_that_cannot_be_read_are_not_clean(scan_list: ScanList, tmp_path: Path) -> None:
    """A file whose device answers "Input/output error": the first page of a process's memory is one."""
    report = scan([Path("/proc/self/mem")], scan_list, KEY, tmp_path / "journal")
    assert [unit.problems for unit in report.units] == [("cannot be read to its end (OSError)",)]
    again = scan([Path("/proc/self/mem")], scan_list, KEY, tmp_path / "journal")
    assert again.unread  # a journal does not make it read


def test_a_dump_whose_rest_is_zeros_is_not_clean(
    folder: Path, copies: Path, scan_list: ScanList, tmp_path: Path
) -> None:
    dump = (copies / "backups" / "nightly.dump").read_bytes()
    for whole in range(11, 500, 25):
        (folder / f"{whole}.dump").write_bytes(dump[:whole].ljust(len(dump), b"\0"))
    report = scan([folder], scan_list, KEY, tmp_path / "journal")
    assert len(report.unread) == len(report.units) == 20


def test_an_attachment_of_many_blocks_is_opened(
    folder: Path, scan_list: ScanList, known: list[LegacyChild], tmp_path: Path
) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("picture.jpg", b"\xff\xd8\xff" + os.urandom(3 * BLOCK))
        made.writestr("list.csv", known[5].export())
    letter = (
        "Subject: list\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(archive.getvalue()).decode()
    )
    (folder / "sent.eml").write_text(letter)
    report = scan([folder], scan_list, KEY, tmp_path / "journal")
    assert {hit.listed for unit in report.with_hits for hit in unit.hits} == {6}
    assert not report.unread


@pytest.mark.parametrize(
    ("given", "family", "written"),
    [
        ("Kai", "McCooey", "KaiMcCooey1998-10-22"),
        ("Khalil", "Al-Rubaie", "KhalilAl-Rubaie1998-10-22"),
        ("Jean-Luc", "O'Brien", "Jean-LucO'Brien1998-10-22WA8 7AR"),
        ("Kai", "McCooey", "MCCOOEY, Kai; born 22.10.98"),
    ],
)
def test_a_capital_within_a_name_does_not_hide_it(
    folder: Path, tmp_path: Path, given: str, family: str, written: str
) -> None:
    (folder / "rows").write_text(f"x\n{written}\n")
    child = Identity("571196921884", given, family, date(1998, 10, 22), "WA8 7AR")
    assert scan([folder], listed([child], KEY), KEY, tmp_path / "journal").hits


def test_an_nhs_number_is_met_alone_and_no_number_meets_nobody(folder: Path, tmp_path: Path) -> None:
    (folder / "numbers.txt").write_text("943 476 5919\n000000000000\n")
    people = [Identity(n, "Kai", "McCooey", date(1998, 10, 22), "WA8 7AR") for n in ("", "9434765919")]
    report = scan([folder], listed(people, KEY), KEY, tmp_path / "journal")
    assert [hit.listed for unit in report.units for hit in unit.hits] == [2]


def test_a_link_is_told_that_leads_where_nobody_looks(
    folder: Path, scan_list: ScanList, tmp_path: Path
) -> None:
    beside = tmp_path / "beside"
    (folder / "within").mkdir()
    beside.mkdir()
    leads = {
        "nowhere": tmp_path / "gone",
        "file": Path(__file__),
        "folder": beside,
        "here": folder / "within",
    }
    for name, to in leads.items():
        (folder / name).symlink_to(to)
    report = scan([folder], scan_list, KEY, tmp_path / "journal")
    assert [(Path(unit.path).name, *unit.problems) for unit in report.unread] == [
        ("file", "is a link to what is not searched"), ("folder", "is a link to what is not searched"),
        ("nowhere", "is a link to nowhere"),
    ]  # fmt: skip
    assert len(scan([folder, beside], scan_list, KEY, tmp_path / "another").unread) == 2
