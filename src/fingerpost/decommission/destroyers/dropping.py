"""Ending one database of a server that goes on, and nothing else of it.

Its files, and the log's segments, get a second name; the server drops the database; the log is written anew;
then whatever has its second name alone is overwritten under it. What a killed run began stands under names
that follow from the database's number: called again, it goes on.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, LiteralString

from fingerpost.db.foreign import Foreign, identifier, identity_of, reached
from fingerpost.decommission.destroyers.journal import Journal
from fingerpost.decommission.destroyers.limits import limits_of
from fingerpost.decommission.destroyers.overwriting import Eraser, Watch
from fingerpost.decommission.destroyers.refusing import NOT_THERE, place_of, unless_open
from fingerpost.decommission.item import Ended, Item, Method
from fingerpost.decommission.shared import Shared
from fingerpost.decommission.target import Target
from fingerpost.vault import durable
from fingerpost.words.clock import now
from fingerpost.words.errors import Refused

TOOL = "dropped by its server; its files overwritten once with zeros, read back, taken away"
# A record, so that there is something to switch from; and the segment that it stands in.
_BEGUN: Final[LiteralString] = "SELECT pg_walfile_name(pg_logical_emit_message(false, 'decommission', ''))"
_SEGMENTS: Final[LiteralString] = "SELECT count(*) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"
_OF_BEFORE: Final[LiteralString] = _SEGMENTS + " AND substr(name, 9) <= substr(%s, 9)"


class Dropping:
    """Ends a target's database. `folder` keeps the journal; `protected`: folders of what lives on."""

    def __init__(self, target: Target, folder: Path, protected: Iterable[Path] = (), live: str = "") -> None:
        self._target, self._folder, self._protected, self._live = target, folder, tuple(protected), live

    def __call__(self, item: Item, root: Path, watch: Watch = lambda size: None) -> Ended:
        """Drop it and overwrite what it was. Raises `Refused` with the reason."""
        shared = Shared(place_of(item, root, self._protected))
        journal = Journal(self._folder / f"{item.id}.jsonl")
        eraser = Eraser(journal, watch)
        for folder in shared.folders:
            eraser.left_behind(folder)
        limits = limits_of(item, shared.data, 0)
        with self._target.up(), reached(self._target.maintenance) as server:
            stands = shared.stands(server, self._target.database)
            if not stands and journal.began is None:
                raise Refused(NOT_THERE)
            if self._live and (identifier(server), shared.number) == identity_of(self._live):
                raise Refused("it is the live service's own database, which this procedure does not end")
            began = journal.begin()
            if stands:
                _name_twice(shared)
                watch(0)
                server.named("DROP DATABASE {}", self._target.database)
            for role in shared.accounts(server, self._target.named):
                server.named("DROP ROLE {}", role)
            for second in filter(Path.is_dir, _second_names(shared)):
                unless_open({(s.st_dev, s.st_ino) for s in map(Path.stat, second.iterdir())})
                eraser.folder(second)
            _write_log_anew(server, shared, eraser)
        return Ended(
            item=item.id, method=Method.CLEAR, tool=TOOL, began=began, ended=now(),
            overwritten=journal.overwritten, read_back=journal.overwritten, limits=limits,
        )  # fmt: skip


def _second_names(shared: Shared) -> list[Path]:
    """Return the folders in which its files have a second name: each on the file system of the first."""
    return [place.parent / f"decommission-{shared.number}" for place in shared.places]


def _second_name_of_log(shared: Shared) -> Path:
    return shared.log.parent / f"decommission-{shared.number}-log"


def _name_twice(shared: Shared) -> None:
    for place, second in zip(shared.places, _second_names(shared), strict=True):
        _link(place / shared.number, second)
    _link(shared.log, _second_name_of_log(shared))


def _link(folder: Path, second: Path) -> None:
    """Give every file of a folder a second name, durably: its number on the disk, which no other file has."""
    if not folder.is_dir():
        return
    try:
        second.mkdir(exist_ok=True)
        for entry in os.scandir(folder):
            if entry.is_file(follow_symlinks=False):
                with suppress(FileExistsError, FileNotFoundError):  # of a run that was killed; gone meanwhile
                    os.link(entry.path, second / str(entry.inode()))
        durable.flush_folder(second)
        durable.flush_folder(second.parent)
    except OSError as error:
        raise Refused(
            f"its files cannot be held fast ({error.strerror}): run this as the server's own user, or as root"
        ) from None


def _write_log_anew(server: Foreign, shared: Shared, eraser: Eraser) -> None:
    """Have the server write over every segment of its log, and overwrite those that it gave up.

    What the rest of a segment held is zeros after a switch; after a checkpoint none is needed of before.
    """
    last = server.value(_BEGUN)
    server.run("SELECT pg_switch_wal()")
    server.run("CHECKPOINT")
    if kept := server.value(_OF_BEFORE, [last]):
        raise Refused(
            f"the server keeps {kept} segments of its log from before the end (a slot, an archive that lags,"
            " wal_keep_size): end that, then go on"
        )
    for _ in range(server.value(_SEGMENTS)):
        server.run(_BEGUN)
        server.run("SELECT pg_switch_wal()")
    second = _second_name_of_log(shared)
    if second.is_dir():
        used = {entry.inode() for entry in os.scandir(shared.log)}
        for entry in os.scandir(second):
            if entry.inode() in used:
                Path(entry).unlink()  # its first name stands, and what it holds is of after the end
        eraser.folder(second)
