"""What a keyring's file holds: each key wrapped (AES-256-GCM), and a seal over the whole.

Format 2. A key is bound to its name and generation, so none can be moved; the seal covers the list of names
and the edition, so none can be left out. Format 1, in which keys stood in clear, is read to be upgraded.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from msgspec.structs import replace

from fingerpost.vault.wrapping import Cipher, is_generation, number_of
from fingerpost.words.errors import Misconfigured

KEY_BYTES = 32
INDEX = "index/"  # and a number: the live blind-index key is that of the highest
REFERENCE = "reference"
SIGNING = "ledger/signing"
SHIELDS = "shields"  # of what is kept beside the keyring of shields that stand; made with the first
_FORMAT = 2
_NONCE = 12
_SEAL = ""  # stands for the whole file; no key has an empty name


class Content(msgspec.Struct, frozen=True):
    """A keyring as stored. `edition` counts what was written of one generation."""

    format: int
    generation: str
    edition: int
    keys: dict[str, bytes]
    seal: bytes = b""

    def __repr__(self) -> str:
        return f"Content({self.generation}, edition {self.edition})"

    @property
    def order(self) -> tuple[int, int]:
        """Return what tells an older keyring from a newer one."""
        return number_of(self.generation), self.edition


class _Plain(msgspec.Struct, frozen=True):
    format: int
    digest: str
    keys: dict[str, str]


class _Format(msgspec.Struct, frozen=True):
    format: int


def index_key(number: int) -> str:
    """Return the name of the blind-index key of one generation of the index."""
    return f"{INDEX}{number}"


def index_numbers(names: Mapping[str, bytes]) -> tuple[int, ...]:
    """Return which generations of the index have a key, the live one last."""
    return tuple(sorted(int(name.removeprefix(INDEX)) for name in names if name.startswith(INDEX)))


def pack(
    cipher: Cipher, generation: str, edition: int, keys: Mapping[str, bytes], wrapped: Mapping[str, bytes]
) -> bytes:
    """Return the file of a keyring. `wrapped` are keys that are wrapped already under this generation."""
    all_wrapped = {
        name: wrapped.get(name) or _wrap(cipher, generation, name, keys[name]) for name in sorted(keys)
    }
    content = Content(_FORMAT, generation, edition, all_wrapped)
    return msgspec.json.encode(replace(content, seal=_wrap(cipher, generation, _SEAL, b"", _whole(content))))


def parse(raw: bytes, path: Path) -> Content:
    """Read a keyring's file without opening a key of it."""
    try:
        content = msgspec.json.decode(raw, type=Content)
        numbered = content.format == _FORMAT and is_generation(content.generation)
    except (msgspec.MsgspecError, ValueError):  # not JSON, or not text
        raise Misconfigured(f"the keyring {path} is damaged or cut short") from None
    if not numbered:
        raise Misconfigured(f"the keyring {path} has a format this version does not know")
    if msgspec.json.encode(content) != raw:  # one way to write it, so that any changed byte is seen
        raise Misconfigured(f"the keyring {path} was changed or damaged")
    return content


def unwrap(
    cipher: Cipher, content: Content, path: Path, before: tuple[Content, Mapping[str, bytes]] | None = None
) -> dict[str, bytes]:
    """Return the keys, or raise `Misconfigured`: a key is never guessed at.

    `before` is what was read before this. The keys that it holds as they are wrapped here are known: there
    are tens of thousands, and a device may take a millisecond for each.
    """
    fits = before and before[0].generation == content.generation
    known, opened = before if before and fits else (content, dict[str, bytes]())
    try:
        _unwrap(cipher, content.generation, _SEAL, content.seal, _whole(content))
        keys = {
            name: opened[name] if name in opened and known.keys[name] == sealed
            else _unwrap(cipher, content.generation, name, sealed)
            for name, sealed in content.keys.items()
        }  # fmt: skip
    except (InvalidTag, ValueError):
        raise Misconfigured(
            f"the keyring {path} was changed, or is not of the wrapping key {content.generation} that is here"
        ) from None
    require_whole(keys, path)
    return keys


def require_whole(keys: Mapping[str, bytes], path: Path) -> None:
    """Refuse keys without which nothing can work."""
    if not {REFERENCE, SIGNING} <= keys.keys() or not index_numbers(keys):
        raise Misconfigured(f"the keyring {path} lacks its index, reference or signing key")
    if any(len(key) != KEY_BYTES for key in keys.values()):
        raise Misconfigured(f"the keyring {path} holds a key of the wrong length")


def read_plain(raw: bytes, path: Path) -> dict[str, bytes] | None:
    """Return the keys of a keyring of format 1, split as format 2 has them; None where it is of another.

    Format 1 used its `index` key for exact references too. Those name records that may be gone, so they
    cannot be made again: the key stays what it was for them, under a name of its own.
    """
    try:
        if msgspec.json.decode(raw, type=_Format).format != 1:
            return None
        plain = msgspec.json.decode(raw, type=_Plain)
        keys = {name: base64.b64decode(key, validate=True) for name, key in plain.keys.items()}
        digest = hashlib.sha256(msgspec.json.encode(sorted(plain.keys.items()))).hexdigest()
    except binascii.Error:
        raise Misconfigured(f"the keyring {path} is damaged or cut short") from None
    except (msgspec.MsgspecError, ValueError):  # not JSON, or not text: not of format 1
        return None
    if plain.digest != digest or "index" not in keys:
        raise Misconfigured(f"the keyring {path} was changed or damaged")
    keys[index_key(1)] = keys[REFERENCE] = keys.pop("index")
    require_whole(keys, path)
    return keys


def _place(generation: str, name: str) -> bytes:
    return f"fingerpost keyring v2\x00{generation}\x00{name}".encode()


def _whole(content: Content) -> bytes:
    return msgspec.json.encode(replace(content, seal=b""))


def _wrap(cipher: Cipher, generation: str, name: str, key: bytes, more: bytes = b"") -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, key, _place(generation, name) + more)


def _unwrap(cipher: Cipher, generation: str, name: str, wrapped: bytes, more: bytes = b"") -> bytes:
    return cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _place(generation, name) + more)
