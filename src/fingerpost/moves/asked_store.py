"""All SQL of answers that are looked at a second time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from fingerpost.db.database import Session
from fingerpost.ledger.store import Stored


def take(session: Session, moment: datetime, most: int) -> list[tuple[Stored, bool]]:
    """Return answers that wait for a second look, and whether their questions are wanted to stand."""
    rows = session.tuples(
        "WITH taken AS (DELETE FROM asked_waiting WHERE entry IN ("
        "  SELECT entry FROM asked_waiting WHERE not_before <= %s ORDER BY not_before LIMIT %s"
        "  FOR UPDATE SKIP LOCKED) RETURNING entry, wanted)"
        " SELECT taken.wanted, e.position, e.id, e.recorded_at, e.kind, e.cohort, e.leaf, e.signature,"
        " e.sealed FROM taken JOIN ledger_entry e ON e.id = taken.entry ORDER BY e.position",
        (moment, most),
    )
    return [(Stored(*row[1:]), row[0]) for row in rows]


def answer(session: Session, entry: UUID, since: datetime) -> Stored | None:
    """Return the entry of an answer given since a moment."""
    return session.row(
        Stored,
        "SELECT position, id, recorded_at, kind, cohort, leaf, signature, sealed FROM ledger_entry"
        " WHERE id = %s AND recorded_at >= %s AND kind = 'lookup_answered'",
        (entry, since),
    )


def want(session: Session, entry: UUID, moment: datetime) -> None:
    """Have the question of an answer stand."""
    session.run(
        "INSERT INTO asked_waiting (entry, not_before, wanted) VALUES (%s, %s, true)"
        " ON CONFLICT (entry) DO UPDATE SET wanted = true",
        (entry, moment),
    )


def hold_back(session: Session, entry: UUID, until: datetime, signposts: Sequence[UUID]) -> None:
    """Look at an answer again later, whatever becomes of these signposts until then."""
    session.run("INSERT INTO asked_waiting (entry, not_before) VALUES (%s, %s)", (entry, until))
    session.run(
        "INSERT INTO covert_holder (entry, authority, reference)"
        " SELECT DISTINCT %s::uuid, r.authority, r.reference"
        " FROM signpost s JOIN record r ON r.id = s.record_id WHERE s.id = ANY (%s) AND r.hidden IS NULL"
        " ON CONFLICT DO NOTHING",
        (entry, list(signposts)),
    )


def holders(session: Session, entry: UUID, signposts: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Return the visible records of these signposts and of an answer that was held back, and whose."""
    return session.tuples(
        "WITH held AS (DELETE FROM covert_holder WHERE entry = %s RETURNING authority, reference)"
        " SELECT r.id, r.authority FROM signpost s JOIN record r ON r.id = s.record_id"
        " WHERE s.id = ANY (%s) AND r.hidden IS NULL"
        " UNION SELECT r.id, r.authority FROM held JOIN record r"
        " ON r.authority = held.authority AND r.reference = held.reference WHERE r.hidden IS NULL"
        " ORDER BY 1",
        (entry, list(signposts)),
    )
