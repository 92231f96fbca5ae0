"""Orders never to join a life to another: each side marks its own, by its own reference, held or not yet.

Whoever marks the one life need not learn that there is another, and nothing says which. What is answered is
the same whether there is a record or not.
"""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from fingerpost.access import store as access_store
from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import KeptApart
from fingerpost.signposts import review_store as store
from fingerpost.signposts import trails_store
from fingerpost.signposts.apart import Parted, mark
from fingerpost.signposts.linking import Linking
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.signposts.told import ToldKind, tell
from fingerpost.vault import Vault
from fingerpost.words.errors import NotFound


class Named(Struct, frozen=True):
    """A child by an authority's own reference."""

    authority: str
    reference: str

    def __repr__(self) -> str:
        return f"Named({self.authority})"


class NeverJoin:
    """Takes orders never to join. `database` connects as the role that may publish."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)
        self._linking = Linking(database, vault, ledger, clock)

    def order(self, one: Named, by: Person) -> None:
        """Keep a child's life apart, from now on, from every other life of which the same was said."""
        self._reviewers.allow(by, RecordsAct.NEVER_JOIN, {one.authority})
        with self._database.statement() as session:
            if access_store.authority_name(session, one.authority) is None:
                raise NotFound("there is no authority of that code")
        reference = self._vault.reference(one.authority, one.reference)

        def ordered(session: Session) -> Parted:
            parted = marked(session, self._vault, one.authority, reference)
            told = tell(session, self._vault, ToldKind.RECALLED, parted.records.values(), self._clock())
            event = KeptApart(
                reference=reference.hex(), authority=one.authority, by=str(by),
                withdrawn=parted.taken, told=told,
            )  # fmt: skip
            self._ledger.record(session, event)
            return parted

        parted = self._database.attempt(ordered)
        # A link refused until now because of one taken back may have its turn.
        self._linking.follow({one.authority, *parted.authorities})


def marked(session: Session, vault: Vault, authority: str, reference: bytes) -> Parted:
    """Mark a life, in the turn of all who change links; return what was taken back."""
    trails_store.take_turn(session)
    held = store.record_by(session, authority, reference)
    return mark(session, vault, reference, held)
