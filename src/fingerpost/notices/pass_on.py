"""Nobody's silence ends a notice: after four working hours it is the manager's, then the duty team's."""

from collections.abc import Callable
from datetime import datetime

from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.movings import NoticesPassedOn
from fingerpost.notices import delivery_store, store
from fingerpost.notices.kinds import NEXT, NoticeKind, Step, next_step_at

MOST = 500  # in one transaction


class PassingOn:
    """Passes unanswered notices on. `database` connects as the role of moves."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock

    def run(self) -> int:
        """Pass on what nobody acknowledged in time. Return how many notices that were."""
        total = 0
        while done := self._once():
            total += done
        return total

    def _once(self) -> int:
        moment = self._clock()
        with self._database.transaction() as session:
            waiting = store.unanswered(session, moment, MOST)
            if not waiting:
                return 0
            passed = [(row, NEXT[Step(step)] or Step(step), NoticeKind(kind)) for row, kind, step in waiting]
            store.pass_on(
                session, [(row, step.value, next_step_at(kind, step, moment)) for row, step, kind in passed]
            )
            notices = [row for row, _, _ in passed]
            delivery_store.queue(session, notices, moment)
            self._ledger.record(session, NoticesPassedOn(notices=tuple(notices)))
        return len(waiting)
