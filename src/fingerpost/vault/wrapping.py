"""Wrapping keys (KEKs): each generation of the keyring is wrapped under one of its own, kept elsewhere.

A keyring in a backup opens only while its wrapping key exists. So what a keyring lost is lost in every backup
of it once that wrapping key is destroyed (Boneh and Lipton 1996, *A Revocable Backup System*; Perlman 2005,
*The Ephemerizer*). None of this is ever in the database.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fingerpost.vault import durable
from fingerpost.words.errors import Misconfigured

WRAPPING_KEY_BYTES = 32
# Which keyring it is of, how many came before, and chance, so that no two are ever taken for each other.
_GENERATION = re.compile(r"[0-9a-f]{8}\.[0-9]{1,9}\.[0-9a-f]{8}")


class WrappingKeyGone(Misconfigured):
    """The wrapping key of a keyring is not here: it was destroyed, or the keyring is another's."""


class Cipher(Protocol):
    """AES-256-GCM under one wrapping key (NIST SP 800-38D)."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """Return ciphertext and 16-byte tag."""
        ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """Return the plaintext, or raise `InvalidTag`."""
        ...


class Wrapping(Protocol):
    """Where wrapping keys live. Only the keyring changes what is there, one at a time, under its lock."""

    def held(self, family: str) -> frozenset[str]:
        """Return the generations of one keyring whose key is here, whole or in part."""
        ...

    def hold(self, generation: str, key: bytes | None = None) -> None:
        """Keep durably a new key, made here, or `key`."""
        ...

    def cipher(self, generation: str) -> AbstractContextManager[Cipher]:
        """Open a generation's key for use, or raise `WrappingKeyGone`."""
        ...

    def destroy(self, generation: str) -> None:
        """Destroy a key durably. One that is not here is no fault: a restart finishes what was begun."""
        ...


def first_generation(family: str | None = None) -> str:
    """Return a name for the first wrapping key of a keyring."""
    return f"{family or secrets.token_hex(4)}.1.{secrets.token_hex(4)}"


def next_generation(generation: str) -> str:
    """Return a name for the wrapping key that follows."""
    return f"{family_of(generation)}.{number_of(generation) + 1}.{secrets.token_hex(4)}"


def is_generation(text: str) -> bool:
    """Tell whether this is a name that the two above give."""
    return _GENERATION.fullmatch(text) is not None


def family_of(generation: str) -> str:
    """Return which keyring a generation is of."""
    return generation.partition(".")[0]


def number_of(generation: str) -> int:
    """Return how old a generation is: those that follow have larger numbers."""
    return int(generation.split(".")[1])


class _KeyFile(msgspec.Struct, frozen=True):
    generation: str
    key: bytes
    digest: bytes  # of a key that is random, so it tells nothing; it finds damage


class FileWrapping:
    """Wrapping keys in files, one each, in a folder apart from the keyring's. The default; see its limits.

    An administrator of this host can copy the file, so a key is destroyed only where every copy is
    (OWASP ASVS 13.3.3 is not met; `docs/keys.md`).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __repr__(self) -> str:
        return f"files in {self._folder}"

    def held(self, family: str) -> frozenset[str]:
        """Return the generations of one keyring that have a file here, unfinished ones included."""
        names = (path.name for path in self._files() if path.name.startswith(f"{family}."))
        return frozenset(found[0] for name in names if (found := _GENERATION.match(name)))

    def hold(self, generation: str, key: bytes | None = None) -> None:
        """Keep durably a new key."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = key or os.urandom(WRAPPING_KEY_BYTES)
        content = _KeyFile(generation, key, _digest(generation, key))
        durable.replace(self._path(generation), msgspec.json.encode(content))

    @contextmanager
    def cipher(self, generation: str) -> Generator[Cipher]:
        """Open a generation's key."""
        yield AESGCM(self._read(self._path(generation), generation))

    def destroy(self, generation: str) -> None:
        """Overwrite and unlink a key, and whatever a dead process had begun to write of it."""
        for path in self._files():
            if path.name.startswith(f"{generation}."):
                durable.destroy(path)

    def _path(self, generation: str) -> Path:
        return self._folder / f"{generation}.key"

    def _files(self) -> list[Path]:
        return list(self._folder.iterdir()) if self._folder.is_dir() else []

    def _read(self, path: Path, generation: str) -> bytes:
        try:
            raw = private_bytes(path, "the wrapping key")
        except FileNotFoundError:
            raise WrappingKeyGone(
                f"the wrapping key of generation {generation} is not in {self._folder}: it was destroyed,"
                " or it is kept elsewhere"
            ) from None
        try:
            content = msgspec.json.decode(raw, type=_KeyFile)
        except (msgspec.MsgspecError, ValueError):  # not JSON, or not text
            raise Misconfigured(f"the wrapping key {path} is damaged or cut short") from None
        if msgspec.json.encode(content) != raw or content.digest != _digest(content.generation, content.key):
            raise Misconfigured(f"the wrapping key {path} was changed or damaged")
        if content.generation != generation:
            raise Misconfigured(f"the wrapping key {path} is that of generation {content.generation}")
        return content.key


def private_bytes(path: Path, what: str) -> bytes:
    """Read a file that nobody else may read; `FileNotFoundError` is left to the caller."""
    try:
        if path.stat().st_mode & 0o077:
            raise Misconfigured(f"{what} {path} can be read by others; chmod 600 it")
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Misconfigured(f"{what} {path} cannot be read: {error.strerror}") from None


def _digest(generation: str, key: bytes) -> bytes:
    return hashlib.sha256(b"fingerpost wrapping key\x00" + generation.encode() + b"\x00" + key).digest()
