"""All SQL of the vault: its own count of what it let out."""

from datetime import datetime
from uuid import UUID

from fingerpost.db.database import Session


def count_release(session: Session, entry: UUID, moment: datetime) -> bool:
    """Count a release; tell whether its entry is an answer, is committed and was not used before."""
    counted = session.run(
        "INSERT INTO vault_release (entry, released_at)"
        " SELECT e.id, %s FROM ledger_entry e WHERE e.id = %s AND e.kind = 'lookup_answered'"
        " ON CONFLICT DO NOTHING",
        (moment, entry),
    )
    return counted == 1
