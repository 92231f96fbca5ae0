"""All SQL of what legal holds keep when it is taken away."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Parameters, Session
from fingerpost.vault import Candidate
from fingerpost.vault.vault import Pointer


class Going(Struct, frozen=True):
    """A held child's record with those of its signposts that are about to go."""

    record: Candidate
    reference: bytes
    cohort: date
    pointers: list[Pointer]


def going(session: Session, signposts: Sequence[UUID], records: Sequence[UUID], day: date) -> list[Going]:
    """Return, of signposts and whole records about to be taken away, those of children under a hold."""
    rows = session.tuples(
        "WITH gone (id) AS ("
        " SELECT unnest(%s::uuid[]) UNION SELECT s.id FROM signpost s WHERE s.record_id = ANY (%s))"
        " SELECT r.id, r.authority, r.cohort, r.schema_version, r.sealed, r.reference, h.cohort,"
        " s.id, s.cohort, s.sealed_source, s.service, s.role, s.rule, s.source_table, s.started::text,"
        " coalesce(s.ended::text, ''), s.leaves_on::text"
        " FROM gone CROSS JOIN LATERAL ("
        "  SELECT id, record_id, cohort, sealed_source, service, role, rule, source_table, started, ended,"
        "  leaves_on FROM signpost WHERE id = gone.id OFFSET 0) AS s"
        " JOIN record r ON r.id = s.record_id CROSS JOIN LATERAL ("
        "  SELECT max(cohort) AS cohort FROM hold"
        "  WHERE authority = r.authority AND reference = r.reference AND held_until > %s) AS h"
        " WHERE h.cohort IS NOT NULL ORDER BY r.id, s.id",
        (list(signposts), list(records), day),
    )
    found: dict[UUID, Going] = {}
    for row in rows:
        held = found.setdefault(row[0], Going(Candidate(*row[:5]), row[5], row[6], []))
        held.pointers.append(Pointer(row[7], row[8], row[9], row[10:]))
    return list(found.values())


def add_copies(session: Session, rows: Sequence[Parameters]) -> None:
    """Insert copies: id, authority, reference, cohort, sealed, day."""
    session.run_many(
        "INSERT INTO held_copy (id, authority, reference, cohort, sealed, kept_on)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        rows,
    )


def any_hold(session: Session) -> bool:
    """Tell whether there is any hold at all: nearly always there is none, and nothing more to ask."""
    return bool(session.value("SELECT EXISTS (SELECT FROM hold)"))
