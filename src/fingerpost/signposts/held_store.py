"""All SQL of what legal holds keep when it is taken away."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Parameters, Session
from fingerpost.vault import Candidate
from fingerpost.vault.ending import Pointer


class Going(Struct, frozen=True):
    """A held child's record with those of its signposts that are about to go."""

    record: Candidate
    reference: bytes
    cohort: date
    pointers: list[Pointer]


def sensitive(session: Session, signposts: Sequence[UUID], records: Sequence[UUID]) -> list[Candidate]:
    """Return, of signposts and whole records about to be taken away, the records of sensitive services."""
    rows = session.tuples(
        "SELECT id, authority, cohort, schema_version, sealed FROM record"
        " WHERE sensitive AND (id = ANY (%s)"
        "  OR id = ANY (ARRAY(SELECT record_id FROM signpost WHERE id = ANY (%s))))",
        (list(records), list(signposts)),
    )
    return [Candidate(*row) for row in rows]


def going(
    session: Session, signposts: Sequence[UUID], records: Sequence[UUID], day: date,
    apart: Mapping[UUID, bytes],
) -> list[Going]:  # fmt: skip
    """Return, of signposts and whole records about to be taken away, those of children under a hold.

    `apart` gives records of sensitive services the reference by which holds know their child.
    """
    rows = session.tuples(
        "WITH gone (id) AS ("
        " SELECT unnest(%s::uuid[]) UNION SELECT s.id FROM signpost s WHERE s.record_id = ANY (%s))"
        " SELECT r.id, r.authority, r.cohort, r.schema_version, r.sealed, child.reference, h.cohort,"
        " s.id, s.cohort, s.sealed_source, s.service, s.role, s.rule, s.source_table, s.started::text,"
        " coalesce(s.ended::text, ''), s.leaves_on::text"
        " FROM gone CROSS JOIN LATERAL ("
        "  SELECT id, record_id, cohort, sealed_source, service, role, rule, source_table, started, ended,"
        "  leaves_on FROM signpost WHERE id = gone.id OFFSET 0) AS s"
        " JOIN record r ON r.id = s.record_id"
        " LEFT JOIN unnest(%s::uuid[], %s::bytea[]) AS apart (id, reference) ON apart.id = r.id"
        " CROSS JOIN LATERAL (SELECT coalesce(apart.reference, r.reference)) AS child (reference)"
        " CROSS JOIN LATERAL ("
        "  SELECT max(cohort) AS cohort FROM hold"
        "  WHERE authority = r.authority AND reference = child.reference AND held_until >= %s) AS h"
        " WHERE h.cohort IS NOT NULL ORDER BY r.id, s.id",
        (list(signposts), list(records), list(apart), list(apart.values()), day),
    )
    found: dict[UUID, Going] = {}
    for row in rows:
        held = found.setdefault(row[0], Going(Candidate(*row[:5]), row[5], row[6], []))
        held.pointers.append(Pointer(row[7], row[8], row[9], row[10:]))
    for record, note in _notes(session, [record for record in found if record in apart]):
        found[record].pointers.append(note)
    return list(found.values())


def _notes(session: Session, records: Sequence[UUID]) -> list[tuple[UUID, Pointer]]:
    """Return what is sealed beside records of sensitive services: it goes with them."""
    rows = session.tuples(
        "SELECT record_id, cohort, sealed FROM sensitive_note WHERE record_id = ANY (%s)", (list(records),)
    )
    return [
        (record, Pointer(record, cohort, sealed, ("as it was recorded",), "sensitive"))
        for record, cohort, sealed in rows
    ]


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
