"""All SQL of emergency access. When and who are here; the reason is sealed on the ledger."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session


class Waiting(Struct, frozen=True):
    """An emergency that nobody has reviewed, and the entry that holds its reason."""

    id: UUID
    practitioner_id: UUID
    practitioner: str
    entry: UUID
    opened_at: datetime
    review_by: datetime


def add(session: Session, row: tuple[UUID, UUID, UUID, datetime, datetime]) -> None:
    """Add an emergency: its id, who opened it, the entry, when, and by when it is to be reviewed."""
    session.run(
        "INSERT INTO emergency (id, practitioner_id, entry, opened_at, review_by)"
        " VALUES (%s, %s, %s, %s, %s)",
        row,
    )


def waiting(session: Session, authority: str) -> list[Waiting]:
    """Return what waits for a review in one authority, the oldest first."""
    return session.rows(
        Waiting,
        "SELECT e.id, e.practitioner_id, p.reference AS practitioner, e.entry, e.opened_at, e.review_by"
        " FROM emergency e JOIN practitioner p ON p.id = e.practitioner_id"
        " WHERE p.authority = %s AND e.reviewed_at IS NULL ORDER BY e.opened_at, e.id",
        (authority,),
    )


def take(session: Session, emergency: UUID, authority: str) -> Waiting | None:
    """Return one that waits in this authority, and keep others from reviewing it meanwhile."""
    return session.row(
        Waiting,
        "SELECT e.id, e.practitioner_id, p.reference AS practitioner, e.entry, e.opened_at, e.review_by"
        " FROM emergency e JOIN practitioner p ON p.id = e.practitioner_id"
        " WHERE e.id = %s AND p.authority = %s AND e.reviewed_at IS NULL FOR UPDATE OF e",
        (emergency, authority),
    )


def review(session: Session, emergency: UUID, by: UUID, moment: datetime, *, justified: bool) -> None:
    """Record who reviewed an emergency, when and what they found."""
    session.run(
        "UPDATE emergency SET reviewed_at = %s, reviewed_by = %s, justified = %s WHERE id = %s",
        (moment, by, justified, emergency),
    )


def suspend(session: Session, who: UUID) -> None:
    """Suspend the person who opened it."""
    session.run("UPDATE practitioner SET active = false WHERE id = %s", (who,))
