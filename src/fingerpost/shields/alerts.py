"""Who asked about a shielded child: for its keeper's people, out of band, and never for whoever asked."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import ShieldAlertDone, ShieldsListed
from fingerpost.shields import watch_store as store
from fingerpost.shields.watch import Asked, opened
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.vault import Vault
from fingerpost.words.errors import NotFound


class Alert(Struct, frozen=True):
    """One question that touched a shield: the keeper may ring back, and then say that it is done."""

    id: UUID
    told_at: datetime
    asked: Asked
    done_by: str | None
    done_at: datetime | None


class Alerts:
    """Reads and settles alerts. `database` connects as the role of the shields."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def list(self, by: Person, *, most: int = 100, done: bool = False) -> list[Alert]:
        """Return who asked about children under the shields of the person's authority, oldest first.

        Whoever asked is not told that it was noticed, even as a keeper.
        """
        self._reviewers.allow(by, RecordsAct.SHIELD_KEEP, {by.authority})
        with self._database.transaction() as session:
            rows = store.alerts(session, by.authority, most, done=done)
            found = [alert for alert in map(self._opened, rows) if _asker(alert) != by]
            self._ledger.record(session, ShieldsListed(by=str(by), items=tuple(a.id for a in found)))
        return found

    def done(self, alert: UUID, by: Person) -> None:
        """Note that the keeper has dealt with an alert. The first to say so stands."""
        who = self._reviewers.allow(by, RecordsAct.SHIELD_KEEP, {by.authority})
        with self._database.transaction() as session:
            if not store.done(session, alert, by.authority, who, self._clock()):
                raise NotFound("no alert with that id waits for this authority")
            self._ledger.record(session, ShieldAlertDone(by=str(by), alert=alert))

    def _opened(self, row: store.Alert) -> Alert:
        return Alert(row.id, row.told_at, opened(self._vault, row), row.done_by, row.done_at)


def _asker(alert: Alert) -> Person:
    return Person(alert.asked.authority, alert.asked.practitioner)
