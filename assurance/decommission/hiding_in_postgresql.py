"""Copies that a PostgreSQL server makes: dumps of every format, a table's file, long values, its log."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

from assurance.decommission.hiding import People
from fingerpost.db.foreign import Foreign, database_of, program, reached
from fingerpost.decommission.legacy.place import Legacy

DATABASE = "hidden"
_TABLE = """
CREATE TABLE child (number bigint, given text, family text, born date, postcode text);
CREATE TABLE letter (id int PRIMARY KEY, body text);
"""


def fill(legacy: Legacy, people: People) -> str:
    """Make a database of its own with some children; return its connection string."""
    with reached(database_of(legacy.conninfo(), "postgres")) as server:
        server.named("DROP DATABASE IF EXISTS {}", DATABASE)
        server.named("CREATE DATABASE {}", DATABASE)
    conninfo = database_of(legacy.conninfo(), DATABASE)
    with reached(conninfo) as database:
        database.script(_TABLE.encode())
        rows = (f"{c.number}\t{c.given}\t{c.family}\t{c.born}\t{c.postcode}\n" for c in people)
        database.copy_into("child", rows)
        long = "your letter of last month is with us and will be answered. " * 90
        lines = (f"{n}\t{long}{c.given} {c.family} {c.born} {long}\n" for n, c in enumerate(people))
        database.copy_into("letter", lines)
        database.run("CHECKPOINT")
    return conninfo


def _dump(conninfo: str, path: Path, form: str, *more: str) -> None:
    program("pg_dump", conninfo, f"--format={form}", f"--file={path}", *more, DATABASE)


def custom(conninfo: str, legacy: Legacy, path: Path) -> None:
    _dump(conninfo, path, "custom")


def custom_in_gzip(conninfo: str, legacy: Legacy, path: Path) -> None:
    _dump(conninfo, path, "custom", "--compress=0")
    path.write_bytes(gzip.compress(path.read_bytes()))


def plain_in_gzip(conninfo: str, legacy: Legacy, path: Path) -> None:
    _dump(conninfo, path, "plain")
    path.write_bytes(gzip.compress(path.read_bytes()))


def plain_inserts(conninfo: str, legacy: Legacy, path: Path) -> None:
    _dump(conninfo, path, "plain", "--inserts")


def tar(conninfo: str, legacy: Legacy, path: Path) -> None:
    _dump(conninfo, path, "tar")


def folder(conninfo: str, legacy: Legacy, path: Path) -> None:
    _dump(conninfo, path, "directory")


def _file_of(conninfo: str, legacy: Legacy, statement: Callable[[Foreign], object], path: Path) -> None:
    with reached(conninfo) as database:
        shutil.copyfile(legacy.server.data / str(statement(database)), path)


def table(conninfo: str, legacy: Legacy, path: Path) -> None:
    """A table's file: dates and numbers in binary."""
    _file_of(conninfo, legacy, lambda d: d.value("SELECT pg_relation_filepath('child')"), path)


def long_values(conninfo: str, legacy: Legacy, path: Path) -> None:
    """A table's file whose rows are compressed."""
    _file_of(conninfo, legacy, lambda d: d.value("SELECT pg_relation_filepath('letter')"), path)


def log(conninfo: str, legacy: Legacy, path: Path) -> None:
    """A segment of the log in which rows were written."""
    with reached(conninfo) as database:
        database.run("CREATE TABLE IF NOT EXISTS again AS SELECT * FROM child")
        database.run("DELETE FROM again")
        database.run("SELECT pg_switch_wal()")
        database.run("INSERT INTO again SELECT * FROM child")
        segment = str(database.value("SELECT pg_walfile_name(pg_switch_wal())"))
    shutil.copyfile(legacy.server.data / "pg_wal" / segment, path)


WAYS = (custom, custom_in_gzip, plain_in_gzip, plain_inserts, tar, folder, table, long_values, log)
