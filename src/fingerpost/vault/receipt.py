"""The statements that the ledger's key signs of the ledger: a receipt, and a checkpoint of the tree.

A receipt is what an asker keeps: that the ledger holds an entry.
"""

import base64
import hashlib
from datetime import UTC, datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct


class Receipt(Struct, frozen=True):
    """A receipt. One whose entry is not in the ledger is proof of tampering.

    `leaf` and `signature` are hexadecimal: SHA-256, and Ed25519 (RFC 8032) over `message`.
    """

    entry: UUID
    recorded_at: datetime
    leaf: str
    signature: str = ""

    def message(self) -> bytes:
        """Return the bytes that are signed. No checkpoint can be taken for them: an origin has no space."""
        moment = self.recorded_at.astimezone(UTC).isoformat()
        return "\n".join(("fingerpost receipt v1", self.entry.hex, moment, self.leaf)).encode()

    def entry_bytes(self) -> bytes:
        """Return what stands in the public tree for the entry: SHA-256 of `message`, 32 bytes.

        It binds id, time and leaf, so none can be changed later, even by the holder of the signing key. It
        tells nothing to who has not got the receipt: the leaf hides the event behind a 256-bit nonce, and the
        id is random too.
        """
        return hashlib.sha256(self.message()).digest()

    def is_signed_by(self, verifying_key: bytes) -> bool:
        """Tell whether the holder of the key signed this receipt."""
        try:
            signature = bytes.fromhex(self.signature)
            Ed25519PublicKey.from_public_bytes(verifying_key).verify(signature, self.message())
        except (InvalidSignature, ValueError):
            return False
        return True


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """Return the text of a checkpoint (https://c2sp.org/tlog-checkpoint).

    No extension lines: nobody could audit them. Raises `ValueError` for an origin of several words, which
    could make another statement of it.
    """
    if origin.split() != [origin]:
        raise ValueError("an origin is one word")
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
