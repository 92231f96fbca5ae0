"""Forward-only migrations: each numbered file runs once, in order, in one transaction with its note.

Roles are made first and grants applied last, so that after `migrate` the database is exactly what the
files say. Two migrators at once are safe: the second waits and finds nothing to do.
"""

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, LiteralString, cast

import psycopg
from msgspec import Struct
from psycopg import Connection, sql

from fingerpost.db.errors import StoreError, translated
from fingerpost.words.errors import Misconfigured, Unavailable

ROLES = (
    "fingerpost_lookup",
    "fingerpost_feed",
    "fingerpost_admin",
    "fingerpost_records",
    "fingerpost_tree",
    "fingerpost_vault",
    "fingerpost_retention",
    "fingerpost_sign_in",
    "fingerpost_shields",
    "fingerpost_moves",
    "fingerpost_requests",
    "fingerpost_rights",
)
OLDEST_SERVER = 150000  # PostgreSQL 15: MERGE and column lists the schema counts on
_LOCK = 7_310_446_221  # any number that only this service uses


class Migration(Struct, frozen=True):
    """One numbered file."""

    number: int
    name: str
    text: str

    @property
    def digest(self) -> bytes:
        """SHA-256 of the text: an applied migration that was edited afterwards is refused."""
        return hashlib.sha256(self.text.encode()).digest()


def migrations() -> list[Migration]:
    """Return every migration shipped, in order."""
    folder = files("fingerpost.db") / "migrations"
    return sorted((_read(f) for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda m: m.number)


def _read(file: Traversable) -> Migration:
    number, _, name = file.name.removesuffix(".sql").partition("_")
    return Migration(int(number), name, file.read_text("utf-8"))


def migrate(conninfo: str, passwords: Mapping[str, str]) -> list[str]:
    """Bring the database up to date as its owner. Return the names of what was applied."""
    with translated(), psycopg.connect(conninfo, autocommit=True) as connection:
        if connection.info.server_version < OLDEST_SERVER:
            raise Misconfigured("PostgreSQL 15 or later is needed")
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            _make_roles(connection, passwords)
            applied = _apply(connection)
            connection.execute(_statement((files("fingerpost.db") / "grants.sql").read_text("utf-8")))
        return applied


def require_unused(conninfo: str) -> None:
    """Refuse a database that an instance uses already: new passwords would lock that one out."""
    with translated(), psycopg.connect(conninfo) as connection:
        row = connection.execute("SELECT to_regclass('public.schema_migration') IS NOT NULL").fetchone()
    if row and row[0]:
        raise Misconfigured("that database belongs to an instance already; give this one its own")


def pending(connection: Connection[Any]) -> list[Migration]:
    """Return what is not applied yet; refuse a database whose past is not ours."""
    done: dict[int, bytes] = {}
    if connection.execute("SELECT to_regclass('public.schema_migration')").fetchone() != (None,):
        done = dict(connection.execute("SELECT number, digest FROM schema_migration").fetchall())
    shipped = migrations()
    if not done.keys() <= {m.number for m in shipped}:
        raise Misconfigured("the database was migrated by a later version of this service")
    if edited := [m.name for m in shipped if m.number in done and bytes(done[m.number]) != m.digest]:
        raise Misconfigured(f"migration {edited[0]} was edited after it was applied")
    return [m for m in shipped if m.number not in done]


def require_migrated(conninfo: str) -> None:
    """Refuse a database at another version's schema: as any role, before anything is answered from it.

    One that cannot be reached is not refused: whoever asks it is told so.
    """
    try:
        with translated(), psycopg.connect(conninfo) as connection:
            waiting = bool(pending(connection))
    except Unavailable:
        return
    except StoreError:  # of a version that let nobody look
        waiting = True
    if waiting:
        raise Misconfigured("the database is of an earlier version; run `fingerpost db migrate`")


def _apply(connection: Connection[Any]) -> list[str]:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_migration ("
        " number integer PRIMARY KEY, name text NOT NULL, digest bytea NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT now())"
    )
    waiting = pending(connection)
    for migration in waiting:
        connection.execute(_statement(migration.text))
        connection.execute(
            "INSERT INTO schema_migration (number, name, digest) VALUES (%s, %s, %s)",
            (migration.number, migration.name, migration.digest),
        )
    return [f"{m.number:04}_{m.name}" for m in waiting]


def _make_roles(connection: Connection[Any], passwords: Mapping[str, str]) -> None:
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
    for role in ROLES:
        verb = sql.SQL("ALTER ROLE" if role in known else "CREATE ROLE")
        # As the server keeps it: the statement may stand in its log.
        kept = connection.pgconn.encrypt_password(passwords[role].encode(), role.encode(), b"scram-sha-256")
        connection.execute(
            sql.SQL("{} {} LOGIN PASSWORD {}").format(verb, sql.Identifier(role), sql.Literal(kept.decode()))
        )


def _statement(text: str) -> LiteralString:
    # These texts are shipped files, reviewed like code: the one place where SQL is not written in line.
    return cast("LiteralString", text)
