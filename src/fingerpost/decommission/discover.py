"""Finding copies below a root by two methods that know nothing of each other, nor of the owner's register.

By content: every file is read as a scan reads it, and is a copy if somebody listed is met, if it holds many
numbers of the legacy's form, or if it cannot be read: then it is presumed to be one. By catalogue: what the
server says of itself, and every file that bears its system identifier, whatever it is called. What lies
elsewhere is named in words, to be ended by hand.
"""

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import LiteralString

import numpy as np
from numpy.typing import NDArray

from fingerpost.db.foreign import Foreign, identifier
from fingerpost.decommission.item import Item, Medium
from fingerpost.decommission.scan import Report, Unit, scan
from fingerpost.decommission.scanners.containers import SIGNATURE_BYTES, kind_of
from fingerpost.decommission.scanners.listed import Identity, Kind, Seeker, Words, listed, new_key
from fingerpost.decommission.scanners.pages import is_log
from fingerpost.decommission.shared import Shared

ENOUGH = 3  # hits of one file that prove it a copy
UNKNOWN = "not known"
_LEAST, _SHARE = 20, 0.3  # numbers of one block with a right check digit, and their share: by chance 1 in 11
_WEIGHTS = np.arange(12, 1, -1)
_MEDIA = {
    "dump": Medium.DUMP, "sqlite": Medium.SQLITE, "zip": Medium.ARCHIVE, "tar": Medium.ARCHIVE,
    "gzip": Medium.ARCHIVE, "bzip2": Medium.ARCHIVE, "xz": Medium.ARCHIVE,
}  # fmt: skip
_PLAIN_DUMP = re.compile(rb"--\r?\n-- PostgreSQL database (?:cluster )?dump")
_SEGMENT = re.compile(r"[0-9A-F]{24}(?:\.partial)?\Z")
_IMAGES = {".img", ".dd", ".raw", ".iso", ".vmdk", ".vdi", ".qcow2"}
_EXT, _EXT_AT = b"\x53\xef", 1080
_BOOT, _BOOT_AT = b"\x55\xaa", 510
_IDENTIFIER = slice(0, 8)  # of pg_control: the system identifier
_LOG_IDENTIFIER = slice(24, 32)  # of a log segment's first page


class Shaped(Seeker):
    """Meets whoever is listed, and numbers with a right check digit where they stand in numbers."""

    def found(self, kind: Kind, words: Words, details: Words) -> Iterator[tuple[int, int]]:
        """Yield as `Seeker` does; place 0 is nobody in particular."""
        yield from super().found(kind, words, details)
        if kind is Kind.NUMBER:
            right = np.flatnonzero(right_digits(details))
            distinct = len(np.unique(details[right]))
            if distinct >= _LEAST and len(right) >= _SHARE * len(details):
                yield int(right[0]), 0


