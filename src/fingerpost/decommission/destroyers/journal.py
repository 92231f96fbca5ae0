"""What was overwritten of one item, so that a kill loses no count.

Files are known by their numbers on the disk: a name can be a child's.
"""

import os
import secrets
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from fingerpost.words.clock import now


class _Began(Struct, frozen=True, tag="began"):
    at: datetime
    mark: str = ""


class _Overwritten(Struct, frozen=True, tag="overwritten"):
    device: int
    node: int
    size: int


_LINES = msgspec.json.Decoder[_Began | _Overwritten](_Began | _Overwritten)


class Journal:
    """One item's journal. What was begun and is not there any more was ended here."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._done: dict[tuple[int, int], int] = {}
        self.began: datetime | None = None
        self.mark = ""  # begins the meaningless names that a file has before it goes
        if path.exists():
            self._read(path.read_bytes())

    @property
    def overwritten(self) -> int:
        """Bytes overwritten and read back."""
        return sum(self._done.values())

    def begin(self) -> datetime:
        """Note when the item's destruction began, if that is not noted."""
        if self.began is None:
            self.began, self.mark = now(), secrets.token_hex(8)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._append(_Began(self.began, self.mark))
        return self.began

    def note(self, status: os.stat_result) -> None:
        """Note a file that holds zeros now. Durable with `keep`."""
        self._done[status.st_dev, status.st_ino] = status.st_size
        self._append(_Overwritten(status.st_dev, status.st_ino, status.st_size), durable=False)

    def keep(self) -> None:
        """Return when everything that was noted is durable."""
        with self._path.open("ab") as file:
            os.fsync(file.fileno())

    def _append(self, line: _Began | _Overwritten, *, durable: bool = True) -> None:
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")
            if durable:
                file.flush()
                os.fsync(file.fileno())

    def _read(self, content: bytes) -> None:
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):  # a kill cut the last line
            os.truncate(self._path, len(whole))
        for line in whole.splitlines():
            known = _LINES.decode(line)
            if isinstance(known, _Began):
                self.began, self.mark = known.at, known.mark
            else:
                self._done[known.device, known.node] = known.size
