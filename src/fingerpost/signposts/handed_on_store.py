"""All SQL of hand-overs as evidence: which records were closed as handed on, and when work began."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from fingerpost.db.database import Session


def closed(session: Session, records: Sequence[UUID]) -> dict[UUID, list[date]]:
    """Return when these records were closed as handed on, where nobody has worked there ever since.

    Who begins there later takes nothing back: a family returns, and was away all the same.
    """
    rows = session.tuples(
        "SELECT s.record_id, array_agg(s.ended) FROM signpost s"
        " WHERE s.record_id = ANY (%s) AND s.handed_on AND NOT EXISTS (SELECT FROM signpost o"
        "  WHERE o.record_id = s.record_id AND o.ended IS NULL AND o.started <= s.ended)"
        " GROUP BY s.record_id",
        (list(records),),
    )
    return dict(rows)  # pyright: ignore[reportArgumentType]


def begun(session: Session, records: Sequence[UUID]) -> dict[UUID, list[date]]:
    """Return on which days work began with the children of these records."""
    rows = session.tuples(
        "SELECT s.record_id, array_agg(s.started) FROM signpost s"
        " WHERE s.record_id = ANY (%s) GROUP BY s.record_id",
        (list(records),),
    )
    return dict(rows)  # pyright: ignore[reportArgumentType]


def authorities(session: Session, records: Sequence[UUID]) -> dict[UUID, str]:
    """Return whose these records are."""
    rows = session.tuples("SELECT id, authority FROM record WHERE id = ANY (%s)", (list(records),))
    return dict(rows)  # pyright: ignore[reportArgumentType]
