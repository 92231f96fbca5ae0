"""The parts of notices together, as doors and the process behind them use them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.notices import delivery_store, prove_store, store
from fingerpost.notices.deliver import Deliver, Post
from fingerpost.notices.inbox import Inbox
from fingerpost.notices.pass_on import PassingOn
from fingerpost.notices.prove import Proving
from fingerpost.notices.routes import Routes
from fingerpost.vault import Vault

KEPT_SENT = timedelta(days=30)  # that a message was sent
KEPT_SEEN = timedelta(days=365)  # an acknowledged notice of no record
KEPT_TESTS = timedelta(days=3 * 365)  # more than the median is taken of


class Notices(Struct, frozen=True):
    """Who must be told what."""

    inbox: Inbox
    passing_on: PassingOn
    proving: Proving
    deliver: Deliver
    routes: Routes
    database: Database
    clock: Callable[[], datetime]

    def round(self) -> int:
        """Pass on what nobody acknowledged and send what is due. Return how many left."""
        self.passing_on.run()
        return self.deliver.run()

    def forget(self) -> None:
        """Forget what was sent or seen long ago."""
        moment = self.clock()
        with self.database.statement() as session:
            delivery_store.forget(session, moment - KEPT_SENT)
            store.forget(session, moment - KEPT_SEEN)
            prove_store.forget(session, moment - KEPT_TESTS)


def build(
    behind: Database, doors: Database, vault: Vault, ledger: Ledger, post: Post,
    *, clock: Callable[[], datetime], production: bool,
) -> Notices:  # fmt: skip
    """Return the parts. `doors` gives up in time; `behind` takes the time that it takes."""
    return Notices(
        inbox=Inbox(doors, vault, ledger, clock),
        passing_on=PassingOn(behind, ledger, clock),
        proving=Proving(behind, ledger, clock),
        deliver=Deliver(behind, vault, post, clock),
        routes=Routes(doors, ledger, clock, production=production),
        database=behind,
        clock=clock,
    )
