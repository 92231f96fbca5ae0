"""Reading one file or member to its end: its bytes, the text they hide, what it contains, to any depth."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from msgspec import Struct

from fingerpost.decommission.scanners.candidates import OVERLAP, found_in
from fingerpost.decommission.scanners.containers import (
    BROKEN,
    LARGEST,
    LONGER,
    SIGNATURE_BYTES,
    WITHIN,
    Unreadable,
    begun_within,
    kind_of,
    members,
    shut,
)
from fingerpost.decommission.scanners.listed import Seeker
from fingerpost.decommission.scanners.pages import Values, is_log, is_page, without_headers
from fingerpost.decommission.scanners.views import views

BLOCK = 1 << 20
DEEPEST = 12  # containers within containers
MOST_EXPANDED = 64 << 30  # bytes of one file's content, all its containers opened
_APART = bytes(OVERLAP)
_RANDOM = 7.97  # bits a byte of a first block, from which content is taken for encrypted
_LEAST = 4096
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"\x00\x00\x00\x18ftyp", b"\x00\x00\x00\x20ftyp")


class Hit(Struct, frozen=True):
    """A listed child was found: by which token, where, its place in the list. Never what was read."""

    kind: str
    where: str
    offset: int
    listed: int


class Reading(Struct):
    """What was seen of one file."""

    hits: list[Hit] = []
    problems: list[str] = []
    read: int = 0


class Enough(Exception):
    """A copy is proved; no more of it needs to be read."""


class Reader:
    """Reads one file. `most` hits are enough, if given."""

    def __init__(self, seeker: Seeker, most: int | None = None) -> None:
        self._seeker, self._most = seeker, most
        self._seen: set[tuple[str, int, int]] = set()
        self._path, self._opened = Path(), False
        self.reading = Reading([], [])

    def file(self, path: Path) -> Reading:
        """Read a file of its own."""
        self._path = path
        try:
            self._scan(os.fsencode(path.name), "its name", 0)
            with path.open("rb") as stream:
                self._stream(stream, "", 0, path)
        except Enough:
            pass
        except OSError as error:
            self._problem("", f"cannot be read ({error.strerror or type(error).__name__})")
        return self.reading

    def _stream(self, stream: BinaryIO, where: str, depth: int, path: Path | None = None) -> None:
        """Read the bytes of a stream, then, if it is a container, what it holds."""
        try:
            head = self._bytes(stream, where, depth)
        except BROKEN as error:
            self._problem(where, f"cannot be read to its end ({type(error).__name__})")
            return
        if path is None or not (kind := kind_of(head)):
            return
        with path.open("rb") as again:
            self._container(kind, again, where, depth, path)

    def _bytes(self, stream: BinaryIO, where: str, depth: int) -> bytes:
        """Scan a stream block by block. One that is no file is kept if it is a container, and opened then."""
        head, rest, offset, values, kept = b"", b"", 0, Values(), bytearray()
        keep = log = False
        while block := stream.read(BLOCK):
            if not head:
                head = block[:SIGNATURE_BYTES].ljust(SIGNATURE_BYTES, b"\0")
                keep = bool(depth and kind_of(head))
                self._opened = self._opened or bool(kind_of(head))
                self._look(block, where, depth)
                log = is_log(block)
            pages = is_page(block)
            self._block(rest + block, where, offset - len(rest), depth, pages)
            if pages:
                self._values(values.of(block), where, offset)
            if log or is_log(block):
                self._scan(without_headers(block), f"{where}/log", offset, log=True)
            if keep and len(kept) <= LARGEST:
                kept += block
            rest, offset = block[-OVERLAP:], offset + len(block)
            self._count(len(block), where)
        self._values(values.rest(), where, offset)
        if len(kept) > LARGEST:
            self._problem(where, "is too large to be opened inside something else; take it out")
        elif keep:
            self._inside(bytes(kept), where, depth)
        return head

    def _block(self, content: bytes, where: str, offset: int, depth: int, pages: bool) -> None:
        if content.count(0) == len(content):
            return  # nothing but zeros: what a destroyed store holds
        self._scan(content, where, offset, pages)
        for encoding, view in views(content, (lambda at: self._from(offset + at)) if depth == 0 else None):
            self._scan(view, f"{where}/{encoding}", offset)
            if encoding == "base64" and kind_of(view[:SIGNATURE_BYTES]):
                self._inside(view, f"{where}/{encoding}", depth)
        if depth == 0 and not self._opened:
            for name, place, found, goes_on in begun_within(content, lambda at: self._from(offset + at)):
                there = f"{where}/{name} at {offset + place}"
                self._stream(io.BytesIO(found), there, 1)
                if goes_on:
                    self._problem(there, LONGER)

    def _from(self, offset: int) -> bytes:
        """Return the file's bytes from a place on, as many as are read of what begins there."""
        with self._path.open("rb") as again:
            again.seek(max(0, offset))
            return again.read(WITHIN)

    def _values(self, found: Iterator[bytes], where: str, offset: int) -> None:
        for values in _together(found):
            self._scan(values, f"{where}/long value", offset)

    def _inside(self, content: bytes, where: str, depth: int) -> None:
        self._container(kind_of(content[:SIGNATURE_BYTES]), io.BytesIO(content), where, depth)

    def _container(
        self, kind: str, stream: BinaryIO, where: str, depth: int, path: Path | None = None
    ) -> None:
        if depth >= DEEPEST:
            self._problem(where, "holds containers within containers deeper than is read")
            return
        try:
            for name, member in members(kind, stream, path):
                self._scan(os.fsencode(name), f"{where}/a name", 0)
                self._stream(member, f"{where}/{name}", depth + 1)
        except Unreadable as error:
            self._problem(where, str(error))

    def _look(self, block: bytes, where: str, depth: int) -> None:
        """Note what keeps a file shut: a search of it would find nothing, and mean nothing."""
        if words := shut(block[:SIGNATURE_BYTES]):
            self._problem(where, f"is kept shut: {words}")
        elif _looks_random(block):
            self._problem(where, "looks encrypted, or compressed in a way that is not known here")

    def _scan(self, content: bytes, where: str, offset: int, pages: bool = False, log: bool = False) -> None:
        for kind, place, listed in found_in(content, self._seeker, pages=pages, log=log):
            mark = (where, offset + place, listed)
            if mark in self._seen:
                continue
            self._seen.add(mark)
            self.reading.hits.append(Hit(kind, where, max(0, offset + place), listed))
            if self._most is not None and len(self.reading.hits) >= self._most:
                raise Enough

    def _count(self, length: int, where: str) -> None:
        self.reading.read += length
        if self.reading.read > MOST_EXPANDED:
            self._problem(where, "expands beyond what is read of one file")
            raise Enough

    def _problem(self, where: str, words: str) -> None:
        self.reading.problems.append(f"{where}: {words}" if where else words)


def _together(values: Iterator[bytes]) -> Iterator[bytes]:
    """Yield values many at a time, so far apart that nothing of one stands beside another."""
    some, length = list[bytes](), 0
    for value in values:
        some.append(value)
        length += len(value)
        if length >= BLOCK:
            yield _APART.join(some)
            some, length = [], 0
    if some:
        yield _APART.join(some)


def _looks_random(block: bytes) -> bool:
    known = kind_of(block[:SIGNATURE_BYTES]) or block.startswith(_PICTURES)
    return len(block) >= _LEAST and not known and _bits(block[: 1 << 16]) > _RANDOM


def _bits(content: bytes) -> float:
    """Return the entropy of some bytes, in bits a byte."""
    counted = np.bincount(np.frombuffer(content, np.uint8))
    share = counted[counted > 0] / len(content)
    return float(-(share * np.log2(share)).sum())
