"""Behind an approved alert: every authority is looked through, and each of its feeds attests that again.

An authority is attested as of a feed once all that the feed changed has been followed, which asks again
whatever stands. Nobody follows meanwhile, so no record is missed between the two.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.movings import MissingAlertsSwept
from fingerpost.moves import alert_store, store
from fingerpost.moves.alert import ASK_WITHIN
from fingerpost.moves.alert_store import Row
from fingerpost.moves.watch import Watching
from fingerpost.notices.tell import tell
from fingerpost.vault import Vault
from fingerpost.words.clock import today


class Sweep:
    """Looks through for alerts. `database` connects as the role of moves."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock
        self._watching = Watching(vault, ledger)

    def run(self) -> None:
        """Begin the alerts that were approved, and note of all that are out what they were looked for in."""
        moment = self._clock()
        with self._database.transaction() as session:
            alerts = alert_store.out(session)
            if not alerts or not store.alone(session):
                return
            feeds = alert_store.feeds(session)
            begun = [self._begin(session, row) for row in alert_store.unbegun(session)]
            told = tell(session, self._watching.look(session, begun, today(moment)).items, moment)
            # What is begun now was looked for in all that is held; for the others, in all that was followed.
            swept = alert_store.attest(session, alerts if alert_store.is_followed(session) else begun, feeds)
            if told or swept:
                self._ledger.record(session, MissingAlertsSwept(swept=tuple(swept), told=told))

    def _begin(self, session: Session, row: Row) -> UUID:
        for answer in alert_store.answers(session, row.entries, row.raised_at - ASK_WITHIN):
            if asked := self._watching.asked(answer):
                self._watching.stand(session, answer.id, asked, standing=row.id, until=row.until)
        alert_store.hold_against_shields(session, row.entries)
        return row.id
