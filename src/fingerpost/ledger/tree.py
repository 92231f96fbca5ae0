"""The tree as readers see it: checkpoints, tiles and proofs. Witnesses' cosignatures are all it writes."""

from uuid import UUID

from fingerpost.db.database import Database, Session
from fingerpost.ledger import tree_store as store
from fingerpost.ledger.checkpoint import Checkpoint, read_checkpoint, verified
from fingerpost.ledger.cosignature import cosigned_at
from fingerpost.ledger.merkle import consistency_proof, continues, inclusion_proof
from fingerpost.ledger.note import Line, Note, Verifier, read_note
from fingerpost.ledger.proof import Proof, base64_lines, proves
from fingerpost.ledger.tiles import ENTRIES, WIDTH, Nodes, Tile, bundle, width_at
from fingerpost.vault.receipt import Receipt
from fingerpost.words.errors import FingerpostError, Invalid, NotFound, Problem, Unavailable


class Unsound(FingerpostError):
    """The tree that is stored does not prove what was signed: tampering, or a fault of the store."""


class Tree:
    """Reads the tree. `log` is the public key that signs its checkpoints."""

    def __init__(self, database: Database, log: Verifier) -> None:
        self.log = log
        self._database = database

    def checkpoint(self) -> Note:
        """Return the largest checkpoint, with what witnesses said of it."""
        with self._database.statement() as session:
            return _noted(session, _head(store.latest(session)))

    def cosigned(self) -> Note:
        """Return the largest checkpoint that a witness cosigned, with its cosignatures."""
        with self._database.statement() as session:
            return _noted(session, _head(store.last_cosigned(session)))

    def tile(self, tile: Tile) -> bytes:
        """Return a tile or an entry bundle of the signed tree, or raise `NotFound`."""
        with self._database.statement() as session:
            head = store.latest(session)
            if width_at(tile.level, tile.number, head.size if head else 0) < tile.width:
                raise NotFound("the signed tree has no such tile")
            return read_tile(session, tile)

    def prove(self, receipt: Receipt) -> Proof:
        """Return the proof that a receipt's entry is in the tree, itself verified first.

        Raises `Unavailable` while the entry waits, `NotFound` where the ledger holds no such entry, and
        `Unsound` where what it holds is not what the receipt says.
        """
        proof = self.prove_entry(receipt.entry)
        if not proves(proof, receipt.entry_bytes(), self.log):
            raise Unsound("the tree holds something else than this receipt says: keep the receipt")
        return proof

    def prove_entry(self, entry: UUID) -> Proof:
        """Return the proof for an entry's id; whoever has the receipt can check it."""
        with self._database.statement() as session:
            place = store.place_of(session, entry)
            if place is None:
                raise NotFound("the ledger holds no such entry")
            if (index := place[1]) is None:
                raise Unavailable("the entry is on the ledger and waits for its place in the tree; try again")
            head = _head(store.latest(session))
            path = inclusion_proof(index, head.size, nodes(session, head.size))
            return Proof(index, tuple(path), str(_noted(session, head)))

    def continuation(self, old: int) -> tuple[Note, list[bytes]]:
        """Return the latest checkpoint and the proof that it continues the tree of `old` leaves."""
        with self._database.statement() as session:
            head = _head(store.latest(session))
            if old > head.size:
                raise Unsound(f"the tree has {head.size} leaves, not the {old} that were signed once")
            proof = consistency_proof(old, head.size, nodes(session, head.size)) if old else []
            return _noted(session, head), proof

    def require_continues(self, older: Note) -> Checkpoint:
        """Return an older checkpoint, having proved that the tree continues it; else raise `Unsound`."""
        old = verified(older, self.log)
        if old is None:
            raise Invalid(Problem("checkpoint", "was not signed by this ledger"))
        note, proof = self.continuation(old.size)
        new = verified(note, self.log)
        if new is None or not continues(old.root, old.size, new.root, new.size, proof):
            raise Unsound(f"the tree does not continue the checkpoint of {old.size} leaves")
        return old

    def witness_request(self, old: int) -> str:
        """Return what a witness that knows the tree of `old` leaves is to be sent (c2sp.org/tlog-witness)."""
        note, proof = self.continuation(old)
        return f"old {old}\n{base64_lines(proof)}\n{note}"

    def add_cosignatures(self, lines: tuple[Line, ...], size: int, witnesses: list[Verifier]) -> list[str]:
        """Keep what known witnesses signed of the checkpoint of `size`; return their names.

        Lines of keys that are not known are left out, as the specification asks.
        """
        with self._database.transaction() as session:
            found = store.checkpoints(session, size - 1, 1)
            note = read_note(found[0].note.encode()) if found and found[0].size == size else None
            if note is None:
                raise NotFound("there is no checkpoint of that size")
            answered = Note(note.text, lines)
            kept: list[str] = []
            for witness in witnesses:
                if cosigned_at(answered, witness) is not None:
                    (line,) = [x for x in lines if (x.name, x.key_id) == (witness.name, witness.key_id)][:1]
                    store.add_cosignature(session, size, witness.name, str(line))
                    kept.append(witness.name)
            return kept


def nodes(session: Session, size: int) -> Nodes:
    """Return the perfect subtrees of the stored tree of `size`."""
    return Nodes(size, lambda level, number, width: store.tile(session, level, number, width))


def read_tile(session: Session, tile: Tile) -> bytes:
    """Return a tile's or an entry bundle's bytes as stored."""
    if tile.level == ENTRIES:
        return bundle(store.entries(session, tile.number * WIDTH, tile.width))
    return store.tile(session, tile.level, tile.number, tile.width)


def _head(found: store.Signed | None) -> store.Signed:
    if found is None:
        raise NotFound("no checkpoint has been signed yet")
    return found


def _noted(session: Session, signed: store.Signed) -> Note:
    """Return a stored checkpoint as a note with its cosignatures."""
    note = read_note((signed.note + "".join(store.cosignatures(session, signed.size))).encode())
    if note is None or (head := read_checkpoint(note)) is None or head.size != signed.size:
        raise Unsound("a stored checkpoint is not one")
    return note
