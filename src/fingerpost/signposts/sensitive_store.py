"""All SQL of sensitive services that is theirs alone, in the caller's transaction."""

from collections.abc import Sequence

from fingerpost.db.database import Parameters, Session
from fingerpost.vault import Candidate


def records(session: Session, authority: str) -> list[Candidate]:
    """Return the records of an authority's sensitive services as they are sealed."""
    rows = session.tuples(
        "SELECT id, authority, cohort, schema_version, sealed FROM record WHERE authority = %s AND sensitive",
        (authority,),
    )
    return [Candidate(*row) for row in rows]


def note(session: Session, rows: Sequence[Parameters]) -> None:
    """Write notes in place of those before: record, authority, cohort, sealed."""
    session.run_many(
        "INSERT INTO sensitive_note (record_id, authority, cohort, sealed) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (record_id) DO UPDATE SET cohort = excluded.cohort, sealed = excluded.sealed",
        rows,
    )
