"""What somebody asked themselves, of the last thirty days: why, for which case, when, and how it ended."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import LookupAnswered, OwnLooksShown
from fingerpost.ledger.spoken import meant, speakable
from fingerpost.oversight import store
from fingerpost.signposts.person import Person
from fingerpost.words.vocabulary import Purpose

MOST = 50
MOST_MEANT = 2000  # of thirty days: the guard lets nobody ask more


class Look(Struct, frozen=True):
    """One look: no name is shown, the case reference tells the asker which it was."""

    asked_at: datetime
    outcome: str
    entry: UUID | None
    purpose: Purpose | None = None
    case_reference: str = ""

    @property
    def reference(self) -> str:
        """The reference to say to the desk; empty where nothing was answered."""
        return speakable(self.entry) if self.entry else ""

    def __repr__(self) -> str:
        return f"Look({self.outcome})"


class Mine:
    """Shows people their own looks. `database` may read the ledger."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock

    def looks(self, by: Person) -> list[Look]:
        """Return the person's own, the latest first; that they read them is recorded."""
        with self._database.transaction() as session:
            asked = store.asked_by(session, (by.authority, by.reference), MOST)
            entries = [row.entry for row in asked if row.entry]
            stored = {row.id: row for row in store.named(session, entries)}
            self._ledger.record(session, OwnLooksShown(by=str(by), entries=tuple(entries)))
        events = {entry: self._ledger.said(row) for entry, row in stored.items()}
        return [self._look(row, events.get(row.entry) if row.entry else None) for row in asked]

    def meant(self, text: str, by: Person) -> UUID:
        """Return which answer of their own a person means, by its entry or as it is said aloud."""
        with self._database.statement() as session:
            own = (by.authority, by.reference)
            return meant(text, lambda: [r.entry for r in store.asked_by(session, own, MOST_MEANT) if r.entry])

    @staticmethod
    def _look(row: store.Asked, event: object) -> Look:
        outcome = row.outcome or "refused"
        if not isinstance(event, LookupAnswered):
            return Look(row.asked_at, outcome, row.entry)
        return Look(row.asked_at, outcome, row.entry, event.purpose, event.case_reference)
