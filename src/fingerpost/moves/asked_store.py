"""All SQL of answers that are looked at a second time."""

from datetime import datetime
from uuid import UUID

from fingerpost.db.database import Session
from fingerpost.ledger.store import Stored


def take(session: Session, moment: datetime, most: int) -> list[Stored]:
    """Return answers that wait for a second look, and let them wait no longer."""
    return session.rows(
        Stored,
        "WITH taken AS (DELETE FROM asked_waiting WHERE entry IN ("
        "  SELECT entry FROM asked_waiting WHERE not_before <= %s ORDER BY not_before LIMIT %s"
        "  FOR UPDATE SKIP LOCKED) RETURNING entry)"
        " SELECT e.position, e.id, e.recorded_at, e.kind, e.cohort, e.leaf, e.signature, e.sealed"
        " FROM taken JOIN ledger_entry e ON e.id = taken.entry ORDER BY e.position",
        (moment, most),
    )


def answer(session: Session, entry: UUID, since: datetime) -> Stored | None:
    """Return the entry of an answer given since a moment."""
    return session.row(
        Stored,
        "SELECT position, id, recorded_at, kind, cohort, leaf, signature, sealed FROM ledger_entry"
        " WHERE id = %s AND recorded_at >= %s AND kind = 'lookup_answered'",
        (entry, since),
    )
