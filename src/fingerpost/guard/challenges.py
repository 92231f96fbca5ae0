"""One answer in so many has to be justified: the asker says why in two lines, a manager reviews it.

Which answers, the ledger entry's own randomness decides. The words are about the asker's reason, never about
the child; they are sealed on the ledger and stand nowhere else.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.access import store as access_store
from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database
from fingerpost.guard import desk_store as store
from fingerpost.guard.desk_store import Waiting
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import JustificationReviewed, JustificationShown, LookupJustified
from fingerpost.ledger.spoken import meant
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.words import checks
from fingerpost.words.errors import Invalid, NotFound, Problem

SHORTEST_LINE, LONGEST_LINE = 10, 200  # characters
MOST_MEANT = 1000


class Justification(Struct, frozen=True):
    """What an asker said, and by when it was due."""

    waiting: Waiting
    need: str
    use: str

    def __repr__(self) -> str:
        return f"Justification({self.waiting.entry})"


class Challenges:
    """Takes justifications and shows them. `database` administers; `records` reads the ledger."""

    def __init__(
        self, database: Database, records: Database, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._records, self._ledger, self._clock = database, records, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def justify(self, entry: UUID, by: Person, need: str, use: str) -> None:
        """Say why one asked: what was needed, and what was done with the answer."""
        need, use = _line(need, "need"), _line(use, "use")
        with self._database.transaction() as session:
            known = access_store.identified(session, by.authority, by.reference)
            event = LookupJustified(entry=entry, by=str(by), need=need, use=use)
            receipt = self._ledger.record(session, event)
            if known is None or not store.justify(session, entry, known[0], receipt.entry):
                raise NotFound("no answer by that entry waits for this person to say why")

    def mine(self, by: Person) -> list[Waiting]:
        """Return the person's own answers that they have to justify, first due first; of no child."""
        with self._database.statement() as session:
            return store.challenges_of(session, by.authority, by.reference)

    def waiting(self, by: Person, most: int = 100) -> list[Waiting]:
        """Return what the manager's authority has to justify or review, first due first."""
        self._reviewers.allow(by, RecordsAct.GUARD, {by.authority})
        with self._database.statement() as session:
            return store.challenges(session, by.authority, most)

    def meant(self, text: str, by: Person) -> UUID:
        """Return which answer a person means that waits in their authority: by entry, or as said aloud."""
        with self._database.statement() as session:
            return meant(text, lambda: [r.entry for r in store.challenges(session, by.authority, MOST_MEANT)])

    def show(self, entry: UUID, by: Person) -> Justification:
        """Return what an asker said; that it was read is recorded."""
        waiting = self._allowed(entry, by)[0]
        found = waiting.justified_by and self._ledger.find(self._records, waiting.justified_by)
        if not found or not isinstance(found.event, LookupJustified):
            raise NotFound("nothing was said yet, or it is gone with its month")
        with self._database.transaction() as session:
            self._ledger.record(session, JustificationShown(entry=entry, by=str(by)))
        return Justification(waiting, found.event.need, found.event.use)

    def review(self, entry: UUID, by: Person, *, accepted: bool) -> None:
        """Accept what an asker said, or question it: then they have to say it again."""
        _, who = self._allowed(entry, by)
        with self._database.transaction() as session:
            if not store.review(session, entry, who, accepted=accepted):
                raise NotFound("no justification by that entry waits for another person's review")
            event = JustificationReviewed(entry=entry, by=str(by), accepted=accepted)
            self._ledger.record(session, event)

    def _allowed(self, entry: UUID, by: Person) -> tuple[Waiting, UUID]:
        with self._database.statement() as session:
            waiting = store.challenge(session, entry)
        if waiting is None:
            raise NotFound("no answer by that entry has to be justified")
        return waiting, self._reviewers.allow(by, RecordsAct.GUARD, {waiting.authority})


def _line(text: str, field: str) -> str:
    line = checks.text(text, field, LONGEST_LINE)
    if len(line) < SHORTEST_LINE:
        raise Invalid(Problem(field, f"is needed in a line of {SHORTEST_LINE} to {LONGEST_LINE} characters"))
    return line
