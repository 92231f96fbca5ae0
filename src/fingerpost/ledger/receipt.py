"""What an asker keeps: a signed statement that the ledger holds an entry."""

from datetime import datetime
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
        """Return the bytes that are signed."""
        lines = ("fingerpost receipt v1", self.entry.hex, self.recorded_at.isoformat(), self.leaf)
        return "\n".join(lines).encode()

    def is_signed_by(self, verifying_key: bytes) -> bool:
        """Tell whether the holder of the key signed this receipt."""
        try:
            signature = bytes.fromhex(self.signature)
            Ed25519PublicKey.from_public_bytes(verifying_key).verify(signature, self.message())
        except (InvalidSignature, ValueError):
            return False
        return True
