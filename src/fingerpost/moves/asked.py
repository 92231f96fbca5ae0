"""Behind the answers: a question that found nobody stands, and a holder learns who looked for its child.

A lookup does nothing for this: a trigger notes every answer alike, and what was asked is read afterwards from
the ledger. A shielded child's question ends as an absent child's does, so all that follows is the same too.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import LookupAnswered
from fingerpost.ledger.movings import AnswersFollowed, QuestionStands
from fingerpost.ledger.store import Stored
from fingerpost.lookup.answer import Outcome
from fingerpost.moves import asked_store as store
from fingerpost.moves import covert_store, watch_store
from fingerpost.moves.covert import covert_until
from fingerpost.moves.store import alone
from fingerpost.moves.watch import BESIDE_THE_TRUTH, Watching
from fingerpost.notices.kinds import NoticeKind
from fingerpost.notices.tell import Telling, tell
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.vault import Vault
from fingerpost.words.clock import today
from fingerpost.words.errors import NotFound
from fingerpost.words.vocabulary import Band, Purpose

REMEMBERED = timedelta(days=30)
ASK_WITHIN = timedelta(days=7)  # after the answer, as of a contact request
MOST_ANSWERS = 500  # in one transaction
# Whoever asks for these goes on being concerned with the child. A visit to a hospital is over: there the
# asker says so (`stand`), or weeks later somebody learned of a child who is theirs no more.
STANDS_BY_ITSELF = frozenset(Purpose) - {Purpose.UNSCHEDULED_CARE}
SURE = frozenset({Band.CERTAIN, Band.PROBABLE})  # of a merely possible match a holder hears nothing
_NOTHING = "no answer of yours of the last seven days found nothing; ask again about the child"


class Asked:
    """Looks at answers again. `behind` and `doors` connect as the role of moves."""

    def __init__(
        self, behind: Database, doors: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._behind, self._doors, self._clock = behind, doors, clock
        self._vault, self._ledger = vault, ledger
        self._watching = Watching(vault, ledger)
        self._reviewers = Reviewers(doors, ledger, clock)

    def run(self) -> int:
        """Look at all answers that wait, and keep what stands under the live key of the index.

        At once: what arrives is under the new key from the moment there is one, and no feed may be attested
        that no question could be asked of. Return how many answers that were.
        """
        while self._renewed():
            pass
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
            store.want(session, entry, self._clock())
            self._ledger.record(session, QuestionStands(by=str(by), entry=entry))

    def pass_time(self) -> None:
        """Forget questions whose days are over."""
        with self._behind.transaction() as session:
            watch_store.forget(session, today(self._clock()))
            covert_store.forget(session, today(self._clock()))

    def _renewed(self) -> bool:
        """Bring some questions under the live key of the index. Tell whether there may be more."""
        moment = self._clock()
        with self._behind.transaction() as session:
            behind = self._watching.behind(session)
            if not behind or not alone(session):
                return False
            told = tell(session, self._watching.renew(session, behind, today(moment)), moment)
            if told:
                self._ledger.record(session, AnswersFollowed(stand=(), told=told))
        return True

    def _once(self) -> int:
        moment = self._clock()
        with self._behind.transaction() as session:
            if not alone(session) or not (waiting := store.take(session, moment, MOST_ANSWERS)):
                return 0
            read = [(row, asked, wanted) for row, wanted in waiting if (asked := self._watching.asked(row))]
            stood = [
                r.id
                for r, asked, wanted in read
                if _stands(asked, wanted=wanted) and self._keep(session, r, asked)
            ]
            items = self._watching.look(session, stood, today(moment)).items
            for row, asked, _ in read:
                items += self._looked_for(session, row, asked, moment)
            told = tell(session, items, moment)
            if stood or told:
                self._ledger.record(session, AnswersFollowed(stand=tuple(stood), told=told))
        return len(waiting)

    def _keep(self, session: Session, row: Stored, asked: LookupAnswered) -> bool:
        until = today(row.recorded_at + REMEMBERED)
        return self._watching.stand(session, row.id, asked, standing=row.id, until=until)

    def _looked_for(
        self, session: Session, row: Stored, asked: LookupAnswered, moment: datetime
    ) -> list[Telling]:
        """Return whom to tell that its child was looked for; while the case is covert nobody, and later."""
        sure = [one.signpost for one in asked.disclosed if one.band in SURE]
        if not sure or asked.purpose is not Purpose.UNSCHEDULED_CARE or BESIDE_THE_TRUTH & set(asked.alerts):
            return []
        asker = asked.asker.authority
        later = covert_until(session, self._vault, asker, asked.case_reference, today(moment))
        if later:
            store.hold_back(session, row.id, later, sure)
            return []
        return [
            Telling(
                authority=authority, kind=NoticeKind.LOOKED_FOR, cause=_of(row.id, record), record=record,
                entry=row.id, ring_at=asker,
            )
            for record, authority in store.holders(session, row.id, sure) if authority != asker
        ]  # fmt: skip


def _of(entry: UUID, record: UUID) -> UUID:
    """Return the cause of a notice of one record: each of a child's records at an authority has its team."""
    return uuid5(entry, record.hex)


def _stands(asked: LookupAnswered, *, wanted: bool) -> bool:
    nothing = Outcome(asked.outcome) is Outcome.NOT_FOUND
    return nothing and (wanted or asked.purpose in STANDS_BY_ITSELF)


def _found_nothing(asked: LookupAnswered, by: Person) -> bool:
    own = (asked.asker.authority, asked.asker.practitioner) == (by.authority, by.reference)
    return own and Outcome(asked.outcome) is Outcome.NOT_FOUND
