"""All SQL of oversight: entries of some days, one's own questions, published figures."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Database, Session
from fingerpost.ledger.store import Stored

Span = tuple[datetime, datetime]
PAGE = 2000  # entries a round trip


class Asked(Struct, frozen=True):
    """One question of somebody's own; `entry` is None where it was refused or is from before it was noted."""

    asked_at: datetime
    outcome: str | None
    entry: UUID | None


class Figure(Struct, frozen=True):
    """How often something happened in one month."""

    month: date
    what: str
    count: int


def entries(
    session: Session, span: Span, of_kind: str, ending: str, *, before: int, most: int
) -> list[Stored]:
    """Return entries of some days, of one kind or any, whose ids end so, before one; the latest first."""
    return session.rows(
        Stored,
        "SELECT position, id, recorded_at, kind, cohort, leaf, signature, sealed FROM ledger_entry"
        " WHERE recorded_at >= %s AND recorded_at < %s AND (%s = '' OR kind = %s)"
        " AND (%s = '' OR right(id::text, 6) = %s) AND (%s = 0 OR position < %s)"
        " ORDER BY position DESC LIMIT %s",
        (*span, of_kind, of_kind, ending, ending, before, before, most),
    )


def named(session: Session, entry_ids: Sequence[UUID]) -> list[Stored]:
    """Return these entries."""
    return session.rows(
        Stored,
        "SELECT position, id, recorded_at, kind, cohort, leaf, signature, sealed FROM ledger_entry"
        " WHERE id = ANY (%s)",
        (list(entry_ids),),
    )


def asked_by(session: Session, who: tuple[str, str], most: int) -> list[Asked]:
    """Return what a person (authority, reference) asked lately, the latest first."""
    return session.rows(
        Asked,
        "SELECT a.asked_at, a.outcome, a.entry FROM asking a JOIN practitioner p ON p.id = a.practitioner_id"
        " WHERE p.authority = %s AND p.reference = %s ORDER BY a.asked_at DESC LIMIT %s",
        (*who, most),
    )


def month_of_entries(database: Database, span: Span) -> Iterator[Stored]:
    """Yield every entry of a month, a page at a time."""
    after = 0
    while page := _page(database, span, after):
        yield from page
        after = page[-1].position


def _page(database: Database, span: Span, after: int) -> list[Stored]:
    with database.statement() as session:
        return session.rows(
            Stored,
            "SELECT position, id, recorded_at, kind, cohort, leaf, signature, sealed FROM ledger_entry"
            " WHERE recorded_at >= %s AND recorded_at < %s AND position > %s ORDER BY position LIMIT %s",
            (*span, after, PAGE),
        )


def publish(session: Session, rows: Sequence[tuple[date, str, int]]) -> None:
    """Note a month's figures; counted again, they are replaced."""
    session.run_many(
        "INSERT INTO figure (month, what, count) VALUES (%s, %s, %s)"
        " ON CONFLICT (month, what) DO UPDATE SET count = excluded.count",
        rows,
    )


def published(session: Session, since: date) -> list[Figure]:
    """Return the figures published of the months from `since`, the latest month first."""
    return session.rows(
        Figure,
        "SELECT month, what, count FROM figure WHERE month >= %s ORDER BY month DESC, what",
        (since,),
    )
