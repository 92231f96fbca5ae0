"""Making a restored tree whole again: with the leaves signed since the backup, from outside the database.

The tree must go on as it was signed, or every witness would rightly cry out. Leaves are public: 32 bytes
each, kept beside the keyring as they are signed, and in every export. Where the entry that a leaf stands for
is there (restored from the log, or kept beside the database) the two are joined again; else the leaf is
noted as lost: leaf known, body lost.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from fingerpost.db.database import Database, Session
from fingerpost.ledger import tree_store as store
from fingerpost.ledger.checkpoint import Checkpoint
from fingerpost.ledger.merkle import leaf_hash
from fingerpost.ledger.note import Verifier
from fingerpost.ledger.sequencer import MOST_LEAVES, Discontinued, signed
from fingerpost.ledger.tiles import ENTRIES, WIDTH, Edge, FullTile, Tile, unbundled
from fingerpost.vault import Vault
from fingerpost.vault.memory import Head
from fingerpost.vault.receipt import Receipt
from fingerpost.words.errors import Unavailable

Leaves = Callable[[int, int], Sequence[bytes]]  # (from, to) → public entries


def kept(vault: Vault) -> Leaves:
    """Return the leaves that the vault kept beside the keyring."""

    def leaves(start: int, end: int) -> list[bytes]:
        steps = range(start, end, MOST_LEAVES)
        return [leaf for first in steps for leaf in vault.leaves(first, min(first + MOST_LEAVES, end))]

    return leaves


def exported(folder: Path) -> Leaves:
    """Return the leaves of an export of the tree (`ledger export`), as far as it goes."""

    def leaves(start: int, end: int) -> list[bytes]:
        first = start // WIDTH
        found = [entry for number in range(first, -(-end // WIDTH)) for entry in _bundle(folder, number, end)]
        return found[start - first * WIDTH : end - first * WIDTH]

    return leaves


def _bundle(folder: Path, number: int, end: int) -> list[bytes]:
    """Return an entry bundle of an export, full or as wide as a tree of `end` leaves has it."""
    for width in (WIDTH, min(WIDTH, end - number * WIDTH)):
        path = folder / "tile" / Tile(ENTRIES, number, width).path
        if path.exists():
            return unbundled(path.read_bytes())
    return []


class Reimported(Struct, frozen=True):
    """How many leaves the database held, how many were signed, and which have lost their body."""

    found: int
    signed: int
    lost: tuple[int, ...]


class Reimport:
    """Makes the tree whole. `database` connects as the role that keeps the tree."""

    def __init__(self, database: Database, vault: Vault, log: Verifier) -> None:
        self._database, self._vault, self._log = database, vault, log

    def run(self, leaves: Leaves, moment: datetime) -> Reimported:
        """Add what was signed and is missing, or raise `Discontinued` where `leaves` are not those signed."""
        known = self._vault.last_signed()
        with self._database.transaction() as session:
            if not store.lock(session):
                raise Unavailable("a sequencer is at work: stop the service first")
            previous = store.latest(session)
            size = previous.size if previous else 0
            if known is None or known.size <= size:
                return Reimported(size, size, ())
            missing = leaves(size, known.size)
            tiles, root = self._grown(session, size, missing)
            if len(missing) != known.size - size or root.hex() != known.root:
                raise Discontinued("these leaves are not the ones that were signed: try another export")
            lost = self._placed(session, size, missing, moment)
            store.add_tiles(session, tiles)
            store.add_checkpoint(session, previous.size if previous else None, self._signed(known))
        return Reimported(size, known.size, lost)

    @staticmethod
    def _grown(session: Session, size: int, missing: Sequence[bytes]) -> tuple[list[FullTile], bytes]:
        edge = Edge(size, lambda level, number, width: store.tile(session, level, number, width))
        tiles = [tile for entry in missing for tile in edge.append(leaf_hash(entry))]
        return tiles, edge.root()

    @staticmethod
    def _placed(session: Session, size: int, missing: Sequence[bytes], moment: datetime) -> tuple[int, ...]:
        """Write the leaves, each to the entry that waits for it. Return those whose entry is lost."""
        waiting = {
            Receipt(w.id, w.recorded_at, w.leaf.hex()).entry_bytes(): w.position
            for w in store.all_waiting(session)
        }
        free = iter(store.reserve(session, sum(entry not in waiting for entry in missing)))
        lost = tuple(size + place for place, entry in enumerate(missing) if entry not in waiting)
        positions = [waiting[entry] if entry in waiting else next(free) for entry in missing]
        store.add_leaves(session, size, positions, list(missing))
        store.end_waiting(session, positions)
        store.note_lost(session, lost, moment)
        return lost

    def _signed(self, known: Head) -> store.Signed:
        return signed(
            Checkpoint(self._log.name, known.size, bytes.fromhex(known.root)), self._log, self._vault
        )
