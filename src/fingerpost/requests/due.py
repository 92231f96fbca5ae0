"""The clock of contact requests: what is not answered in its time goes to the desk, then lapses."""

from collections.abc import Callable
from datetime import datetime
from threading import Event

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import ContactRequestsDue
from fingerpost.requests import store
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.words.errors import FingerpostError

EVERY = 60.0  # seconds; both sides see by the clock how a request stands, whether this has come by or not


class Due:
    """Passes on, and lets lapse. `database` connects as the role of requests."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def overdue(self, by: Person, *, most: int = 200) -> list[store.Overdue]:
        """Return whom the desk has to ring, the oldest first. Nothing of a child or a service is in it."""
        self._reviewers.allow(by, RecordsAct.DESK, set(), recorded=False)
        with self._database.transaction() as session:
            return store.overdue(session, self._clock(), most)

    def tend(self) -> int:
        """Pass on and let lapse what is due; it is on the ledger. Return how many requests that were."""
        moment = self._clock()
        with self._database.transaction() as session:
            escalated, lapsed = store.escalate(session, moment), store.lapse(session, moment)
            if escalated or lapsed:
                event = ContactRequestsDue(escalated=tuple(escalated), lapsed=tuple(lapsed))
                self._ledger.record(session, event)
        return len(escalated) + len(lapsed)

    def run(self, stopped: Event, failed: Callable[[FingerpostError], None]) -> None:
        """Tend until `stopped`. What fails is told and tried again."""
        while not stopped.wait(EVERY):
            try:
                self.tend()
            except FingerpostError as error:
                failed(error)
