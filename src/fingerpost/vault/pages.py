"""What a page of somebody's session holds, sealed until they are done with it.

The key is made when the vault starts and is written nowhere: no copy of the database opens a page, then or
later. A restart costs a practitioner one form.
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Pages:
    """Seals and opens pages. Its `repr` shows nothing."""

    def __init__(self) -> None:
        self._cipher = AESGCM(AESGCM.generate_key(256))

    def seal(self, session: UUID, page: UUID, content: bytes) -> bytes:
        """Return `content` sealed for this session and page alone."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, session.bytes + page.bytes)

    def open(self, session: UUID, page: UUID, sealed: bytes) -> bytes | None:
        """Return the content, or None where it was not sealed here, for this session and page."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], session.bytes + page.bytes)
        except (InvalidTag, ValueError):
            return None
