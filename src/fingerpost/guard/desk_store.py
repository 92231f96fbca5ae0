"""All SQL of what the guard goes by and of what waits for a person."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session


class Asked(Struct, frozen=True):
    """A larger budget that was asked for."""

    practitioner_id: UUID
    practitioner: str
    authority: str
    an_hour: int
    a_day: int
    until: datetime


class Waiting(Struct, frozen=True):
    """An answer that has to be justified, or whose justification waits for a manager."""

    entry: UUID
    authority: str
    practitioner: str
    due_at: datetime
    justified_by: UUID | None
    accepted: bool | None


class Alert(Struct, frozen=True):
    """What somebody has to look at."""

    id: UUID
    kind: str
    raised_at: datetime
    authority: str
    practitioner: str
    entry: UUID | None
    acknowledged_at: datetime | None


def replace_ties(session: Session, who: UUID, authority: str, rows: Sequence[tuple[str, bytes]]) -> None:
    """Take away what was declared of a household and write (kind, token) anew."""
    session.run("DELETE FROM tie WHERE practitioner_id = %s", (who,))
    session.run_many(
        "INSERT INTO tie (authority, token, kind, practitioner_id) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        [(authority, token, kind, who) for kind, token in rows],
    )


def add_block(
    session: Session, block: UUID, who: UUID, tokens: Sequence[bytes], by: tuple[UUID, datetime]
) -> None:
    """Block a worker from the child that has these tokens."""
    session.run(
        "INSERT INTO conflict_block (id, practitioner_id, tokens, ordered_by, ordered_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (block, who, list(tokens), *by),
    )


def lift_block(session: Session, block: UUID, by: UUID) -> str | None:
    """Lift a block, by somebody who neither ordered it nor is blocked. Return whose authority it was."""
    return session.value(
        "UPDATE conflict_block c SET lifted_by = %s FROM practitioner p WHERE c.id = %s"
        " AND p.id = c.practitioner_id AND c.lifted_by IS NULL"
        " AND %s NOT IN (c.ordered_by, c.practitioner_id) RETURNING p.authority",
        (by, block, by),
    )


def authority_of_block(session: Session, block: UUID) -> str | None:
    """Return the authority of the worker whom a standing block is of."""
    return session.value(
        "SELECT p.authority FROM conflict_block c JOIN practitioner p ON p.id = c.practitioner_id"
        " WHERE c.id = %s AND c.lifted_by IS NULL",
        (block,),
    )


def ask_raise(session: Session, row: Sequence[object]) -> None:
    """Ask for a larger budget: id, person, an hour, a day, until, who asks."""
    session.run(
        "INSERT INTO budget_raise (id, practitioner_id, an_hour, a_day, until, asked_by)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        row,
    )


def asked_raise(session: Session, budget: UUID) -> Asked | None:
    """Return a larger budget that nobody agreed to yet."""
    return session.row(
        Asked,
        "SELECT b.practitioner_id, p.reference AS practitioner, p.authority, b.an_hour, b.a_day, b.until"
        " FROM budget_raise b JOIN practitioner p ON p.id = b.practitioner_id"
        " WHERE b.id = %s AND b.agreed_by IS NULL",
        (budget,),
    )


def agree_raise(session: Session, budget: UUID, by: UUID) -> bool:
    """Agree to a larger budget, as somebody who neither asked for it nor gets it."""
    agreed = session.run(
        "UPDATE budget_raise SET agreed_by = %s WHERE id = %s AND agreed_by IS NULL"
        " AND %s NOT IN (asked_by, practitioner_id)",
        (by, budget, by),
    )
    return agreed == 1


def justify(session: Session, entry: UUID, who: UUID, ledger_entry: UUID) -> bool:
    """Note where on the ledger the asker said why; again once it is questioned, and not while it is read."""
    noted = session.run(
        "UPDATE challenge SET justified_by = %s, accepted = NULL, reviewed_by = NULL"
        " WHERE entry = %s AND practitioner_id = %s AND (justified_by IS NULL OR accepted IS FALSE)",
        (ledger_entry, entry, who),
    )
    return noted == 1


def challenge(session: Session, entry: UUID) -> Waiting | None:
    """Return one challenge."""
    return session.row(
        Waiting,
        "SELECT c.entry, p.authority, p.reference AS practitioner, c.due_at, c.justified_by, c.accepted"
        " FROM challenge c JOIN practitioner p ON p.id = c.practitioner_id WHERE c.entry = %s",
        (entry,),
    )


def challenges(session: Session, authority: str, most: int) -> list[Waiting]:
    """Return an authority's challenges that are not accepted, those due first at the top."""
    return session.rows(
        Waiting,
        "SELECT c.entry, p.authority, p.reference AS practitioner, c.due_at, c.justified_by, c.accepted"
        " FROM challenge c JOIN practitioner p ON p.id = c.practitioner_id"
        " WHERE c.accepted IS NOT TRUE AND p.authority = %s ORDER BY c.due_at LIMIT %s",
        (authority, most),
    )


