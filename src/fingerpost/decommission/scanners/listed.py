"""The list that is looked for: keyed tokens of what identifies a child. No copy, and it ends with its key.

A token is one block of AES-256 (FIPS 197) under a random key: 64 bits that stand for one or two names, 56
of a date, postcode or number, 8 of what it is. Beside the tokens stand 3 bytes of each single name's, so
that most words are passed over; they say which names are met, under the same key, and of whom not. Tokens
are made and looked up by the thousand: that is what a scan's speed hangs on.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import IntEnum
from functools import lru_cache

import msgspec
import numpy as np
from anyascii import anyascii
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB
from msgspec import Struct
from numpy.typing import NDArray

KEY_BYTES = 32
LETTERS = 16  # of a word that tell it from others of its length
_NAME_BITS, _PLACE_BITS = 24, 22
_ONE, _TWO, _THREE = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xC2B2AE3D27D4EB4F),
    np.uint64(0x165667B19E3779F9),
)

Words = NDArray[np.uint64]  # numbers that stand for words, or for dates, postcodes and numbers
Blocks = NDArray[np.uint64]  # of two each


class Kind(IntEnum):
    """What a token is of."""

    NUMBER = 1
    CANARY = 2
    BORN = 3
    PLACE = 4
    NAME = 5


class Identity(Struct, frozen=True):
    """What identifies one child. `canary`: one that nobody is, whose family name stands nowhere else."""

    number: str  # '' where there is none
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

    def __repr__(self) -> str:
        return f"ScanList({self.size})"


class Keyed:
    """Makes tokens under one key."""

    def __init__(self, key: bytes) -> None:
        # Each block is a value of its own, and equal values shall have equal tokens: no mode is wanted.
        self._aes = Cipher(AES256(key), ECB()).encryptor()  # noqa: S305

    def tokens(self, kind: Kind, words: Words, details: Words) -> Blocks:
        """Return the tokens of words with details."""
        blocks = np.empty((len(details), 2), "<u8")
        blocks[:, 0] = words
        blocks[:, 1] = details | np.uint64(kind << 56)
        return np.frombuffer(self._aes.update(blocks.tobytes()), "<u8").reshape(-1, 2)


class Seeker:
    """A scan list with its key: tells which of many candidates are listed. It remembers no candidate."""

    def __init__(self, listed: ScanList, key: bytes) -> None:
        self._keyed = Keyed(key)
        self._tokens = {bytes.fromhex(token): place for token, place in listed.tokens.items()}
        first = np.array([int.from_bytes(token[:8], "little") for token in self._tokens], np.uint64)
        self._some = _table(first, _PLACE_BITS)
        names = np.array([int(name, 16) for name in listed.names], np.uint64)
        self._names = _table(names, _NAME_BITS)

    def found(self, kind: Kind, words: Words, details: Words) -> Iterator[tuple[int, int]]:
        """Yield which candidates are listed, each with its place in the list."""
        if not len(details):
            return
        tokens = self._keyed.tokens(kind, words, details)
        for candidate in np.flatnonzero(self._some[tokens[:, 0] & np.uint64((1 << _PLACE_BITS) - 1)]):
            if (place := self._tokens.get(tokens[candidate].tobytes())) is not None:
                yield int(candidate), place

    def names_of_somebody(self, words: Words) -> NDArray[np.bool_]:
        """Tell which words somebody listed may have as a name."""
        return self._names[_short(self._keyed.tokens(Kind.NAME, words, np.zeros(len(words), np.uint64)))]


def new_key() -> bytes:
    """Return a key for one list."""
    return secrets.token_bytes(KEY_BYTES)


def listed(people: Iterable[Identity], key: bytes) -> ScanList:
    """Return the list of some children under a key."""
    found, keyed = list(people), Keyed(key)
    named = [(person.given.split()[0], person.family.split()[-1]) for person in found]
    family = words_of([folded(name.encode()) for _, name in named])
    both = pairs(words_of([folded(name.encode()) for name, _ in named]), family)
    cut = pairs(*(words_of([last_part(pair[n]) for pair in named]) for n in (0, 1)))
    nothing = np.zeros(len(found), np.uint64)
    born = [int(person.born.strftime("%Y%m%d")) for person in found]
    place_of = [postcode_number(person.postcode) for person in found]
    details = (
        (Kind.NUMBER, nothing, [int(person.number or 0) for person in found]),
        (Kind.BORN, both, born), (Kind.BORN, cut, born),
        (Kind.PLACE, both, place_of), (Kind.PLACE, cut, place_of),
        (Kind.CANARY, family, [0] * len(found)),
    )  # fmt: skip
    tokens: dict[str, int] = {}
    for kind, words, numbers in details:
        made = keyed.tokens(kind, words, np.array(numbers, np.uint64))
        for place, (person, token) in enumerate(zip(found, made, strict=True), start=1):
            if _has(person, kind):
                tokens[token.tobytes().hex()] = place
    parts = {part for person in found for word in (person.given, person.family) for part in word.split()}
    single = words_of([word for part in parts for word in (folded(part.encode()), last_part(part))])
    short = _short(keyed.tokens(Kind.NAME, single, np.zeros(len(single), np.uint64)))
    return ScanList(tokens, {f"{name:06x}" for name in short.tolist()}, len(found))


def _has(person: Identity, kind: Kind) -> bool:
    match kind:
        case Kind.NUMBER:
            return bool(person.number)
        case Kind.CANARY:
            return person.canary
        case _:
            return True


def encoded(found: ScanList) -> bytes:
    """Return the list as it is kept."""
    return msgspec.json.encode(found)


def decoded(content: bytes) -> ScanList:
    """Return a list that was kept."""
    return msgspec.json.decode(content, type=ScanList)


@lru_cache(maxsize=1 << 16)
def folded(word: bytes) -> bytes:
    """Return a word without case, accents and marks, in ASCII: UTF-8 if it is, else Latin-1."""
    if not word.isascii():
        try:
            text = word.decode()
        except UnicodeDecodeError:
            text = word.decode("latin-1")
        word = anyascii(text).encode("ascii", "ignore")
    return word.lower().translate(None, b"'-`. ")


_MARKS = re.compile("[-'`]")
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[^\W\d_])(?=[A-Z][a-z])")


def last_part(name: str) -> bytes:
    """Return what is read of a name where one value stands straight behind another: `Cooey` of `McCooey`."""
    return folded(_HUMP.split(_MARKS.sub("", name))[-1].encode())


def words_of(folded_words: Sequence[bytes]) -> Words:
    """Return the numbers that stand for folded words."""
    letters = b"".join(word[:LETTERS].ljust(LETTERS, b"\0") for word in folded_words)
    lengths = np.array([len(word) for word in folded_words], np.uint64)
    return word_numbers(np.frombuffer(letters, "<u8").reshape(-1, 2), lengths)


def word_numbers(letters: NDArray[np.uint64], lengths: NDArray[np.uint64]) -> Words:
    """Return the numbers that stand for words, each given as its first 16 letters and its length."""
    mixed = letters[:, 0] * _ONE + letters[:, 1] * _TWO + lengths * _THREE
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _TWO
    return mixed ^ (mixed >> np.uint64(32))


def pairs(some: Words, others: Words) -> Words:
    """Return numbers that stand for two words, in either order."""
    return some + others


def postcode_number(postcode: str) -> int:
    """Return a postcode's letters and digits as a number."""
    return int.from_bytes(postcode.replace(" ", "").upper().encode()[:7], "little")


def _short(tokens: Blocks) -> NDArray[np.uint64]:
    return tokens[:, 0] & np.uint64((1 << _NAME_BITS) - 1)


def _table(values: NDArray[np.uint64], bits: int) -> NDArray[np.bool_]:
    table = np.zeros(1 << bits, np.bool_)
    table[values & np.uint64((1 << bits) - 1)] = True
    return table
