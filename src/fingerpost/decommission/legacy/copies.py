"""The copies that a legacy leaves: what backs it up, what was handed to partners, what strayed.

The register that the owner declares knows most of them. It does not know the laptop, one partner's SQLite and
the mail with an extract in it: those have to be found.
"""

import base64
import csv
import gzip
import io
import shutil
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path

from msgspec import Struct

from fingerpost.db.foreign import database_of, program, reached
from fingerpost.decommission.legacy.build import Order
from fingerpost.decommission.legacy.children import LegacyChild, authority_codes, children
from fingerpost.decommission.legacy.place import DATABASE, Legacy

PARTNERS = 12  # authorities that hold an extract of their own
EACH = 2_000  # children an extract holds at most
_FURTHEST = 90 * 37  # child with whom an extract begins
_IMAGE = 4 << 20  # bytes of a laptop's disk
_HEADER = "number,family name,given name,date of birth,address,postcode\n"


class Declared(Struct, frozen=True):
    """One line of the owner's register."""

    path: str
    medium: str
    kind: str
    owner: str
    serial: str = ""


def back_up(legacy: Legacy) -> None:
    """Take the nightly backups and a replica, as the operator's own job does."""
    folder = legacy.folder / "backups"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(legacy.folder / "replica", ignore_errors=True)
    folder.mkdir()
    conninfo, server = legacy.conninfo(), database_of(legacy.conninfo(), "postgres")
    quick = ("--no-sync", f"--file={folder / 'nightly.dump'}", "--format=custom", "--compress=1")
    program("pg_dump", conninfo, *quick, DATABASE)
    program("pg_dump", conninfo, "--no-sync", f"--file={folder / 'weekly.sql'}", DATABASE)
    _base_backup(server, folder / "base", "--manifest-checksums=SHA256")
    _base_backup(server, legacy.folder / "replica", "--write-recovery-conf")
    _archive_log(legacy)


def _base_backup(server: str, folder: Path, *more: str) -> None:
    options = ("--checkpoint=fast", "--wal-method=stream", "--no-sync", *more)
    program("pg_basebackup", server, f"--pgdata={folder}", *options)


def _archive_log(legacy: Legacy) -> None:
    archive = legacy.folder / "wal-archive"
    shutil.rmtree(archive, ignore_errors=True)
    archive.mkdir()
    with reached(legacy.conninfo()) as database:
        finished = str(database.value("SELECT pg_walfile_name(pg_switch_wal())"))
    shutil.copyfile(legacy.server.data / "pg_wal" / finished, archive / finished)


