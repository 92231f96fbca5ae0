"""The keyring: every key of an instance in one file, wrapped, outside the database and its backups.

Keys are named `index/<n>`, `reference`, `shields`, `ledger/signing`, `data/<authority>/<YYYY-MM>` (later
versions of it with `/2` and so on) and `audit/<YYYY-MM>`.
The file is rewritten whole, durably, before anything sealed under a new key can be committed; processes may
share it. What it holds is in `keyring_file.py`, what opens it in `wrapping.py`; no error repeats a byte.

To destroy keys is to write the keyring without them under a new wrapping key, and to destroy the old one. A
kill may come between any two steps: what it leaves is said beside each; the next opening finishes the job.
"""

import os
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from time import monotonic

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fingerpost.vault import durable
from fingerpost.vault.keyring_disk import Disk, Ring
from fingerpost.vault.keyring_file import (
    INDEX,
    KEY_BYTES,
    REFERENCE,
    SHIELDS,
    SIGNING,
    index_key,
    pack,
    parse,
    require_whole,
    unwrap,
)
from fingerpost.vault.wrapping import Wrapping, first_generation, next_generation, number_of
from fingerpost.words.errors import Misconfigured, Unavailable

__all__ = [
    "INDEX",
    "REFERENCE",
    "SHIELDS",
    "SIGNING",
    "FileKeyring",
    "KeyDestroyed",
    "audit_key",
    "data_key",
    "index_key",
]

FRESH = 1.0  # seconds; a key destroyed by one process is out of every other within this


@lru_cache(maxsize=65_536)
def data_key(authority: str, cohort: date, version: int = 1) -> str:
    """Return the name of the key of records of `authority` that leave in `cohort`'s month.

    A version above 1 was made when a child of that month was erased before its day.
    """
    name = f"data/{authority}/{cohort:%Y-%m}"
    return name if version == 1 else f"{name}/{version}"


def data_cohort(name: str) -> tuple[str, date, int] | None:
    """Return the authority, month and version of a data key's name; None for any other key."""
    kind, *parts = name.split("/")
    if kind != "data":
        return None
    authority, month, *version = parts
    return authority, date.fromisoformat(f"{month}-01"), int(version[0]) if version else 1


def audit_key(cohort: date) -> str:
    """Return the name of the key of ledger bodies written in `cohort`'s month."""
    return f"audit/{cohort:%Y-%m}"


class KeyDestroyed(Misconfigured):
    """A key that is not in the keyring: what it sealed cannot be read, by design or by loss."""


