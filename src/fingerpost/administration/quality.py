"""What an authority's own data looks like, and what to mend: counts and places in files alone."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from fingerpost.administration import store
from fingerpost.administration.store import Fault
from fingerpost.administration.store import Quality as Counts
from fingerpost.db.database import Database
from fingerpost.signposts.person import Person
from fingerpost.words.clock import today


class Report(Struct, frozen=True):
    """Counts of what stands, and the faults of the newest feed; `fed_at` is None where there was none."""

    counts: Counts
    faults: tuple[Fault, ...]
    fed_at: datetime | None


class Quality:
    """Reports. `publishing` reads signposts, `reporting` reads what feeds said."""

    def __init__(self, publishing: Database, reporting: Database, clock: Callable[[], datetime]) -> None:
        self._publishing, self._reporting, self._clock = publishing, reporting, clock

    def report(self, by: Person) -> Report:
        """Return the report of the administrator's authority."""
        with self._publishing.statement() as session:
            counts = store.quality(session, by.authority, today(self._clock()))
        with self._reporting.statement() as session:
            newest = store.newest_run(session, by.authority)
            faults = store.faults(session, newest[0]) if newest else []
        return Report(counts, tuple(faults), newest and newest[1])
