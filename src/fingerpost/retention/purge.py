"""The purge: what has reached its day is taken away, by itself, and a receipt is left.

One authority and a bounded number of signposts to a transaction, each with its entry on the ledger. So a
purge that is killed has done some transactions whole and the rest not at all, and the next one goes on.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Event
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger, Receipt
from fingerpost.ledger.events import RecordsPurged, RemaindersPurged
from fingerpost.retention import store
from fingerpost.retention.clocks import agreed_day
from fingerpost.retention.periods import QUARANTINE_DAYS, SUBJECT_REQUEST_DAYS
from fingerpost.retention.told import forget_told
from fingerpost.signposts import held
from fingerpost.signposts import store as signposts_store
from fingerpost.vault import Vault
from fingerpost.words.clock import month_of
from fingerpost.words.errors import FingerpostError

CHUNK = 2_000  # signposts a transaction: bounds an entry's size and how long a feed waits
EVERY = 3600.0  # seconds between purges in `serve`; a signpost past its day is not shown meanwhile
RETRY = 60.0


class Purged(Struct, frozen=True):
    """What one purge took away, in numbers, and the receipts of its entries."""

    signposts: int = 0
    records: int = 0
    told: int = 0
    holds: int = 0
    copies: int = 0
    quarantined: int = 0
    alerts: int = 0
    requests: int = 0
    receipts: tuple[Receipt, ...] = ()

    def plus(self, other: "Purged") -> "Purged":
        """Return both together."""
        mine, its = (tuple(getattr(p, f) for f in Purged.__struct_fields__) for p in (self, other))
        return Purged(*(a + b for a, b in zip(mine, its, strict=True)))


class Purge:
    """Takes away what has left. `database` connects as the role that ends things."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime],
        *, also: Callable[[], object],
    ) -> None:  # fmt: skip
        """Prepare. `also` is called after each round in `keep_running`: it finishes what others began."""
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._also = also

    def run(self) -> Purged:
        """Take away everything whose day has come. Nothing is left to a second run but what is new."""
        with self._database.statement() as session:
            day = agreed_day(session, self._clock())
            authorities = store.authorities_leaving(session, day)
        done = Purged()
        for authority in authorities:
            while (more := self._some(authority, day)).signposts:
                done = done.plus(more)
        return done.plus(self._remainders(day))

    def keep_running(self, stopped: Event, failed: Callable[[FingerpostError], None]) -> None:
        """Purge every hour until `stopped`. What fails is told and tried again."""
        pause = 0.0
        while not stopped.wait(pause):
            try:
                self.run()
                self._also()
                pause = EVERY
            except FingerpostError as error:
                failed(error)
                pause = RETRY

    def _some(self, authority: str, day: date) -> Purged:
        """Take away some of one authority's; nothing where another process is at it."""
        with self._database.transaction() as session:
            if not store.lock(session):
                return Purged()
            signposts_store.take_turn(session, authority)
            leaving = store.leaving(session, authority, day, CHUNK)
            if not leaving:
                return Purged()
            signposts = [row.id for row in leaving]
            copies, made = held.keep(session, self._vault, signposts, (), day)
            signposts_store.remove_signposts(session, signposts)
            records, told = self._emptied(session, authority, [row.record_id for row in leaving])
            event = RecordsPurged(
                authority=authority, signposts=tuple(signposts), records=tuple(records), told=tuple(told),
                copies=copies, keys_made=tuple(made),
            )  # fmt: skip
            receipt = self._ledger.record(session, event)
        return Purged(len(signposts), len(records), len(told), receipts=(receipt,))

    def _emptied(
        self, session: Session, authority: str, records: list[UUID]
    ) -> tuple[list[UUID], list[UUID]]:
        """Remove records without signposts, with their tokens and links, and what was told of them."""
        emptied = store.emptied(session, records)
        signposts_store.remove_records(session, list(emptied))
        # Only now: whoever is telling of a record keeps it until they have committed.
        return list(emptied), forget_told(session, self._vault, authority, set(emptied.values()))

    def _remainders(self, day: date) -> Purged:
        with self._database.transaction() as session:
            if not store.lock(session):
                return Purged()
            # Before anything is locked. Whoever places a hold moves the copies that would go with another.
            for authority in store.authorities_of_ended_holds(session, day):
                signposts_store.take_turn(session, authority)
            told = store.remove_told_before(session, month_of(day))
            alerts = store.remove_alerts_before(session, month_of(day))
            requests = store.remove_requests(session, day, month_of(day))
            answered = self._clock() - timedelta(days=SUBJECT_REQUEST_DAYS)
            requests += store.remove_subject_requests(session, answered)
            ended = store.end_holds(session, day)
            copies = store.remove_copies(session, [(hold.authority, hold.reference) for hold in ended])
            rows = store.remove_quarantine(session, self._clock() - timedelta(days=QUARANTINE_DAYS))
            if not (told or ended or rows or alerts or requests):
                return Purged()
            event = RemaindersPurged(
                told=tuple(told), holds=tuple(hold.id for hold in ended), copies=tuple(copies),
                quarantined=rows, alerts=tuple(alerts), requests=tuple(requests),
            )  # fmt: skip
            receipt = self._ledger.record(session, event)
        return Purged(
            0, 0, len(told), len(ended), len(copies), rows, len(alerts), len(requests), receipts=(receipt,)
        )
