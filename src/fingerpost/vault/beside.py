"""What ended, kept beside the database: the entries that a restored backup would have forgotten.

A database restored from a backup knows nothing of a child erased since, of a link broken, of a person
suspended. So the ledger's entries of such events are also added to a file beside the keyring, durably,
before they commit: as they are stored, bodies sealed, so the file says no more than the table does. A line
whose entry never came to be (the database died in that moment) is taken at its word: all these events take
something away.
"""

import os
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import msgspec
from msgspec import Struct

from fingerpost.vault import durable
from fingerpost.words.errors import Misconfigured, Unavailable

NEWEST = 1000  # lines a database is asked for: one restored from a backup lacks the newest of all


class Line(Struct, frozen=True):
    """An entry as the ledger stores it. Bytes are written in base64."""

    id: UUID
    recorded_at: datetime
    kind: str
    cohort: date
    leaf: bytes
    signature: bytes
    sealed: bytes


class Beside:
    """The file. Processes may share it; lines are only ever added. Back it up with the keyring."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.shields = path.with_name("shields")  # the folder of those that stand (`standing.py`)
        self._stamp: tuple[int, int] | None = None
        self._lines: list[Line] = []

    def add(self, line: Line) -> None:
        """Add a line durably."""
        try:
            with durable.locked(self._path):
                handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
                with os.fdopen(handle, "ab") as file:
                    size = os.fstat(handle).st_size
                    torn = size and os.pread(handle, 1, size - 1) != b"\n"
                    file.write((b"\n" if torn else b"") + msgspec.json.encode(line) + b"\n")
                    file.flush()
                    os.fsync(file.fileno())
        except OSError:
            raise Unavailable("what ends cannot be kept beside the database just now") from None

    def lines(self) -> list[Line]:
        """Return every line, oldest first, but one that a power cut tore: it was never acknowledged."""
        try:
            status = self._path.stat()
            if (stamp := (status.st_mtime_ns, status.st_size)) != self._stamp:
                self._lines = _read(self._path.read_bytes())
                self._stamp = stamp
        except FileNotFoundError:
            return []
        except OSError:
            raise Misconfigured(f"{self._path}, which tells what ended, cannot be read") from None
        return self._lines


def _read(content: bytes) -> list[Line]:
    lines: list[Line] = []
    for text in content.splitlines():
        try:
            lines.append(msgspec.json.decode(text, type=Line))
        except msgspec.MsgspecError:
            continue
    return lines
