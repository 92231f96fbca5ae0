"""Searching the ledger by those who answer for it. The search is itself an entry."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

import msgspec
from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import AnyEvent, LedgerSearched
from fingerpost.ledger.spoken import ending, heard, speakable
from fingerpost.ledger.store import Stored
from fingerpost.ledger.summary import concerns, parts, short
from fingerpost.oversight import store
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.vault.receipt import Receipt
from fingerpost.vault.seal import Broken
from fingerpost.words.clock import LONDON
from fingerpost.words.errors import Invalid, NotFound, Problem

LONGEST_DAYS = 31
MOST_OPENED = 5000  # entries opened for one page of a search: about a second
MOST_SHOWN = 100  # on a page


class Sought(Struct, frozen=True, kw_only=True):
    """What is looked for: some days, and one person, one kind of entry or a spoken reference if known.

    `before` is where the page before this one ended; 0 for the first.
    """

    since: date
    until: date
    person: str = ""
    of_kind: str = ""
    reference: str = ""
    before: int = 0

    def __post_init__(self) -> None:
        if not self.since <= self.until:
            raise Invalid(Problem("until", "is before the first day"))
        if (self.until - self.since).days >= LONGEST_DAYS:
            raise Invalid(Problem("until", f"is more than {LONGEST_DAYS} days from the first; look at fewer"))
        if self.reference and heard(self.reference) is None:
            raise Invalid(Problem("reference", "is two groups of four letters and digits"))

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The first moment of the first day, and of the day after the last."""
        days = (self.since, self.until + timedelta(days=1))
        first, last = (datetime.combine(day, time(), LONDON) for day in days)
        return first, last

    @property
    def ending(self) -> str:
        """How the ids end that have the reference; empty where none was given."""
        said = heard(self.reference)
        return "" if said is None else ending(said)


class Found(Struct, frozen=True):
    """One entry as an officer sees it: who did what, never of which child."""

    receipt: Receipt
    kind: str
    said: tuple[tuple[str, str], ...]
    sound: bool

    @property
    def reference(self) -> str:
        """The entry's reference as it is said aloud."""
        return speakable(self.receipt.entry)


class Page(Struct, frozen=True):
    """What was found, the latest first, and `before` which entry more may be; 0 where that was all.

    `since` is the moment of that entry: what is later was looked through.
    """

    found: tuple[Found, ...]
    before: int = 0
    since: datetime | None = None


class Search:
    """Searches. `reading` reads the ledger; `keeping` knows who may."""

    def __init__(
        self, reading: Database, keeping: Database, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._reading, self._ledger = reading, ledger
        self._reviewers = Reviewers(keeping, ledger, clock)

    def find(self, sought: Sought, by: Person) -> Page:
        """Return a page of what was done, to an authority's officer what is of their authority."""
        whose = self._reviewers.reach(by, RecordsAct.LEDGER)
        with self._reading.statement() as session:
            rows = store.entries(
                session,
                sought.span,
                sought.of_kind,
                sought.ending,
                before=sought.before,
                most=MOST_OPENED + 1,
            )
        page = self._page(rows, sought, whose)
        with self._reading.transaction() as session:
            event = LedgerSearched(
                by=str(by), since=sought.since, until=sought.until, person=sought.person,
                of_kind=sought.of_kind, entries=tuple(entry.receipt.entry for entry in page.found),
            )  # fmt: skip
            self._ledger.record(session, event)
        return page

    def _page(self, rows: Sequence[Stored], sought: Sought, whose: str | None) -> Page:
        found: list[Found] = []
        for opened, row in enumerate(rows, start=1):
            if entry := self._one(row, sought, whose):
                found.append(entry)
            if opened < len(rows) and (opened == MOST_OPENED or len(found) == MOST_SHOWN):
                return Page(tuple(found), row.position, row.recorded_at)
        return Page(tuple(found))

    def receipt(self, entry: UUID) -> Receipt:
        """Return the receipt of an entry: what binds it into the tree, and tells nothing of what it says."""
        row = self._ledger.find(self._reading, entry)
        if row is None:
            raise NotFound("the ledger holds no such entry")
        return row.receipt

    def _one(self, row: Stored, sought: Sought, whose: str | None) -> Found | None:
        if sought.reference and heard(sought.reference) != speakable(row.id):
            return None
        try:
            entry = self._ledger.opened(row)
        except (Broken, msgspec.MsgspecError):
            receipt = Receipt(row.id, row.recorded_at, row.leaf.hex(), row.signature.hex())
            return None if whose else Found(receipt, row.kind, (), sound=False)
        if entry.event is None:
            return None if whose or sought.person else Found(entry.receipt, row.kind, (), entry.sound)
        if (whose and not concerns(entry.event, whose)) or not _by(entry.event, sought.person):
            return None
        said = tuple((name.replace("_", " "), short(value)) for name, value in parts(entry.event).items())
        return Found(entry.receipt, row.kind, said, entry.sound)


def _by(event: AnyEvent, person: str) -> bool:
    """Tell whether a person, by staff reference with or without the authority, did it or had it done."""
    if not person:
        return True
    said = [value for value in parts(event).values() if isinstance(value, str)]
    return any(value == person or value.endswith(f"/{person}") for value in said)
