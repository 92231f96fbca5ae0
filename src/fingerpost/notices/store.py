"""All SQL of notices: told, read, acknowledged, passed on, recalled."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.lookup.contact import TeamPhones


class NewNotice(Struct, frozen=True):
    """A notice before it is written; a team that is not given is that of the record's latest signpost."""

    id: UUID
    authority: str
    kind: str
    cause: UUID
    record: UUID | None
    other: UUID | None
    entry: UUID | None
    team: UUID | None
    ring_at: str | None
    step: str
    next_step_at: datetime | None


class NoticeRow(Struct, frozen=True):
    """A row of `notice`, as its reader may know it."""

    id: UUID
    kind: str
    told_at: datetime
    cause: UUID
    record_id: UUID | None
    other_id: UUID | None
    entry: UUID | None
    ring_at: str | None
    tested: UUID | None
    step: str
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    recalled_at: datetime | None


class TeamRow(TeamPhones, frozen=True, kw_only=True):
    """A team by itself: the first of an authority that has to be rung, or the one whose test it is."""

    id: UUID | None
    authority: str
    authority_name: str
    team: str


class Waiting(Struct, frozen=True):
    """What waits for an authority, for a system that asks: no child, no record."""

    id: UUID
    kind: str
    told_at: datetime
    step: str
    recalled: bool


def add(session: Session, rows: Sequence[NewNotice], moment: datetime) -> list[UUID]:
    """Insert notices; one that was told already is left as it is. Return the ids of the new ones."""
    columns = [[getattr(row, field) for row in rows] for field in NewNotice.__struct_fields__]
    return session.column(
        "INSERT INTO notice (id, authority, kind, told_at, cause, record_id, other_id, entry, team_id,"
        " ring_at, step, next_step_at)"
        " SELECT v.id, v.authority, v.kind, %s, v.cause, r.id, v.other, v.entry,"
        " coalesce(v.team, (SELECT s.team_id FROM signpost s"
        "  WHERE s.record_id = r.id AND r.authority = v.authority"
        "  ORDER BY s.ended DESC NULLS FIRST, s.started DESC LIMIT 1)), v.ring_at, v.step, v.next_step_at"
        " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[],"
        " %s::uuid[], %s::text[], %s::text[], %s::timestamptz[])"
        " AS v (id, authority, kind, cause, record, other, entry, team, ring_at, step, next_step_at)"
        " LEFT JOIN record r ON r.id = v.record WHERE v.record IS NULL OR r.id IS NOT NULL"
        " ON CONFLICT (authority, kind, cause) DO NOTHING RETURNING id",
        (moment, *columns),
    )


def recall(
    session: Session, causes: Sequence[UUID], moment: datetime, next_step_at: datetime | None,
    settled_before: datetime,
) -> list[tuple[UUID, bool]]:  # fmt: skip
    """Mark the notices of causes as recalled. Return (id, waits): what was seen before then stays seen."""
    return session.tuples(
        "WITH mine AS (SELECT id, coalesce(acknowledged_at < %s, false) AS settled FROM notice"
        "  WHERE cause = ANY (%s) AND recalled_at IS NULL)"
        " UPDATE notice n SET recalled_at = %s,"
        " next_step_at = CASE WHEN NOT settled THEN %s::timestamptz END,"
        " acknowledged_by = CASE WHEN settled THEN acknowledged_by END,"
        " acknowledged_at = CASE WHEN settled THEN acknowledged_at END"
        " FROM mine WHERE n.id = mine.id AND n.recalled_at IS NULL RETURNING n.id, NOT settled",
        (settled_before, list(causes), moment, next_step_at),
    )


def items(
    session: Session, authority: str, most: int, *, acknowledged: bool, kind: str, after: UUID | None
) -> list[NoticeRow]:
    """Return an authority's notices, oldest first: those that wait, or all; of one kind, after one."""
    return session.rows(
        NoticeRow,
        "SELECT n.id, n.kind, n.told_at, n.cause, n.record_id, n.other_id, n.entry, n.ring_at,"
        " CASE WHEN n.kind = 'contact_test' THEN n.team_id END AS tested, n.step,"
        " p.reference AS acknowledged_by, n.acknowledged_at, n.recalled_at"
        " FROM notice n LEFT JOIN practitioner p ON p.id = n.acknowledged_by"
        " WHERE n.authority = %s AND (%s OR n.acknowledged_at IS NULL) AND (%s = '' OR n.kind = %s)"
        " AND (%s::uuid IS NULL OR (n.told_at, n.id) >"
        "  (SELECT a.told_at, a.id FROM notice a WHERE a.id = %s AND a.authority = %s))"
        " ORDER BY n.told_at, n.id LIMIT %s",
        (authority, acknowledged, kind, kind, after, after, authority, most),
    )


