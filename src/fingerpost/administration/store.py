"""All SQL of administration that is its own: who there is, and what an authority's data looks like."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.feeds.teams import StoredTeam


class PersonRow(Struct, frozen=True):
    """One person of an authority, as its administration sees them."""

    reference: str
    name: str
    role: str
    active: bool
    role_agreed: bool
    dbs_on: date | None
    trained_on: date | None
    leaves_on: date | None
    used_on: date


class NameRow(Struct, frozen=True):
    """What somebody is called."""

    authority: str
    reference: str
    name: str


class TeamRow(StoredTeam, frozen=True, kw_only=True):
    """A team and what its tests found. `waits_since`: when the newest was sent, if nobody has answered it.

    `on_sheet`: the newest contact sheet names it.
    """

    on_sheet: bool
    tested_on: date | None
    answered_minutes: int | None
    waits_since: datetime | None


class Quality(Struct, frozen=True):
    """What an authority's signposts look like at this moment: counts alone."""

    current: int
    ended: int
    without_team: int
    unproven: int
    of_left: int
    unconfirmed: int
    leaving: int
    by_form: int


class Fault(Struct, frozen=True):
    """How many rows of the newest feed had one fault."""

    source_table: str
    field: str
    reason: str
    rows: int


def people(session: Session, authority: str) -> list[PersonRow]:
    """Return an authority's people."""
    return session.rows(
        PersonRow,
        "SELECT reference, name, role, active, role_agreed, dbs_on, trained_on, leaves_on, used_on"
        " FROM practitioner WHERE authority = %s ORDER BY active DESC, name, reference",
        (authority,),
    )


def names(session: Session, people: Sequence[tuple[str, str]]) -> list[NameRow]:
    """Return what these people (authority, reference) are called."""
    return session.rows(
        NameRow,
        "SELECT p.authority, p.reference, p.name"
        " FROM unnest(%s::text[], %s::text[]) AS w(authority, reference)"
        " JOIN practitioner p ON p.authority = w.authority AND p.reference = w.reference",
        ([authority for authority, _ in people], [reference for _, reference in people]),
    )


def teams(session: Session, authority: str) -> list[TeamRow]:
    """Return an authority's teams."""
    return session.rows(
        TeamRow,
        "SELECT t.id, t.reference, t.name, t.office_phone, t.office_hours, t.duty_phone, t.inbox,"
        " t.proven_on, t.named_at, t.left_on, t.successor_id,"
        " t.left_on IS NULL AND coalesce(t.named_at = max(t.named_at) OVER (), false) AS on_sheet,"
        " t.tested_on, t.answered_minutes, newest.sent_at AS waits_since FROM team t"
        " LEFT JOIN LATERAL (SELECT c.sent_at, c.answered_at FROM contact_test c WHERE c.team_id = t.id"
        "  ORDER BY c.sent_at DESC LIMIT 1) AS newest ON newest.answered_at IS NULL"
        " WHERE t.authority = %s ORDER BY t.reference",
        (authority,),
    )


def prove(session: Session, authority: str, team: UUID, day: date) -> bool:
    """Note that a team's phones were rung and answered. Tell whether there is such a team."""
    return bool(
        session.run("UPDATE team SET proven_on = %s WHERE id = %s AND authority = %s", (day, team, authority))
    )


def hanging(session: Session, teams: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many signposts lead to each of these teams."""
    return dict(
        session.tuples(
            "SELECT team_id, count(*) FROM signpost WHERE team_id = ANY (%s) GROUP BY team_id", (list(teams),)
        )
    )


def set_standing(session: Session, team: UUID, left_on: date | None, successor: UUID | None) -> None:
    """Note that a team left, and who took over; or that it stands, whatever sheets name."""
    session.run(
        "UPDATE team SET left_on = %s, successor_id = %s,"
        " named_at = CASE WHEN %s::date IS NOT NULL THEN named_at END WHERE id = %s",
        (left_on, successor, left_on, team),
    )


def quality(session: Session, authority: str, day: date) -> Quality:
    """Count an authority's signposts by what may be wrong with them.

    They are found by its few teams: by its records, each would be looked up by itself. What has no team is
    read of the whole nation and held against its records: there is little of it.
    """
    (found,) = session.rows(
        Quality,
        "WITH own AS ("
        "SELECT s.ended, s.confirmed, s.leaves_on, s.source_table, true AS teamed, t.proven_on,"
        " t.left_on IS NOT NULL AS gone FROM team t"
        " CROSS JOIN LATERAL (SELECT s.record_id, s.ended, s.confirmed, s.leaves_on, s.source_table"
        "  FROM signpost s WHERE s.team_id = t.id OFFSET 0) s"  # apart: a join may read the whole nation's
        " WHERE t.authority = %s AND s.record_id <> ALL (ARRAY("
        "  SELECT r.id FROM record r WHERE r.authority = %s AND r.sensitive AND r.hidden = 'sensitive'))"
        " UNION ALL"
        " SELECT s.ended, s.confirmed, s.leaves_on, s.source_table, false, NULL, false"
        " FROM (SELECT s.record_id, s.ended, s.confirmed, s.leaves_on, s.source_table"
        "  FROM signpost s WHERE s.team_id IS NULL OFFSET 0) s"
        " WHERE s.record_id IN ("
        "  SELECT r.id FROM record r WHERE r.authority = %s AND r.hidden IS DISTINCT FROM 'sensitive'))"
        " SELECT count(*) FILTER (WHERE o.ended IS NULL) AS current,"
        " count(*) FILTER (WHERE o.ended IS NOT NULL) AS ended,"
        " count(*) FILTER (WHERE NOT o.teamed) AS without_team,"
        " count(*) FILTER (WHERE o.teamed AND (o.proven_on IS NULL OR o.proven_on < %s)) AS unproven,"
        " count(*) FILTER (WHERE o.gone) AS of_left,"
        " count(*) FILTER (WHERE o.ended IS NULL AND o.confirmed < %s) AS unconfirmed,"
        " count(*) FILTER (WHERE o.leaves_on < %s) AS leaving,"
        " count(*) FILTER (WHERE o.source_table = 'form') AS by_form FROM own o",
        (authority, authority, authority, *(day + timedelta(days=days) for days in (-30, -35, 30))),
    )
    return found


def faults(session: Session, run: UUID) -> list[Fault]:
    """Return the faults of one feed, the most frequent first."""
    return session.rows(
        Fault,
        "SELECT source_table, field, reason, count(*) AS rows FROM feed_quarantine WHERE run_id = %s"
        " GROUP BY source_table, field, reason ORDER BY rows DESC, source_table, field LIMIT 50",
        (run,),
    )


def newest_run(session: Session, authority: str) -> tuple[UUID, datetime] | None:
    """Return an authority's newest feed and when it came."""
    found = session.tuples(
        "SELECT id, received_at FROM feed_run WHERE authority = %s ORDER BY received_at DESC LIMIT 1",
        (authority,),
    )
    return (found[0][0], found[0][1]) if found else None
