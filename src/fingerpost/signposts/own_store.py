"""All SQL of an authority's own signposts, seen and kept right one at a time."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.signposts.signpost import StoredRecord, StoredSignpost
from fingerpost.vault import Candidate


class TeamRow(Struct, frozen=True):
    """A team of the authority; one that `stands` is what a new signpost may lead to."""

    id: UUID
    name: str
    stands: bool


class Line(Struct, frozen=True):
    """One signpost, with the record it points from."""

    id: UUID
    service: str
    role: str
    started: date
    ended: date | None
    confirmed: date
    leaves_on: date
    disputed: bool
    record: Candidate


class Held(Struct, frozen=True):
    """A child as its authority holds it: the record, its details still sealed, and every signpost of it."""

    record: StoredRecord
    sealed: Candidate
    signposts: list[StoredSignpost]
    sources: dict[UUID, tuple[date, bytes]]


def teams(session: Session, authority: str) -> list[TeamRow]:
    """Return an authority's teams, those that stand first, by name."""
    return session.rows(
        TeamRow,
        "SELECT id, name, left_on IS NULL AS stands FROM team WHERE authority = %s"
        " ORDER BY left_on IS NOT NULL, name",
        (authority,),
    )


def of_team(session: Session, authority: str, team: UUID, most: int) -> list[Line]:
    """Return a team's signposts that have not ended, those longest unconfirmed first; then the ended.

    A team has thousands: the first are found among signposts alone, and only their records are read.
    """
    rows = session.tuples(
        "WITH first AS MATERIALIZED (SELECT s.id, s.service, s.role, s.started, s.ended, s.confirmed,"
        " s.leaves_on, s.disputed_on IS NOT NULL AS disputed, s.record_id FROM signpost s"
        " WHERE s.team_id = %s AND s.record_id NOT IN"
        " (SELECT r.id FROM record r WHERE r.authority = %s AND r.sensitive)"
        " ORDER BY s.ended IS NOT NULL, s.confirmed, s.id LIMIT %s)"
        " SELECT f.id, f.service, f.role, f.started, f.ended, f.confirmed, f.leaves_on, f.disputed,"
        " r.id, r.authority, r.cohort, r.schema_version, r.sealed"
        " FROM first f JOIN record r ON r.id = f.record_id AND r.authority = %s"
        " ORDER BY f.ended IS NOT NULL, f.confirmed, f.id",
        (team, authority, most, authority),
    )
    return [Line(*row[:8], record=Candidate(*row[8:])) for row in rows]


def record_of(session: Session, authority: str, signpost: UUID) -> bytes | None:
    """Return the reference of the record that one of an authority's signposts points from."""
    return session.value(
        "SELECT r.reference FROM signpost s JOIN record r ON r.id = s.record_id"
        " WHERE s.id = %s AND r.authority = %s AND NOT r.sensitive",
        (signpost, authority),
    )


def held(session: Session, authority: str, reference: bytes) -> Held | None:
    """Return one child of an authority, held until the transaction ends; it is not about to go."""
    found = session.tuples(
        "SELECT id, reference, cohort, schema_version, fingerprint, sealed FROM record"
        " WHERE authority = %s AND reference = %s AND NOT sensitive FOR NO KEY UPDATE",
        (authority, reference),
    )
    for row in found:
        record = StoredRecord(*row[:5])
        sealed = Candidate(record.id, authority, record.cohort, record.schema_version, row[5])
        lines = session.tuples(
            "SELECT id, record_id, service, team_id, role, started, ended, confirmed, leaves_on, rule,"
            " source_table, source, cohort, sealed_source FROM signpost WHERE record_id = %s ORDER BY id",
            (record.id,),
        )
        sources = {line[0]: (line[12], line[13]) for line in lines}
        return Held(record, sealed, [StoredSignpost(*line[:13]) for line in lines], sources)
    return None
