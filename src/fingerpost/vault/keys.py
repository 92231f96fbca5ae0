"""The file keyring: every key of an instance in one file, outside the database and its backups.

Keys are named `index`, `ledger/signing`, `data/<authority>/<YYYY-MM>` (later versions of it with `/2` and so
on) and `audit/<YYYY-MM>`. The file is rewritten whole, durably (write, fsync, rename, fsync of the folder),
before anything sealed under a new key can be committed; several processes may share it. Its digest catches
truncation and damage, its mode must keep others out, and no error repeats a byte of it.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

from fingerpost.vault import durable
from fingerpost.words.errors import Misconfigured

KEY_BYTES = 32
INDEX = "index"
SIGNING = "ledger/signing"
_FORMAT = 1


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


class _File(msgspec.Struct, frozen=True):
    format: int
    digest: str
    keys: dict[str, str]


class FileKeyring:
    """The keys, read once and re-read when another process has added one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._keys: dict[str, bytes] = {}
        self._load()

    def __repr__(self) -> str:
        return f"FileKeyring({len(self._keys)} keys)"

    @classmethod
    def create(cls, path: Path) -> "FileKeyring":
        """Make a keyring with its index and signing keys. Never overwrites one."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            raise Misconfigured(f"there is a keyring at {path} already")
        _write(path, {INDEX: os.urandom(KEY_BYTES), SIGNING: os.urandom(KEY_BYTES)})
        return cls(path)

    def key(self, name: str) -> bytes:
        """Return the key called `name`."""
        if name not in self._keys:
            self._load()
        if name not in self._keys:
            raise KeyDestroyed(f"the keyring holds no key {name}")
        return self._keys[name]

    def ensure(self, names: Iterable[str]) -> list[str]:
        """Make durably whichever of `names` are missing. Return those that were made."""
        wanted = sorted({name for name in names if name not in self._keys})
        return self._rewrite(lambda keys: _add(keys, wanted)) if wanted else []

    def destroy(self, names: Iterable[str]) -> list[str]:
        """Remove keys durably. Return those that were there."""
        wanted = set(names)
        return self._rewrite(lambda keys: [n for n in sorted(wanted) if keys.pop(n, None) is not None])

    def names(self) -> frozenset[str]:
        """Return the names of every key held."""
        self._load()
        return frozenset(self._keys)

    def _rewrite(self, change: Callable[[dict[str, bytes]], list[str]]) -> list[str]:
        with durable.locked(self._path):
            self._load()
            keys = dict(self._keys)
            changed = change(keys)
            if changed:
                _write(self._path, keys)
            self._load()
        return changed

    def _load(self) -> None:
        try:
            status = self._path.stat()
            stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
            if stamp == self._stamp:
                return
            if status.st_mode & 0o077:
                raise Misconfigured(f"the keyring {self._path} can be read by others; chmod 600 it")
            self._keys = _read(self._path)
            self._stamp = stamp
        except OSError as error:
            raise Misconfigured(f"the keyring {self._path} cannot be read: {error.strerror}") from None


def _add(keys: dict[str, bytes], names: list[str]) -> list[str]:
    added = [name for name in names if name not in keys]
    keys.update({name: os.urandom(KEY_BYTES) for name in added})
    return added


def _digest(keys: dict[str, str]) -> str:
    return hashlib.sha256(msgspec.json.encode(sorted(keys.items()))).hexdigest()


def _read(path: Path) -> dict[str, bytes]:
    try:
        content = msgspec.json.decode(path.read_bytes(), type=_File)
        keys = {name: base64.b64decode(key, validate=True) for name, key in content.keys.items()}
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        raise Misconfigured(f"the keyring {path} is damaged or cut short") from None
    if content.format != _FORMAT:
        raise Misconfigured(f"the keyring {path} has a format this version does not know")
    if content.digest != _digest(content.keys) or any(len(k) != KEY_BYTES for k in keys.values()):
        raise Misconfigured(f"the keyring {path} was changed or damaged")
    if not {INDEX, SIGNING} <= keys.keys():
        raise Misconfigured(f"the keyring {path} lacks its index or signing key")
    return keys


def _write(path: Path, keys: dict[str, bytes]) -> None:
    encoded = {name: base64.b64encode(key).decode() for name, key in keys.items()}
    durable.replace(path, msgspec.json.encode(_File(_FORMAT, _digest(encoded), encoded)))
