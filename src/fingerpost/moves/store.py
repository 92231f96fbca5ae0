"""All SQL of following moves: what is due, what the records of a trail say, who met, who was told of what."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.signposts.trails import Pair

_FOLLOWING = 7_310_451  # the advisory lock by which those who follow moves take turns, across the nation


class Held(Struct, frozen=True):
    """What one visible record says of its authority's work: nothing of the child.

    `current`: somebody works with the child, in any service, the latest `since` a day. `handed_on`: when it
    was last closed as handed on to another authority. `opened`: when a case last began (`rules.CASES`).
    `in_touch`: with a care leaver. `has`, `began` and `ended` are of the services that take a child up
    (`rules.TAKING_UP`).
    """

    id: UUID
    authority: str
    current: bool
    handed_on: date | None
    opened: date | None
    in_touch: bool
    has: bool
    began: date | None
    ended: date | None
    since: date | None


class Meeting(Struct, frozen=True):
    """Two records of which both authorities were told."""

    id: UUID
    record_a: UUID
    record_b: UUID


class Orphan(Struct, frozen=True):
    """A record on the list of orphaned transfers."""

    id: UUID
    record_id: UUID
    closed_on: date


class Placement(Struct, frozen=True):
    """A record whose child lives in another authority's area."""

    id: UUID
    record_id: UUID
    host: str


def alone(session: Session) -> bool:
    """Tell whether nobody else follows moves now; the commit gives the turn back."""
    return session.value("SELECT pg_try_advisory_xact_lock(%s, 0)", (_FOLLOWING,))


def take(session: Session, most: int) -> list[UUID]:
    """Take away what is due, oldest first, and return its records, each once."""
    return session.column(
        "WITH taken AS (DELETE FROM move_due d USING ("
        "  SELECT id FROM move_due ORDER BY id LIMIT %s) AS first"
        "  WHERE d.id = first.id RETURNING d.record_id)"
        " SELECT DISTINCT record_id FROM taken",
        (most,),
    )


def due_handed_on(session: Session, since: date) -> int:
    """Make records due that were closed as handed on since a day: time alone may have made them orphans."""
    return session.run(
        "INSERT INTO move_due (record_id)"
        " SELECT DISTINCT s.record_id FROM signpost s WHERE s.handed_on AND s.ended >= %s",
        (since,),
    )


def held(
    session: Session, records: Sequence[UUID], day: date, *, taking_up: Sequence[str], cases: Sequence[str]
) -> dict[UUID, Held]:
    """Return what the visible ones of these records say, by id."""
    rows = session.rows(
        Held,
        "SELECT r.id, r.authority, coalesce(bool_or(s.ended IS NULL), false) AS current,"
        " max(s.ended) FILTER (WHERE s.handed_on) AS handed_on,"
        " max(s.started) FILTER (WHERE s.service = ANY (%s)) AS opened,"
        " coalesce(bool_or(s.ended IS NULL AND s.service = 'care_leaver'), false) AS in_touch,"
        " coalesce(bool_or(s.ended IS NULL AND s.service = ANY (%s)), false) AS has,"
        " max(s.started) FILTER (WHERE s.service = ANY (%s)) AS began,"
        " max(s.ended) FILTER (WHERE s.service = ANY (%s)) AS ended,"
        " max(s.started) FILTER (WHERE s.ended IS NULL) AS since"
        " FROM record r LEFT JOIN signpost s ON s.record_id = r.id AND s.leaves_on > %s"
        " WHERE r.id = ANY (%s) AND r.hidden IS NULL GROUP BY r.id, r.authority",
        (list(cases), list(taking_up), list(taking_up), list(taking_up), day, list(records)),
    )
    return {row.id: row for row in rows}


def meetings(session: Session, records: Sequence[UUID]) -> list[Meeting]:
    """Return the meetings of these records."""
    return session.rows(
        Meeting,
        "SELECT id, record_a, record_b FROM meeting WHERE record_a = ANY (%s)"
        " UNION SELECT id, record_a, record_b FROM meeting WHERE record_b = ANY (%s)",
        (list(records), list(records)),
    )


