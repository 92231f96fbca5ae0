"""All SQL of the watch: answers that wait for it, alerts, and the references a person may say to the desk."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Parameters, Session
from fingerpost.ledger.store import Stored

_WATCHING = 7_310_450  # the advisory lock by which one watch works at a time


class Alert(Struct, frozen=True):
    """An alert as stored."""

    id: UUID
    authority: str
    told_at: datetime
    cohort: date
    sealed: bytes
    done_by: str | None
    done_at: datetime | None


def lock(session: Session) -> bool:
    """Take the watch's turn, or tell that another has it."""
    return bool(session.value("SELECT pg_try_advisory_xact_lock(%s, 0)", (_WATCHING,)))


def take(session: Session, most: int) -> list[Stored]:
    """Return answers that wait, and let them wait no longer."""
    return session.rows(
        Stored,
        "WITH taken AS ("
        " DELETE FROM watch_waiting"
        # In the order of whoever asks that some be held against the shields again.
        " WHERE entry IN (SELECT entry FROM watch_waiting ORDER BY entry LIMIT %s FOR UPDATE)"
        " RETURNING entry)"
        " SELECT e.position, e.id, e.recorded_at, e.kind, e.cohort, e.leaf, e.signature, e.sealed"
        " FROM taken JOIN ledger_entry e ON e.id = taken.entry ORDER BY e.position",
        (most,),
    )


def of_alert(session: Session, entry: UUID) -> bool:
    """Tell whether a question stands for an alert of a missing family."""
    return bool(
        session.value("SELECT EXISTS (SELECT FROM watch WHERE entry = %s AND standing <> entry)", (entry,))
    )


def keepers(session: Session, shields: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Return each shield with the authority that keeps it."""
    return session.tuples("SELECT id, authority FROM shield WHERE id = ANY (%s)", (list(shields),))


def away(session: Session) -> list[tuple[UUID, str, str]]:
    """Return (shield, keeper, authority) of what shields cover and is stated no more, once of each record."""
    return session.tuples(
        "WITH news AS (UPDATE shield_away SET told = true WHERE NOT told AND cleared_as IS NULL"
        " RETURNING shield_id, authority)"
        " SELECT DISTINCT s.id, s.authority, news.authority FROM news JOIN shield s ON s.id = news.shield_id"
        " ORDER BY 1, 3"
    )


def sensitive(session: Session, records: Sequence[UUID]) -> list[UUID]:
    """Return which of these records are of a sensitive service."""
    return session.column(
        "SELECT id FROM record WHERE id = ANY (%s) AND hidden = 'sensitive'", (list(records),)
    )


def add(session: Session, rows: Sequence[Parameters]) -> None:
    """Insert alerts: id, authority, entry, moment, cohort, sealed."""
    session.run_many(
        "INSERT INTO shield_alert (id, authority, entry, told_at, cohort, sealed)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        rows,
    )


def alerts(session: Session, authority: str, most: int, *, done: bool) -> list[Alert]:
    """Return an authority's alerts, oldest first."""
    return session.rows(
        Alert,
        "SELECT a.id, a.authority, a.told_at, a.cohort, a.sealed, p.reference AS done_by, a.done_at"
        " FROM shield_alert a LEFT JOIN practitioner p ON p.id = a.done_by"
        " WHERE a.authority = %s AND (%s OR a.done_by IS NULL) ORDER BY a.told_at, a.id LIMIT %s",
        (authority, done, most),
    )


def of_answer(session: Session, entry: UUID) -> list[Alert]:
    """Return the alerts that one answer brought."""
    return session.rows(
        Alert,
        "SELECT a.id, a.authority, a.told_at, a.cohort, a.sealed, p.reference AS done_by, a.done_at"
        " FROM shield_alert a LEFT JOIN practitioner p ON p.id = a.done_by"
        " WHERE a.entry = %s ORDER BY a.authority, a.id",
        (entry,),
    )


def done(session: Session, alert: UUID, authority: str, practitioner: UUID, moment: datetime) -> bool:
    """Note who dealt with an alert of an authority. Tell whether it was there and waited."""
    return bool(
        session.run(
            "UPDATE shield_alert SET done_by = %s, done_at = %s"
            " WHERE id = %s AND authority = %s AND done_by IS NULL",
            (practitioner, moment, alert, authority),
        )
    )


def keep_references(session: Session, rows: Sequence[Parameters]) -> None:
    """Keep what may be said to the desk: reference, entry, moment."""
    session.run_many(
        "INSERT INTO desk_reference (reference, entry, asked_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        rows,
    )


def forget_references(session: Session, before: datetime) -> None:
    """Forget references of answers from before a moment."""
    session.run("DELETE FROM desk_reference WHERE asked_at < %s", (before,))


def referred(session: Session, reference: bytes, since: datetime) -> UUID | None:
    """Return the answer that a reference stands for, given at or after a moment."""
    return session.value(
        "SELECT entry FROM desk_reference WHERE reference = %s AND asked_at >= %s", (reference, since)
    )


def duty_phones(session: Session, authorities: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the name of each authority, and the emergency duty phone of its first team that has one."""
    rows = session.tuples(
        "SELECT a.code, a.name, coalesce((SELECT t.duty_phone FROM team t WHERE t.authority = a.code"
        " AND t.duty_phone <> '' ORDER BY t.left_on IS NOT NULL, t.reference LIMIT 1), '')"
        " FROM authority a WHERE a.code = ANY (%s)",
        (list(authorities),),
    )
    return {row[0]: (row[1], row[2]) for row in rows}
