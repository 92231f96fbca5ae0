"""All SQL of erasing a child before its day."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session


class Erased(Struct, frozen=True):
    """A row of `erasure`: which keys still open the child in older backups."""

    id: UUID
    authority: str
    keys: list[str]
    erased_at: datetime
    settled_at: datetime | None


class Held(Struct, frozen=True):
    """A child's record and its signposts; no record where none is held any more."""

    record: UUID | None
    signposts: list[UUID]


def is_held(session: Session, authority: str, reference: bytes, day: date) -> bool:
    """Tell whether a legal hold stands on a child."""
    return bool(
        session.value(
            "SELECT EXISTS (SELECT FROM hold WHERE authority = %s AND reference = %s AND held_until >= %s)",
            (authority, reference, day),
        )
    )


def held(session: Session, authority: str, reference: bytes) -> Held:
    """Return what is held of a child."""
    rows = session.tuples(
        "SELECT r.id, s.id FROM record r LEFT JOIN signpost s ON s.record_id = r.id"
        " WHERE r.authority = %s AND r.reference = %s",
        (authority, reference),
    )
    return Held(rows[0][0] if rows else None, [row[1] for row in rows if row[1]])


def add(session: Session, erased: Erased, reference: bytes) -> None:
    """Insert an erasure, unless it is there already."""
    session.run(
        "INSERT INTO erasure (id, authority, reference, keys, erased_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (id) DO UPDATE SET keys = excluded.keys",
        (erased.id, erased.authority, reference, erased.keys, erased.erased_at),
    )


def note_place(session: Session) -> None:
    """Note, of what was committed before, that the log was written this far."""
    session.run("UPDATE erasure SET after_lsn = pg_current_wal_insert_lsn() WHERE after_lsn IS NULL")


def put_off(session: Session, erasure: UUID) -> None:
    """Forget how far the log was written: more was sealed again."""
    session.run("UPDATE erasure SET after_lsn = NULL WHERE id = %s", (erasure,))


def unsettled(session: Session) -> list[Erased]:
    """Return erasures whose old keys still exist, oldest first."""
    return session.rows(
        Erased,
        "SELECT id, authority, keys, erased_at, settled_at FROM erasure WHERE settled_at IS NULL"
        " ORDER BY erased_at, id",
    )


def contained(session: Session, begins_at: str) -> list[UUID]:
    """Return unsettled erasures whose re-sealed rows a base backup that begins here holds."""
    return session.column(
        "SELECT id FROM erasure WHERE settled_at IS NULL AND after_lsn <= %s::pg_lsn ORDER BY erased_at, id",
        (begins_at,),
    )


def settle(session: Session, erasure: UUID, moment: datetime) -> None:
    """Note that the old keys are gone."""
    session.run("UPDATE erasure SET settled_at = %s WHERE id = %s", (moment, erasure))


def system(session: Session) -> int:
    """Return the database cluster's own identifier."""
    return int(session.value("SELECT system_identifier FROM pg_control_system()"))


def remove_copies_of(session: Session, authority: str, reference: bytes) -> None:
    """Delete what an ended hold has left of a child."""
    session.run("DELETE FROM held_copy WHERE authority = %s AND reference = %s", (authority, reference))
