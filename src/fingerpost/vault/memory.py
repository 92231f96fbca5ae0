"""What was signed last, remembered beside the signing key and not in the database.

A database can be restored from a backup, by mistake or on purpose. Without this the next checkpoint would
contradict one already signed: two histories under one signature. With it the sequencer refuses to sign. Back
it up with the keyring; it holds nothing secret. Beside it, in `leaves`, stands every public entry of the
tree, 32 bytes each, so that a restored database can be given the leaves that its backup lacks.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from fingerpost.vault import durable
from fingerpost.words.errors import Misconfigured, Unavailable

LEAF_BYTES = 32


class Head(Struct, frozen=True):
    """A tree's size and root (hexadecimal)."""

    size: int
    root: str


class LastSigned:
    """The file that remembers. Processes may share it; it only grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._leaves = path.with_name("leaves")

    def read(self) -> Head | None:
        """Return the largest tree head signed, or None before the first."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Head)
        except FileNotFoundError:
            return None
        except (msgspec.MsgspecError, ValueError, OSError):
            raise Misconfigured(f"{self._path}, which tells what was signed last, cannot be read") from None

    def keep_leaves(self, first: int, entries: Sequence[bytes]) -> None:
        """Keep leaves from index `first` on durably, before they are committed: none is signed and lost.

        Leaves of a round that did not commit are written over by the next.
        """
        try:
            handle = os.open(self._leaves, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as file:  # a disk that fills up takes a part first, and then refuses
                file.seek(first * LEAF_BYTES)
                file.write(b"".join(entries))
                file.flush()
                os.fdatasync(file.fileno())
        except OSError:
            raise Unavailable("leaves cannot be kept beside the database just now") from None

    def leaves(self, start: int, end: int) -> list[bytes]:
        """Return the leaves from index `start` up to `end`, as far as they were kept."""
        if not self._leaves.exists():
            return []
        with self._leaves.open("rb") as file:
            file.seek(start * LEAF_BYTES)
            kept = file.read((end - start) * LEAF_BYTES)
        return [kept[place : place + LEAF_BYTES] for place in range(0, len(kept), LEAF_BYTES)]

    def remember(self, size: int, root: bytes) -> None:
        """Keep a tree head durably, unless a larger one is kept already."""
        try:
            with durable.locked(self._path):
                known = self.read()
                if known is None or known.size < size:
                    durable.replace(self._path, msgspec.json.encode(Head(size, root.hex())))
        except OSError:  # the disk is full, say: the next round remembers for this one too
            raise Unavailable("what was signed cannot be remembered just now") from None
