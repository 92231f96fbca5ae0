"""What the vault hands out only to be handed back: closed under a key that this process alone has.

The key is made when the vault starts and is written nowhere, so what was closed by a process that is gone
stays closed, in every copy of it.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fingerpost.words.errors import Unavailable

_NONCE = 12


class StartedAnew(Unavailable):
    """The vault was started anew since it closed this, and cannot open it any more: ask again."""


class OwnKey:
    """The key: AES-256-GCM (NIST SP 800-38D). Its `repr` shows nothing."""

    def __init__(self) -> None:
        self._cipher = AESGCM(AESGCM.generate_key(256))

    def close(self, purpose: bytes, content: bytes) -> bytes:
        """Return `content` for `open`, with the same purpose, alone."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, purpose)

    def open(self, purpose: bytes, closed: bytes) -> bytes:
        """Return what was closed, or raise `StartedAnew`."""
        try:
            return self._cipher.decrypt(closed[:_NONCE], closed[_NONCE:], purpose)
        except (InvalidTag, ValueError):
            raise StartedAnew("the vault was started anew meanwhile; ask again") from None
