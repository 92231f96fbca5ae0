"""Opening what holds other things within it. Whatever cannot be opened whole raises `Unreadable`, with the reason."""

import bz2
import gzip
import io
import lzma
import re
import sqlite3
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, cast

from fingerpost.db.embedded import binaries

SIGNATURE_BYTES = 560  # enough for tar's, at 257, and for LUKS
LARGEST = 1 << 30  # bytes of one archive that is opened inside another
WITHIN = 64 << 20  # bytes read of a stream that begins in the middle of an image

# Kept shut to us: reading on would find nothing, and that would look clean.
SHUT = {
    b"7z\xbc\xaf\x27\x1c": "7z archive",
    b"Rar!": "RAR archive",
    b"LUKS\xba\xbe": "encrypted volume",
    b"-----BEGIN PGP MESSAGE": "encrypted message",
    b"age-encryption.org/": "encrypted file",
    b"Salted__": "encrypted file",
    b"\x28\xb5\x2f\xfd": "Zstandard stream",
    b"\x04\x22\x4d\x18": "LZ4 stream",
}
Member = tuple[str, BinaryIO]
_WITHIN_ANOTHER = re.compile(rb"\x1f\x8b\x08|PK\x03\x04")


class Unreadable(Exception):
    """Something is there that could not be read: it counts as a failure, never as clean."""


def kind_of(head: bytes) -> str:
    """Return what some first bytes are the beginning of, '' if no container."""
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"BZh"):
        return "bzip2"
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    if head.startswith(b"SQLite format 3\x00"):
        return "sqlite"
    if head.startswith(b"PGDMP"):
        return "dump"
    if head.startswith(b"%PDF-"):
        return "pdf"
    return "tar" if head[257:262] == b"ustar" else ""


def shut(head: bytes) -> str:
    """Return what keeps a file shut, by its first bytes; '' if nothing does."""
    return next((words for signature, words in SHUT.items() if head.startswith(signature)), "")


def members(kind: str, stream: BinaryIO, path: Path | None) -> Iterator[Member]:
    """Yield what a container holds, each to be read before the next. `path` is given for a file of its own."""
    try:
        match kind:
            case "gzip":
                yield "content", cast("BinaryIO", gzip.GzipFile(fileobj=stream))
            case "bzip2":
                yield "content", cast("BinaryIO", bz2.BZ2File(stream))
            case "xz":
                yield "content", cast("BinaryIO", lzma.LZMAFile(stream))
            case "tar":
                yield from _of_tar(stream)
            case "zip":
                yield from _of_zip(stream)
            case "sqlite":
                yield from _of_sqlite(stream, path)
            case "dump":
                yield from _of_dump(stream)
            case _:
                yield from _of_pdf(stream)
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error) as error:
        raise Unreadable(f"the {kind} cannot be read to its end ({type(error).__name__})") from None
    except (sqlite3.Error, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"the {kind} cannot be opened ({type(error).__name__})") from None


def _of_tar(stream: BinaryIO) -> Iterator[Member]:
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for entry in tar:
            if (member := tar.extractfile(entry)) is not None:
                yield entry.name, cast("BinaryIO", member)


def _of_zip(stream: BinaryIO) -> Iterator[Member]:
    with zipfile.ZipFile(_seekable(stream)) as archive:
        for entry in archive.infolist():
            if entry.flag_bits & 1:
                raise Unreadable("the zip is encrypted")
            with archive.open(entry) as member:
                yield entry.filename, cast("BinaryIO", member)


def _of_sqlite(stream: BinaryIO, path: Path | None) -> Iterator[Member]:
    """Yield each table's rows as text: numbers too, which its pages hold in binary."""
    if path is None:
        database = sqlite3.connect(":memory:")
        database.deserialize(_seekable(stream).read())
    else:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    database.text_factory = bytes
    with closing(database):
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in tables:
            quoted = '"' + name.decode().replace('"', '""') + '"'
            rows = database.execute("SELECT * FROM " + quoted)
            yield name.decode(errors="replace"), cast("BinaryIO", _Text(map(_line, rows)))


def _line(row: tuple[object, ...]) -> bytes:
    return b"\t".join(v if isinstance(v, bytes) else str(v).encode() for v in row) + b"\n"


class _Text(io.RawIOBase):
    """Lines as a stream."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines, self._rest = lines, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return at least `size` bytes, fewer at the end."""
        parts, length = [self._rest], len(self._rest)
        while (size < 0 or length < size) and (line := next(self._lines, None)) is not None:
            parts.append(line)
            length += len(line)
        self._rest = b""
        return b"".join(parts)


def _of_dump(stream: BinaryIO) -> Iterator[Member]:
    """Yield the statements that `pg_restore` makes of a dump in its custom format."""
    feed = subprocess.Popen(
        [str(binaries() / "pg_restore"), "--file=-"], cwd="/",
        stdin=stream if hasattr(stream, "fileno") and _has_file(stream) else subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with feed:
        if feed.stdin is not None:
            raise Unreadable("a dump inside something else cannot be opened; take it out")
        assert feed.stdout is not None  # noqa: S101 (asked for above)
        yield "statements", cast("BinaryIO", feed.stdout)
    if feed.returncode:
        raise Unreadable("pg_restore cannot read the dump to its end")


def _has_file(stream: BinaryIO) -> bool:
    try:
        return stream.fileno() >= 0
    except OSError:
        return False


def _of_pdf(stream: BinaryIO) -> Iterator[Member]:
    """Yield the deflated streams of a document: its pages' text, where it is set as text."""
    content = whole(stream)
    place = 0
    while (place := content.find(b"stream", place)) >= 0:
        place += len(b"stream")
        begin = place + (2 if content[place : place + 2] == b"\r\n" else 1)
        if content[begin : begin + 1] == b"\x78":
            yield f"stream at {begin}", io.BytesIO(_inflated(content[begin:]))


def _inflated(content: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(content, WITHIN)
    except zlib.error:
        return b""


def begun_within(content: bytes, from_there: Callable[[int], bytes]) -> Iterator[tuple[str, int, bytes]]:
    """Yield what begins in the middle of some bytes, as on a disk whose file system is not asked.

    `from_there` returns the disk's bytes from a place in them on: `content` may end before the stream does.
    """
    for match in _WITHIN_ANOTHER.finditer(content, 1):
        body = from_there(match.start())
        if match[0] == b"\x1f\x8b\x08":
            yield "gzip", match.start(), _inflated_from(body, 31)
        elif body[8:10] == b"\x08\x00":  # a zip's member, deflated
            after = 30 + int.from_bytes(body[26:28], "little") + int.from_bytes(body[28:30], "little")
            yield "zip member", match.start(), _inflated_from(body[after:], -15)


def _inflated_from(content: bytes, window: int) -> bytes:
    """Return what a stream decompresses to as far as it goes: half of a deleted file is a copy of half."""
    engine, found = zlib.decompressobj(window), bytearray()
    try:
        for start in range(0, len(content), 4096):
            found += engine.decompress(content[start : start + 4096])
            if engine.eof or len(found) > WITHIN:
                break
    except zlib.error:
        pass
    return bytes(found)


def whole(stream: BinaryIO) -> bytes:
    """Return all of a stream, or refuse."""
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Unreadable("is too large to be opened here; take it out")
    return content


def _seekable(stream: BinaryIO) -> BinaryIO:
    """Return a stream that can be read from any place: held in memory, for nothing may be written of it."""
    try:
        if stream.seekable():
            stream.seek(0)
            return stream
    except (OSError, ValueError):
        pass
    return io.BytesIO(whole(stream))
