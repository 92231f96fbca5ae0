"""The mark of a dispute: shown with a signpost at once, until its authority has looked into it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import SignpostDisputed
from fingerpost.rights import store
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.words.clock import today
from fingerpost.words.errors import NotFound


class Disputes:
    """Marks an authority's own signposts. `database` connects as the role of rights."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def mark(self, signpost: UUID, by: Person, *, disputed: bool) -> None:
        """Mark a signpost of the person's authority as disputed, or as looked into."""
        self._reviewers.allow(by, RecordsAct.SUBJECT_ACCESS, {by.authority})
        day = today(self._clock()) if disputed else None
        with self._database.transaction() as session:
            if not store.dispute(session, signpost, by.authority, day):
                raise NotFound("this authority has no signpost with that id")
            event = SignpostDisputed(signpost=signpost, by=str(by), disputed=disputed)
            self._ledger.record(session, event)
