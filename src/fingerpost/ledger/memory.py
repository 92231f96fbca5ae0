"""What was signed last, remembered beside the signing key and not in the database.

A database can be restored from a backup, by mistake or on purpose. Without this the next checkpoint would
contradict one already signed: two histories under one signature. With it the sequencer refuses to sign.
Back it up with the keyring; it holds nothing secret.
"""

from pathlib import Path

import msgspec
from msgspec import Struct

from fingerpost.vault import durable
from fingerpost.words.errors import Misconfigured, Unavailable


class Head(Struct, frozen=True):
    """A tree's size and root (hexadecimal)."""

    size: int
    root: str


class LastSigned:
    """The file that remembers. Processes may share it; it only grows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Head | None:
        """Return the largest tree head signed, or None before the first."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Head)
        except FileNotFoundError:
            return None
        except (msgspec.MsgspecError, ValueError, OSError):
            raise Misconfigured(f"{self._path}, which tells what was signed last, cannot be read") from None

    def remember(self, size: int, root: bytes) -> None:
        """Keep a tree head durably, unless a larger one is kept already."""
        try:
            with durable.locked(self._path):
                known = self.read()
                if known is None or known.size < size:
                    durable.replace(self._path, msgspec.json.encode(Head(size, root.hex())))
        except OSError:  # the disk is full, say: the next round remembers for this one too
            raise Unavailable("what was signed cannot be remembered just now") from None
