"""Keyed tokens: the only form in which child details are searched.

A token is eight bytes of BLAKE2b keyed with the index key (RFC 7693), read as a signed integer, so that
PostgreSQL holds it as a bigint. Without the key it says nothing; two equal keys give equal tokens. A
question makes some dozens while a practitioner waits, and keyed BLAKE2b takes half the time of an HMAC.
"""

import hashlib
import struct
from collections.abc import Iterable


class IndexKey:
    """The live index key. Its `repr` shows nothing."""

    def __init__(self, key: bytes) -> None:
        self._token = hashlib.blake2b(key=key, digest_size=8, person=b"token")
        self._reference = hashlib.blake2b(key=key, digest_size=16, person=b"reference")

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

    def reference(self, *parts: str) -> bytes:
        """Return the 16-byte token that stands for an authority's own reference (exact, never searched)."""
        keyed = self._reference.copy()
        keyed.update("\x1f".join(parts).encode())
        return keyed.digest()
