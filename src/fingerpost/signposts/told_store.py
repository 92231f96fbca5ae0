"""All SQL of what authorities are told."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session

New = tuple[UUID, UUID, date, bytes]


class Row(Struct, frozen=True):
    """A row of `told`, still sealed."""

    id: UUID
    kind: str
    told_at: datetime
    cohort: date
    sealed: bytes
    acknowledged_by: str | None
    acknowledged_at: datetime | None


def add(session: Session, kind: str, moment: datetime, rows: Sequence[New]) -> set[UUID]:
    """Insert items: id, record, cohort, sealed; no record of theirs goes until we commit. Return which."""
    return set(
        session.column(
            "INSERT INTO told (id, authority, kind, told_at, cohort, sealed)"
            " SELECT v.item, r.authority, %s, %s, v.cohort, v.sealed"
            " FROM unnest(%s::uuid[], %s::uuid[], %s::date[], %s::bytea[])"
            " AS v (item, record, cohort, sealed)"
            " JOIN record r ON r.id = v.record ORDER BY r.id FOR KEY SHARE OF r RETURNING id",
            (kind, moment, *([row[column] for row in rows] for column in range(4))),
        )
    )


def items(session: Session, authority: str, most: int, *, acknowledged: bool) -> list[Row]:
    """Return an authority's items, oldest first."""
    return session.rows(
        Row,
        "SELECT t.id, t.kind, t.told_at, t.cohort, t.sealed, p.reference AS acknowledged_by,"
        " t.acknowledged_at"
        " FROM told t LEFT JOIN practitioner p ON p.id = t.acknowledged_by"
        " WHERE t.authority = %s AND (%s OR t.acknowledged_by IS NULL) ORDER BY t.told_at, t.id LIMIT %s",
        (authority, acknowledged, most),
    )


def acknowledge(session: Session, item: UUID, authority: str, practitioner: UUID, moment: datetime) -> bool:
    """Note who acknowledged an item of an authority. Tell whether it was there and waited."""
    return bool(
        session.run(
            "UPDATE told SET acknowledged_by = %s, acknowledged_at = %s"
            " WHERE id = %s AND authority = %s AND acknowledged_by IS NULL",
            (practitioner, moment, item, authority),
        )
    )
