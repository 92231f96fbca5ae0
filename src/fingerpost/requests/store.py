"""All SQL of contact requests."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Parameters, Session
from fingerpost.vault import Candidate


class Row(Struct, frozen=True):
    """A contact request with whom it is between; `sealed` is what the asker wrote.

    Where the team of the signpost left its contact sheet, `team` is whom one reaches instead, for that one.
    """

    id: UUID
    state: str
    outcome: str | None
    asked_at: datetime
    escalates_at: datetime
    escalated_at: datetime | None
    lapses_at: datetime
    seen_at: datetime | None
    ended_at: datetime | None
    authority: str
    authority_name: str
    team: str
    team_reference: str | None
    service: str
    asker_authority_name: str
    asker_name: str
    asker_role: str
    record_id: UUID
    cohort: date
    sealed: bytes


class Overdue(Struct, frozen=True):
    """A request that the desk rings about: which authority, since when, and on which phone."""

    id: UUID
    authority: str
    authority_name: str
    duty_phone: str
    asked_at: datetime


def record_of(session: Session, signpost_id: UUID) -> Candidate | None:
    """Return the record of a signpost that is still there, as it is sealed."""
    rows = session.tuples(
        "SELECT r.id, r.authority, r.cohort, r.schema_version, r.sealed"
        " FROM signpost s JOIN record r ON r.id = s.record_id WHERE s.id = %s",
        (signpost_id,),
    )
    return Candidate(*rows[0]) if rows else None


def of_answer(session: Session, signpost_id: UUID, entry: UUID) -> UUID | None:
    """Return the request that was made about a signpost of one answer."""
    return session.value(
        "SELECT id FROM contact_request WHERE signpost_id = %s AND entry = %s", (signpost_id, entry)
    )


def add(session: Session, row: Parameters) -> bool:
    """Insert a request, unless there is one of that signpost and answer. Tell whether it is new."""
    return bool(
        session.run(
            "INSERT INTO contact_request (id, signpost_id, entry, authority, asked_by, asked_at,"
            " escalates_at, lapses_at, leaves_on, cohort, sealed, state)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'asked')"
            " ON CONFLICT (signpost_id, entry) DO NOTHING",
            row,
        )
    )


def lock(session: Session, request: UUID) -> bool:
    """Hold one request until the transaction ends; tell whether it is there."""
    return bool(session.column("SELECT id FROM contact_request WHERE id = %s FOR UPDATE", (request,)))


def asked_by(session: Session, practitioner: UUID, most: int) -> list[UUID]:
    """Return what a person asked, the newest first."""
    return session.column(
        "SELECT id FROM contact_request WHERE asked_by = %s ORDER BY asked_at DESC, id LIMIT %s",
        (practitioner, most),
    )


def waiting(session: Session, authority: str, moment: datetime, most: int) -> list[UUID]:
    """Return what an authority is asked and has not ended, what is due first at first."""
    return session.column(
        "SELECT id FROM contact_request WHERE authority = %s AND state IN ('asked', 'seen')"
        " AND lapses_at > %s ORDER BY escalates_at, id LIMIT %s",
        (authority, moment, most),
    )


def rows(session: Session, requests: Sequence[UUID]) -> list[Row]:
    """Return requests, in the order in which they are named."""
    found = session.rows(
        Row,
        "SELECT c.id, c.state, c.outcome, c.asked_at, c.escalates_at, c.escalated_at, c.lapses_at, c.seen_at,"
        " c.ended_at, c.authority, a.name AS authority_name,"
        " CASE WHEN t.id IS NULL THEN 'Front door' WHEN t.id = i.id THEN t.name"
        "  ELSE i.name || ' (for ' || t.name || ')' END AS team, i.reference AS team_reference,"
        " s.service, pa.name AS asker_authority_name, p.name AS asker_name,"
        " p.role AS asker_role, s.record_id, c.cohort, c.sealed"
        " FROM contact_request c JOIN authority a ON a.code = c.authority"
        " JOIN signpost s ON s.id = c.signpost_id LEFT JOIN team t ON t.id = s.team_id"
        " LEFT JOIN team i ON t.id IS NOT NULL AND i.id = team_reached(t.id, c.authority)"
        " JOIN practitioner p ON p.id = c.asked_by JOIN authority pa ON pa.code = p.authority"
        " WHERE c.id = ANY (%s)",
        (list(requests),),
    )
    return sorted(found, key=lambda row: requests.index(row.id))


def see(session: Session, request: UUID, practitioner: UUID, moment: datetime) -> None:
    """Note who opened a request."""
    session.run(
        "UPDATE contact_request SET state = 'seen', seen_by = %s, seen_at = %s WHERE id = %s",
        (practitioner, moment, request),
    )


def end(session: Session, request: UUID, how: tuple[str, str], practitioner: UUID, moment: datetime) -> None:
    """Note how a request ended (state and outcome) and who said so."""
    session.run(
        "UPDATE contact_request SET state = %s, outcome = %s, ended_by = %s, ended_at = %s WHERE id = %s",
        (*how, practitioner, moment, request),
    )


def escalate(session: Session, moment: datetime) -> list[UUID]:
    """Pass on to the desk what is due and not ended. Return what was passed on now."""
    return session.column(
        "UPDATE contact_request SET escalated_at = %s WHERE state IN ('asked', 'seen')"
        " AND escalated_at IS NULL AND escalates_at <= %s RETURNING id",
        (moment, moment),
    )


def lapse(session: Session, moment: datetime) -> list[UUID]:
    """End what nobody answered in its time."""
    return session.column(
        "UPDATE contact_request SET state = 'lapsed', ended_at = %s WHERE state IN ('asked', 'seen')"
        " AND lapses_at <= %s RETURNING id",
        (moment, moment),
    )


def overdue(session: Session, moment: datetime, most: int) -> list[Overdue]:
    """Return what is due and not ended, whoever is asked, the oldest first."""
    return session.rows(
        Overdue,
        "SELECT c.id, c.authority, a.name AS authority_name, coalesce(t.duty_phone, '') AS duty_phone,"
        " c.asked_at FROM contact_request c JOIN authority a ON a.code = c.authority"
        " JOIN signpost s ON s.id = c.signpost_id"
        " LEFT JOIN team t ON t.id = team_reached(s.team_id, c.authority)"
        " WHERE c.state IN ('asked', 'seen') AND c.escalates_at <= %s AND c.lapses_at > %s"
        " ORDER BY c.asked_at, c.id LIMIT %s",
        (moment, moment, most),
    )
