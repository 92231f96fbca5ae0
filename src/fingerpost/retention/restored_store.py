"""All SQL of a restored database: which entries it holds, and which sealed values no key opens."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session


class Sealing(Struct, frozen=True):
    """What is sealed: where, its month, and its head, which is enough to name its key."""

    id: UUID
    cohort: date
    sealed: bytes


def there(session: Session, entries: Sequence[UUID]) -> set[UUID]:
    """Return which of these entries the ledger holds."""
    return set(session.column("SELECT entries_held(%s)", (list(entries),)))


def authorities(session: Session) -> list[str]:
    """Return every authority."""
    return session.column("SELECT code FROM authority ORDER BY code")


def sealings(session: Session, authority: str) -> list[Sealing]:
    """Return how all is sealed that is kept of an authority's children, but for their shields.

    A shield has a key of a month in which no record leaves; what is noted beside a record of a sensitive
    service goes with the record, and is here by its id.
    """
    return session.rows(
        Sealing,
        "SELECT id, cohort, substr(sealed, 1, 3) AS sealed FROM record WHERE authority = %s"
        " UNION ALL SELECT s.id, s.cohort, substr(s.sealed_source, 1, 3) FROM record r"
        " JOIN signpost s ON s.record_id = r.id WHERE r.authority = %s"
        " UNION ALL SELECT id, cohort, substr(sealed, 1, 3) FROM told WHERE authority = %s"
        " UNION ALL SELECT id, cohort, substr(sealed, 1, 3) FROM held_copy WHERE authority = %s"
        " UNION ALL SELECT id, cohort, substr(sealed, 1, 3) FROM shield_alert WHERE authority = %s"
        " UNION ALL SELECT id, cohort, substr(sealed, 1, 3) FROM contact_request WHERE authority = %s"
        " UNION ALL SELECT n.record_id, n.cohort, substr(n.sealed, 1, 3) FROM record r"
        " JOIN sensitive_note n ON n.record_id = r.id WHERE r.authority = %s AND r.sensitive",
        [authority for _ in range(7)],
    )


def shields(session: Session, authority: str) -> list[Sealing]:
    """Return how an authority's shields are sealed: the child's details, and what is noted beside them."""
    return session.rows(
        Sealing,
        "SELECT id, cohort, substr(sealed, 1, 3) AS sealed FROM shield WHERE authority = %s"
        " UNION ALL SELECT id, cohort, substr(note, 1, 3) FROM shield WHERE authority = %s",
        (authority, authority),
    )


def holds(session: Session, authority: str) -> list[Sealing]:
    """Return how the orders that an authority's holds rest on are sealed."""
    return session.rows(
        Sealing,
        "SELECT id, cohort, substr(sealed, 1, 3) AS sealed FROM hold WHERE authority = %s",
        (authority,),
    )


def replace_order(session: Session, hold: UUID, sealed: bytes) -> None:
    """Replace what is sealed of the order that a hold rests on."""
    session.run("UPDATE hold SET sealed = %s WHERE id = %s", (sealed, hold))


def remove(session: Session, rows: Sequence[UUID]) -> int:
    """Delete by id what was found sealed, and records. Return how many records and signposts went."""
    ids = (list(rows),)
    session.run("DELETE FROM contact_request WHERE id = ANY (%s)", ids)
    session.run("DELETE FROM shield_alert WHERE id = ANY (%s)", ids)
    session.run("DELETE FROM held_copy WHERE id = ANY (%s)", ids)
    session.run("DELETE FROM told WHERE id = ANY (%s)", ids)
    gone = session.run("DELETE FROM signpost WHERE id = ANY (%s)", ids)
    return gone + session.run("DELETE FROM record WHERE id = ANY (%s)", ids)
