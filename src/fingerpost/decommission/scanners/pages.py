"""PostgreSQL's files: long values that its pages hold compressed, and its log without the page headers.

Page layout: https://www.postgresql.org/docs/18/storage-page-layout.html. A value of more than 2 kB is kept
compressed, in its row or cut into chunks of a TOAST table: no search over the bytes of a page meets it. Here
every row of a page, dead ones too, is looked through for such values. LZ4, an option of the server's, is not
undone.
"""

import re
import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

PAGE = 8192
_VERSION = b"\x04\x20"  # page size 8192, layout version 4
_LINE = 4
_HEADER = 24
_LARGEST = 64 << 20  # bytes a value is believed to have
_CHUNK = struct.Struct("<II")
_FULL_CHUNK = 1996  # bytes: TOAST_MAX_CHUNK_SIZE
_WAL_MAGIC = re.compile(rb"[\x00-\xff]\xd1")
_SHORT, _LONG = 24, 40  # bytes of a log page's header; the first of a segment is long


def is_page(content: bytes, length: int = 0) -> bool:
    """Tell whether some bytes begin as a heap or index page does."""
    return (length or len(content)) >= PAGE and content[18:20] == _VERSION


def is_log(content: bytes) -> bool:
    """Tell whether some bytes begin as a segment of the log does."""
    long_header = content[2:4] in {b"\x02\x00", b"\x06\x00", b"\x03\x00", b"\x07\x00"}
    return len(content) >= PAGE and bool(_WAL_MAGIC.match(content)) and long_header


def without_headers(segment: bytes) -> bytes:
    """Return log pages behind each other without their headers, which cut records in two."""
    pages = (segment[start : start + PAGE] for start in range(0, len(segment), PAGE))
    return b"".join(page[_LONG if page[2] & 2 else _SHORT :] for page in pages if page)


class Values:
    """Brings out compressed values while pages pass by in order; those cut in chunks are put together."""

    def __init__(self) -> None:
        self._value, self._chunks = 0, b""

    def of(self, pages: bytes) -> Iterator[bytes]:
        """Yield the values that end on these pages, as they were before compression."""
        pages = pages[: len(pages) // PAGE * PAGE]
        for place in self._rows_in_three_parts(pages):
            yield from self._chunk(pages[place[0] : place[1]])
        for place, length in _compressed(pages):
            if value := _value(pages[place + 4 : place + length]):
                yield value

    def _rows_in_three_parts(self, pages: bytes) -> list[list[int]]:
        """Return where the data of rows lies that may be chunks: three columns, the third the rest."""
        lines: list[NDArray[np.int64]] = []
        for start in range(0, len(pages), PAGE):
            if is_page(pages[start : start + _HEADER], PAGE):
                lower = min(int.from_bytes(pages[start + 12 : start + 14], "little"), PAGE)
                line = np.frombuffer(pages, "<u4", max(0, lower - _HEADER) // _LINE, start + _HEADER).astype(
                    np.int64
                )
                lines.append(np.stack((line & 0x7FFF, line >> 17, np.full_like(line, start))))
        if not lines:
            return []
        offset, length, page = np.concatenate(lines, axis=1)
        fit = (length > _HEADER + 12) & (offset + length <= PAGE)
        start, length = (offset + page)[fit], length[fit]
        content = np.frombuffer(pages, np.uint8)
        columns = content[start + 18] | (content[start + 19] & 7).astype(np.int64) << 8
        header = sum(content[start + _HEADER + 8 + n].astype(np.int64) << (8 * n) for n in range(4))
        chunk = (columns == 3) & (content[start + 22] == _HEADER) & (header == (length - _HEADER - 8) << 2)
        return np.stack((start[chunk] + _HEADER, (start + length)[chunk]), axis=1).tolist()

    def rest(self) -> Iterator[bytes]:
        """Yield the value whose last chunk has been taken, if it is one."""
        if value := _value(self._chunks):
            yield value
        self._chunks = b""

    def _chunk(self, data: bytes) -> Iterator[bytes]:
        """Take a row as a TOAST table's (value, sequence, bytes); yield a value once it is whole."""
        value, sequence = _CHUNK.unpack_from(data)
        header = int.from_bytes(data[8:12], "little")
        if header & 3 or not 4 < header >> 2 <= len(data) - 8:
            return
        part = data[12 : 8 + (header >> 2)]
        if sequence == 0:
            yield from self.rest()
            self._value, self._chunks = value, part  # one value's chunks follow each other
        elif value == self._value and self._chunks:
            self._chunks += part
        else:
            return
        if len(part) < _FULL_CHUNK:  # the last of its value; one that is full may be, too
            yield from self.rest()


def _compressed(pages: bytes) -> list[list[int]]:
    """Return where a compressed value may lie within its row: aligned to four bytes, shorter than it was."""
    words = np.frombuffer(pages, "<u4")
    header, told = words[:-1], words[1:]
    length, size = header >> 2, told & 0x3FFFFFFF
    may = (header & 3 == 2) & (length > 16) & (length < PAGE) & (told >> 30 == 0)
    may &= (size > length + (length >> 2)) & (size <= _LARGEST)  # it is kept only if it saves a quarter
    place = np.flatnonzero(may)
    within = place * 4 % PAGE + length[place] <= PAGE
    return np.stack((place[within] * 4, length[place[within]]), axis=1).tolist()


def _value(stored: bytes) -> bytes:
    """Return what a stored value says: its length and method in four bytes, then the compressed bytes."""
    told = int.from_bytes(stored[:4], "little")
    size, method = told & 0x3FFFFFFF, told >> 30
    if method != 0 or not len(stored) - 4 < size <= _LARGEST:
        return b""
    return _uncompressed(stored[4:], size)


def _uncompressed(source: bytes, size: int) -> bytes:
    """Undo pglz (src/common/pg_lzcompress.c): literals, and copies of what came before. '' if it is none."""
    found = bytearray()
    place, end = 0, len(source)
    while place < end and len(found) < size:
        steps = _STEPS[source[place]]
        place += 1
        for letters, copies in steps:
            found += source[place : place + letters]
            place += letters
            if not copies:
                break
            length, back, place = _copy(source, place)
            if not 0 < back <= len(found):
                place = end
                break
            if back >= length:
                found += found[len(found) - back : len(found) - back + length]
            else:  # the copy runs into itself: that is how a run is written
                found += (found[-back:] * (length // back + 1))[:length]
    return bytes(found[:size]) if len(found) >= size else b""


def _copy(source: bytes, place: int) -> tuple[int, int, int]:
    """Return a copy's length, how far back it begins, and where it is told to its end; 0 back if cut off."""
    told = source[place : place + 3]
    if len(told) < 2:
        return 0, 0, place
    length, back = (told[0] & 0x0F) + 3, ((told[0] & 0xF0) << 4) | told[1]
    if length < _LONG_COPY:
        return length, back, place + 2
    return (length + told[2], back, place + 3) if len(told) == 3 else (0, 0, place)


def _steps(control: int) -> tuple[tuple[int, bool], ...]:
    """Return what a control byte says of the eight that follow: so many letters, then a copy or the end."""
    before = f"{control:08b}"[::-1].split("1")
    return (*((len(letters), True) for letters in before[:-1]), (len(before[-1]), False))


_LONG_COPY = 18  # bytes, from which a third byte tells how many more
_STEPS = [_steps(control) for control in range(256)]
