"""Orders never to join two identities, by the authorities' own references, linked or not, held or not yet.

The identities before and after an adoption are usually not linked, and the later one is often not there yet.
So an order needs no link and no record. What is answered is the same whether there are records or not.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.access import store as access_store
from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import NeverJoinOrdered
from fingerpost.signposts import review_store as store
from fingerpost.signposts import trails_store
from fingerpost.signposts.apart import agree, part
from fingerpost.signposts.linking import Linking
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.signposts.review_store import Known
from fingerpost.signposts.told import ToldKind, tell
from fingerpost.signposts.trails import ordered
from fingerpost.vault import Vault
from fingerpost.words.errors import Invalid, NotFound, Problem


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

    def order(self, one: Named, other: Named, by: Person) -> bool:
        """Keep two identities apart from now on. Tell whether two people have said so: for ever."""
        known = self._known(one, other)
        who = self._reviewers.allow(by, RecordsAct.NEVER_JOIN, set(known.authorities))
        with self._database.transaction() as session:
            trails_store.take_turn(session)
            taken, told = self._parted(session, known)
            agreed = agree(session, known, who, self._clock())
            references = (known.references[0].hex(), known.references[1].hex())
            event = NeverJoinOrdered(
                references=references, authorities=known.authorities, by=str(by), agreed=agreed,
                withdrawn=taken, told=told,
            )  # fmt: skip
            self._ledger.record(session, event)
        self._linking.link_all()  # a link refused until now because of one taken back may have its turn
        return agreed

    def _known(self, one: Named, other: Named) -> Known:
        with self._database.statement() as session:
            for place, named in (("one", one), ("other", other)):
                if access_store.authority_name(session, named.authority) is None:
                    raise NotFound(f"{place}: there is no authority of that code")
        references = tuple(self._vault.reference(named.authority, named.reference) for named in (one, other))
        if references[0] == references[1]:
            raise Invalid(Problem("other", "names the same child of the same authority as the first"))
        return Known((references[0], references[1]), (one.authority, other.authority))

    def _parted(self, session: Session, known: Known) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
        """Take back whatever joins the two; return those links and the items that tell of them."""
        records = store.records_of(session, known)
        if len(records) < len(known.references):
            return (), ()
        parted = part(session, self._vault, ordered(records[0], records[1]))
        told = tell(session, self._vault, ToldKind.RECALLED, parted.records.values(), self._clock())
        return tuple(link.id for link in parted.links), told
