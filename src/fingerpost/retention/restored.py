"""Letting a restored database serve again (R11): what ended since its backup is ended again, first.

In this order, each step safe to repeat, so that a run that dies is run again: shields are put on again; what
no key opens any more is taken away, for its authority's next feed to bring back; every act kept beside the
database is applied and then its entry put back; what has reached its day since is purged; the tree is made
whole to where it was signed. Until the last entry and leaf are there the service opens for nobody
(`ledger/current.py`).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger, Receipt
from fingerpost.ledger import store as ledger_store
from fingerpost.ledger.events import AnyEvent, DatabaseRestored, ShieldAsked, ShieldLifted
from fingerpost.ledger.reimport import Leaves, Reimport, Reimported
from fingerpost.retention import restored_store as store
from fingerpost.retention.hold import LOST
from fingerpost.retention.purge import Purge, Purged
from fingerpost.retention.replay import Replay
from fingerpost.shields.standing import PutOn, StandingShields
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.vault import Vault
from fingerpost.vault.beside import Line


class Shielded(Struct, frozen=True):
    """Shields put on again, those known to have been asked for that are lost, and those that no key opens.

    Of those `unsaid` somebody's word that they may be lifted is lost: the database does not know them.
    """

    put_on: tuple[UUID, ...]
    lost: tuple[UUID, ...]
    unreadable: tuple[UUID, ...]
    unsaid: tuple[UUID, ...]


class Restored(Struct, frozen=True):
    """What a restored database had to be told."""

    applied: int
    tree: Reimported
    unreadable: int
    purged: Purged
    shields: Shielded
    receipt: Receipt


class Restore:
    """Applies what ended. `database` connects as the role that ends things."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime],
        *, shields: StandingShields, replay: Replay, reimport: Reimport, purge: Purge,
    ) -> None:  # fmt: skip
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._shields = shields
        self._replay, self._reimport, self._purge = replay, reimport, purge
        self._reviewers = Reviewers(database, ledger, clock)

    def run(self, leaves: Leaves, by: Person) -> Restored:
        """Apply everything and open the service again."""
        who = self._reviewers.allow(by, RecordsAct.RESTORE, ())
        put_on = self._shields.put_on(who)
        unreadable = self._remove_unreadable()
        missing = self._missing()
        said = [self._apply(line, who) for line in missing]
        shields = self._shielded(put_on, said)
        purged = self._purge.run()
        tree = self._reimport.run(leaves, self._clock())
        event = DatabaseRestored(
            by=str(by), leaves_found=tree.found, leaves_signed=tree.signed, bodies_lost=len(tree.lost),
            applied=tuple(line.id for line in missing), unreadable=unreadable,
            shields_put_on=shields.put_on, shields_lost=shields.lost, shields_unreadable=shields.unreadable,
            shields_unsaid=shields.unsaid,
        )  # fmt: skip
        with self._database.statement() as session:
            receipt = self._ledger.record(session, event)
        return Restored(len(missing), tree, unreadable, purged, shields, receipt)

    def _shielded(self, put_on: PutOn, said: Sequence[AnyEvent | None]) -> Shielded:
        asked = {event.shield for event in said if isinstance(event, ShieldAsked)}
        lifted = {event.shield for event in said if isinstance(event, ShieldLifted) and event.lifted}
        keys = set(self._vault.data_keys())
        with self._database.statement() as session:
            unreadable = {
                row.id for code in store.authorities(session)
                for row in self._unreadable(code, store.shields(session, code), keys)
            }  # fmt: skip
        lost = self._shields.lacking(asked - lifted)
        return Shielded(put_on.lacked, tuple(lost), tuple(sorted(unreadable)), put_on.unsaid)

    def _missing(self) -> list[Line]:
        missing: list[Line] = []
        told = 0
        while lines := self._vault.ended(told):
            told += len(lines)
            with self._database.statement() as session:
                there = store.there(session, [line.id for line in lines])
            missing += [line for line in lines if line.id not in there]
        return missing

    def _apply(self, line: Line, who: UUID) -> AnyEvent | None:
        """Do again what an entry says, then put the entry back: a death between loses nothing."""
        event = self._ledger.read(line)
        if event is not None:
            self._replay.apply(event, line.recorded_at, who)
        row = (line.id, line.recorded_at, line.kind, line.cohort, line.leaf, line.signature, line.sealed)
        with self._database.statement() as session:
            ledger_store.add(session, row)
        return event

    def _remove_unreadable(self) -> int:
        """Take away what is sealed under a key that is gone: it was sealed again after the backup.

        Not a hold: it keeps its child though nobody can read which order it rests on.
        """
        keys, gone = set(self._vault.data_keys()), 0
        with self._database.statement() as session:
            authorities = store.authorities(session)
        for authority in authorities:
            with self._database.transaction() as session:
                holds = self._unreadable(authority, store.holds(session, authority), keys)
                self._vault.ensure_cohorts(authority, {row.cohort for row in holds})
                for row in holds:
                    store.replace_order(
                        session, row.id, self._vault.seal_order(row.id, authority, row.cohort, LOST)
                    )
                lost = self._unreadable(authority, store.sealings(session, authority), keys)
                gone += store.remove(session, [row.id for row in lost])
        return gone

    def _unreadable(
        self, authority: str, rows: Iterable[store.Sealing], keys: Collection[str]
    ) -> list[store.Sealing]:
        return [row for row in rows if self._vault.key_of(authority, row.cohort, row.sealed) not in keys]
