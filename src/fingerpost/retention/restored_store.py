"""All SQL of a restored database: which entries it holds, and which sealed values no key opens."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session


class Sealing(Struct, frozen=True):
    """A record or signpost, its month, and the head of what is sealed: enough to name its key."""

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
    """Return how an authority's records and signposts are sealed."""
    return session.rows(
        Sealing,
        "SELECT id, cohort, substr(sealed, 1, 3) AS sealed FROM record WHERE authority = %s"
        " UNION ALL SELECT s.id, s.cohort, substr(s.sealed_source, 1, 3) FROM record r"
        " JOIN signpost s ON s.record_id = r.id WHERE r.authority = %s",
        (authority, authority),
    )


def remove(session: Session, rows: Sequence[UUID]) -> int:
    """Delete records and signposts by id. Return how many went."""
    gone = session.run("DELETE FROM signpost WHERE id = ANY (%s)", (list(rows),))
    return gone + session.run("DELETE FROM record WHERE id = ANY (%s)", (list(rows),))
