"""Somebody else's PostgreSQL, reached to be counted, switched off and ended: statements, COPY, its programs.

Tables are found in its catalogue, so names are quoted here (`psycopg.sql`) and written nowhere else.
"""

import subprocess
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from os import environ
from typing import Any, LiteralString

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from fingerpost.db.embedded import binaries
from fingerpost.db.errors import translated
from fingerpost.words.errors import Unavailable

APPLICATION = "decommission"  # how the server's log names our own connections


class Foreign:
    """One connection, each statement by itself."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def run(self, statement: LiteralString, parameters: Sequence[object] = ()) -> int:
        """Run a statement; return how many rows it touched."""
        with translated():
            return self._connection.execute(statement, parameters).rowcount

    def script(self, statements: bytes) -> None:
        """Run a file of statements."""
        with translated():
            self._connection.execute(statements)

    def named(self, statement: LiteralString, *names: str) -> None:
        """Run a statement whose `{}` are names, quoted."""
        with translated():
            self._connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def tuples(self, statement: LiteralString, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return every row."""
        with translated():
            return self._connection.execute(statement, parameters).fetchall()

    def value(self, statement: LiteralString, parameters: Sequence[object] = ()) -> Any:
        """Return the first column of the first row, or None."""
        row = self.tuples(statement, parameters)[:1]
        return row[0][0] if row else None

    def named_tuples(
        self, statement: LiteralString, names: Sequence[str], parameters: Sequence[object] = ()
    ) -> list[tuple[Any, ...]]:
        """Return every row of a statement whose `{}` are names, quoted."""
        composed = sql.SQL(statement).format(*map(sql.Identifier, names))
        with translated():
            return self._connection.execute(composed, parameters).fetchall()

    def login(self, role: str, password: str) -> None:
        """Create a role that may connect with a password."""
        statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        with translated():
            self._connection.execute(statement.format(sql.Identifier(role), sql.Literal(password)))

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        with translated():
            row = self._connection.execute(statement).fetchone()
        return int(row[0]) if row else 0

    def rows_of(self, table: str, order: Sequence[str]) -> Iterator[bytes]:
        """Yield a table's rows as COPY writes them, in the order of some columns."""
        by = sql.SQL(", ").join(map(sql.Identifier, order)) if order else sql.SQL("1")
        statement = sql.SQL("COPY (SELECT * FROM {} ORDER BY {}) TO STDOUT").format(sql.Identifier(table), by)
        with translated(), self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in copy:
                yield bytes(row)

    def copy_into(self, table: str, blocks: Iterable[str]) -> None:
        """Send blocks of COPY text into a table."""
        statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
        with translated(), self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for block in blocks:
                copy.write(block)


@contextmanager
def reached(conninfo: str) -> Generator[Foreign]:
    """Reach a server for as long as the block runs."""
    with (
        translated(),
        psycopg.connect(make_conninfo(conninfo, application_name=APPLICATION), autocommit=True) as connection,
    ):
        yield Foreign(connection)


def identity_of(conninfo: str) -> tuple[str, str]:
    """Return what no other database has: the identifier of its server, and its number there."""
    with reached(conninfo) as database:
        number = database.value("SELECT oid FROM pg_database WHERE datname = current_database()")
        return identifier(database), str(number)


def identifier(server: Foreign) -> str:
    """Return what a server, its replicas and backups have in common, and no other server has."""
    return str(server.value("SELECT system_identifier FROM pg_control_system()"))


def refuses(conninfo: str) -> str:
    """Return why a server refuses a connection, as its SQLSTATE or `unreachable`; '' where it lets one in."""
    try:
        psycopg.connect(make_conninfo(conninfo, connect_timeout=5)).close()
    except psycopg.OperationalError as error:
        return error.sqlstate or "unreachable"
    return ""


def database_of(conninfo: str, name: str) -> str:
    """Return the connection string of another database on the same server."""
    return make_conninfo(conninfo, dbname=name)


def as_role(conninfo: str, role: str, password: str) -> str:
    """Return the connection string of another role of the same database."""
    return make_conninfo(conninfo, user=role, password=password)


def program(name: str, conninfo: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs against a server; `Unavailable` with its words if it fails."""
    parts = conninfo_to_dict(conninfo)
    where = {
        "PGHOST": parts.get("host"), "PGPORT": parts.get("port"), "PGUSER": parts.get("user"),
        "PGPASSWORD": parts.get("password"),
        "PGDATABASE": parts.get("dbname"),
    }  # fmt: skip
    done = subprocess.run(
        [str(binaries() / name), *arguments], capture_output=True, text=True, check=False, cwd="/",
        env={**environ, **{key: str(value) for key, value in where.items() if value is not None}},
    )  # fmt: skip
    if done.returncode:
        raise Unavailable(f"{name} failed: {' '.join(done.stderr.split())[:200]}")
