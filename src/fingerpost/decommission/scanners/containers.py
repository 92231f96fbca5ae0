"""Opening what holds other things within it. What cannot be opened whole raises `Unreadable`."""

import bz2
import gzip
import io
import lzma
import shutil
import sqlite3
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread
from typing import IO, BinaryIO, cast

from fingerpost.db.embedded import binaries

SIGNATURE_BYTES = 560  # enough for tar's, at 257, and for LUKS
LARGEST = 1 << 30  # bytes of one archive that is opened inside another
WITHIN = 64 << 20  # bytes read of a stream that begins in the middle of an image
LONGER = "is longer than is read of what stands within something else; take it out"

CONTAINERS = {
    b"PK\x03\x04": "zip",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"SQLite format 3\x00": "sqlite",
    b"PGDMP": "dump",
    b"%PDF-": "pdf",
    b"\x78\x01": "zlib",
    b"\x78\x9c": "zlib",
    b"\x78\xda": "zlib",
}
_LISTS_SOMETHING = b"search_path"  # set before the first object; a dump whose list is zeros has none
_LISTS_ALONE = b"\x03\x05"  # formats of dumps (tar, folder) whose rows are in files beside the list
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
_DECOMPRESSED: dict[str, Callable[[BinaryIO], object]] = {
    "gzip": lambda stream: gzip.GzipFile(fileobj=stream), "bzip2": bz2.BZ2File, "xz": lzma.LZMAFile,
}  # fmt: skip
Member = tuple[str, BinaryIO]


class Unreadable(Exception):
    """Something is there that could not be read: it counts as a failure, never as clean."""


BROKEN = (
    OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile, tarfile.TarError,
    lzma.LZMAError, zlib.error, sqlite3.Error,
)  # fmt: skip


def kind_of(head: bytes) -> str:
    """Return what some first bytes are the beginning of, '' if no container."""
    if head[257:262] == b"ustar":
        return "tar"
    if head.startswith(b"PGDMP") and head[10] in _LISTS_ALONE:
        return ""
    return next((kind for signature, kind in CONTAINERS.items() if head.startswith(signature)), "")


def shut(head: bytes) -> str:
    """Return what keeps a file shut, by its first bytes; '' if nothing does."""
    return next((words for signature, words in SHUT.items() if head.startswith(signature)), "")


def members(kind: str, stream: BinaryIO, path: Path | None) -> Iterator[Member]:
    """Yield what a container holds, each to be read before the next. `path`: given for a file of its own."""
    try:
        match kind:
            case "gzip" | "bzip2" | "xz":
                yield "content", cast("BinaryIO", _DECOMPRESSED[kind](stream))
            case "tar":
                yield from _of_tar(stream)
            case "zip":
                yield from _of_zip(stream)
            case "sqlite":
                yield from _of_sqlite(stream, path)
            case "dump":
                yield from _of_dump(stream)
            case "zlib":
                yield from _of_zlib(stream)
            case _:
                yield from _of_pdf(stream)
    except BROKEN as error:
        raise Unreadable(f"the {kind} cannot be read to its end ({type(error).__name__})") from None


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
    """Yield the statements that make it anew: numbers too are text there, which its pages hold in binary."""
    if path is None:
        database = sqlite3.connect(":memory:")
        database.deserialize(_seekable(stream).read())
    else:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    database.text_factory = _decoded
    with closing(database):
        lines = (line.encode(errors="surrogateescape") + b"\n" for line in database.iterdump())
        yield "statements", cast("BinaryIO", _Text(lines))


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


def _decoded(text: bytes) -> str:
    return text.decode(errors="surrogateescape")


def _of_dump(stream: BinaryIO) -> Iterator[Member]:
    """Yield the statements that `pg_restore` makes of a dump in its custom format."""
    with subprocess.Popen(
        [str(binaries() / "pg_restore"), "--file=-"], cwd="/",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as restore:  # fmt: skip
        assert restore.stdin and restore.stdout  # noqa: S101, PT018 (asked for above)
        feeding = Thread(target=_feed, args=(stream, restore.stdin), daemon=True)
        feeding.start()
        if _LISTS_SOMETHING not in cast("io.BufferedReader", restore.stdout).peek():
            raise Unreadable(
                "pg_restore finds nothing listed in the dump: what it held may stand in it unread"
            )
        yield "statements", cast("BinaryIO", restore.stdout)
        feeding.join()
    if restore.returncode:
        raise Unreadable("pg_restore cannot read the dump to its end")


def _feed(stream: BinaryIO, into: IO[bytes]) -> None:
    with suppress(OSError), into:  # it stops reading where it cannot go on
        shutil.copyfileobj(stream, into)


def _of_zlib(stream: BinaryIO) -> Iterator[Member]:
    if not (content := _inflated(whole(stream))):
        raise Unreadable("begins as a zlib stream and is none")
    yield "content", io.BytesIO(content)


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
    engine = zlib.decompressobj()
    try:
        found = engine.decompress(content, WITHIN)
    except zlib.error:
        return b""
    if engine.unconsumed_tail:
        raise Unreadable(LONGER)
    return found


def begun_within(
    content: bytes, from_there: Callable[[int], bytes]
) -> Iterator[tuple[str, int, bytes, bool]]:
    """Yield what begins in the middle of some bytes, as on a disk whose file system is not asked.

    With each, whether it goes on beyond what is read of it. `from_there` returns the disk's bytes from a
    place in them on: `content` may end before the stream does.
    """
    for place in _places(content, b"\x1f\x8b\x08"):
        yield "gzip", place, *_inflated_from(from_there(place), 0, 31)
    for place in _places(content, b"PK\x03\x04"):
        body = from_there(place)
        if body[8:10] == b"\x08\x00":  # deflated
            after = 30 + int.from_bytes(body[26:28], "little") + int.from_bytes(body[28:30], "little")
            yield "zip member", place, *_inflated_from(body, after, -15)


def _places(content: bytes, signature: bytes) -> Iterator[int]:
    place = 0
    while (place := content.find(signature, place + 1)) >= 0:
        yield place


def _inflated_from(content: bytes, begin: int, window: int) -> tuple[bytes, bool]:
    """Return what a stream decompresses to as far as it goes, and whether it would have gone on.

    Half of a deleted file is a copy of half.
    """
    engine, found = zlib.decompressobj(window), bytearray()
    try:
        for start in range(begin, len(content), 4096):
            found += engine.decompress(content[start : start + 4096])
            if engine.eof or len(found) > WITHIN:
                break
    except zlib.error:
        return bytes(found), False
    return bytes(found), not engine.eof and (len(found) > WITHIN or len(content) >= WITHIN)


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
