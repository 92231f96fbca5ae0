"""All SQL of covert enquiries."""

from datetime import date
from uuid import uuid4

from fingerpost.db.database import Parameters, Session


def note(session: Session, case: Parameters) -> None:
    """Note that a case is covert: its token, why, its last day, who said so and when."""
    session.run(
        "INSERT INTO covert (id, case_token, reason, until, noted_by, noted_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (uuid4(), *case),
    )


def until(session: Session, case_token: bytes, day: date) -> date | None:
    """Return the last day on which a case is covert, if it is."""
    return session.value(
        "SELECT max(until) FROM covert WHERE case_token = %s AND until >= %s", (case_token, day)
    )


def forget(session: Session, day: date) -> None:
    """Forget cases that are covert no more."""
    session.run("DELETE FROM covert WHERE until < %s", (day,))
