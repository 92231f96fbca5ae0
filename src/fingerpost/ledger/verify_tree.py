"""Checking the whole tree: made again from the entries, and compared with all that was stored and signed."""

from collections.abc import Iterator

from msgspec import Struct

from fingerpost.db.database import Database
from fingerpost.ledger import tree_store as store
from fingerpost.ledger.checkpoint import verified
from fingerpost.ledger.merkle import leaf_hash
from fingerpost.ledger.note import Verifier, read_note
from fingerpost.ledger.tiles import Edge, FullTile, Tile
from fingerpost.ledger.tree import read_tile
from fingerpost.vault.receipt import Receipt

PAGE = 2048  # leaves a round trip
MOST_FAULTS = 20  # told; one is enough to distrust all

_ENTRY = "leaf {} is not what entry {}'s receipt says"
_CHECKPOINT = "the checkpoint of {} leaves is not this ledger's, or not of this tree"


class TreeVerdict(Struct, frozen=True):
    """What was checked and, in words, what was found wrong."""

    leaves: int
    checkpoints: int
    waiting: int
    faults: tuple[str, ...]
    lost: int = 0

    @property
    def sound(self) -> bool:
        """Whether the tree is the one signed, over the entries that are there."""
        return not self.faults


def verify_tree(database: Database, log: Verifier) -> TreeVerdict:
    """Make the tree again from the entries; compare leaves, tiles and every checkpoint ever signed."""
    with database.statement() as session:
        head = store.latest(session)
        waiting = store.waiting(session)
        lost = [f"entry {p} is neither in the tree nor waiting" for p in store.unplaced(session, MOST_FAULTS)]
    check = _Check(database, log, head.size if head else 0)
    check.run()
    return TreeVerdict(
        check.edge.size, check.checkpoints, waiting, tuple((lost + check.faults)[:MOST_FAULTS]), check.lost
    )


class _Check:
    """One walk over the leaves. Bounded by the checkpoint it began with: the tree may grow meanwhile."""

    def __init__(self, database: Database, log: Verifier, size: int) -> None:
        self._database = database
        self._log = log
        self._size = size
        self._signed = self._checkpoints()
        self._next = next(self._signed, None)
        self.edge = Edge()
        self.checkpoints = 0
        self.lost = 0
        self.faults: list[str] = []

    def run(self) -> None:
        """Walk, and stop at the first places that are wrong: what follows a wrong leaf is wrong too."""
        while self.edge.size < self._size and len(self.faults) < MOST_FAULTS:
            with self._database.statement() as session:
                page = store.placed(session, self.edge.size, min(PAGE, self._size - self.edge.size))
            if not page:
                self.faults.append(f"leaf {self.edge.size} is gone")
                return
            for leaf in page:
                self._leaf(leaf)

    def _leaf(self, leaf: store.Placed) -> None:
        if leaf.leaf_index != self.edge.size:
            self.faults.append(f"leaf {self.edge.size} is gone")
        entry = _entry_of(leaf)
        self.lost += leaf.lost
        if entry != leaf.entry and not (leaf.lost and entry is None):
            self.faults.append(_ENTRY.format(leaf.leaf_index, leaf.position))
        # As the receipts say, so that a checkpoint over something else is seen; as stored where they cannot.
        for tile in self.edge.append(leaf_hash(entry or leaf.entry)):
            self._tile(tile)
        if self._next and self._next.size <= self.edge.size:
            self._checkpoint(self._next)
            self._next = next(self._signed, None)

    def _tile(self, tile: FullTile) -> None:
        with self._database.statement() as session:
            stored = read_tile(session, Tile(tile.level, tile.number))
            root = store.tile(session, tile.level + 1, tile.number // 256, tile.number % 256 + 1)[-32:]
        if stored != tile.hashes or root != tile.root:
            self.faults.append(f"tile {Tile(tile.level, tile.number).path} is not of this tree")

    def _checkpoint(self, signed: store.Signed) -> None:
        self.checkpoints += 1
        head = verified(read_note(signed.note.encode()), self._log)
        if head is None or (head.size, head.root) != (self.edge.size, self.edge.root()):
            self.faults.append(_CHECKPOINT.format(signed.size))

    def _checkpoints(self) -> Iterator[store.Signed]:
        after = 0
        while True:
            with self._database.statement() as session:
                page = store.checkpoints(session, after, PAGE)
            if not page:
                return
            yield from page
            after = page[-1].size


def _entry_of(leaf: store.Placed) -> bytes | None:
    if leaf.id is None or leaf.recorded_at is None or leaf.leaf is None:
        return None
    return Receipt(leaf.id, leaf.recorded_at, leaf.leaf.hex()).entry_bytes()
