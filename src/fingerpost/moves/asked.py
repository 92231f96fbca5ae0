"""Behind the answers: a question that found nobody stands, and a holder learns who looked for its child.

A lookup does nothing for this: a trigger notes every answer alike, and what was asked is read afterwards from
the ledger. A shielded child's question ends as an absent child's does, so all that follows is the same too.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import LookupAnswered
from fingerpost.ledger.movings import AnswersFollowed, QuestionStands
from fingerpost.ledger.store import Stored
from fingerpost.lookup.answer import Outcome
from fingerpost.moves import asked_store as store
from fingerpost.moves import watch_store
from fingerpost.moves.watch import Watching
from fingerpost.notices.tell import tell
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.vault import Vault
from fingerpost.words.clock import today
from fingerpost.words.errors import NotFound
from fingerpost.words.vocabulary import Purpose

REMEMBERED = timedelta(days=30)
ASK_WITHIN = timedelta(days=7)  # after the answer, as of a contact request
MOST_ANSWERS = 500  # in one transaction
# Whoever asks for these goes on being concerned with the child. A visit to a hospital is over: there the
# asker says so (`stand`), or weeks later somebody learned of a child who is theirs no more.
STANDS_BY_ITSELF = frozenset(Purpose) - {Purpose.UNSCHEDULED_CARE}
_NOTHING = "no answer of yours of the last seven days found nothing; ask again about the child"


class Asked:
    """Looks at answers again. `behind` and `doors` connect as the role of moves."""

    def __init__(
        self, behind: Database, doors: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._behind, self._doors, self._ledger, self._clock = behind, doors, ledger, clock
        self._watching = Watching(vault, ledger)
        self._reviewers = Reviewers(doors, ledger, clock)

    def run(self) -> int:
        """Look at all answers that wait. Return how many that were."""
        total = 0
        while done := self._once():
            total += done
        return total

    def stand(self, entry: UUID, by: Person) -> None:
        """Let a person's question stand that found nobody: their authority is told if the child comes."""
        self._reviewers.allow(by, RecordsAct.STAND, {by.authority})
        with self._doors.transaction() as session:
            row = store.answer(session, entry, self._clock() - ASK_WITHIN)
            asked = row and self._watching.asked(row)
            if row is None or asked is None or not _found_nothing(asked, by):
                raise NotFound(_NOTHING)
            self._keep(session, row, asked)
            self._ledger.record(session, QuestionStands(by=str(by), entry=entry))

    def pass_time(self) -> None:
        """Forget questions whose days are over, and keep the others under the live key of the index."""
        moment = self._clock()
        with self._behind.transaction() as session:
            watch_store.forget(session, today(moment))
            told = tell(session, self._watching.renew(session, today(moment)).items, moment)
            if told:
                self._ledger.record(session, AnswersFollowed(stand=(), told=told))

    def _once(self) -> int:
        moment = self._clock()
        with self._behind.transaction() as session:
            waiting = store.take(session, moment, MOST_ANSWERS)
            read = [(row, asked) for row in waiting if (asked := self._watching.asked(row))]
            stood = [row.id for row, asked in read if _stands(asked) and self._keep(session, row, asked)]
            looked = self._watching.look(session, stood, today(moment))
            told = tell(session, looked.items, moment)
            if stood or told:
                self._ledger.record(session, AnswersFollowed(stand=tuple(stood), told=told))
        return len(waiting)

    def _keep(self, session: Session, row: Stored, asked: LookupAnswered) -> bool:
        until = today(row.recorded_at + REMEMBERED)
        return self._watching.stand(session, row.id, asked, standing=row.id, until=until)


def _stands(asked: LookupAnswered) -> bool:
    return Outcome(asked.outcome) is Outcome.NOT_FOUND and asked.purpose in STANDS_BY_ITSELF


def _found_nothing(asked: LookupAnswered, by: Person) -> bool:
    own = (asked.asker.authority, asked.asker.practitioner) == (by.authority, by.reference)
    return own and Outcome(asked.outcome) is Outcome.NOT_FOUND
