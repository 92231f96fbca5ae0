"""All SQL of what authorities are told."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Parameters, Session


class Row(Struct, frozen=True):
    """A row of `told`, still sealed."""

    id: UUID
    kind: str
    told_at: datetime
    cohort: date
    sealed: bytes
    acknowledged_by: str | None
    acknowledged_at: datetime | None


def add(session: Session, rows: Sequence[Parameters]) -> None:
    """Insert items: id, authority, kind, moment, cohort, sealed."""
    session.run_many(
        "INSERT INTO told (id, authority, kind, told_at, cohort, sealed) VALUES (%s, %s, %s, %s, %s, %s)",
        rows,
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
