"""All SQL of sensitive services that is theirs alone, in the caller's transaction."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Parameters, Session


class Row(Struct, frozen=True):
    """A record of a sensitive service, without what is sealed."""

    id: UUID
    reference: bytes
    cohort: date


def records(session: Session, authority: str) -> list[Row]:
    """Return the records of an authority's sensitive services."""
    return session.rows(
        Row, "SELECT id, reference, cohort FROM record WHERE authority = %s AND sensitive", (authority,)
    )


def note(session: Session, rows: Sequence[Parameters]) -> None:
    """Write notes in place of those before: record, authority, cohort, sealed."""
    session.run_many(
        "INSERT INTO sensitive_note (record_id, authority, cohort, sealed) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (record_id) DO UPDATE SET cohort = excluded.cohort, sealed = excluded.sealed",
        rows,
    )
