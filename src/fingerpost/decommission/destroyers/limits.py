"""What overwriting cannot prove, in the words that stand in the certificate."""

import os
from pathlib import Path

from fingerpost.decommission.item import Item, Medium

ALWAYS = (
    "overwritten once with zeros through the file system, and read back through it after its cache was"
    " dropped: this shows what the device answers, not what its cells hold",
    "a solid-state device writes elsewhere and keeps what it set aside (wear-levelling): only a purge by the"
    " device itself, or its physical destruction, ends that",
    "blocks that the file system freed earlier, its journal, and snapshots below it were not reached",
)
_OF_MEDIUM = {
    Medium.POSTGRESQL: "what the server deleted or moved before it was switched off lies in freed blocks",
    Medium.SQLITE: "temporary files that programs of a SQLite database made elsewhere are not part of it",
    Medium.ARCHIVE: "what was taken out of an archive elsewhere is not part of it",
    Medium.DUMP: "databases that were restored from a dump elsewhere are not part of it",
    Medium.WAL: "segments of a log that were sent to another server are not part of it",
    Medium.BLOCK_IMAGE: (
        "the image of a disk stays, and holds zeros; sectors that its device had remapped do not show in it"
    ),
}
_OF_A_SERVER_THAT_GOES_ON = (
    "its server goes on: this clears the files and the log that it had when it was dropped, and purges"
    " nothing; what the server moved, rewrote or sorted before that lies in blocks that nothing reaches while"
    " it runs",
    "what was backed up, archived or sent to another server before that is not part of it; a server that"
    " follows drops the database too, and overwrites nothing",
    "accounts that know something else on the server stay, and so do tablespaces, emptied of it",
    "whoever is the server's superuser could have opened it between its switch-off and its end",
    "in what the server keeps for others only canaries were looked for: a child may rightly stand there",
)
_ELSEWHERE = {"btrfs", "zfs", "overlay", "f2fs", "nilfs2", "bcachefs"}
_NO_DISK = {"tmpfs", "ramfs"}
KEYS = (
    "cryptographic erase rests on the account of every copy of its key;"
    " that it was always encrypted was not seen"
)
NAMES = "{} of its files had other names elsewhere: those now lead to zeros"


def limits_of(item: Item, path: Path, other_names: int) -> tuple[str, ...]:
    """Return what is not proved of an item that stood at a place."""
    found = [*ALWAYS]
    if words := _OF_MEDIUM.get(item.medium):
        found.append(words)
    if item.medium is Medium.DATABASE:
        found.extend(_OF_A_SERVER_THAT_GOES_ON)
    found.extend(_of_system(system_of(path)))
    if item.always_encrypted and item.keys:
        found.append(KEYS)
    if other_names:
        found.append(NAMES.format(other_names))
    if os.geteuid() != 0:
        found.append("programs of other users that have it open could not be seen")
    return tuple(found)


def _of_system(system: str) -> list[str]:
    if system in _ELSEWHERE:
        return [f"its file system ({system}) writes elsewhere and not in place: the old blocks may stand"]
    if system in _NO_DISK:
        return [f"its file system ({system}) is in memory: what was swapped out was not reached"]
    return []


def system_of(path: Path) -> str:
    """Return the kind of file system that a place is on, '' if that cannot be told."""
    best, kind = -1, ""
    try:
        lines = Path("/proc/self/mountinfo").read_text("utf-8").splitlines()
    except OSError:
        return ""
    for line in lines:
        left, _, right = line.partition(" - ")
        mount = Path(left.split(" ")[4])
        if path.is_relative_to(mount) and len(mount.parts) >= best:
            best, kind = len(mount.parts), right.split(" ")[0]
    return kind
