"""What an authority is told of its own records: written with what happened, acknowledged by its people.

An adoption must not be sensed (docs/decisions/0007-kept-apart.md). An order never to join says nothing of its
own: where a link stood, both sides are told `recalled`, the word that every correction brings; where none
stood, nobody is told anything. No item names the other side, or says whether there still is one.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import unique
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import ToldAcknowledged, ToldListed
from fingerpost.signposts import told_store as store
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.vault import Candidate, Vault
from fingerpost.vault.keys import KeyDestroyed
from fingerpost.words.errors import NotFound
from fingerpost.words.vocabulary import Labelled


@unique
class ToldKind(Labelled):
    """What an authority is told of one of its records."""

    LINK_BROKEN = (
        "link_broken",
        "a link of this record was broken: it had been held to be another child's too",
    )
    RECALLED = (
        "recalled",
        "what is shown together with this record has changed: ask again before relying on it",
    )


class ToldItem(Struct, frozen=True):
    """One thing an authority is told. `reference` is its own, None once the record's key is gone."""

    id: UUID
    kind: ToldKind
    told_at: datetime
    reference: str | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None


def tell(
    session: Session, vault: Vault, kind: ToldKind, records: Iterable[Candidate], moment: datetime
) -> tuple[UUID, ...]:
    """Write an item for the authority of each record, in the caller's transaction. Return their ids.

    Of a record that is being taken away nothing is told any more: it would outlive the child.
    """
    rows = [(uuid4(), record) for record in records]
    written = store.add(
        session, kind.value, moment,
        [(item, record.id, record.cohort, vault.seal_told(item, record)) for item, record in rows],
    )  # fmt: skip
    return tuple(item for item, _ in rows if item in written)


class Told:
    """What authorities were told. `database` connects as the role that may publish."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def items(self, by: Person, *, most: int = 100, acknowledged: bool = False) -> list[ToldItem]:
        """Return what the person's authority was told, oldest first; if asked, what is acknowledged too."""
        self._reviewers.allow(by, RecordsAct.TOLD, {by.authority})
        with self._database.transaction() as session:
            rows = store.items(session, by.authority, most, acknowledged=acknowledged)
            self._ledger.record(session, ToldListed(by=str(by), items=tuple(row.id for row in rows)))
        return [self._item(by.authority, row) for row in rows]

    def acknowledge(self, item: UUID, by: Person) -> None:
        """Note that a person of the authority has seen an item. The first to say so stands."""
        who = self._reviewers.allow(by, RecordsAct.TOLD, {by.authority})
        with self._database.transaction() as session:
            if not store.acknowledge(session, item, by.authority, who, self._clock()):
                raise NotFound("no item with that id waits for this authority")
            self._ledger.record(session, ToldAcknowledged(by=str(by), item=item))

    def _item(self, authority: str, row: store.Row) -> ToldItem:
        try:
            reference = self._vault.open_told(row.id, authority, row.cohort, row.sealed)
        except KeyDestroyed:
            reference = None  # the record has left, and its name with it
        return ToldItem(
            row.id, ToldKind(row.kind), row.told_at, reference, row.acknowledged_by, row.acknowledged_at
        )
