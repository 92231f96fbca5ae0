"""What somebody has to look at: an authority's managers its own, the service's officers everybody's."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database
from fingerpost.guard import desk_store as store
from fingerpost.guard.desk_store import Alert
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import AlertAcknowledged, AlertsListed
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.words.errors import NotFound


class Alerts:
    """Shows alerts. `database` connects as the role that administers."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def waiting(self, by: Person, most: int = 100) -> list[Alert]:
        """Return the alerts that wait for this person, oldest first; that they were read is recorded."""
        authority = self._reviewers.reach(by, RecordsAct.GUARD)
        with self._database.transaction() as session:
            found = store.alerts(session, authority, most)
            self._ledger.record(session, AlertsListed(by=str(by), alerts=tuple(row.id for row in found)))
        return found

    def acknowledge(self, alert: UUID, by: Person) -> None:
        """Note that somebody else than whom it is about has seen an alert."""
        with self._database.statement() as session:
            found = store.alert(session, alert)
        if found is None:
            raise NotFound("there is no such alert")
        who = self._reviewers.allow(by, RecordsAct.GUARD, {found.authority})
        with self._database.transaction() as session:
            if not store.acknowledge(session, alert, who, self._clock()):
                raise NotFound("no such alert waits for another than the person it is about")
            self._ledger.record(session, AlertAcknowledged(alert=alert, by=str(by)))
