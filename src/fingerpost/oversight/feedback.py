"""What users say of the service, answered in public once an officer has seen that it names nobody."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import FeedbackAnswered, FeedbackGiven
from fingerpost.oversight import feedback_store as store
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.words import checks
from fingerpost.words.errors import Invalid, NotFound, Problem

LONGEST = 600  # characters
MOST_SHOWN = 50


class Said(Struct, frozen=True):
    """What was said, and what was answered; empty where its month's audit key is gone."""

    id: UUID
    given_at: datetime
    words: str
    answer: str

    def __repr__(self) -> str:
        return f"Said({self.id})"


class Feedback:
    """Takes, shows and answers. `keeping` keeps which entries; `reading` reads the ledger."""

    def __init__(
        self, keeping: Database, reading: Database, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._keeping, self._reading, self._ledger, self._clock = keeping, reading, ledger, clock
        self._reviewers = Reviewers(keeping, ledger, clock)

    def give(self, words: str, by: Person) -> None:
        """Take what somebody says."""
        said = _some(words)
        with self._keeping.transaction() as session:
            receipt = self._ledger.record(session, FeedbackGiven(by=str(by), words=said))
            store.add(session, uuid4(), self._clock(), receipt.entry)

    def public(self) -> list[Said]:
        """Return what was said and answered in public, the latest first."""
        with self._keeping.statement() as session:
            return [self._said(row) for row in store.public(session, MOST_SHOWN)]

    def waiting(self, by: Person) -> list[Said]:
        """Return what waits for an answer."""
        self._reviewers.allow(by, RecordsAct.FEEDBACK, set())
        with self._keeping.statement() as session:
            return [self._said(row) for row in store.waiting(session, MOST_SHOWN)]

    def answer(self, feedback: UUID, words: str, by: Person, *, published: bool) -> None:
        """Answer; in public, unless what was said names somebody."""
        self._reviewers.allow(by, RecordsAct.FEEDBACK, set())
        said = _some(words)
        with self._keeping.transaction() as session:
            event = FeedbackAnswered(by=str(by), feedback=feedback, words=said, published=published)
            receipt = self._ledger.record(session, event)
            if not store.answer(session, feedback, receipt.entry, published=published):
                raise NotFound("no feedback by that id waits for an answer")

    def _said(self, row: store.Row) -> Said:
        return Said(row.id, row.given_at, self._words(row.given), self._words(row.answered))

    def _words(self, entry: UUID | None) -> str:
        found = entry and self._ledger.find(self._reading, entry)
        event = found.event if found else None
        return event.words if isinstance(event, FeedbackGiven | FeedbackAnswered) else ""


def _some(words: str) -> str:
    if not (said := checks.text(words, "words", LONGEST)):
        raise Invalid(Problem("words", "must not be empty"))
    return said
