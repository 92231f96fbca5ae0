"""All SQL of the ledger's entries. One statement adds; none changes."""

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


class Ending(Struct, frozen=True):
    """How a question that was spent ended, noted with its entry (`end_asking` in migration 0012)."""

    asking: UUID
    outcome: str
    moment: datetime
    entry: UUID
    justify_by: datetime | None
    alerts: list[str]


def add(session: Session, row: Sequence[object]) -> None:
    """Insert one entry. Nothing is returned: the role that inserts may not read."""
    session.run(
        "INSERT INTO ledger_entry (id, recorded_at, kind, cohort, leaf, signature, sealed)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        row,
    )


def add_ending(session: Session, row: Sequence[object], ending: Ending) -> None:
    """Insert the entry of a question and note how it ended, in one statement and one commit."""
    answered = None if ending.outcome == "refused" else ending.entry
    session.run(
        "WITH entry AS (INSERT INTO ledger_entry (id, recorded_at, kind, cohort, leaf, signature, sealed)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s))"
        " SELECT end_asking(%s, %s, %s, %s, %s, %s::text[]), note_entry(%s, %s)",
        (
            *row, ending.asking, ending.outcome, ending.moment, ending.entry, ending.justify_by,
            ending.alerts, ending.asking, answered,
        ),
    )  # fmt: skip


def holds_what_ended(session: Session, signed: int, entries: Sequence[UUID]) -> bool:
    """Tell whether the tree has as many leaves as were signed, and the ledger holds these entries."""
    return bool(session.value("SELECT holds_what_ended(%s, %s)", (signed, list(entries))))


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


Span = tuple[datetime, datetime]


def releases_without_entry(session: Session, span: Span, most: int) -> list[UUID]:
    """Return entries that the vault let words out against and that are not there as answers."""
    return session.column(
        "SELECT r.entry FROM vault_release r WHERE r.released_at >= %s AND r.released_at < %s"
        " AND NOT EXISTS (SELECT FROM ledger_entry e WHERE e.id = r.entry AND e.kind = 'lookup_answered')"
        " LIMIT %s",
        (*span, most),
    )


def entries_without_release(session: Session, span: Span, most: int) -> list[int]:
    """Return positions of answers that the vault let no words out for."""
    return session.column(
        "SELECT e.position FROM ledger_entry e WHERE e.recorded_at >= %s AND e.recorded_at < %s"
        " AND e.kind = 'lookup_answered'"
        " AND NOT EXISTS (SELECT FROM vault_release r WHERE r.entry = e.id) LIMIT %s",
        (*span, most),
    )


def disclosures(session: Session, span: Span) -> tuple[int, int]:
    """Return how many answers the ledger holds, and for how many of them words were let out."""
    found = session.tuples(
        "SELECT count(*), count(r.entry) FROM ledger_entry e LEFT JOIN vault_release r ON r.entry = e.id"
        " WHERE e.recorded_at >= %s AND e.recorded_at < %s AND e.kind = 'lookup_answered'",
        span,
    )
    return found[0][0], found[0][1]
