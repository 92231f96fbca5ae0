"""Keyed tokens: the only form in which child details are searched.

A token is the first eight bytes of HMAC-SHA-256 under the index key, read as a signed integer, so that
PostgreSQL holds it as a bigint. Without the key it says nothing; two equal keys give equal tokens.
"""

import hashlib
import hmac
from collections.abc import Iterable


class IndexKey:
    """The live index key. Its `repr` shows nothing."""

    def __init__(self, key: bytes) -> None:
        self._keyed = hmac.new(key, digestmod=hashlib.sha256)

    def __repr__(self) -> str:
        return "IndexKey(…)"

    def _digest(self, purpose: str, value: str) -> bytes:
        keyed = self._keyed.copy()
        keyed.update(f"{purpose}\x1f{value}".encode())
        return keyed.digest()

    def tokens(self, blocking_keys: Iterable[str]) -> list[int]:
        """Return one signed 64-bit token for each blocking key, in order."""
        return [int.from_bytes(self._digest("token", key)[:8], "big", signed=True) for key in blocking_keys]

    def reference(self, *parts: str) -> bytes:
        """Return the 16-byte token that stands for an authority's own reference (exact, never searched)."""
        return self._digest("reference", "\x1f".join(parts))[:16]