def meet(session: Session, pairs: Sequence[Pair], moment: datetime) -> list[Meeting]:
    """Note that records met. Return the meetings that are new."""
    return session.rows(
        Meeting,
        "INSERT INTO meeting (id, record_a, record_b, met_at)"
        " SELECT gen_random_uuid(), v.a, v.b, %s FROM unnest(%s::uuid[], %s::uuid[]) AS v (a, b)"
        " ON CONFLICT (record_a, record_b) DO NOTHING RETURNING id, record_a, record_b",
        (moment, [a for a, _ in pairs], [b for _, b in pairs]),
    )


def part(session: Session, meetings: Sequence[UUID]) -> None:
    """Take meetings back."""
    session.run("DELETE FROM meeting WHERE id = ANY (%s)", (list(meetings),))


def orphans(session: Session, records: Sequence[UUID]) -> list[Orphan]:
    """Return which of these records are on the list of orphaned transfers."""
    return session.rows(
        Orphan, "SELECT id, record_id, closed_on FROM orphan WHERE record_id = ANY (%s)", (list(records),)
    )


def orphans_of(session: Session, authority: str, most: int) -> list[Orphan]:
    """Return the orphaned transfers that an authority closed, or whose child may live there, oldest first."""
    return session.rows(
        Orphan,
        "WITH own AS MATERIALIZED (SELECT id FROM record WHERE authority = %s)"
        " SELECT o.id, o.record_id, o.closed_on FROM orphan o"
        " WHERE (o.host = %s OR o.record_id IN (SELECT id FROM own))"
        " AND EXISTS (SELECT FROM record r WHERE r.id = o.record_id AND r.hidden IS NULL)"
        " ORDER BY o.closed_on, o.id LIMIT %s",
        (authority, authority, most),
    )


def add_orphans(
    session: Session, rows: Sequence[tuple[UUID, date, str | None]], moment: datetime
) -> list[tuple[UUID, UUID]]:
    """Put records on the list: record, day of closing, host. Return (id, record) of the new ones."""
    return session.tuples(
        "INSERT INTO orphan (id, record_id, closed_on, host, told_at)"
        " SELECT gen_random_uuid(), v.record, v.closed_on, a.code, %s"
        " FROM unnest(%s::uuid[], %s::date[], %s::text[]) AS v (record, closed_on, host)"
        " LEFT JOIN authority a ON a.code = v.host"
        " ON CONFLICT (record_id) DO NOTHING RETURNING id, record_id",
        (moment, [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]),
    )


def drop_orphans(session: Session, orphans: Sequence[UUID]) -> None:
    """Take records off the list."""
    session.run("DELETE FROM orphan WHERE id = ANY (%s)", (list(orphans),))


def asked_of(session: Session, orphans: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Return (orphan, authority) of those of which an authority was told that people are asked."""
    return session.tuples(
        "SELECT cause, authority FROM notice WHERE cause = ANY (%s) AND kind = 'orphan_asked'"
        " ORDER BY cause, authority",
        (list(orphans),),
    )


def in_doubt(session: Session, records: Sequence[UUID]) -> list[UUID]:
    """Return which of these records have a link that waits for two people."""
    return session.column(
        "SELECT l.record_a FROM link l WHERE l.record_a = ANY (%s) AND l.state = 'proposed'"
        " UNION SELECT l.record_b FROM link l WHERE l.record_b = ANY (%s) AND l.state = 'proposed'",
        (list(records), list(records)),
    )


def placements(session: Session, records: Sequence[UUID]) -> list[Placement]:
    """Return of which of these records a host was told."""
    return session.rows(
        Placement, "SELECT id, record_id, host FROM placement WHERE record_id = ANY (%s)", (list(records),)
    )


def place(session: Session, rows: Sequence[tuple[UUID, str]], moment: datetime) -> list[Placement]:
    """Note in whose area the children of records live. Return what is new."""
    return session.rows(
        Placement,
        "INSERT INTO placement (id, record_id, host, told_at)"
        " SELECT gen_random_uuid(), v.record, a.code, %s"
        " FROM unnest(%s::uuid[], %s::text[]) AS v (record, host)"
        " JOIN authority a ON a.code = v.host"
        " ON CONFLICT (record_id) DO NOTHING RETURNING id, record_id, host",
        (moment, [record for record, _ in rows], [host for _, host in rows]),
    )


def displace(session: Session, placements: Sequence[UUID]) -> None:
    """Take placements back."""
    session.run("DELETE FROM placement WHERE id = ANY (%s)", (list(placements),))
