"""Small files that must survive a power cut whole, and small files that must be gone after one.

Every step below is one system call, so that a test can let each of them fail or be the last
(`tests/vault/test_keyring_faults.py`).
"""

import fcntl
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

UNFINISHED = ".new"  # the suffix of a file that a dead process was writing


def replace(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Put `content` in the place of whatever `path` holds: all of it, or nothing."""
    temporary = path.with_suffix(f".{secrets.token_hex(4)}{UNFINISHED}")
    try:
        _write(temporary, content, os.O_CREAT | os.O_EXCL, mode)
        temporary.replace(path)  # before: the old file; after: the new one; never half of either
    except BaseException:
        with suppress(OSError):  # the first fault is the one to tell
            temporary.unlink()
        raise
    flush_folder(path.parent)  # the rename itself must survive a power cut


def create(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Put `content` where nothing is: all of it, or nothing. Raise `FileExistsError` where anything is."""
    temporary = path.with_suffix(f".{secrets.token_hex(4)}{UNFINISHED}")
    try:
        _write(temporary, content, os.O_CREAT | os.O_EXCL, mode)
        path.hardlink_to(temporary)  # of two at once one alone succeeds, which a rename would not see to
    finally:
        with suppress(OSError):
            temporary.unlink()
    flush_folder(path.parent)


def destroy(path: Path) -> None:
    """Overwrite what `path` holds where it stands, then unlink it: gone, durably.

    On a disk that writes in place the old bytes are gone. An SSD, a copy-on-write file system or a snapshot
    may keep them until their block is reused: `docs/keys.md` says what follows from that.
    """
    with suppress(FileNotFoundError):  # a restart may finish what another process has finished already
        _write(
            path, bytes(path.stat().st_size), 0
        )  # flushed before the name goes: a kill leaves zeros, or all
        path.unlink()
    flush_folder(path.parent)  # without it a power cut could bring the name back


def flush_folder(folder: Path) -> None:
    """Make durable which names `folder` holds."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, content: bytes, how: int, mode: int = 0o600) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC | how, mode)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(handle, left) :]  # a disk that fills up takes a part first
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold the lock that all who change `path` take; the kernel drops it with the process."""
    handle = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
