"""The list that is looked for: keyed tokens of what identifies a child. It is no copy, and it ends with its key.

A token is BLAKE2b (RFC 7693) keyed with 32 random bytes. Beside them stand 3 bytes of each single name's, so that
most words are passed over at the price of one; they say which names are met, under the same key, and of whom not.
"""

import secrets
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from hashlib import blake2b

import msgspec
from anyascii import anyascii
from msgspec import Struct

KEY_BYTES = 32
_TOKEN_BYTES, _NAME_BYTES = 16, 3


class Identity(Struct, frozen=True):
    """What identifies one child. `canary`: one that nobody is, whose family name stands nowhere else."""

    number: str
    given: str
    family: str
    born: date
    postcode: str
    canary: bool = False

    def __repr__(self) -> str:
        return "Identity(…)"


class ScanList(Struct):
    """Tokens, and which of the listed each stands for. Holds no key."""

    tokens: dict[str, int]
    names: set[str]
    size: int
    canaries: int

    def __repr__(self) -> str:
        return f"ScanList({self.size})"


class Seeker:
    """A scan list with its key: tells whether a candidate is listed. It remembers no candidate, only words."""

    def __init__(self, listed: ScanList, key: bytes) -> None:
        self._tokens = {bytes.fromhex(token): place for token, place in listed.tokens.items()}
        self._names = {bytes.fromhex(name) for name in listed.names}
        self._key = key
        self.names_somebody = lru_cache(maxsize=1 << 16)(self._names_somebody)

    def find(self, kind: bytes, value: bytes) -> int | None:
        """Return the place in the list of whom a candidate is, or None."""
        return self._tokens.get(_token(self._key, kind, value))

    def _names_somebody(self, word: bytes) -> bytes | None:
        """Return a word folded if somebody listed may have it as a name."""
        name = folded(word)
        return name if _token(self._key, b"name", name)[:_NAME_BYTES] in self._names else None


def new_key() -> bytes:
    """Return a key for one list."""
    return secrets.token_bytes(KEY_BYTES)


def listed(people: Iterable[Identity], key: bytes) -> ScanList:
    """Return the list of some children under a key."""
    tokens: dict[str, int] = {}
    names: set[str] = set()
    place = canaries = 0
    for place, person in enumerate(people, start=1):
        for kind, value in _candidates_of(person):
            tokens[_token(key, kind, value).hex()] = place
        for word in (person.given, person.family):
            for part in word.split():
                names.add(_token(key, b"name", folded(part.encode()))[:_NAME_BYTES].hex())
        canaries += person.canary
    return ScanList(tokens, names, place, canaries)


def encoded(found: ScanList) -> bytes:
    """Return the list as it is kept."""
    return msgspec.json.encode(found)


def decoded(content: bytes) -> ScanList:
    """Return a list that was kept."""
    return msgspec.json.decode(content, type=ScanList)


def pair(one: bytes, other: bytes) -> bytes:
    """Return two folded names in the order that both orders have in common."""
    return one + b" " + other if one < other else other + b" " + one


def folded(word: bytes) -> bytes:
    """Return a word without case, accents and marks, in ASCII: UTF-8 if it is, else Latin-1."""
    if not word.isascii():
        try:
            text = word.decode()
        except UnicodeDecodeError:
            text = word.decode("latin-1")
        word = anyascii(text).encode("ascii", "ignore")
    return word.lower().translate(None, b"'-`. ")


def _candidates_of(person: Identity) -> Iterable[tuple[bytes, bytes]]:
    yield b"number", person.number.encode()
    given, family = (
        folded(n.split()[place].encode()) for n, place in ((person.given, 0), (person.family, -1))
    )
    both = pair(given, family)
    yield b"born", both + person.born.strftime("%Y%m%d").encode()
    yield b"place", both + person.postcode.replace(" ", "").upper().encode()
    if person.canary:
        yield b"canary", family


def _token(key: bytes, kind: bytes, value: bytes) -> bytes:
    return blake2b(kind + b"\x00" + value, key=key, digest_size=_TOKEN_BYTES).digest()
