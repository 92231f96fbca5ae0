"""Gives committed entries their place in the tree, and signs the checkpoint over it.

One transaction takes what waits, adds leaves and tiles, and adds the checkpoint that continues the last one.
So wherever the process dies, the tree is as before or as after; a checkpoint that was signed and not
committed was never shown to anybody. What was signed last is remembered after the commit: if the process dies
between, the memory is behind, which is harmless, and is made good by the next round.
"""

from collections.abc import Callable
from threading import Event

from fingerpost.db.database import Database, Session
from fingerpost.ledger import tree_store as store
from fingerpost.ledger.checkpoint import Checkpoint
from fingerpost.ledger.merkle import leaf_hash, root
from fingerpost.ledger.note import Verifier, sign
from fingerpost.ledger.tiles import Edge, FullTile, Nodes, Read
from fingerpost.vault import Vault
from fingerpost.vault.receipt import Receipt
from fingerpost.words.errors import FingerpostError

BATCH_SECONDS = 0.075  # between rounds: a proof within a second, and few checkpoints of few leaves
MOST_LEAVES = 5000  # in a round: a long queue is worked off in steps that a reader can follow
RETRY_SECONDS = 1.0  # after a failure


class Discontinued(FingerpostError):
    """The stored tree does not continue what was signed: an old backup, or tampering. Nothing is signed."""


class Sequencer:
    """The one that adds to the tree. Many may run; one at a time works."""

    def __init__(self, database: Database, vault: Vault, log: Verifier) -> None:
        self._database = database
        self._vault = vault
        self._log = log
        self._edge: Edge | None = (
            None  # of the tree as this process last signed it; read anew where it is not
        )

    def sequence(self) -> int:
        """Add what waits, up to `MOST_LEAVES`, and sign. Return how many leaves were added."""
        kept, self._edge = self._edge, None  # whatever fails below, no half-grown edge is used again
        with self._database.transaction() as session:
            if not store.lock(session):
                return 0  # another sequencer is at work
            if not (waiting := store.take(session, MOST_LEAVES)):
                self._edge = kept
                return 0
            previous = store.latest(session)
            edge = self._continue(session, previous, kept)
            signed = self._append(session, edge, waiting)
            store.add_checkpoint(session, previous.size if previous else None, signed)
        self._vault.remember_signed(signed.size, signed.root)
        self._edge = edge
        return len(waiting)

    def sequence_all(self) -> int:
        """Add all that waits. Return how many leaves were added."""
        total = 0
        while added := self.sequence():
            total += added
        return total

    def run(self, stopped: Event, failed: Callable[[FingerpostError], None]) -> None:
        """Sequence until `stopped`. What fails is told and tried again: entries wait, none is lost."""
        pause = 0.0
        while not stopped.wait(pause):
            try:
                pause = 0.0 if self.sequence() == MOST_LEAVES else BATCH_SECONDS
            except FingerpostError as error:
                failed(error)
                pause = RETRY_SECONDS

    def _continue(self, session: Session, previous: store.Signed | None, kept: Edge | None) -> Edge:
        """Return the right edge of the stored tree, having checked that it is the tree signed last."""

        def read(level: int, number: int, width: int) -> bytes:
            return store.tile(session, level, number, width)

        size = previous.size if previous else 0
        edge = kept if kept and kept.size == size else Edge(size, read)
        if previous and edge.root() != previous.root:
            raise Discontinued("the stored tree is not the one its last checkpoint was signed over")
        self._require_remembered(edge, previous, read)
        return edge

    def _require_remembered(self, edge: Edge, previous: store.Signed | None, read: Read) -> None:
        """Refuse a tree that does not begin with the one this signer signed last, whatever the store says."""
        known = self._vault.last_signed()
        if known and previous and (known.size, known.root) == (previous.size, previous.root.hex()):
            return
        if known and known.size > edge.size:
            raise Discontinued(
                f"the database holds a tree of {edge.size} leaves, but one of {known.size} was signed:"
                " it was restored from a backup, or leaves were removed"
            )
        if known and root(known.size, Nodes(edge.size, read)).hex() != known.root:
            raise Discontinued(f"the stored tree does not begin with the {known.size} leaves signed before")

    def _append(self, session: Session, edge: Edge, waiting: list[store.Waiting]) -> store.Signed:
        first = edge.size
        entries = [Receipt(w.id, w.recorded_at, w.leaf.hex()).entry_bytes() for w in waiting]
        filled: list[FullTile] = []
        for entry in entries:
            filled += edge.append(leaf_hash(entry))
        self._vault.keep_leaves(first, entries)
        store.add_leaves(session, first, [w.position for w in waiting], entries)
        if filled:
            store.add_tiles(session, filled)
        head = Checkpoint(self._log.name, edge.size, edge.root())
        return signed(head, self._log, self._vault)


def signed(head: Checkpoint, log: Verifier, vault: Vault) -> store.Signed:
    """Return a tree's head with the note that the vault signs of it."""
    note = sign(head.text, log, lambda _: vault.sign_checkpoint(head.origin, head.size, head.root))
    return store.Signed(head.size, head.root, str(note))
