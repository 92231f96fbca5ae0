"""All SQL of feedback: which entries hold what was said and answered."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session


class Row(Struct, frozen=True):
    """One thing that was said."""

    id: UUID
    given_at: datetime
    given: UUID
    answered: UUID | None


def add(session: Session, feedback: UUID, moment: datetime, entry: UUID) -> None:
    """Note where something that was said stands."""
    session.run("INSERT INTO feedback (id, given_at, given) VALUES (%s, %s, %s)", (feedback, moment, entry))


def answer(session: Session, feedback: UUID, entry: UUID, *, published: bool) -> bool:
    """Note where the answer stands. Tell whether it waited for one."""
    return bool(
        session.run(
            "UPDATE feedback SET answered = %s, published = %s WHERE id = %s AND answered IS NULL",
            (entry, published, feedback),
        )
    )


def public(session: Session, most: int) -> list[Row]:
    """Return what is published, the latest first."""
    return session.rows(
        Row,
        "SELECT id, given_at, given, answered FROM feedback WHERE published ORDER BY given_at DESC LIMIT %s",
        (most,),
    )


def waiting(session: Session, most: int) -> list[Row]:
    """Return what nobody has answered, the oldest first."""
    return session.rows(
        Row,
        "SELECT id, given_at, given, answered FROM feedback WHERE answered IS NULL"
        " ORDER BY given_at LIMIT %s",
        (most,),
    )
