"""Holding the vault's own count against the ledger: what left the vault, and what was recorded as disclosed.

They are kept by different roles in different tables, and must name the same entries. A release without an
entry is an answer that nobody recorded, or whose record was taken away. An entry without a release is an
answer that was recorded and did not get out (a crash between the two), or whose count was taken away.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from threading import Event

from msgspec import Struct

from fingerpost.db.database import Database
from fingerpost.ledger import store
from fingerpost.ledger.events import LedgerReconciled
from fingerpost.ledger.log import Ledger
from fingerpost.words.clock import LONDON
from fingerpost.words.errors import FingerpostError

MOST_TOLD = 20
ON_ITS_WAY = timedelta(minutes=1)  # an answer of this age has left, or never will
AT_NIGHT = time(3, 30)
NIGHTLY = timedelta(days=2)  # two nights' worth: one night on which nothing ran is made good by the next
RETRY = 300.0  # seconds


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

    @property
    def in_words(self) -> list[str]:
        """What is wrong, a line for each entry."""
        strays = [
            f"UNRECORDED: the vault answered for entry {e}, which is not on the ledger"
            for e in self.unrecorded
        ]
        lost = [
            f"UNEQUAL: entry {e} says answered, and the vault let nothing out for it" for e in self.unreleased
        ]
        return [*strays, *lost]


def reconcile(database: Database, since: datetime, until: datetime) -> Reconciliation:
    """Compare what was answered from `since` up to `until`; the latest may be still on its way out."""
    span = (since, until)
    with database.statement() as session:
        strays = store.releases_without_entry(session, span, MOST_TOLD)
        unreleased = store.entries_without_release(session, span, MOST_TOLD)
        disclosures, released = store.disclosures(session, span)
    unrecorded = tuple(str(entry) for entry in strays)
    return Reconciliation(since, until, disclosures, released + len(strays), unrecorded, tuple(unreleased))


class Reconciling:
    """Reconciles, and records that it did and what it found: each night by itself, and whenever asked."""

    def __init__(self, database: Database, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._now = database, ledger, now

    def back(self, span: timedelta) -> Reconciliation:
        """Compare the last `span`, as far as it has left the service for certain."""
        until = self._now() - ON_ITS_WAY
        found = reconcile(self._database, until - span, until)
        event = LedgerReconciled(
            since=found.since.isoformat(), until=found.until.isoformat(), disclosures=found.disclosures,
            unseals=found.unseals, unrecorded=found.unrecorded, unreleased=found.unreleased,
        )  # fmt: skip
        with self._database.statement() as session:
            self._ledger.record(session, event)
        return found

    def run(
        self, stopped: Event, tell: Callable[[str], None], failed: Callable[[FingerpostError], None]
    ) -> None:
        """Compare every night until `stopped`; `tell` whatever is not equal. What fails is tried again."""
        pause = self._until_night()
        while not stopped.wait(pause):
            try:
                found = self.back(NIGHTLY)
            except FingerpostError as error:
                failed(error)
                pause = RETRY
                continue
            for words in found.in_words:
                tell(words)
            pause = self._until_night()

    def _until_night(self) -> float:
        here = self._now().astimezone(LONDON)
        tonight = here.replace(hour=AT_NIGHT.hour, minute=AT_NIGHT.minute, second=0, microsecond=0)
        return ((tonight if here < tonight else tonight + timedelta(days=1)) - here).total_seconds()