def right_digits(numbers: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Tell which numbers of twelve digits end in the right check digit (modulus 11)."""
    digits = numbers.astype(np.int64)[:, None] // 10 ** np.arange(11, -1, -1) % 10
    return digits[:, :11] @ _WEIGHTS % 11 % 10 == digits[:, 11]


def by_content(
    root: Path, people: Iterable[Identity], journal: Path, *,
    shared: Shared | None = None, workers: int = 1, tell: Callable[[Unit], object] = lambda unit: None,
) -> list[Item]:  # fmt: skip
    """Return the copies that hold somebody of `people`, or cannot be read. The list is kept nowhere."""
    key, people = new_key(), list(people)
    most = None if shared else ENOUGH  # where not every hit counts, all have to be met
    seen = scan(
        [root], listed(people, key), key, journal, most=most, workers=workers, tell=tell, seeker=Shaped
    )
    if shared:
        seen = shared.counted(seen, sum(person.canary for person in people))
    return copies_in(root, seen, shared)


def copies_in(root: Path, seen: Report, shared: Shared | None = None) -> list[Item]:
    """Return the items that a scan met, each once: files of one server, or of its database, are one item."""
    found: dict[str, Item] = {}
    for unit in seen.units:
        if unit.hits or unit.problems:
            item = item_at(Path(unit.path), root, shared)
            found.setdefault(item.where, item)
    return list(found.values())


def item_at(path: Path, root: Path, shared: Shared | None = None) -> Item:
    """Return the item that a file is, or is part of."""
    if shared and shared.holds(path):
        database = shared.database_of(path)
        return _item(database, root, Medium.DATABASE) if database else _item(path, root, medium_of(path))
    for folder in path.parents:
        if folder == root:
            break
        if is_server(folder):
            return _item(folder, root, Medium.POSTGRESQL)
    return _item(path, root, medium_of(path))


def is_server(folder: Path) -> bool:
    """Tell whether a folder is the data folder of a server, a replica or a base backup."""
    return (folder / "PG_VERSION").is_file() and (folder / "global").is_dir()


def medium_of(path: Path) -> Medium:
    """Return what kind of store a file is, by its first bytes."""
    head = _head(path)
    if kind := _MEDIA.get(kind_of(head.ljust(SIGNATURE_BYTES, b"\0"))):
        return kind
    if is_log(head):
        return Medium.WAL
    if _PLAIN_DUMP.match(head):
        return Medium.DUMP
    image = head[_EXT_AT : _EXT_AT + 2] == _EXT or head[_BOOT_AT : _BOOT_AT + 2] == _BOOT
    return Medium.BLOCK_IMAGE if image or path.suffix in _IMAGES else Medium.FILE


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(1 << 14)
    except OSError:
        return b""


def _item(path: Path, root: Path, medium: Medium) -> Item:
    where = str(path.relative_to(root))
    return Item(id=where, medium=medium, where=where, owner=UNKNOWN, discovered=True)


def by_catalogue(root: Path, database: Foreign, shared: Shared | None = None) -> list[Item]:
    """Return what the server knows of copies, and what bears its identifier below the root.

    Of a server that goes on, its one database stands for what the server itself keeps.
    """
    bears = (int(identifier(database)) % (1 << 64)).to_bytes(8, "little")
    found = [_placed(Path(place), root) for place in _named_folders(database)]
    if shared:
        found.append(_item(shared.database, root, Medium.DATABASE))
    else:
        found += [_placed(Path(place), root) for place in _own_folders(database)]
    found += bearing(root, bears, shared.folders if shared else ())
    found += [
        Item(id=words, medium=Medium.BY_HAND, where=words, owner=UNKNOWN, discovered=True)
        for words in _elsewhere(database)
    ]
    return list({item.where: item for item in found}.values())


def bearing(root: Path, bears: bytes, but: Collection[Path] = ()) -> list[Item]:
    """Return data folders and segments of the log that bear a system identifier, outside of some folders."""
    found: list[Item] = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if Path(folder) / name not in but]
        if "global" in folders and _head(Path(folder) / "global/pg_control")[_IDENTIFIER] == bears:
            found.append(_item(Path(folder), root, Medium.POSTGRESQL))
            folders.clear()
            continue
        for name in filter(_SEGMENT.match, names):
            head = _head(Path(folder) / name)
            if is_log(head) and head[_LOG_IDENTIFIER] == bears:
                found.append(_item(Path(folder) / name, root, Medium.WAL))
    return found


def _placed(path: Path, root: Path) -> Item:
    """Return a folder that the server names: by hand if it is not below the root."""
    if path.resolve().is_relative_to(root.resolve()):
        return _item(path.resolve(), root.resolve(), Medium.POSTGRESQL if is_server(path) else Medium.FOLDER)
    where = f"{path}, outside the root"
    return Item(id=where, medium=Medium.BY_HAND, where=where, owner=UNKNOWN, discovered=True)


def _own_folders(database: Foreign) -> Iterator[str]:
    """Yield the folders that a server keeps its data in."""
    yield str(database.value("SHOW data_directory"))
    for (place,) in database.tuples(
        "SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE pg_tablespace_location(oid) <> ''"
    ):
        yield str(place)


def _named_folders(database: Foreign) -> Iterator[str]:
    """Yield the folders that a server's settings name: of its archive, of its own log."""
    for (setting,) in database.tuples(
        "SELECT setting FROM pg_file_settings"  # as written: what is not in force may have been
        " WHERE name IN ('archive_command', 'restore_command', 'log_directory')"
    ):
        found = _ABSOLUTE.findall(str(setting))
        yield from (str(Path(place).parent) if "%" in place else place for place in found)


_ABSOLUTE = re.compile(r"(?<![\w%])/[^\s\"';|&]+")
_ELSEWHERE: tuple[tuple[LiteralString, LiteralString], ...] = (
    ("a server that follows this one: {}",
     "SELECT coalesce(nullif(application_name, ''), host(client_addr), 'unnamed') FROM pg_stat_replication"
     " WHERE state <> 'backup'"),
    ("a replication slot that keeps the log: {}", "SELECT slot_name FROM pg_replication_slots"),
    ("a server that is read from here: {}", "SELECT srvname FROM pg_foreign_server"),
    ("a subscription to another server: {}", "SELECT subname FROM pg_subscription"),
    ("a publication that others may follow: {}", "SELECT pubname FROM pg_publication"),
)  # fmt: skip


def _elsewhere(database: Foreign) -> Iterator[str]:
    """Yield in words what a server says of copies that cannot be reached from here."""
    for words, statement in _ELSEWHERE:
        for (name,) in database.tuples(statement):
            yield words.format(name)
