"""A ledger as it is read, pure: every line held against signatures and rules, the state, the tree over the
lines.

The tool and whoever verifies offline read a ledger by this alone. The tree is RFC 6962's; its checkpoints are
signed by the tool's key under the procedure's name.
"""

from fingerpost.decommission.acts.attesting import HandedIn
from fingerpost.decommission.acts.preparing import Opened
from fingerpost.decommission.evidence import (
    FIRST,
    Entry,
    Signed,
    is_handed_in_of,
    is_signed_by,
    read_line,
)
from fingerpost.decommission.people import Part
from fingerpost.decommission.rules import refusal
from fingerpost.decommission.state import State
from fingerpost.ledger.checkpoint import Checkpoint
from fingerpost.ledger.merkle import inclusion_proof, leaf_hash, perfect_root
from fingerpost.ledger.note import Verifier
from fingerpost.ledger.tiles import Edge
from fingerpost.words.errors import FingerpostError, Misconfigured


class UnsoundProcedure(FingerpostError):
    """A procedure's ledger is not what was signed in it: tampering, or a fault of the store."""


class Chain:
    """The lines so far, what they say and what follows from them."""

    def __init__(self) -> None:
        self.state = State()
        self.lines: list[Signed] = []
        self.entries: list[Entry] = []
        self._leaves: list[bytes] = []
        self._edge = Edge()

    @property
    def id(self) -> str:
        """What this procedure and no other is known by: the hash of its first line, in hex."""
        return self.lines[0].hash.hex()

    @property
    def head(self) -> str:
        """What the next entry follows: the hash of the last line."""
        return (self.lines[-1].hash if self.lines else FIRST).hex()

    def add(self, line: bytes) -> None:
        """Take the next line; raise `UnsoundProcedure`, with its number, where it cannot be."""
        found = read_line(line)
        fault = self.fault(*found) if found else "is no entry"
        if found is None or fault:
            raise UnsoundProcedure(f"line {len(self.lines) + 1} of the ledger cannot stand: {fault}")
        written, entry = found
        leaf = leaf_hash(line)
        self.state.apply(entry)
        self.lines.append(written)
        self.entries.append(entry)
        self._leaves.append(leaf)
        self._edge.append(leaf)

    def fault(self, written: Signed, entry: Entry) -> str:
        """Return why a line may not come next, '' if it may."""
        if (entry.number, entry.before) != (len(self.lines), self.head):
            return "it does not follow the one before it"
        if reason := refusal(self.state, entry):
            return reason
        people = entry.act.people if isinstance(entry.act, Opened) else self.state.people.values()
        signer = next((person for person in people if person.id == entry.by), None)
        if signer is None or not is_signed_by(written, signer):
            return f"that is not the key of {entry.by}"
        return self._handed_in(entry.act) if isinstance(entry.act, HandedIn) else ""

    def _handed_in(self, act: HandedIn) -> str:
        own = is_handed_in_of(self.id, act, self.state.people[act.signer])
        return "" if own else f"{act.signer} did not sign that, or signed it for another procedure"

    @property
    def log(self) -> Verifier:
        """The key that signs checkpoints."""
        opened = self.state.opened
        keys = [p.verifier for p in opened.people if Part.TOOL in p.parts] if opened else []
        if opened is None or not keys or keys[0] is None:
            raise Misconfigured("the procedure is not opened")
        return Verifier(opened.procedure, keys[0].key)

    @property
    def checkpoint(self) -> Checkpoint:
        """The head of the tree, not signed."""
        return Checkpoint(self.log.name, self._edge.size, self._edge.root())

    def prove(self, number: int, size: int) -> list[bytes]:
        """Return the proof that a line is in the tree of the first `size` lines."""
        return inclusion_proof(number, size, self._node)

    def _node(self, level: int, index: int) -> bytes:
        return perfect_root(self._leaves[index << level : (index + 1) << level])
