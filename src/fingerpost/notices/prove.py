"""Contact numbers prove themselves: a test every thirty days, in office hours, that is acknowledged."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.movings import ContactsTested
from fingerpost.lookup.contact import PROVEN_DAYS
from fingerpost.notices import prove_store as store
from fingerpost.notices.kinds import NoticeKind
from fingerpost.notices.tell import Telling, tell
from fingerpost.words.clock import LONDON, today
from fingerpost.words.working_time import CLOSES, OPENS, is_working_day

EVERY = timedelta(days=PROVEN_DAYS)
MOST_TESTS = 500  # in one transaction


class Proving:
    """Sends tests. `database` connects as the role of moves."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock

    def run(self) -> int:
        """Test the teams that nobody proved for a month, while offices are open. Return how many."""
        local = self._clock().astimezone(LONDON)
        if not is_working_day(local.date()) or not OPENS <= local.time() < CLOSES:
            return 0
        total = 0
        while done := self._once():
            total += done
        return total

    def _once(self) -> int:
        moment = self._clock()
        with self._database.transaction() as session:
            store.take_back_of_left(session)
            teams = store.unproven(session, today(moment) - EVERY, moment - EVERY, MOST_TESTS)
            if not teams:
                return 0
            tests = [(uuid4(), team, authority) for team, authority in teams]
            store.take_back(session, [team for _, team, _ in tests])
            store.add(session, [(test, team, moment) for test, team, _ in tests])
            items = [
                Telling(authority=authority, kind=NoticeKind.CONTACT_TEST, cause=test, team=team)
                for test, team, authority in tests
            ]
            tell(session, items, moment)
            self._ledger.record(session, ContactsTested(tests=tuple(test for test, _, _ in tests)))
        return len(tests)