def challenges_of(session: Session, authority: str, reference: str) -> list[Waiting]:
    """Return what one person has to justify, or to justify again."""
    return session.rows(
        Waiting,
        "SELECT c.entry, p.authority, p.reference AS practitioner, c.due_at, c.justified_by, c.accepted"
        " FROM practitioner p JOIN challenge c ON c.practitioner_id = p.id"
        " WHERE p.authority = %s AND p.reference = %s AND c.accepted IS NOT TRUE"
        " AND (c.justified_by IS NULL OR c.accepted IS FALSE) ORDER BY c.due_at LIMIT 100",
        (authority, reference),
    )


def review(session: Session, entry: UUID, by: UUID, *, accepted: bool) -> bool:
    """Accept or question a justification, as somebody else than its author."""
    noted = session.run(
        "UPDATE challenge SET accepted = %s, reviewed_by = %s"
        " WHERE entry = %s AND justified_by IS NOT NULL AND accepted IS NULL AND practitioner_id <> %s",
        (accepted, by, entry, by),
    )
    return noted == 1


def alerts(session: Session, authority: str | None, most: int) -> list[Alert]:
    """Return alerts that wait, oldest first: one authority's, or everybody's."""
    return session.rows(
        Alert,
        "SELECT a.id, a.kind, a.raised_at, a.authority, p.reference AS practitioner, a.entry,"
        " a.acknowledged_at FROM alert a JOIN practitioner p ON p.id = a.practitioner_id"
        " WHERE a.acknowledged_at IS NULL AND (%s::text IS NULL OR a.authority = %s)"
        " ORDER BY a.raised_at LIMIT %s",
        (authority, authority, most),
    )


def alert(session: Session, alert_id: UUID) -> Alert | None:
    """Return one alert."""
    return session.row(
        Alert,
        "SELECT a.id, a.kind, a.raised_at, a.authority, p.reference AS practitioner, a.entry,"
        " a.acknowledged_at FROM alert a JOIN practitioner p ON p.id = a.practitioner_id WHERE a.id = %s",
        (alert_id,),
    )


def acknowledge(session: Session, alert_id: UUID, by: UUID, moment: datetime) -> bool:
    """Acknowledge an alert, as somebody else than whom it is about. The first to say so stands."""
    noted = session.run(
        "UPDATE alert SET acknowledged_by = %s, acknowledged_at = %s"
        " WHERE id = %s AND acknowledged_at IS NULL AND practitioner_id <> %s",
        (by, moment, alert_id, by),
    )
    return noted == 1


def to_page(session: Session, most: int) -> list[Alert]:
    """Return alerts that nobody was paged for, oldest first."""
    return session.rows(
        Alert,
        "SELECT a.id, a.kind, a.raised_at, a.authority, p.reference AS practitioner, a.entry,"
        " a.acknowledged_at FROM alert a JOIN practitioner p ON p.id = a.practitioner_id"
        " WHERE a.paged_at IS NULL ORDER BY a.raised_at LIMIT %s",
        (most,),
    )


def paged(session: Session, alert_id: UUID, moment: datetime) -> None:
    """Note that an alert was taken by the operator's command or webhook."""
    session.run("UPDATE alert SET paged_at = %s WHERE id = %s AND paged_at IS NULL", (moment, alert_id))
