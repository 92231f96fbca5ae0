"""Scanning folders and databases for listed children. Interrupted, it goes on where it was; it never skips.

A scan's journal has one line for each file that was read to its end, made durable every second: what a kill
takes of it is read again, and so is a file that was changed since. What could not be read stands in the
report as that: such a scan is no clean one.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from fingerpost.decommission.scanners.listed import ScanList, Seeker
from fingerpost.decommission.scanners.reading import Hit, Reader, Reading

LIMITS = (
    "shows absence only where it looked, of what is listed, in the encodings that it undoes",
    "does not undo LZ4 inside PostgreSQL, nor content that is encrypted: such files are reported as unread",
    "reads a block image in the order of its blocks: a file in scattered pieces is met piece by piece",
    "reads what a device shows: not cells that wear-levelling set aside, nor snapshots kept below it",
)
FLUSH_EVERY = 1.0  # seconds
# Bytes of the largest file whose like is read once: every server has the same catalogue.
REMEMBERED = 16 << 20


class Unit(Struct, frozen=True):
    """One file of a scan: how it was when it was read, and what was seen."""

    path: str
    size: int
    changed: int
    read: int
    hits: tuple[Hit, ...]
    problems: tuple[str, ...]


class Report(Struct, frozen=True):
    """What a scan saw, by file."""

    units: tuple[Unit, ...]

    @property
    def bytes_read(self) -> int:
        """Bytes read, contents of containers included."""
        return sum(unit.read for unit in self.units)

    @property
    def hits(self) -> int:
        """How often a listed child was met."""
        return sum(len(unit.hits) for unit in self.units)

    @property
    def with_hits(self) -> tuple[Unit, ...]:
        """The files in which one was."""
        return tuple(unit for unit in self.units if unit.hits)

    @property
    def unread(self) -> tuple[Unit, ...]:
        """The files that could not be read whole."""
        return tuple(unit for unit in self.units if unit.problems)


def files_below(roots: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Yield every file and link below some folders, in order; with a problem where one cannot be read.

    A link is not followed: where it leads is read if that lies below the folders, and a problem if not.
    """
    roots = tuple(roots)
    within = tuple(root.resolve() for root in roots)
    for root in roots:
        if root.is_file():
            yield root, ""
            continue
        errors: list[OSError] = []
        for folder, folders, names in os.walk(root, onerror=errors.append):
            folders.sort()
            links = [name for name in folders if (Path(folder) / name).is_symlink()]
            for name in sorted([*names, *links]):
                path = Path(folder) / name
                if path.is_symlink():
                    yield path, _leads_away(path, within)
                elif path.is_file():
                    yield path, ""
        for error in errors:
            yield Path(error.filename), f"cannot be read ({error.strerror})"


def _leads_away(link: Path, within: tuple[Path, ...]) -> str:
    if not link.exists():
        return "is a link to nowhere"
    inside = any(link.resolve().is_relative_to(root) for root in within)
    return "" if inside else "is a link to what is not searched"


def scan(
    roots: Iterable[Path], listed: ScanList, key: bytes, journal: Path, *,
    most: int | None = None, workers: int = 1, tell: Callable[[Unit], object] = lambda unit: None,
    seeker: Callable[[ScanList, bytes], Seeker] = Seeker,
) -> Report:  # fmt: skip
    """Read every file below `roots` to its end (or until `most` hits of it). Return what was seen."""
    done = _done(journal)
    units: list[Unit] = []
    left: list[tuple[Path, str]] = []
    for path, problem in files_below(roots):
        if (known := done.get(str(path))) and not problem and _same(known, path):
            units.append(known)
        else:
            left.append((path, problem))
    journal.parent.mkdir(parents=True, exist_ok=True)
    kept = time.monotonic()
    with journal.open("ab") as file:
        for unit in _read_all(left, lambda: seeker(listed, key), most, workers):
            file.write(msgspec.json.encode(unit) + b"\n")
            if time.monotonic() - kept >= FLUSH_EVERY:
                _flush(file)
                kept = time.monotonic()
            units.append(unit)
            tell(unit)
        _flush(file)
    return Report(tuple(sorted(units, key=lambda unit: unit.path)))


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


class _Files:
    """Reads files. What a file of the same name and bytes was seen to hold is not looked for again."""

    def __init__(self, seeker: Seeker, most: int | None) -> None:
        self._seeker, self._most = seeker, most
        self._seen: dict[bytes, Reading] = {}

    def unit(self, path: Path, problem: str) -> Unit:
        """Return what is seen of one file."""
        if problem:
            return Unit(str(path), 0, 0, 0, (), (problem,))
        if path.is_symlink():
            return Unit(str(path), 0, 0, 0, (), ())
        try:
            status = path.stat()
        except OSError as error:  # of a server that goes on, a file may go while it is read
            return Unit(str(path), 0, 0, 0, (), (f"cannot be read ({error.strerror})",))
        seen = self._reading(path, status)
        return Unit(
            str(path), status.st_size, status.st_mtime_ns, seen.read, tuple(seen.hits), tuple(seen.problems)
        )

    def _reading(self, path: Path, status: os.stat_result) -> Reading:
        same = _digest(path) if 0 < status.st_size <= REMEMBERED else b""
        if known := self._seen.get(same):
            return known
        seen = Reader(self._seeker, self._most).file(path)
        if same and not seen.problems and path.stat().st_mtime_ns == status.st_mtime_ns:
            self._seen[same] = seen
        return seen


def _digest(path: Path) -> bytes:
    """Return the SHA-256 of a file's name and bytes; nothing if it cannot be read."""
    made = hashlib.sha256(os.fsencode(path.name) + b"/")
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: made).digest()
    except OSError:
        return b""


def _read_all(
    files: list[tuple[Path, str]], seeker: Callable[[], Seeker], most: int | None, workers: int
) -> Iterator[Unit]:
    if workers < 2 or len(files) < 2 * workers:
        reads = _Files(seeker(), most)
        yield from (reads.unit(path, problem) for path, problem in files)
        return
    with get_context("fork").Pool(workers, _begin, (seeker, most)) as pool:
        yield from pool.imap_unordered(_read_here, files)


_HERE: list[_Files] = []  # of a worker alone


def _begin(seeker: Callable[[], Seeker], most: int | None) -> None:
    _HERE[:] = [_Files(seeker(), most)]


def _read_here(file: tuple[Path, str]) -> Unit:
    return _HERE[0].unit(*file)


def _done(journal: Path) -> dict[str, Unit]:
    """Return the files that an earlier run read. A last line that was cut off is of one that it did not."""
    if not journal.exists():
        return {}
    content = journal.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        os.truncate(journal, len(whole))
    units = (msgspec.json.decode(line, type=Unit) for line in whole.splitlines())
    return {unit.path: unit for unit in units}


def _same(unit: Unit, path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (unit.size, unit.changed) and not unit.problems
