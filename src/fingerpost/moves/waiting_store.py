"""All SQL of telling that proposed links wait."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session


class Call(Struct, frozen=True):
    """An authority is told of a link by a notice, which its cause names."""

    link: UUID
    authority: str
    cause: UUID


def uncalled(session: Session, records: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Return (link, authority) of proposed links of these records of which the authority was not told."""
    return session.tuples(
        "WITH mine AS MATERIALIZED ("
        " SELECT id, record_a, record_b FROM link WHERE record_a = ANY (%s) AND state = 'proposed'"
        " UNION SELECT id, record_a, record_b FROM link WHERE record_b = ANY (%s) AND state = 'proposed')"
        " SELECT m.id, side.authority FROM mine m"
        " JOIN record a ON a.id = m.record_a AND a.hidden IS NULL"
        " JOIN record b ON b.id = m.record_b AND b.hidden IS NULL"
        " CROSS JOIN LATERAL (VALUES (a.authority), (b.authority)) AS side (authority)"
        " WHERE NOT EXISTS ("
        "  SELECT FROM link_call c WHERE c.link_id = m.id AND c.authority = side.authority)"
        " GROUP BY m.id, side.authority ORDER BY m.id, side.authority",
        (list(records), list(records)),
    )


def overdue(session: Session, before: datetime) -> list[tuple[UUID, str]]:
    """Return (link, authority) of what still waits and was told of before a moment."""
    return session.tuples(
        "SELECT c.link_id, c.authority FROM link_call c JOIN link l ON l.id = c.link_id"
        " WHERE c.called_at < %s AND l.state = 'proposed' ORDER BY c.link_id, c.authority",
        (before,),
    )


def waiting(session: Session, kind: str) -> dict[str, UUID]:
    """Return by authority the cause of the notice that waits there already."""
    rows = session.tuples(
        "SELECT authority, cause FROM notice WHERE kind IN ('links_wait', 'links_overdue')"
        " AND acknowledged_at IS NULL AND kind = %s",
        (kind,),
    )
    return dict(rows)  # pyright: ignore[reportArgumentType]


def note(session: Session, calls: Sequence[Call], moment: datetime) -> None:
    """Note which notice stands for which links."""
    session.run(
        "INSERT INTO link_call (link_id, authority, cause, called_at)"
        " SELECT v.link, v.authority, v.cause, %s"
        " FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS v (link, authority, cause)"
        " ON CONFLICT (link_id, authority) DO UPDATE"
        " SET cause = excluded.cause, called_at = excluded.called_at",
        (moment, [c.link for c in calls], [c.authority for c in calls], [c.cause for c in calls]),
    )


def settle(session: Session) -> None:
    """Take away the notices that wait and whose links are all decided, or gone."""
    session.run(
        "DELETE FROM notice n WHERE n.kind IN ('links_wait', 'links_overdue') AND n.acknowledged_at IS NULL"
        " AND NOT EXISTS (SELECT FROM link_call c JOIN link l ON l.id = c.link_id"
        "  WHERE c.cause = n.cause AND l.state = 'proposed')"
    )
