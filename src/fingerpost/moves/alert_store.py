"""All SQL of alerts of missing families: raised, approved, swept, ended."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Parameters, Session
from fingerpost.ledger.store import Stored

Feed = tuple[str, datetime]  # an authority, and when its last feed was accepted


class Row(Struct, frozen=True):
    """An alert as stored."""

    id: UUID
    authority: str
    authority_name: str
    state: str
    entries: list[UUID]
    raised_by: UUID
    raised_at: datetime
    approved_at: datetime | None
    until: date
    reason: str | None
    hits: int


class Sweep(Struct, frozen=True):
    """A local authority, and the feed as of which it was looked through; null: it was not."""

    authority: str
    authority_name: str
    as_of: datetime | None


def add(session: Session, row: Parameters) -> None:
    """Insert an alert: id, authority, the answers, who, when, last day."""
    session.run(
        "INSERT INTO missing_alert (id, authority, state, entries, raised_by, raised_at, until)"
        " VALUES (%s, %s, 'raised', %s, %s, %s, %s)",
        row,
    )


def lock(session: Session, alert: UUID) -> None:
    """Keep an alert as it is until we commit."""
    session.run("SELECT id FROM missing_alert WHERE id = %s FOR UPDATE", (alert,))


def find(session: Session, alert: UUID) -> Row | None:
    """Return an alert."""
    return session.row(
        Row,
        "SELECT a.id, a.authority, b.name AS authority_name, a.state, a.entries, a.raised_by, a.raised_at,"
        " a.approved_at, a.until, a.reason,"
        " (SELECT count(*) FROM watch_hit h WHERE h.standing = a.id AND NOT h.recalled) AS hits"
        " FROM missing_alert a JOIN authority b ON b.code = a.authority WHERE a.id = %s",
        (alert,),
    )


def of_authority(session: Session, authority: str, most: int) -> list[UUID]:
    """Return an authority's alerts that have not ended, and so many others; newest first."""
    return session.column(
        "WITH own AS MATERIALIZED (SELECT id, state, raised_at FROM missing_alert WHERE authority = %s)"
        " SELECT id FROM own ORDER BY state <> 'ended' DESC, raised_at DESC, id"
        " LIMIT %s + (SELECT count(*) FROM own WHERE state <> 'ended')",
        (authority, most),
    )


def approve(session: Session, alert: UUID, who: UUID, moment: datetime) -> None:
    """Let an alert out."""
    session.run(
        "UPDATE missing_alert SET state = 'out', approved_by = %s, approved_at = %s WHERE id = %s",
        (who, moment, alert),
    )


def end(session: Session, alert: UUID, reason: str, moment: datetime) -> None:
    """End an alert, and forget what it found; nothing stands for it (`no_more`)."""
    session.run(
        "UPDATE missing_alert SET state = 'ended', reason = %s, ended_at = %s, entries = '{}' WHERE id = %s",
        (reason, moment, alert),
    )
    session.run("DELETE FROM watch_hit WHERE standing = %s", (alert,))


def no_more(session: Session, alert: UUID) -> None:
    """Have nothing stand for an alert any more; what is being found now is waited for."""
    session.run("DELETE FROM watch WHERE standing = %s", (alert,))


def reached(session: Session, alert: UUID) -> list[tuple[str, UUID, bool]]:
    """Return (authority, hit, recalled) of every record that an alert touched since it is out."""
    return session.tuples(
        "SELECT authority, id, recalled FROM watch_hit WHERE standing = %s ORDER BY id", (alert,)
    )


def still_told(session: Session, hits: Sequence[UUID]) -> list[str]:
    """Return the authorities that hold a notice of one of these."""
    return session.column("SELECT DISTINCT authority FROM notice WHERE cause = ANY (%s)", (list(hits),))


def expired(session: Session, day: date) -> list[UUID]:
    """Return alerts whose last day is over."""
    return session.column("SELECT id FROM missing_alert WHERE state <> 'ended' AND until < %s", (day,))


def forget(session: Session, before: datetime) -> None:
    """Forget alerts that ended long ago."""
    session.run("DELETE FROM missing_alert WHERE ended_at < %s", (before,))


def out(session: Session) -> list[UUID]:
    """Return the alerts that are out."""
    return session.column("SELECT id FROM missing_alert WHERE state = 'out'")


def unbegun(session: Session) -> list[Row]:
    """Return the alerts that are out and for which nothing was looked through yet."""
    return session.rows(
        Row,
        "SELECT a.id, a.authority, b.name AS authority_name, a.state, a.entries, a.raised_by, a.raised_at,"
        " a.approved_at, a.until, a.reason, 0 AS hits"
        " FROM missing_alert a JOIN authority b ON b.code = a.authority"
        " WHERE a.state = 'out' AND NOT EXISTS (SELECT FROM watch w WHERE w.standing = a.id)"
        " ORDER BY a.id FOR UPDATE OF a",
    )


def answers(session: Session, entries: Sequence[UUID], since: datetime) -> list[Stored]:
    """Return the entries of answers given since a moment."""
    return session.rows(
        Stored,
        "SELECT position, id, recorded_at, kind, cohort, leaf, signature, sealed FROM ledger_entry"
        " WHERE id = ANY (%s) AND recorded_at >= %s AND kind = 'lookup_answered' ORDER BY position",
        (list(entries), since),
    )


def hold_against_shields(session: Session, entries: Sequence[UUID]) -> None:
    """Have what an alert asks held against the shields, as every question is."""
    session.run("SELECT await_the_watch_again(%s)", (list(entries),))


def feeds(session: Session) -> list[Feed]:
    """Return when each local authority's feed was last accepted, where it has confirmed its shields."""
    return session.tuples(
        "SELECT code, reported_at FROM authority WHERE kind = 'local_authority'"
        " AND reported_at IS NOT NULL AND shields_confirmed_at IS NOT NULL"
    )


def is_followed(session: Session) -> bool:
    """Tell whether every record that changed was followed."""
    return not session.value("SELECT EXISTS (SELECT FROM move_due)")


def attest(session: Session, alerts: Sequence[UUID], feeds: Sequence[Feed]) -> list[tuple[UUID, str]]:
    """Note as of which feeds authorities were looked through. Return (alert, authority) where that is new."""
    return session.tuples(
        "INSERT INTO alert_sweep AS held (alert, authority, as_of)"
        " SELECT a.id, v.authority, v.as_of FROM unnest(%s::uuid[]) AS a (id)"
        " CROSS JOIN unnest(%s::text[], %s::timestamptz[]) AS v (authority, as_of)"
        " ON CONFLICT (alert, authority) DO UPDATE SET as_of = excluded.as_of"
        " WHERE held.as_of < excluded.as_of RETURNING alert, authority",
        (list(alerts), [code for code, _ in feeds], [as_of for _, as_of in feeds]),
    )


def sweeps(session: Session, alert: UUID) -> list[Sweep]:
    """Return every local authority, and as of which feed it was looked through for an alert."""
    return session.rows(
        Sweep,
        "SELECT a.code AS authority, a.name AS authority_name, s.as_of FROM authority a"
        " LEFT JOIN alert_sweep s ON s.alert = %s AND s.authority = a.code"
        " WHERE a.kind = 'local_authority' ORDER BY a.name",
        (alert,),
    )
