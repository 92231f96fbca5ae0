"""All SQL of the destruction of a month's keys: who asked, who confirmed, and what the keys still seal."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session


class Destruction(Struct, frozen=True):
    """A row of `destruction`."""

    month: date
    keys: str
    asked_by: UUID
    confirmed_by: UUID | None
    destroyed_at: datetime | None


class Sealed(Struct, frozen=True):
    """How much is still sealed under one month's data keys, by table."""

    records: int
    signposts: int
    told: int
    holds: int
    copies: int
    shields: int
    alerts: int
    requests: int
    sensitive: int


def ask(session: Session, month: date, keys: str, by: UUID, moment: datetime) -> bool:
    """Note who asks. Tell whether nobody had before."""
    return bool(
        session.run(
            "INSERT INTO destruction (month, keys, asked_by, asked_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (month, keys) DO NOTHING",
            (month, keys, by, moment),
        )
    )


def find(session: Session, month: date, keys: str) -> Destruction | None:
    """Return what is known of a month's destruction; nobody else goes on with it meanwhile."""
    return session.row(
        Destruction,
        "SELECT month, keys, asked_by, confirmed_by, destroyed_at FROM destruction"
        " WHERE month = %s AND keys = %s FOR UPDATE",
        (month, keys),
    )


def confirm(session: Session, month: date, keys: str, by: UUID, moment: datetime) -> None:
    """Note who confirms."""
    session.run(
        "UPDATE destruction SET confirmed_by = %s, confirmed_at = %s WHERE month = %s AND keys = %s",
        (by, moment, month, keys),
    )


def unfinished(session: Session) -> list[Destruction]:
    """Return destructions that two people decided and that were not carried out yet."""
    return session.rows(
        Destruction,
        "SELECT month, keys, asked_by, confirmed_by, destroyed_at FROM destruction"
        " WHERE confirmed_at IS NOT NULL AND destroyed_at IS NULL ORDER BY month, keys",
    )


def done(session: Session, month: date, keys: str, moment: datetime) -> None:
    """Note that the keys are gone."""
    session.run(
        "UPDATE destruction SET destroyed_at = %s WHERE month = %s AND keys = %s", (moment, month, keys)
    )


def sealed(session: Session, month: date) -> Sealed:
    """Count what a month's data keys still seal."""
    found = session.row(
        Sealed,
        "SELECT (SELECT count(*) FROM record WHERE cohort = m) AS records,"
        " (SELECT count(*) FROM signpost WHERE cohort = m) AS signposts,"
        " (SELECT count(*) FROM told WHERE cohort = m) AS told,"
        " (SELECT count(*) FROM hold WHERE cohort = m) AS holds,"
        " (SELECT count(*) FROM held_copy WHERE cohort = m) AS copies,"
        " (SELECT count(*) FROM shield WHERE cohort = m) AS shields,"
        " (SELECT count(*) FROM shield_alert WHERE cohort = m) AS alerts,"
        " (SELECT count(*) FROM contact_request WHERE cohort = m) AS requests,"
        " (SELECT count(*) FROM sensitive_note WHERE cohort = m) AS sensitive"
        " FROM (SELECT %s::date AS m) AS asked",
        (month,),
    )
    if found is None:
        raise AssertionError("a count is always one row")
    return found
