"""R3: a kill and a failing disk at every call leave a keyring that opens; a restart finishes.

The disk changes by system calls alone, so a kill before each of them is a kill at every line. A write that is
killed or fails has written half. Control: a keyring that destroys the old wrapping key first is found.
"""

import errno
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pytest

from fingerpost.vault.keyring_disk import Ring
from fingerpost.vault.keys import FileKeyring
from fingerpost.vault.wrapping import next_generation
from fingerpost.words.errors import Unavailable
from tests.vault.keyrings import GONE, KEPT, Place, faults
from tests.vault.test_keyring_upgrade import write_format_1

CALLS = ("fsync", "write", "replace", "unlink", "open", "link", "mkdir")
Act = Callable[[FileKeyring], object]

ACTS: dict[str, Act] = {
    "destroy": lambda keyring: keyring.destroy([GONE]),
    "make": lambda keyring: keyring.ensure(["audit/2027-01"]),
    "renew": lambda keyring: keyring.renew(),
}


class _Disk:
    """Lets the n-th call end as told, and counts down to it."""

    def __init__(self, patch: pytest.MonkeyPatch, n: int, end: Callable[[], NoReturn]) -> None:
        self.left, self._end = n, end
        for name in CALLS:
            patch.setattr(os, name, self._ending(name, getattr(os, name)))

    def _ending(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            self.left -= 1
            if self.left:
                return call(*arguments, **named)
            if name == "write":
                call(arguments[0], arguments[1][: len(arguments[1]) // 2])
            self._end()

        return wrapped


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def _killed_at(n: int, act: Callable[[], object]) -> bool:
    """Do it in a process of its own that is killed at its n-th call; tell whether it was."""
    if not (child := os.fork()):
        with pytest.MonkeyPatch.context() as patch:
            _Disk(patch, n, _die)
            act()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _kills(scene: Place, folder: Path, act: Callable[[Place], object]) -> Iterator[Place]:
    """Yield what each kill left: at the first call, the second, and so on until the act lives."""
    for n in range(1, 200):
        place = scene.copy(folder / f"kill{n}")
        if not _killed_at(n, partial(act, place)):
            assert n > 10
            return
        yield place
    raise AssertionError("it never ended")


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory where there is one: a kill loses nothing that was written, so no disk is needed."""
    shared = Path("/dev/shm")  # noqa: S108
    with TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture
def scene(memory: Path) -> Place:
    place = Place(memory / "scene")
    place.create()
    return place


@pytest.mark.parametrize("act", ACTS)
def test_a_kill_at_every_call(scene: Place, memory: Path, act: str) -> None:
    backup = scene.path.read_bytes()
    for place in _kills(scene, memory, lambda place: ACTS[act](place.open())):
        assert faults(place) == []
        if GONE not in place.open().names():
            assert not place.opens(backup, place.folder / "restored")
        elif act == "destroy":
            assert place.open().destroy([GONE]) == [GONE]


def test_a_kill_at_every_call_of_an_upgrade(memory: Path) -> None:
    scene = Place(memory / "scene")
    keys = write_format_1(scene.path)
    for place in _kills(scene, memory, Place.open):
        assert faults(place) == []
        assert place.open().key(KEPT) == keys[KEPT]


class _Careless(FileKeyring):
    """Destroys the old wrapping key before the new keyring stands: what the order of the steps prevents."""

    def _renew(
        self, keys: Mapping[str, bytes], ring: Ring, generation: str | None = None, key: bytes | None = None
    ) -> str:
        new = generation or next_generation(ring.content.generation)
        self._disk.wrapping.hold(new, key)
        self._disk.wrapping.destroy(ring.content.generation)
        self._disk.write(keys, new, 1, {})
        return new


def test_the_checker_finds_a_careless_order(scene: Place, memory: Path) -> None:
    def act(place: Place) -> None:
        _Careless(place.path, place.wrapping).destroy([GONE])

    found = [faults(place) for place in _kills(scene, memory, act)]
    assert any("does not open" in fault for some in found for fault in some)


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("act", ACTS)
def test_a_disk_that_fails_at_every_call(scene: Place, memory: Path, act: str, error: int) -> None:
    def fail() -> NoReturn:
        raise OSError(error, os.strerror(error))

    backup = scene.path.read_bytes()
    for n in range(1, 200):
        place = scene.copy(memory / f"fail{n}")
        keyring = place.open()
        with pytest.MonkeyPatch.context() as patch:
            disk = _Disk(patch, n, fail)
            with suppress(Unavailable):
                ACTS[act](keyring)
        if disk.left > 0:
            assert n > 10
            return
        assert keyring.key(KEPT)  # the process goes on; and does what was asked of it once the disk can
        ACTS[act](keyring)
        assert faults(place) == []
        if act == "destroy":
            assert GONE not in place.open().names()
            assert not place.opens(backup, place.folder / "restored")
    raise AssertionError("it never ended")
