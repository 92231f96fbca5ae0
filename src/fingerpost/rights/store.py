"""All SQL of subject access and disputes."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Parameters, Session
from fingerpost.ledger.store import PAGE, Stored
from fingerpost.vault import Candidate


class Row(Struct, frozen=True):
    """A request as stored, without the child's details."""

    id: UUID
    authority: str
    reference: bytes
    requester: str
    held_back_until: date | None
    held_back_because: str | None
    asked_by: UUID
    due_on: date
    made_at: datetime | None


class Waiting(Struct, frozen=True):
    """A request of which no pack was made yet; `first`: who took it down, by staff reference."""

    id: UUID
    requester: str
    asked_at: datetime
    due_on: date
    first: str


class Held(Struct, frozen=True):
    """A record that may be in a pack, with its authority's name and what is sealed beside it."""

    record: Candidate
    authority_name: str
    note: bytes | None
    note_cohort: date | None


class Pointer(Struct, frozen=True):
    """A signpost as the person whom it is about may see it."""

    id: UUID
    record_id: UUID
    service: str
    team: str
    role: str
    started: date
    ended: date | None
    confirmed: date
    leaves_on: date
    source_table: str
    rule: str
    disputed_on: date | None


def add(session: Session, row: Parameters) -> None:
    """Insert a request."""
    session.run(
        "INSERT INTO subject_request (id, authority, reference, requester, held_back_until,"
        " held_back_because, asked_by, asked_at, due_on) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        row,
    )


def one(session: Session, request: UUID) -> Row | None:
    """Return one request, held until the transaction ends."""
    return session.row(
        Row,
        "SELECT id, authority, reference, requester, held_back_until, held_back_because, asked_by, due_on,"
        " made_at FROM subject_request WHERE id = %s FOR UPDATE",
        (request,),
    )


def waiting(session: Session, authority: str, most: int) -> list[Waiting]:
    """Return an authority's requests of which no pack was made, the first due first."""
    return session.rows(
        Waiting,
        "SELECT s.id, s.requester, s.asked_at, s.due_on, p.reference AS first"
        " FROM subject_request s JOIN practitioner p ON p.id = s.asked_by"
        " WHERE s.made_at IS NULL AND s.authority = %s ORDER BY s.due_on, s.id LIMIT %s",
        (authority, most),
    )


def made(session: Session, request: UUID, who: UUID, moment: datetime) -> None:
    """Note who made a pack first."""
    session.run(
        "UPDATE subject_request SET made_by = %s, made_at = %s WHERE id = %s AND made_at IS NULL",
        (who, moment, request),
    )


def own(session: Session, authority: str, references: Sequence[bytes], *, sensitive: bool) -> list[UUID]:
    """Return an authority's records by these references: those in sight, and where asked the sensitive."""
    return session.column(
        "SELECT id FROM record WHERE authority = %s AND reference = ANY (%s)"
        " AND (hidden IS NULL OR (hidden = 'sensitive' AND %s)) ORDER BY id",
        (authority, list(references), sensitive),
    )


def held(session: Session, records: Sequence[UUID]) -> list[Held]:
    """Return records as they are sealed; none of those that are shielded, or not confirmed."""
    rows = session.tuples(
        "SELECT r.id, r.authority, r.cohort, r.schema_version, r.sealed, a.name, n.sealed, n.cohort"
        " FROM record r JOIN authority a ON a.code = r.authority"
        " LEFT JOIN sensitive_note n ON n.record_id = r.id"
        " WHERE r.id = ANY (%s) AND (r.hidden IS NULL OR r.hidden = 'sensitive') ORDER BY r.authority, r.id",
        (list(records),),
    )
    return [Held(Candidate(*row[:5]), *row[5:]) for row in rows]


def pointers(session: Session, records: Sequence[UUID]) -> list[Pointer]:
    """Return the signposts of records, the oldest first."""
    return session.rows(
        Pointer,
        "SELECT s.id, s.record_id, s.service, coalesce(t.name, 'Front door') AS team, s.role, s.started,"
        " s.ended, s.confirmed, s.leaves_on, s.source_table, s.rule, s.disputed_on"
        " FROM signpost s LEFT JOIN team t ON t.id = s.team_id"
        " WHERE s.record_id = ANY (%s) ORDER BY s.started, s.id",
        (list(records),),
    )


def entries(session: Session, kind: str, after: int) -> list[Stored]:
    """Return a page of the ledger's entries of a kind, in order of position."""
    return session.rows(
        Stored,
        "SELECT position, id, recorded_at, kind, cohort, leaf, signature, sealed FROM ledger_entry"
        " WHERE kind = %s AND position > %s ORDER BY position LIMIT %s",
        (kind, after, PAGE),
    )


def names(session: Session) -> dict[str, str]:
    """Return the name of every authority by its code."""
    return dict(session.tuples("SELECT code, name FROM authority"))  # pyright: ignore[reportArgumentType]


def dispute(session: Session, signpost: UUID, authority: str, day: date | None) -> bool:
    """Mark an authority's signpost as disputed, or no more. Tell whether it is there."""
    return bool(
        session.run(
            "UPDATE signpost s SET disputed_on = %s FROM record r"
            " WHERE s.id = %s AND r.id = s.record_id AND r.authority = %s",
            (day, signpost, authority),
        )
    )
