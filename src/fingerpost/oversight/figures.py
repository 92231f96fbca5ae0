"""Figures for the public, counted from the ledger itself once a month is over."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from enum import unique

from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import (
    AccessSuspended,
    AnyEvent,
    EmergencyOpened,
    EmergencyReviewed,
    FeedLoaded,
    FiguresPublished,
    LookupAnswered,
    LookupRefused,
    ShieldAsked,
)
from fingerpost.oversight import store
from fingerpost.words.clock import LONDON, month_of, today
from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Labelled

SMALL = 10  # a smaller number could point at somebody, and is masked


@unique
class Counted(Labelled):
    """What is counted."""

    FOUND = "found", "looks that found somebody to ring"
    NOT_FOUND = "not_found", "looks that found nothing"
    ADD_DETAIL = "add_detail", "looks that needed one more detail"
    REFUSED = "refused", "looks that were refused"
    EMERGENCIES = "emergencies", "emergency accesses opened"
    UNJUSTIFIED = "unjustified", "emergency accesses found not justified"
    MISUSE = "misuse", "accounts and bodies switched off for misuse, proven or suspected"
    SHIELDS = "shields", "shields asked for"
    FEEDS = "feeds", "feeds accepted"


class Figures:
    """Counts, publishes and shows. `database` may read the ledger."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock

    def publish(self, month: date) -> int:
        """Count a month that is over and publish it. Return how many entries were counted."""
        first = month_of(month)
        if (after := _next(first)) > today(self._clock()):
            raise Invalid(Problem("month", "is not over yet"))
        span = (datetime.combine(first, time(), LONDON), datetime.combine(after, time(), LONDON))
        counts, entries = Counter[Counted](), 0
        for row in store.month_of_entries(self._database, span):
            entries += 1
            counts.update(_of(self._ledger.said(row)))
        with self._database.transaction() as session:
            store.publish(session, [(first, what.value, counts[what]) for what in Counted])
            self._ledger.record(session, FiguresPublished(month=first, entries=entries))
        return entries

    def published(self) -> dict[date, dict[Counted, str]]:
        """Return the last year's figures by month, small numbers masked."""
        since = month_of(today(self._clock())).replace(year=today(self._clock()).year - 1)
        with self._database.statement() as session:
            rows = store.published(session, since)
        found: dict[date, dict[Counted, str]] = {}
        for row in rows:
            found.setdefault(row.month, {})[Counted(row.what)] = masked(row.count)
        return found


def masked(count: int) -> str:
    """Return a number as the public sees it: none, fewer than ten, or the number."""
    return f"fewer than {SMALL}" if 0 < count < SMALL else f"{count:,}"


def _of(event: AnyEvent | None) -> Iterator[Counted]:
    match event:
        case LookupAnswered():
            yield Counted(event.outcome)
        case LookupRefused():
            yield Counted.REFUSED
        case EmergencyOpened():
            yield Counted.EMERGENCIES
        case EmergencyReviewed(justified=False):
            yield Counted.UNJUSTIFIED
        case AccessSuspended(because="misuse"):
            yield Counted.MISUSE
        case ShieldAsked():
            yield Counted.SHIELDS
        case FeedLoaded():
            yield Counted.FEEDS
        case _:
            return


def _next(first: date) -> date:
    return month_of(first + timedelta(days=31))
