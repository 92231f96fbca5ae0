"""All SQL of legal holds."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Parameters, Session
from fingerpost.vault import Candidate


class Hold(Struct, frozen=True):
    """A row of `hold`, its order still sealed."""

    id: UUID
    authority: str
    reference: bytes
    kind: str
    held_until: date
    cohort: date
    sealed: bytes


class Copy(Struct, frozen=True):
    """A row of `held_copy`."""

    id: UUID
    authority: str
    cohort: date
    sealed: bytes


def add(session: Session, hold: Hold, by: UUID, moment: datetime) -> None:
    """Insert a hold."""
    session.run(
        "INSERT INTO hold (id, authority, reference, kind, held_until, cohort, sealed, placed_by, placed_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            hold.id, hold.authority, hold.reference, hold.kind, hold.held_until, hold.cohort, hold.sealed, by,
            moment,
        ),
    )  # fmt: skip


def find(session: Session, hold: UUID) -> Hold | None:
    """Return one hold."""
    return session.row(
        Hold,
        "SELECT id, authority, reference, kind, held_until, cohort, sealed FROM hold WHERE id = %s",
        (hold,),
    )


def holds(session: Session, authority: str | None) -> list[Hold]:
    """Return an authority's holds, or everybody's, the first to end first."""
    return session.rows(
        Hold,
        "SELECT id, authority, reference, kind, held_until, cohort, sealed FROM hold"
        " WHERE coalesce(%s, authority) = authority ORDER BY held_until, id",
        (authority,),
    )


def holds_of(session: Session, authority: str, reference: bytes) -> list[Hold]:
    """Return the holds on one child."""
    return session.rows(
        Hold,
        "SELECT id, authority, reference, kind, held_until, cohort, sealed FROM hold"
        " WHERE authority = %s AND reference = %s ORDER BY held_until, id",
        (authority, reference),
    )


def child_of(session: Session, record: UUID) -> tuple[bytes, bool, Candidate] | None:
    """Return a record's reference, whether it is of a sensitive service, and the record as it is sealed."""
    found = session.tuples(
        "SELECT reference, sensitive, id, authority, cohort, schema_version, sealed FROM record"
        " WHERE id = %s",
        (record,),
    )
    return (found[0][0], found[0][1], Candidate(*found[0][2:])) if found else None


def renew(session: Session, hold: Hold) -> None:
    """Replace a hold's last day, month and sealed order; what was said of the day before counts no more."""
    session.run(
        "UPDATE hold SET held_until = %s, cohort = %s, sealed = %s WHERE id = %s",
        (hold.held_until, hold.cohort, hold.sealed, hold.id),
    )
    session.run("DELETE FROM hold_word WHERE hold_id = %s", (hold.id,))


def say(session: Session, hold: UUID, by: UUID, moment: datetime) -> int:
    """Note one person's word that a hold may end. Return how many have given theirs."""
    session.run(
        "INSERT INTO hold_word (hold_id, practitioner_id, said_at) VALUES (%s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (hold, by, moment),
    )
    return session.value("SELECT count(*) FROM hold_word WHERE hold_id = %s", (hold,))


def remove(session: Session, hold: UUID) -> None:
    """Delete a hold."""
    session.run("DELETE FROM hold WHERE id = %s", (hold,))


def copies(session: Session, authority: str, reference: bytes) -> list[Copy]:
    """Return the copies kept of one child, oldest first."""
    return session.rows(
        Copy,
        "SELECT id, authority, cohort, sealed FROM held_copy WHERE authority = %s AND reference = %s"
        " ORDER BY kept_on, id",
        (authority, reference),
    )


def move_copies(session: Session, rows: Sequence[Parameters]) -> None:
    """Replace month and sealing of copies: cohort, sealed, id."""
    session.run_many("UPDATE held_copy SET cohort = %s, sealed = %s WHERE id = %s", rows)
