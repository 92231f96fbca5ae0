"""All SQL of feeds: teams, runs, quarantine and when an authority last reported."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Parameters, Session
from fingerpost.feeds.report import OwnSignpost, QuarantinedRow, RunSummary
from fingerpost.feeds.teams import StoredTeam


class PlanRow(Struct, frozen=True):
    """A row of `feed_plan` and what was decided of its files; `report` is JSON."""

    digest: bytes
    report: str
    accepted: bool | None
    decided_by: str | None
    decided_at: datetime | None


def takes_part(session: Session, authority: str) -> bool:
    """Tell whether an authority is known by this code."""
    return bool(session.column("SELECT code FROM authority WHERE code = %s", (authority,)))


def teams(session: Session, authority: str) -> list[StoredTeam]:
    """Return an authority's teams."""
    return session.rows(
        StoredTeam,
        "SELECT id, reference, name, office_phone, office_hours, duty_phone, inbox, proven_on, named_at,"
        " left_on, successor_id FROM team WHERE authority = %s ORDER BY reference",
        (authority,),
    )


def own_signposts(session: Session, authority: str, most: int) -> list[OwnSignpost]:
    """Return an authority's signposts with what let each in, the first to leave first.

    Those of its sensitive services are not for whoever runs its feeds.
    """
    return session.rows(
        OwnSignpost,
        "SELECT s.id, s.record_id, s.service, s.rule, s.source_table, s.sealed_source, s.cohort, s.started,"
        " s.ended, s.confirmed, s.leaves_on FROM signpost s JOIN record r ON r.id = s.record_id"
        " WHERE r.authority = %s AND NOT r.sensitive ORDER BY s.leaves_on, s.id LIMIT %s",
        (authority, most),
    )


def save_teams(session: Session, authority: str, rows: Sequence[StoredTeam]) -> None:
    """Add teams, or replace those already known by the same reference. All of them stand."""
    session.run_many(
        "INSERT INTO team (id, authority, reference, name, office_phone, office_hours, duty_phone, inbox,"
        " proven_on, named_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (authority, reference) DO UPDATE SET name = excluded.name,"
        " office_phone = excluded.office_phone, office_hours = excluded.office_hours,"
        " duty_phone = excluded.duty_phone, inbox = excluded.inbox, named_at = excluded.named_at,"
        " left_on = NULL, successor_id = NULL,"
        # What was tested since the sheet was written stands, while the numbers are the same.
        " proven_on = CASE WHEN (team.office_phone, team.duty_phone)"
        "  = (excluded.office_phone, excluded.duty_phone)"
        "  THEN greatest(team.proven_on, excluded.proven_on) ELSE excluded.proven_on END",
        [
            (t.id, authority, t.reference, t.name, t.office_phone, t.office_hours, t.duty_phone, t.inbox,
             t.proven_on, t.named_at)
            for t in rows
        ],
    )  # fmt: skip


def leave(session: Session, teams: Sequence[UUID], day: date) -> None:
    """Note that teams are on no sheet from a day on, but where people said meanwhile that they stand."""
    session.run(
        "UPDATE team SET left_on = %s WHERE id = ANY (%s) AND named_at IS NOT NULL AND left_on IS NULL",
        (day, list(teams)),
    )


def note_report(session: Session, authority: str, at: datetime) -> None:
    """Note that the authority's feed was accepted whole: it is not silent."""
    session.run("UPDATE authority SET reported_at = %s WHERE code = %s", (at, authority))


def add_run(session: Session, run: RunSummary, digest: bytes) -> None:
    """Note one accepted feed."""
    session.run(
        "INSERT INTO feed_run (id, authority, format, received_at, digest, added, changed, removed,"
        " unchanged, quarantined) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            run.id, run.authority, run.format, run.received_at, digest, run.added, run.changed, run.removed,
            run.unchanged, run.quarantined,
        ),
    )  # fmt: skip


def add_quarantine(session: Session, run: UUID, rows: Sequence[QuarantinedRow]) -> None:
    """Note the rows of one feed that were set aside."""
    found = ((run, r.source_table, r.row_number, r.field, r.reason) for r in rows)
    session.copy("COPY feed_quarantine (run_id, source_table, row_number, field, reason) FROM STDIN", found)


def runs(session: Session, authority: str, most: int) -> list[RunSummary]:
    """Return an authority's latest feeds, newest first."""
    return session.rows(
        RunSummary,
        "SELECT id, authority, format, received_at, added, changed, removed, unchanged, quarantined"
        " FROM feed_run WHERE authority = %s ORDER BY received_at DESC LIMIT %s",
        (authority, most),
    )


def quarantine(session: Session, run: UUID, most: int) -> list[QuarantinedRow]:
    """Return the rows that one feed had to set aside."""
    return session.rows(
        QuarantinedRow,
        "SELECT source_table, row_number, field, reason FROM feed_quarantine"
        " WHERE run_id = %s ORDER BY source_table, row_number, field LIMIT %s",
        (run, most),
    )


def plan(session: Session, authority: str) -> PlanRow | None:
    """Return what an authority's next feed would change, and what was decided of it."""
    return session.row(
        PlanRow,
        "SELECT f.digest, f.report::text, d.accepted, p.reference AS decided_by, d.decided_at"
        " FROM feed_plan f LEFT JOIN feed_decision d ON d.authority = f.authority AND d.digest = f.digest"
        " LEFT JOIN practitioner p ON p.id = d.decided_by WHERE f.authority = %s",
        (authority,),
    )


def keep_plan(session: Session, authority: str, digest: bytes, report: str, *, held: bool) -> None:
    """Keep a plan in place of the one before."""
    session.run(
        "INSERT INTO feed_plan (authority, digest, held, report) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (authority) DO UPDATE SET digest = excluded.digest, held = excluded.held,"
        " report = excluded.report",
        (authority, digest, held, report),
    )


def decision(session: Session, authority: str, digest: bytes) -> bool | None:
    """Tell whether a held feed of these files was let in; None where nobody has said."""
    return session.value(
        "SELECT accepted FROM feed_decision WHERE authority = %s AND digest = %s", (authority, digest)
    )


def loaded_before(session: Session, authority: str, digest: bytes) -> datetime | None:
    """Return when these files were loaded, if others were since."""
    return session.value(
        "SELECT f.received_at FROM feed_run f, (SELECT digest FROM feed_run WHERE authority = %s"
        "  ORDER BY place DESC LIMIT 1) AS newest"
        " WHERE f.authority = %s AND f.digest = %s AND newest.digest <> f.digest"
        " ORDER BY f.place DESC LIMIT 1",
        (authority, authority, digest),
    )


def decide_plan(session: Session, authority: str, digest: str, decision: Parameters) -> bool:
    """Note what was decided of a held feed, by whom and when. Tell whether it is held."""
    accepted, who, moment = decision
    return bool(
        session.run(
            "INSERT INTO feed_decision (authority, digest, accepted, decided_by, decided_at)"
            " SELECT authority, digest, %s, %s, %s FROM feed_plan"
            " WHERE authority = %s AND encode(digest, 'hex') = %s AND held"
            " ON CONFLICT (authority, digest) DO UPDATE SET accepted = excluded.accepted,"
            " decided_by = excluded.decided_by, decided_at = excluded.decided_at",
            (accepted, who, moment, authority, digest),
        )
    )


def forget_plan(session: Session, authority: str) -> None:
    """Forget what a feed would change, and what was let in: one was loaded. A mistake stays one."""
    session.run("DELETE FROM feed_plan WHERE authority = %s", (authority,))
    session.run("DELETE FROM feed_decision WHERE authority = %s AND accepted", (authority,))
