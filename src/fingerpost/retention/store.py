"""All SQL of a purge: what has left, and the remainders of what left before."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.vault.ending import ToldItem

_PURGING = 7_310_453  # the advisory lock by which one process ends things at a time


class Leaving(Struct, frozen=True):
    """A signpost whose day has come."""

    id: UUID
    record_id: UUID


class Ended(Struct, frozen=True):
    """A hold that has ended."""

    id: UUID
    authority: str
    reference: bytes


def moment(session: Session) -> datetime:
    """Return the database's own clock."""
    return session.value("SELECT clock_timestamp()")


def lock(session: Session) -> bool:
    """Become the one that ends things until the transaction ends; tell whether nobody else is."""
    return bool(session.value("SELECT pg_try_advisory_xact_lock(%s, 0)", (_PURGING,)))


def authorities_leaving(session: Session, day: date) -> list[str]:
    """Return the authorities that hold a signpost whose day has come."""
    return session.column(
        "SELECT DISTINCT r.authority FROM signpost s JOIN record r ON r.id = s.record_id"
        " WHERE s.leaves_on <= %s ORDER BY r.authority",
        (day,),
    )


def leaving(session: Session, authority: str, day: date, most: int) -> list[Leaving]:
    """Return an authority's signposts whose day has come, the earliest first."""
    return session.rows(
        Leaving,
        "SELECT s.id, s.record_id FROM signpost s JOIN record r ON r.id = s.record_id"
        " WHERE s.leaves_on <= %s AND r.authority = %s ORDER BY s.leaves_on, s.id LIMIT %s",
        (day, authority, most),
    )


def emptied(session: Session, records: Sequence[UUID]) -> dict[UUID, bytes]:
    """Return which of these records have no signpost left, with their references."""
    rows = session.tuples(
        "SELECT r.id, r.reference FROM record r WHERE r.id = ANY (%s)"
        " AND NOT EXISTS (SELECT FROM signpost s WHERE s.record_id = r.id)",
        (sorted(set(records)),),
    )
    return {row[0]: row[1] for row in rows}


def told(session: Session, authority: str) -> list[ToldItem]:
    """Return all that an authority was told, sealed."""
    return session.rows(
        ToldItem, "SELECT id, authority, cohort, sealed FROM told WHERE authority = %s", (authority,)
    )


def remove_told(session: Session, items: Sequence[UUID]) -> None:
    """Delete items that an authority was told."""
    session.run("DELETE FROM told WHERE id = ANY (%s)", (list(items),))


def remove_told_before(session: Session, month: date) -> list[UUID]:
    """Delete what was told under keys of months before this one; return the ids."""
    return session.column("DELETE FROM told WHERE cohort < %s RETURNING id", (month,))


def remove_alerts_before(session: Session, month: date) -> list[UUID]:
    """Delete what keepers were told under keys of months before this one; return the ids."""
    return session.column("DELETE FROM shield_alert WHERE cohort < %s RETURNING id", (month,))


def remove_requests(session: Session, day: date, month: date) -> list[UUID]:
    """Delete contact requests kept long enough, or under keys of months before this one; return the ids."""
    return session.column(
        "DELETE FROM contact_request WHERE leaves_on <= %s OR cohort < %s RETURNING id", (day, month)
    )


def remove_subject_requests(session: Session, before: datetime) -> list[UUID]:
    """Delete subject access requests whose pack was made, or that were asked in vain, before a moment."""
    return session.column(
        "DELETE FROM subject_request WHERE coalesce(made_at, asked_at) < %s RETURNING id", (before,)
    )


def remove_quarantine(session: Session, before: datetime) -> int:
    """Delete what feeds accepted before a moment had set aside; return how many rows."""
    return session.run(
        "DELETE FROM feed_quarantine q USING feed_run f WHERE f.id = q.run_id AND f.received_at < %s",
        (before,),
    )


def authorities_of_ended_holds(session: Session, day: date) -> list[str]:
    """Return whose holds are past their last day."""
    return session.column(
        "SELECT DISTINCT authority FROM hold WHERE held_until < %s ORDER BY authority", (day,)
    )


def end_holds(session: Session, day: date) -> list[Ended]:
    """Delete the holds that are past their last day."""
    return session.rows(
        Ended, "DELETE FROM hold WHERE held_until < %s RETURNING id, authority, reference", (day,)
    )


def remove_copies(session: Session, children: Sequence[tuple[str, bytes]]) -> list[UUID]:
    """Delete the copies of these children (authority, reference) that no hold keeps any more."""
    return session.column(
        "DELETE FROM held_copy c USING unnest(%s::text[], %s::bytea[]) AS v (authority, reference)"
        " WHERE c.authority = v.authority AND c.reference = v.reference AND NOT EXISTS ("
        "  SELECT FROM hold h WHERE h.authority = c.authority AND h.reference = c.reference)"
        " RETURNING c.id",
        ([authority for authority, _ in children], [reference for _, reference in children]),
    )
