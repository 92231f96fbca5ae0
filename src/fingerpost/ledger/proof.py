"""A proof of inclusion that can be checked without us, pure: https://c2sp.org/tlog-proof

The entry's index, its path to the root and the signed checkpoint, as text. With the receipt and the log's
key, that is all a court needs.
"""

import base64
import binascii
from collections.abc import Sequence

from msgspec import Struct

from fingerpost.ledger.checkpoint import verified
from fingerpost.ledger.merkle import HASH_BYTES, includes, leaf_hash
from fingerpost.ledger.note import Verifier, read_note

HEADER = "c2sp.org/tlog-proof@v1"
_MOST_HASHES = 63


class Proof(Struct, frozen=True):
    """An inclusion proof: the leaf's index, the path, and the checkpoint note as it was signed."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    def __str__(self) -> str:
        return f"{HEADER}\nindex {self.index}\n{base64_lines(self.path)}\n{self.checkpoint}"


def base64_lines(hashes: Sequence[bytes]) -> str:
    """Return one base64 line for each hash."""
    return "".join(f"{base64.b64encode(h).decode()}\n" for h in hashes)


def read_proof(content: bytes) -> Proof | None:
    """Return the proof that `content` is, or None. Nothing in it is verified."""
    try:
        head, blank, checkpoint = content.decode().partition("\n\n")
    except UnicodeDecodeError:
        return None
    header, *lines = head.split("\n")
    if lines and lines[0].startswith("extra "):  # opaque, and vouched for by nobody
        del lines[0]
    if not blank or header != HEADER or not lines or not lines[0].startswith("index "):
        return None
    index, path = lines[0].removeprefix("index "), [_hash(line) for line in lines[1:]]
    if not (index.isascii() and index.isdigit()) or len(index) > 19 or len(path) > _MOST_HASHES:
        return None
    hashes = tuple(h for h in path if h is not None)
    return Proof(int(index), hashes, checkpoint) if len(hashes) == len(path) else None


def _hash(line: str) -> bytes | None:
    try:
        found = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if len(found) == HASH_BYTES else None


def proves(proof: Proof, entry: bytes, log: Verifier) -> bool:
    """Tell whether a proof shows that `entry` is in the log that signs with `log`."""
    head = verified(read_note(proof.checkpoint.encode()), log)
    return head is not None and includes(head.root, head.size, proof.index, leaf_hash(entry), proof.path)