def hand_out(legacy: Legacy, order: Order, more: Callable[[], list[LegacyChild]] = list) -> list[Declared]:
    """Write everything outside the database. Return the register.

    `more` are children who go into every extract.
    """
    codes = authority_codes(order.authorities)
    extra = more()
    shutil.rmtree(legacy.folder / "partners", ignore_errors=True)  # done again, it hands out anew

    first = list(islice(children(order.children, order.seed, codes), _FURTHEST + EACH))

    def some(seed: int) -> list[LegacyChild]:
        skip = seed * 37 % max(1, order.children - EACH)
        return [*first[skip : skip + min(EACH, order.children // 2)], *extra]

    own = [*_feeds(legacy, some(1)), *_reports(legacy, some(2)), *_search(legacy, some(3))]
    held = [
        line for n, code in enumerate(codes[:PARTNERS]) for line in _partner(legacy, code, n, some(n + 4))
    ]
    _laptop(legacy, some(90))
    known = [*_of_the_server(legacy), *own, *held]
    with legacy.register.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(Declared.__struct_fields__)
        writer.writerows([line.path, line.medium, line.kind, line.owner, line.serial] for line in known)
    return known


def _of_the_server(legacy: Legacy) -> list[Declared]:
    supplier = "supplier"
    wal = next((legacy.folder / "wal-archive").iterdir()).name
    return [
        Declared("server", "postgresql", "core", supplier, "ARRAY-1"),
        Declared("replica", "postgresql", "core", supplier, "ARRAY-2"),
        Declared("backups/base", "postgresql", "core", supplier, "ARRAY-3"),
        Declared("backups/nightly.dump", "file", "core", supplier, "ARRAY-3"),
        Declared("backups/weekly.sql", "file", "core", supplier, "ARRAY-3"),
        Declared(f"wal-archive/{wal}", "file", "core", supplier, "ARRAY-3"),
        Declared("tape vault, shelf 4, tape LT0042", "by_hand", "core", supplier, "LT0042"),
    ]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _extract(found: list[LegacyChild]) -> bytes:
    return (_HEADER + "".join(c.export() for c in found)).encode()


def _feeds(legacy: Legacy, found: list[LegacyChild]) -> list[Declared]:
    _write(legacy.folder / "feeds/2010-06-01.csv.gz", gzip.compress(_extract(found), mtime=0))
    lines = "".join(f"{c.given}|{c.family}|{c.born:%Y%m%d}|{c.postcode}\n" for c in found)
    _write(legacy.folder / "quality/rejected.txt", lines.encode("utf-16"))
    return [
        Declared("feeds/2010-06-01.csv.gz", "file", "core", "data team"),
        Declared("quality/rejected.txt", "file", "core", "data team"),
    ]


def _reports(legacy: Legacy, found: list[LegacyChild]) -> list[Declared]:
    rows = "".join(f"<tr><td>{c.given} {c.family}<td>{c.born:%d %B %Y}<td>{c.number}\n" for c in found[-40:])
    _write(legacy.folder / "reports/shielding-review.html", f"<table>{rows}</table>".encode())
    return [Declared("reports/shielding-review.html", "file", "extract", "central team")]


def _search(legacy: Legacy, found: list[LegacyChild]) -> list[Declared]:
    """Write postings of the search engine: a word, then the numbers of the children who have it."""
    postings: dict[str, list[str]] = {}
    for c in found:
        for word in (c.given, c.family):
            postings.setdefault(word.lower(), []).append(c.number)
    text = b"\x00".join(
        f"{word}\x01{' '.join(numbers)}".encode() for word, numbers in sorted(postings.items())
    )
    _write(legacy.folder / "search/segment-1.idx", b"IDX1" + text)
    return [Declared("search/segment-1.idx", "file", "core", "supplier")]


def _partner(legacy: Legacy, code: str, place: int, found: list[LegacyChild]) -> list[Declared]:
    folder = legacy.folder / "partners" / code
    folder.mkdir(parents=True, exist_ok=True)
    content = _extract(found)
    name, declared = _KINDS[place % len(_KINDS)](folder, content, found)
    return [Declared(f"partners/{code}/{name}", "file", "extract", code)] if declared else []


def _as_csv(folder: Path, content: bytes, _: list[LegacyChild]) -> tuple[str, bool]:
    (folder / "extract.csv").write_bytes(content)
    return "extract.csv", True


def _as_nested_archive(folder: Path, content: bytes, _: list[LegacyChild]) -> tuple[str, bool]:
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:gz") as tar:
        entry = tarfile.TarInfo("2009/extract.csv")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    with zipfile.ZipFile(folder / "sent.zip", "w", zipfile.ZIP_DEFLATED) as outer:
        outer.writestr("for-the-team.tar.gz", inner.getvalue())
    return "sent.zip", True


def _as_sqlite(folder: Path, _: bytes, found: list[LegacyChild]) -> tuple[str, bool]:
    with closing(sqlite3.connect(folder / "caseload.sqlite")) as database, database:
        database.execute(
            "CREATE TABLE child (number TEXT, given TEXT, family TEXT, born TEXT, postcode TEXT)"
        )
        rows = [(c.number, c.given, c.family, str(c.born), c.postcode) for c in found]
        database.executemany("INSERT INTO child VALUES (?, ?, ?, ?, ?)", rows)
    return "caseload.sqlite", False


def _as_mail(folder: Path, content: bytes, _: list[LegacyChild]) -> tuple[str, bool]:
    attached = base64.encodebytes(content).decode()
    head = "From: worker@authority.example\nSubject: extract\nContent-Transfer-Encoding: base64\n\n"
    (folder / "sent-items.mbox").write_text(head + attached)
    return "sent-items.mbox", False


_KINDS = (_as_csv, _as_nested_archive, _as_sqlite, _as_mail)


def _laptop(legacy: Legacy, found: list[LegacyChild]) -> None:
    """Write the image of a disk: an extract that was deleted, in blocks that no file has."""
    image = bytearray(_IMAGE)
    content = _extract(found)
    start = 1_234_944
    image[start : start + len(content)] = content[: _IMAGE - start]
    _write(legacy.folder / "laptops/LT-0001.img", bytes(image))
