"""Overwriting files where they stand, and taking them away: durable before a name goes.

Folders are held open while they are emptied, so that nobody can put a link in their place (`os.fwalk`). A
name is replaced by a meaningless one before it goes, for a folder may keep the letters of names it had.
"""

import os
import secrets
import stat
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from fingerpost.decommission.destroyers.journal import Journal
from fingerpost.words.errors import Refused

BLOCK = 4 << 20
_ZEROS = bytes(BLOCK)
Watch = Callable[[int], object]


class Eraser:
    """Ends the files of one item. `watch` is asked before every block, and may stop it."""

    def __init__(self, journal: Journal, watch: Watch) -> None:
        self._journal, self._watch = journal, watch

    def file(self, path: Path, *, stays: bool = False) -> None:
        """Overwrite one file; take it away unless it `stays`, as a device or its image does."""
        with _opened(path.parent) as folder:
            self._overwrite(path.name, folder, device=stays)
            self._journal.keep()
            if not stays:
                self._take_away(folder, [path.name], os.unlink)

    def folder(self, path: Path) -> None:
        """Overwrite and take away everything below a folder, then itself. Links are not followed."""
        with _opened(path.parent) as parent:
            for _, folders, names, folder in os.fwalk(
                path.name, topdown=False, onerror=_raise, dir_fd=parent
            ):
                links = [name for name in folders if _is_link(name, folder)]
                for name in names:
                    self._overwrite(name, folder)
                self._journal.keep()
                self._take_away(folder, [*names, *links], os.unlink)
                self._take_away(folder, [name for name in folders if name not in links], os.rmdir)
            self._take_away(parent, [path.name], os.rmdir)

    def left_behind(self, root: Path) -> None:
        """Take away what a kill left below the root under a meaningless name: it holds zeros, or nothing."""
        if not self._journal.mark:
            return
        for path in sorted(root.rglob(f"{self._journal.mark}-*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()

    def _take_away(self, folder: int, names: Sequence[str], how: Callable[..., None]) -> None:
        renamed: list[str] = []
        if not names:
            return
        for name in names:
            renamed.append(f"{self._journal.mark}-{secrets.token_hex(8)}")
            os.rename(name, renamed[-1], src_dir_fd=folder, dst_dir_fd=folder)
        for name in renamed:
            how(name, dir_fd=folder)
        os.fsync(folder)

    def _overwrite(self, name: str, folder: int, *, device: bool = False) -> None:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if not (stat.S_ISREG(status.st_mode) or (device and stat.S_ISBLK(status.st_mode))):
            return  # a link, a socket, the name of a device: it has no content of its own
        with _file(name, folder) as file:
            size = os.lseek(file, 0, os.SEEK_END)
            for at in range(0, size, BLOCK):
                self._watch(min(BLOCK, size - at))
                _write(file, min(BLOCK, size - at), at)
            os.fsync(file)
            # Only what is read from the device again says something of it.
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            for at in range(0, size, BLOCK):
                self._watch(0)
                if os.pread(file, BLOCK, at) != _ZEROS[: min(BLOCK, size - at)]:
                    raise Refused(
                        "a file does not read back as it was overwritten: destroy its medium itself"
                    )
            self._journal.note(os.fstat(file))


@contextmanager
def _opened(folder: Path) -> Generator[int]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _file(name: str, folder: int) -> Generator[int]:
    try:
        handle = os.open(name, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        raise _unwritable(error) from None
    try:
        yield handle
    except OSError as error:
        raise _unwritable(error) from None
    finally:
        os.close(handle)


def _unwritable(error: OSError) -> Refused:
    return Refused(
        f"a file cannot be overwritten ({error.strerror}): mend that, or destroy its medium itself"
    )


def _raise(error: OSError) -> None:
    raise Refused(f"a folder cannot be read ({error.strerror}): mend that, or destroy its medium itself")


def _write(file: int, size: int, at: int) -> None:
    done = 0
    while done < size:
        done += os.pwrite(file, memoryview(_ZEROS)[: size - done], at + done)


def _is_link(name: str, folder: int) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