def front_doors(session: Session, authorities: Sequence[str]) -> list[TeamRow]:
    """Return the front door of each authority; one without teams has no number to show."""
    return session.rows(
        TeamRow,
        "SELECT t.id, a.code AS authority, a.name AS authority_name, coalesce(t.name, 'Front door') AS team,"
        " coalesce(t.office_phone, '') AS office_phone, coalesce(t.office_hours, '') AS office_hours,"
        " coalesce(t.duty_phone, '') AS duty_phone, coalesce(t.inbox, '') AS inbox, t.proven_on,"
        " t.tested_on, t.answered_minutes FROM authority a"
        " LEFT JOIN team t ON t.id = team_reached(NULL, a.code)"
        " WHERE a.code = ANY (%s)",
        (list(authorities),),
    )


def teams(session: Session, ids: Sequence[UUID]) -> list[TeamRow]:
    """Return teams as their contact sheet has them."""
    return session.rows(
        TeamRow,
        "SELECT t.id, t.authority, a.name AS authority_name, t.name AS team, t.office_phone, t.office_hours,"
        " t.duty_phone, t.inbox, t.proven_on, t.tested_on, t.answered_minutes"
        " FROM team t JOIN authority a ON a.code = t.authority WHERE t.id = ANY (%s)",
        (list(ids),),
    )


def waiting(session: Session, authority: str, most: int) -> list[Waiting]:
    """Return what waits for an authority, oldest first."""
    return session.rows(
        Waiting,
        "SELECT id, kind, told_at, step, recalled_at IS NOT NULL AS recalled FROM notice"
        " WHERE authority = %s AND acknowledged_at IS NULL ORDER BY told_at, id LIMIT %s",
        (authority, most),
    )


def count_waiting(session: Session, authority: str) -> int:
    """Return how many notices wait for an authority."""
    return session.value(
        "SELECT count(*) FROM notice WHERE authority = %s AND acknowledged_at IS NULL", (authority,)
    )


def acknowledge(session: Session, notice: UUID, authority: str, practitioner: UUID, moment: datetime) -> bool:
    """Note who has seen a notice. Tell whether it was there and waited."""
    return bool(
        session.run(
            "UPDATE notice SET acknowledged_by = %s, acknowledged_at = %s, next_step_at = NULL"
            " WHERE id = %s AND authority = %s AND acknowledged_at IS NULL",
            (practitioner, moment, notice, authority),
        )
    )


def settle(session: Session, cause: UUID, authority: str, practitioner: UUID, moment: datetime) -> None:
    """Note who has dealt with everything that a cause told an authority."""
    session.run(
        "UPDATE notice SET acknowledged_by = %s, acknowledged_at = %s, next_step_at = NULL"
        " WHERE cause = %s AND authority = %s AND acknowledged_at IS NULL",
        (practitioner, moment, cause, authority),
    )


def overtaken(session: Session, cause: UUID) -> None:
    """Take away what a cause told and nobody has acknowledged."""
    session.run("DELETE FROM notice WHERE cause = %s AND acknowledged_at IS NULL", (cause,))


def unanswered(session: Session, moment: datetime, most: int) -> list[tuple[UUID, str, str]]:
    """Return (id, kind, step) of notices that nobody acknowledged in time; they stay ours until we commit."""
    return session.tuples(
        "SELECT id, kind, step FROM notice WHERE acknowledged_at IS NULL AND next_step_at <= %s"
        " ORDER BY next_step_at LIMIT %s FOR UPDATE SKIP LOCKED",
        (moment, most),
    )


def pass_on(session: Session, rows: Sequence[tuple[UUID, str, datetime | None]]) -> None:
    """Set who looks at notices now, and until when."""
    session.run(
        "UPDATE notice n SET step = v.step, next_step_at = v.next_step_at"
        " FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[]) AS v (id, step, next_step_at)"
        " WHERE n.id = v.id",
        [list(column) for column in zip(*rows, strict=True)],
    )


def forget(session: Session, before: datetime) -> int:
    """Delete notices of no record that were acknowledged or told long ago: those of a record go with it."""
    return session.run(
        "DELETE FROM notice WHERE record_id IS NULL AND told_at < %s AND acknowledged_at IS NOT NULL",
        (before,),
    )
