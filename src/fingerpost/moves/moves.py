"""The parts of moves together, and the beat that follows them behind the feeds."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Event

from msgspec import Struct

from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.moves.alert import Alerts
from fingerpost.moves.asked import Asked
from fingerpost.moves.covert import Covert
from fingerpost.moves.follow import Follow
from fingerpost.moves.hand_over import HandOvers
from fingerpost.moves.orphans import Orphans
from fingerpost.moves.sweep import Sweep
from fingerpost.notices.notices import Notices
from fingerpost.vault import Vault
from fingerpost.words.clock import today
from fingerpost.words.errors import FingerpostError

BEAT_SECONDS = 2.0  # from a feed's commit to its notices, in the ordinary case


class Moves(Struct, frozen=True):
    """What keeps children from being lost between authorities."""

    follow: Follow
    asked: Asked
    covert: Covert
    alerts: Alerts
    sweep: Sweep
    hand_overs: HandOvers
    orphans: Orphans
    notices: Notices
    clock: Callable[[], datetime]

    def beat(self) -> int:
        """Follow what is due and send what waits. Return how many records were followed."""
        self.asked.run()
        followed = self.follow.run()
        self.sweep.run()
        self.notices.round()
        return followed

    def nightly(self, since: date | None = None) -> int:
        """Look again at whatever time alone changes, then follow it all."""
        self.follow.look_again(since)
        for act in self._daily:
            act()
        return self.beat()

    def run(self, stopped: Event, failed: Callable[[FingerpostError], None]) -> None:
        """Follow, and test contacts, until `stopped`; once a day do what time does.

        What fails is tried again with the next beat, and stands in no other's way: no child waits for it.
        """
        beats = (
            self.asked.run,
            self.follow.run,
            self.sweep.run,
            self.notices.round,
            self.notices.proving.run,
        )
        looked_on: date | None = None
        waiting: list[Callable[[], object]] = []
        while not stopped.wait(BEAT_SECONDS):
            if looked_on != (day := today(self.clock())):
                waiting, looked_on = [self.follow.look_again, *self._daily], day
            waiting = [act for act in waiting if not _did(act, failed)]
            for act in beats:
                _did(act, failed)

    @property
    def _daily(self) -> tuple[Callable[[], object], ...]:
        """What time does, beside the transfers that it may have made orphans."""
        return self.hand_overs.pass_time, self.alerts.pass_time, self.asked.pass_time, self.notices.forget


def _did(act: Callable[[], object], failed: Callable[[FingerpostError], None]) -> bool:
    """Do something. Tell whether it was done, or why it failed."""
    try:
        act()
    except FingerpostError as error:
        failed(error)
        return False
    return True


def build(
    behind: Database, doors: Database, vault: Vault, ledger: Ledger, notices: Notices,
    *, clock: Callable[[], datetime], silent_after: timedelta,
) -> Moves:  # fmt: skip
    """Return the parts. `doors` gives up in time; `behind` takes the time that it takes."""
    return Moves(
        follow=Follow(behind, vault, ledger, clock),
        asked=Asked(behind, doors, vault, ledger, clock),
        covert=Covert(doors, vault, ledger, clock),
        alerts=Alerts(doors, vault, ledger, clock),
        sweep=Sweep(behind, vault, ledger, clock),
        hand_overs=HandOvers(doors, vault, ledger, clock, silent_after=silent_after),
        orphans=Orphans(doors, vault, ledger, clock),
        notices=notices,
        clock=clock,
    )
