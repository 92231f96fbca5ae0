"""Ending one item, by its medium. Called again after a kill it ends what is left; it counts nothing twice."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from fingerpost.decommission.destroyers.journal import Journal
from fingerpost.decommission.destroyers.limits import limits_of
from fingerpost.decommission.destroyers.overwriting import Eraser, Watch
from fingerpost.decommission.destroyers.refusing import (
    NOT_THERE,
    contents,
    led_to,
    place_of,
    unless_open,
    unless_running,
)
from fingerpost.decommission.item import Ended, Item, Medium, Method
from fingerpost.words.clock import now
from fingerpost.words.errors import Refused

TOOL = "fingerpost decommission: overwritten once with zeros, read back, taken away"
_SQLITE = b"SQLite format 3\x00"
_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite writes beside a database


class Destroyers:
    """Ends items below a root. `folder` keeps the journals; `protected`: folders of what lives on."""

    def __init__(self, folder: Path, protected: Iterable[Path] = ()) -> None:
        self._folder, self._protected = folder, tuple(protected)

    def __call__(self, item: Item, root: Path, watch: Watch = lambda size: None) -> Ended:
        """Overwrite an item and take it away. Raises `Refused` with the reason."""
        try:
            return self._end(item, root, watch)
        except Refused as refused:
            raise Refused(f"item {item.id}: {refused}") from None

    def _end(self, item: Item, root: Path, watch: Watch) -> Ended:
        path = place_of(item, root, self._protected)
        journal = Journal(self._folder / f"{item.id}.jsonl")
        eraser = Eraser(journal, watch)
        eraser.left_behind(root)
        if not os.path.lexists(path) and journal.began is None:
            raise Refused(NOT_THERE)
        parts = _parts(item, path, root)
        nodes, other_names = _nodes(parts)
        unless_running(path)
        unless_open(nodes)
        limits = limits_of(item, path, other_names)
        began = journal.begin()
        for part in parts:
            if part.is_dir():
                eraser.folder(part)
            else:
                eraser.file(part, stays=item.medium is Medium.BLOCK_IMAGE)
        method = Method.CRYPTOGRAPHIC_ERASE if item.always_encrypted and item.keys else Method.CLEAR
        return Ended(
            item=item.id, method=method, tool=TOOL, began=began, ended=now(), overwritten=journal.overwritten,
            read_back=journal.overwritten, limits=limits,
        )  # fmt: skip


def _parts(item: Item, path: Path, root: Path) -> list[Path]:
    """Return the files and folders that an item consists of, that which names it last."""
    if not os.path.lexists(path):
        return [beside for beside in _beside(path) if beside.exists()]
    if path.is_dir():
        return [*led_to(contents(path), root), path]
    if not (path.is_file() or (item.medium is Medium.BLOCK_IMAGE and path.is_block_device())):
        raise Refused("it is neither a file nor a folder")
    return [*(beside for beside in _beside(path) if _is_sqlite(path) and beside.exists()), path]


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + more) for more in _BESIDE]


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError as error:
        raise Refused(
            f"it cannot be read ({error.strerror}): mend that, or destroy its medium itself"
        ) from None


def _nodes(parts: Iterable[Path]) -> tuple[set[tuple[int, int]], int]:
    """Return the numbers on the disk of every file, and how many files have names elsewhere too."""
    seen: dict[tuple[int, int], int] = {}
    links = 0
    for part in parts:
        for status in _statuses(part):
            if stat.S_ISREG(status.st_mode):
                node = status.st_dev, status.st_ino
                links += status.st_nlink if node not in seen else 0
                seen[node] = seen.get(node, 0) + 1
    return set(seen), links - sum(seen.values())


def _statuses(part: Path) -> Iterable[os.stat_result]:
    if not part.is_dir():
        return [part.stat()]
    return (entry.stat(follow_symlinks=False) for entry in contents(part))
