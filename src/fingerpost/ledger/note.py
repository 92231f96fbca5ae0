"""Signed notes with Ed25519 keys, pure: https://c2sp.org/signed-note

A note is text, a blank line and signature lines. A key is known by its name and a 4-byte id made of name,
signature type and public key, so that keys can be changed and witnesses added without anybody guessing whose
line is whose.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

KEY_ID_BYTES = 4
MOST_LINES = 64  # signature lines read; the specification asks for 16 at least
_DASH = "— "


class SignatureType(IntEnum):
    """The assigned signature type bytes that this log knows."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


class Verifier(Struct, frozen=True):
    """A public key under a name: what a *vkey* says. `key` is 32 bytes (RFC 8032)."""

    name: str
    key: bytes
    kind: SignatureType = SignatureType.ED25519

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256(name, newline, type, key)."""
        return hashlib.sha256(f"{self.name}\n".encode() + self._typed).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as one line of text, to be handed to others."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self._typed).decode()}"

    @property
    def _typed(self) -> bytes:
        return bytes([self.kind]) + self.key

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Tell whether the key's holder signed the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def read_vkey(text: str) -> Verifier | None:
    """Return the key that a *vkey* names, or None where it is none or its id is not its own."""
    parts = text.strip().split("+", 2)
    if len(parts) < 3 or (typed := _decoded(parts[2])) is None or len(typed) != 33:
        return None
    if typed[0] not in set(SignatureType):
        return None
    verifier = Verifier(parts[0], typed[1:], SignatureType(typed[0]))
    return verifier if verifier.vkey == text.strip() and is_name(verifier.name) else None


def is_name(text: str) -> bool:
    """Tell whether a text can name a key: not empty, no space, no plus, nothing unprintable."""
    return bool(text) and text.isprintable() and not any(c.isspace() or c == "+" for c in text)


class Line(Struct, frozen=True):
    """One signature line."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


class Note(Struct, frozen=True):
    """A note: its text, which ends in a newline, and its signature lines."""

    text: str
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.lines))}"

    def signatures_of(self, verifier: Verifier) -> list[bytes]:
        """Return the signatures of one key, by name and id, not verified yet."""
        return [
            line.signature
            for line in self.lines
            if (line.name, line.key_id) == (verifier.name, verifier.key_id)
        ]

    def signed_by(self, verifier: Verifier) -> bool:
        """Tell whether the key signed this text. One wrong line of a known key spoils the note."""
        found = self.signatures_of(verifier)
        return bool(found) and all(verifier.signed(self.text.encode(), signature) for signature in found)


def sign(text: str, verifier: Verifier, signer: Callable[[bytes], bytes]) -> Note:
    """Return the note of `text` signed by the private half of `verifier`'s key."""
    return Note(text, (Line(verifier.name, verifier.key_id, signer(text.encode())),))


def read_note(content: bytes) -> Note | None:
    """Return the note that `content` is, or None. Nothing in it is verified."""
    try:
        whole = content.decode()
    except UnicodeDecodeError:
        return None
    if any(ord(c) < 0x20 and c != "\n" for c in whole):
        return None
    text, blank, signatures = whole.rpartition("\n\n")
    lines = read_lines(signatures) if blank else None
    return Note(text + "\n", lines) if lines else None


def read_lines(text: str) -> tuple[Line, ...] | None:
    """Return signature lines, each ending in a newline, or None where one is none."""
    *rows, rest = text.split("\n")
    if rest or not rows or len(rows) > MOST_LINES:
        return None
    lines = tuple(_line(row) for row in rows)
    return None if None in lines else tuple(line for line in lines if line)


def _line(row: str) -> Line | None:
    name, space, encoded = row.removeprefix(_DASH).partition(" ")
    signed = _decoded(encoded)
    if not row.startswith(_DASH) or not space or not is_name(name) or signed is None:
        return None
    return Line(name, signed[:KEY_ID_BYTES], signed[KEY_ID_BYTES:]) if len(signed) > KEY_ID_BYTES else None


def _decoded(text: str) -> bytes | None:
    """Return what standard base64 holds; a second spelling of the same bytes is refused."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return decoded if base64.b64encode(decoded).decode() == text else None
