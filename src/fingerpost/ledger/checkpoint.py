"""Checkpoints, pure: the signed head of the tree. https://c2sp.org/tlog-checkpoint"""

import base64
import binascii

from msgspec import Struct

from fingerpost.ledger.merkle import HASH_BYTES
from fingerpost.ledger.note import Note, Verifier
from fingerpost.vault.receipt import checkpoint_text


class Checkpoint(Struct, frozen=True):
    """What a checkpoint states: which log, how many leaves, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note's text."""
        return checkpoint_text(self.origin, self.size, self.root)


def read_checkpoint(note: Note) -> Checkpoint | None:
    """Return the checkpoint that a note's text is, or None. Extension lines are let pass, as they must be."""
    lines = note.text.split("\n")
    if len(lines) < 4 or not all(lines[:-1]) or lines[-1]:
        return None
    origin, size, encoded = lines[:3]
    try:
        root = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    if not (size.isascii() and size.isdigit()) or str(int(size[:20])) != size or len(root) != HASH_BYTES:
        return None
    return Checkpoint(origin, int(size), root)


def verified(note: Note | None, log: Verifier) -> Checkpoint | None:
    """Return the checkpoint of a note that `log` signed for its own origin, or None."""
    if note is None or not note.signed_by(log):
        return None
    found = read_checkpoint(note)
    return found if found and found.origin == log.name else None
