"""All SQL of the ledger. One statement adds; none changes."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Database, Session

PAGE = 2000  # entries a round trip; a national year is tens of millions, so never all at once


class Stored(Struct, frozen=True):
    """A row of `ledger_entry`."""

    position: int
    id: UUID
    recorded_at: datetime
    kind: str
    cohort: date
    leaf: bytes
    signature: bytes
    sealed: bytes


def add(session: Session, row: Sequence[object]) -> None:
    """Insert one entry. Nothing is returned: the role that inserts may not read."""
    session.run(
        "INSERT INTO ledger_entry (id, recorded_at, kind, cohort, leaf, signature, sealed)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        row,
    )


def read(database: Database, last: int | None) -> Iterator[Stored]:
    """Yield entries in order of position."""
    after = 0 if last is None else _position_before(database, last)
    while page := _page(database, after):
        yield from page
        after = page[-1].position


def _position_before(database: Database, last: int) -> int:
    with database.statement() as session:
        found = session.column(
            "SELECT position FROM ledger_entry ORDER BY position DESC OFFSET %s LIMIT 1", (last,)
        )
    return found[0] if found else 0


def _page(database: Database, after: int) -> list[Stored]:
    with database.statement() as session:
        return session.rows(
            Stored,
            "SELECT position, id, recorded_at, kind, cohort, leaf, signature, sealed"
            " FROM ledger_entry WHERE position > %s ORDER BY position LIMIT %s",
            (after, PAGE),
        )


def find(database: Database, entry: UUID) -> Stored | None:
    """Return one entry by its id."""
    with database.statement() as session:
        return session.row(
            Stored,
            "SELECT position, id, recorded_at, kind, cohort, leaf, signature, sealed"
            " FROM ledger_entry WHERE id = %s",
            (entry,),
        )
