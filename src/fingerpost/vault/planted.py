"""Which records are of planted children: their own ids say so, to whoever holds the key of references alone.

The first half of such an id is chance, the second a keyed digest of the first. Without the key it is a random
UUID (RFC 9562 version 4) like any other; with it, one in 2^62 others would be taken for planted.
"""

import os
from uuid import UUID

from fingerpost.vault.tokens import ReferenceKey

_HALF = 8  # bytes
_VARIANT, _KEPT = 0x80, 0x3F  # the two bits that every such UUID has in common, and the rest of that byte


def planted_id(key: ReferenceKey) -> UUID:
    """Return an id for a record of a planted child."""
    chance = UUID(bytes=os.urandom(2 * _HALF), version=4).bytes[:_HALF]
    return UUID(bytes=chance + _mark(key, chance))


def is_planted(key: ReferenceKey, record: UUID) -> bool:
    """Tell whether a record is of a planted child."""
    return record.bytes[_HALF:] == _mark(key, record.bytes[:_HALF])


def _mark(key: ReferenceKey, chance: bytes) -> bytes:
    mark = key.reference("planted", chance.hex())[:_HALF]
    return bytes([mark[0] & _KEPT | _VARIANT]) + mark[1:]