class FileKeyring:
    """The keys, read once and re-read when another process has changed them."""

    def __init__(self, path: Path, wrapping: Wrapping) -> None:
        """Open a keyring, and finish what a process that died had begun."""
        self._disk = Disk(path, wrapping)
        self._disk.upgrade()
        self._ring, self._looked = self._disk.read(), monotonic()
        if self._disk.unfinished(self._ring):
            with self._changing():
                pass  # it begins by finishing

    def __repr__(self) -> str:
        return f"FileKeyring({len(self._ring.keys)} keys)"

    @classmethod
    def create(cls, path: Path, wrapping: Wrapping) -> "FileKeyring":
        """Make a keyring with its index, reference and signing keys. Never overwrites one."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            raise Misconfigured(f"there is a keyring at {path} already")
        generation = first_generation()
        first = {name: os.urandom(KEY_BYTES) for name in (index_key(1), REFERENCE, SIGNING)}
        wrapping.hold(generation)
        try:
            with wrapping.cipher(generation) as cipher:
                durable.replace(path, pack(cipher, generation, 1, first, {}))
        except BaseException:
            wrapping.destroy(generation)
            raise
        return cls(path, wrapping)

    @classmethod
    def recover(cls, path: Path, wrapping: Wrapping, backup: bytes, key: bytes) -> "FileKeyring":
        """Make a keyring again from a backup and its wrapping key, where there is none."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            raise Misconfigured(f"there is a keyring at {path} already")
        content = parse(backup, path)
        unwrap(AESGCM(key), content, path)  # before anything is kept
        wrapping.hold(content.generation, key)
        durable.replace(path, backup)
        return cls(path, wrapping)

    @property
    def generation(self) -> str:
        """The name of the wrapping key that this keyring is under."""
        self._load()
        return self._ring.content.generation

    def key(self, name: str) -> bytes:
        """Return the key called `name`."""
        if monotonic() - self._looked > FRESH or name not in self._ring.keys:
            self._load()
        try:
            return self._ring.keys[name]
        except KeyError:
            raise KeyDestroyed(f"the keyring holds no key {name}") from None

    def index_keys(self) -> dict[int, bytes]:
        """Return the keys of the blind index by generation, the live one last: two while it is rebuilt."""
        if monotonic() - self._looked > FRESH:
            self._load()
        return self._ring.index_keys

    def names(self) -> frozenset[str]:
        """Return the names of every key held."""
        self._load()
        return frozenset(self._ring.keys)

    def ensure(self, names: Iterable[str]) -> list[str]:
        """Make durably whichever of `names` are missing. Return those that were made."""
        self._load()  # a key that another process destroyed a moment ago must not seal anything more
        wanted = sorted({name for name in names if name not in self._ring.keys})
        if not wanted:
            return []
        with self._changing() as ring:
            made = [name for name in wanted if name not in ring.keys]
            if made:
                keys = {**ring.keys, **{name: os.urandom(KEY_BYTES) for name in made}}
                content = ring.content
                self._disk.write(keys, content.generation, content.edition + 1, content.keys)
        return made

    def destroy(self, names: Iterable[str]) -> list[str]:
        """Destroy keys durably, in every backup of the keyring too. Return those that were there.

        After `Unavailable` call it again: it goes on from where it was stopped. What was gone already is not
        returned a second time.
        """
        with self._changing() as ring:
            gone = sorted({name for name in names if name in ring.keys})
            if gone:
                self._renew({name: key for name, key in ring.keys.items() if name not in gone}, ring)
        return gone

    def renew(self, generation: str | None = None, key: bytes | None = None) -> str:
        """Put every key under a new wrapping key, made here or given, and destroy the old one."""
        with self._changing() as ring:
            return self._renew(ring.keys, ring, generation, key)

    def raw(self) -> bytes:
        """Return the file as it is, every key wrapped: what a backup keeps."""
        self._load()
        return self._disk.raw()

    def discard(self) -> None:
        """Remove a keyring that never came to be used, and its wrapping key."""
        self._disk.discard(self._ring)

    def _load(self) -> None:
        if self._disk.stamp() != self._ring.stamp:
            self._ring = self._disk.read(self._ring)
        self._looked = monotonic()

    @contextmanager
    def _changing(self) -> Generator[Ring]:
        """Yield what stands now, in our turn to change it, with nothing left unfinished."""
        with self._disk.locked():
            self._load()
            self._disk.finish(self._ring)
            yield self._ring
            self._load()

    def _renew(
        self, keys: Mapping[str, bytes], ring: Ring, generation: str | None = None, key: bytes | None = None
    ) -> str:
        require_whole(keys, self._disk.path)
        new = generation or next_generation(ring.content.generation)
        if number_of(new) <= number_of(ring.content.generation):
            raise Unavailable("the keyring was put under another key meanwhile; begin again")
        # 1. A kill here or before: the old keyring stands and opens; `finish` destroys the new key, unused.
        self._disk.wrapping.hold(new, key)
        # 2. One rename decides. Before it every key stands, and nothing was promised; then they are gone.
        self._disk.write(keys, new, 1, {})
        # 3. A kill between: the new keyring opens; `finish` finds the old wrapping key here and destroys it.
        #    Until then a backup still opens, which is why nothing has been returned yet.
        self._load()
        self._disk.finish(self._ring)
        return new
