"""Holding the vault's own count against the ledger: what left the vault, and what was recorded as disclosed.

They are kept by different roles in different tables, and must name the same entries. A release without an
entry is an answer that nobody recorded, or whose record was taken away. An entry without a release is an
answer that was recorded and did not get out (a crash between the two), or whose count was taken away.
"""

from datetime import datetime

from msgspec import Struct

from fingerpost.db.database import Database
from fingerpost.ledger import store

MOST_TOLD = 20


class Reconciliation(Struct, frozen=True):
    """What two counts of one span of time say. The tuples name at most `MOST_TOLD` each."""

    since: datetime
    until: datetime
    disclosures: int
    unseals: int
    unrecorded: tuple[str, ...]
    unreleased: tuple[int, ...]

    @property
    def equal(self) -> bool:
        """Whether everything that left was recorded, and the other way round."""
        return not self.unrecorded and not self.unreleased


def reconcile(database: Database, since: datetime, until: datetime) -> Reconciliation:
    """Compare what was answered from `since` up to `until`; the latest may be still on its way out."""
    span = (since, until)
    with database.statement() as session:
        strays = store.releases_without_entry(session, span, MOST_TOLD)
        unreleased = store.entries_without_release(session, span, MOST_TOLD)
        disclosures, released = store.disclosures(session, span)
    unrecorded = tuple(str(entry) for entry in strays)
    return Reconciliation(since, until, disclosures, released + len(strays), unrecorded, tuple(unreleased))
