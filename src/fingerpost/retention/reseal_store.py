"""All SQL of sealing again: every place where something is sealed under a data key, one authority at a time.

A table with a `cohort` column that is not here fails `tests/retention/test_nothing_outlives.py`.
"""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Parameters, Session
from fingerpost.vault.ending import Sealed


class Row(Struct, frozen=True):
    """A sealed value and where it lives."""

    id: UUID
    cohort: date
    version: int
    sealed: bytes


class Place(Struct, frozen=True):
    """One column that holds sealed values: its kind, how it is read by months, and how it is written."""

    kind: Sealed
    rows: Callable[[Session, str, Sequence[date]], list[Row]]
    write: Callable[[Session, Sequence[Parameters]], None]


def _records(session: Session, authority: str, months: Sequence[date]) -> list[Row]:
    return session.rows(
        Row,
        "SELECT id, cohort, schema_version AS version, sealed FROM record"
        " WHERE cohort = ANY (%s) AND authority = %s",
        (list(months), authority),
    )


def _write_records(session: Session, rows: Sequence[Parameters]) -> None:
    session.run_many("UPDATE record SET sealed = %s WHERE id = %s", rows)


def _signposts(session: Session, authority: str, months: Sequence[date]) -> list[Row]:
    return session.rows(
        Row,
        "SELECT s.id, s.cohort, 1 AS version, s.sealed_source AS sealed"
        " FROM signpost s JOIN record r ON r.id = s.record_id"
        " WHERE s.cohort = ANY (%s) AND r.authority = %s",
        (list(months), authority),
    )


def _write_signposts(session: Session, rows: Sequence[Parameters]) -> None:
    session.run_many("UPDATE signpost SET sealed_source = %s WHERE id = %s", rows)


def _told(session: Session, authority: str, months: Sequence[date]) -> list[Row]:
    return session.rows(
        Row,
        "SELECT id, cohort, 1 AS version, sealed FROM told WHERE cohort = ANY (%s) AND authority = %s",
        (list(months), authority),
    )


def _write_told(session: Session, rows: Sequence[Parameters]) -> None:
    session.run_many("UPDATE told SET sealed = %s WHERE id = %s", rows)


def _holds(session: Session, authority: str, months: Sequence[date]) -> list[Row]:
    return session.rows(
        Row,
        "SELECT id, cohort, 1 AS version, sealed FROM hold WHERE cohort = ANY (%s) AND authority = %s",
        (list(months), authority),
    )


def _write_holds(session: Session, rows: Sequence[Parameters]) -> None:
    session.run_many("UPDATE hold SET sealed = %s WHERE id = %s", rows)


def _copies(session: Session, authority: str, months: Sequence[date]) -> list[Row]:
    return session.rows(
        Row,
        "SELECT id, cohort, 1 AS version, sealed FROM held_copy WHERE cohort = ANY (%s) AND authority = %s",
        (list(months), authority),
    )


def _write_copies(session: Session, rows: Sequence[Parameters]) -> None:
    session.run_many("UPDATE held_copy SET sealed = %s WHERE id = %s", rows)


def _shields(session: Session, authority: str, months: Sequence[date]) -> list[Row]:
    return session.rows(
        Row,
        "SELECT id, cohort, schema_version AS version, sealed FROM shield"
        " WHERE cohort = ANY (%s) AND authority = %s",
        (list(months), authority),
    )


def _write_shields(session: Session, rows: Sequence[Parameters]) -> None:
    session.run_many("UPDATE shield SET sealed = %s WHERE id = %s", rows)


def _notes(session: Session, authority: str, months: Sequence[date]) -> list[Row]:
    return session.rows(
        Row,
        "SELECT id, cohort, 1 AS version, note AS sealed FROM shield"
        # A note alone of all these is ever changed outside its authority's turn: by evidence, or a review.
        " WHERE cohort = ANY (%s) AND authority = %s ORDER BY id FOR NO KEY UPDATE",
        (list(months), authority),
    )


def _write_notes(session: Session, rows: Sequence[Parameters]) -> None:
    session.run_many("UPDATE shield SET note = %s WHERE id = %s", rows)


def _alerts(session: Session, authority: str, months: Sequence[date]) -> list[Row]:
    return session.rows(
        Row,
        "SELECT id, cohort, 1 AS version, sealed FROM shield_alert"
        " WHERE cohort = ANY (%s) AND authority = %s",
        (list(months), authority),
    )


def _write_alerts(session: Session, rows: Sequence[Parameters]) -> None:
    session.run_many("UPDATE shield_alert SET sealed = %s WHERE id = %s", rows)


def _requests(session: Session, authority: str, months: Sequence[date]) -> list[Row]:
    return session.rows(
        Row,
        "SELECT id, cohort, 1 AS version, sealed FROM contact_request"
        " WHERE cohort = ANY (%s) AND authority = %s",
        (list(months), authority),
    )


def _write_requests(session: Session, rows: Sequence[Parameters]) -> None:
    session.run_many("UPDATE contact_request SET sealed = %s WHERE id = %s", rows)


def _sensitive(session: Session, authority: str, months: Sequence[date]) -> list[Row]:
    return session.rows(
        Row,
        "SELECT record_id AS id, cohort, 1 AS version, sealed FROM sensitive_note"
        " WHERE cohort = ANY (%s) AND authority = %s",
        (list(months), authority),
    )


def _write_sensitive(session: Session, rows: Sequence[Parameters]) -> None:
    session.run_many("UPDATE sensitive_note SET sealed = %s WHERE record_id = %s", rows)


PLACES: dict[str, Place] = {
    "record": Place("record", _records, _write_records),
    "signpost": Place("source", _signposts, _write_signposts),
    "told": Place("told", _told, _write_told),
    "hold": Place("hold", _holds, _write_holds),
    "held_copy": Place("copy", _copies, _write_copies),
    "shield": Place("record", _shields, _write_shields),
    "shield_note": Place("shield", _notes, _write_notes),
    "shield_alert": Place("alert", _alerts, _write_alerts),
    "contact_request": Place("request", _requests, _write_requests),
    "sensitive_note": Place("sensitive", _sensitive, _write_sensitive),
}
