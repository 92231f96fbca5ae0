"""What a feed did, or would do: counts, rules and rows. No value of a child is in it."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict

from fingerpost.feeds.faults import SET_ASIDE, Fault
from fingerpost.signposts.changes import Counts, too_much
from fingerpost.signposts.linking import Linked
from fingerpost.signposts.signpost import Draft

Progress = Callable[[str, int, int], None]
"""Told of a phase, how much of it is done, and how much there is."""


def no_progress(_: str, __: int, ___: int) -> None:
    """Tell nobody."""


class FeedReport(Struct, frozen=True, kw_only=True):
    """One feed. `run` is None where nothing was written; `held` says why, where that was not asked for.

    `read` is rows by table; `let_in` signposts by rule; `kept_out` rows by reason; `quarantine` every row or
    field that could not be used; `silent` episode tables that said nothing of the rows they lack;
    `links` what was linked afterwards, None where that has to wait. Teams are named by reference: those that
    left the contact sheet, came back to it, or are missing from one that lacks too many to count.
    """

    authority: str
    format: str
    run: UUID | None
    at: datetime
    read: dict[str, int]
    counts: Counts
    let_in: dict[str, int]
    kept_out: dict[str, int]
    quarantine: tuple[Fault, ...]
    silent: tuple[str, ...]
    teams: int
    without_team: int
    next_leave: date | None
    teams_left: tuple[str, ...] = ()
    teams_back: tuple[str, ...] = ()
    teams_missing: tuple[str, ...] = ()
    held: str | None = None
    links: Linked | None = None

    @property
    def reported(self) -> bool:
        """Tell whether the authority counts as having reported: loaded, and no table lost too many rows."""
        return self.run is not None and not self.failed

    @property
    def added(self) -> int:
        """How many signposts are new."""
        return self.counts.added

    @property
    def quarantined(self) -> int:
        """How many things were wrong with the feed's rows."""
        return len(self.quarantine)

    @property
    def sheet(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What became of teams by the contact sheet, in words, and of which."""
        said = (
            ("Left the contact sheet", self.teams_left),
            ("Back on the contact sheet", self.teams_back),
            ("Not on the contact sheet, which lacks most teams: they stay", self.teams_missing),
        )
        return tuple((words, teams) for words, teams in said if teams)

    @property
    def rows_set_aside(self) -> int:
        """How many rows could not be used at all."""
        return len(self._set_aside())

    @property
    def failed(self) -> tuple[str, ...]:
        """Which tables lost so many rows that this feed is no report of what the authority does."""
        lost = Counter(table for table, _ in self._set_aside())
        return tuple(table for table, rows in sorted(lost.items()) if too_much(rows, self.read.get(table, 0)))

    def for_programs(self) -> dict[str, object]:
        """Return the whole report, with what follows from it."""
        return {
            **asdict(self), "reported": self.reported, "failed": self.failed,
            "rows_set_aside": self.rows_set_aside,
        }  # fmt: skip

    def _set_aside(self) -> set[tuple[str, int]]:
        return {(fault.table, fault.row) for fault in self.quarantine if fault.effect == SET_ASIDE}


class RunSummary(Struct, frozen=True):
    """One accepted feed, as `feed_run` holds it."""

    id: UUID
    authority: str
    format: str
    received_at: datetime
    added: int
    changed: int
    removed: int
    unchanged: int
    quarantined: int


class OwnSignpost(Struct, frozen=True):
    """A signpost as its own authority may see it: the rule and the row that let it in, and when it leaves."""

    id: UUID
    record_id: UUID
    service: str
    rule: str
    source_table: str
    sealed_source: bytes
    cohort: date
    started: date
    ended: date | None
    confirmed: date
    leaves_on: date


class QuarantinedRow(Struct, frozen=True):
    """One row of `feed_quarantine`."""

    source_table: str
    row_number: int
    field: str
    reason: str


def next_leave(drafts: Iterable[Draft]) -> date | None:
    """Return the first day on which one of these leaves."""
    return min((draft.leaves_on for draft in drafts), default=None)


def by_rule(drafts: Iterable[Draft]) -> dict[str, int]:
    """Return how many signposts each rule let in."""
    return dict(sorted(Counter(draft.rule for draft in drafts).items()))
