"""What must not be touched, each with its reason: looked at before the first byte is overwritten."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from fingerpost.decommission.item import Item, Medium
from fingerpost.words.errors import Refused

NOT_THERE = "it is not there, and nothing here ended it: look for where it went"
_TABLESPACES = "pg_tblspc"
_LOG = "pg_wal"
_PID = "postmaster.pid"


def place_of(item: Item, root: Path, protected: Iterable[Path]) -> Path:
    """Return where an item is: below the root by no link, and nothing of what lives on."""
    if item.medium is Medium.BY_HAND:
        raise Refused("it is not reachable from here: it is ended by hand, before two witnesses")
    path = root / item.where
    if item.where in {"", "."} or Path(item.where).is_absolute() or ".." in Path(item.where).parts:
        raise Refused("its place is not below the procedure's root")
    whole = root.resolve()
    if path.parent.resolve() != whole / Path(item.where).parent or path.is_symlink():
        raise Refused("a link leads to it: name the place where it really is")
    for living in protected:
        where = living.resolve()
        if (
            where in (whole / item.where, *(whole / item.where).parents)
            or (whole / item.where) in where.parents
        ):
            raise Refused("it is of what lives on, which this procedure does not end")
    return whole / item.where


def contents(path: Path) -> Iterator[os.DirEntry[str]]:
    """Yield everything below a folder, following no link. Raises `Refused` where a folder cannot be read."""
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    yield from contents(Path(entry.path))
    except OSError as error:
        raise Refused(
            f"a folder cannot be read ({error.strerror}): mend that, or destroy its medium"
        ) from None


def led_to(entries: Iterable[os.DirEntry[str]], root: Path) -> list[Path]:
    """Return the folders outside an item that are of it: a server's tablespaces and its log."""
    found: list[Path] = []
    for entry in entries:
        if not entry.is_symlink():
            continue
        target = Path(entry.path).resolve()
        if not target.is_relative_to(root.resolve()):
            raise Refused("a link in it leads out of the procedure's root: say what is there")
        if target.is_dir() and (Path(entry.path).parent.name == _TABLESPACES or entry.name == _LOG):
            found.append(target)
    return found


def unless_running(path: Path) -> None:
    """Refuse what is of a server that runs, or holds one."""
    below = path.rglob(_PID) if path.is_dir() else ()
    for pid_file in (*below, *(folder / _PID for folder in path.parents)):
        if _is_server(pid_file):
            raise Refused("its server is running: switch it off first")


def unless_open(nodes: set[tuple[int, int]]) -> None:
    """Refuse what a running program has open, as far as this one is let to see."""
    own = str(os.getpid())
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and process.name != own and _opens(process, nodes):
            raise Refused("a running program has it open: end that first")


def _is_server(pid_file: Path) -> bool:
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return False


def _opens(process: Path, nodes: set[tuple[int, int]]) -> bool:
    try:
        handles = list(os.scandir(process / "fd"))
    except OSError:
        return False  # it has ended, or is not ours to see
    for handle in handles:
        try:
            status = os.stat(handle.path)
        except OSError:
            continue
        if (status.st_dev, status.st_ino) in nodes:
            return True
    return False
