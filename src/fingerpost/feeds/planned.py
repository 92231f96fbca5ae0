"""What a feed would change, for the authority's own people: the newest dry run, or the feed that is held.

Whoever answers for the authority decides on a held feed, and of these very files: let in, they are loaded
when they are sent again; called a mistake, they are not, whoever sends them.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.feeds import store
from fingerpost.feeds.report import FeedReport
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import FeedDecided
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.words.errors import NotFound

MOST_FAULTS = 200  # named one by one; the others are counted


class Plan(Struct, frozen=True):
    """What a feed would change, as kept. The report names the first faults; `faults` counts them all."""

    report: FeedReport
    faults: int


class Planned(Struct, frozen=True):
    """A plan and what was decided of it: by whom (staff reference) and when; None where nothing was."""

    digest: str
    plan: Plan
    accepted: bool | None
    decided_by: str | None
    decided_at: datetime | None


class Plans:
    """Shows plans and takes decisions. `database` connects as the role that may publish."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def newest(self, by: Person) -> Planned | None:
        """Return what the next feed of the person's authority would change; None once one is loaded."""
        with self._database.statement() as session:
            row = store.plan(session, by.authority)
        if row is None:
            return None
        plan = msgspec.json.decode(row.report, type=Plan)
        return Planned(row.digest.hex(), plan, row.accepted, row.decided_by, row.decided_at)

    def decide(self, digest: str, by: Person, *, accepted: bool) -> None:
        """Let a held feed of the person's authority in, or call it a mistake. What was said last holds."""
        who = self._reviewers.allow(by, RecordsAct.ADMINISTER, {by.authority})
        with self._database.transaction() as session:
            decision = (accepted, who, self._clock())
            if not store.decide_plan(session, by.authority, digest, decision):
                raise NotFound("no feed of these files is held")
            event = FeedDecided(authority=by.authority, digest=digest, by=str(by), accepted=accepted)
            self._ledger.record(session, event)


def keep(session: Session, digest: bytes, report: FeedReport) -> None:
    """Keep what a feed would change, in place of what was kept before of its authority."""
    first = msgspec.structs.replace(report, quarantine=report.quarantine[:MOST_FAULTS])
    kept = msgspec.json.encode(Plan(first, report.quarantined)).decode()
    store.keep_plan(session, report.authority, digest, kept, held=report.held is not None)
