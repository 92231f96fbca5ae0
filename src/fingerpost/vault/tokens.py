"""Keyed tokens: the only form in which child details are searched.

A token is eight bytes of BLAKE2b keyed with a key of the index (RFC 7693), read as a signed integer, so that
PostgreSQL holds it as a bigint. Without the key it says nothing; two equal keys give equal tokens. A
question makes some dozens while a practitioner waits, and keyed BLAKE2b takes half the time of an HMAC.
"""

import hashlib
import struct
from collections.abc import Iterable


class IndexKey:
    """A key of the blind index: the live one, or the one before while the index is rebuilt. Shows nothing."""

    def __init__(self, key: bytes) -> None:
        self._token = hashlib.blake2b(key=key, digest_size=8, person=b"token")

    def __repr__(self) -> str:
        return "IndexKey(…)"

    def tokens(self, blocking_keys: Iterable[str]) -> list[int]:
        """Return one signed 64-bit token for each blocking key, in order."""
        digests: list[bytes] = []
        for key in blocking_keys:
            keyed = self._token.copy()
            keyed.update(key.encode())
            digests.append(keyed.digest())
        return list(struct.unpack(f">{len(digests)}q", b"".join(digests)))


class ReferenceKey:
    """The key of exact references, which is never changed: some name records that are gone. Shows nothing."""

    def __init__(self, key: bytes) -> None:
        self._reference = hashlib.blake2b(key=key, digest_size=16, person=b"reference")

    def __repr__(self) -> str:
        return "ReferenceKey(…)"

    def reference(self, *parts: str) -> bytes:
        """Return the 16-byte token that stands for an authority's own reference (exact, never searched)."""
        keyed = self._reference.copy()
        keyed.update("\x1f".join(parts).encode())
        return keyed.digest()
