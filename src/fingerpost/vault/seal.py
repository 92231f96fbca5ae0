"""Sealing: AES-256-GCM under a key of the record's own, bound to where the record lives.

Key and commitment come from HKDF-Expand (RFC 5869) of the cohort key over the whole context, so a fresh
key seals every record version and a repeated nonce, after a snapshot or a fork, gives nothing away.
GCM does not commit to its key; the commitment, checked first, does. The context is also the associated
data: a sealed value moved to another row, authority, cohort or column does not open.

Layout: 1 byte layout version, 16 bytes commitment, 12 bytes nonce, ciphertext with its 16-byte tag. In layout
2 two bytes (big-endian) after the first tell which version of the cohort's key sealed it; layout 1 is of
version 1.
"""

import hmac
import os
from datetime import date
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from msgspec import Struct

from fingerpost.words.errors import FingerpostError

SCHEMA_VERSION = 1  # of the sealed plaintext; part of the associated data
_FIRST_KEY, _LATER_KEY = b"\x01", b"\x02"
_VERSION = 2  # bytes
_COMMITMENT = 16
_NONCE = 12
_SHA256 = hashes.SHA256()


class Broken(FingerpostError):
    """A sealed value that does not open: wrong key, wrong place, or changed. It is never guessed at."""


class Context(Struct, frozen=True, gc=False):
    """Where a sealed value lives: its kind, row, authority, cohort month and plaintext version."""

    kind: str
    row: UUID
    authority: str
    cohort: date
    version: int = SCHEMA_VERSION

    def bytes(self) -> bytes:
        """Return the associated data."""
        where = f"{self.kind}|{self.row.hex}|{self.authority}|{self.cohort.isoformat()}|{self.version}"
        return where.encode()


def key_version(sealed: bytes) -> int:
    """Return which version of its cohort's key sealed a value: 1, or higher after an erasure."""
    return int.from_bytes(sealed[1 : 1 + _VERSION], "big") if sealed[:1] == _LATER_KEY else 1


def seal(cohort_key: bytes, context: Context, plaintext: bytes, version: int = 1) -> bytes:
    """Return `plaintext` sealed for `context` alone, under that version of the cohort's key."""
    place = context.bytes()
    key, commitment = _derive(cohort_key, place)
    nonce = os.urandom(_NONCE)
    layout = _FIRST_KEY if version == 1 else _LATER_KEY + version.to_bytes(_VERSION, "big")
    return layout + commitment + nonce + AESGCM(key).encrypt(nonce, plaintext, place)


def unseal(cohort_key: bytes, context: Context, sealed: bytes) -> bytes:
    """Return the plaintext of `sealed`, or raise `Broken`."""
    place = context.bytes()
    key, commitment = _derive(cohort_key, place)
    start = _start(sealed)
    if not hmac.compare_digest(sealed[start : start + _COMMITMENT], commitment):
        raise Broken("a sealed value does not belong to this key and place")
    body = start + _COMMITMENT + _NONCE
    try:
        return AESGCM(key).decrypt(sealed[start + _COMMITMENT : body], sealed[body:], place)
    except (InvalidTag, ValueError):
        raise Broken("a sealed value was changed") from None


def _start(sealed: bytes) -> int:
    """Return where the commitment begins."""
    if sealed[:1] not in {_FIRST_KEY, _LATER_KEY}:
        raise Broken("a sealed value has a layout that is not known")
    return 1 if sealed[:1] == _FIRST_KEY else 1 + _VERSION


def _derive(cohort_key: bytes, place: bytes) -> tuple[bytes, bytes]:
    derived = HKDFExpand(_SHA256, 32 + _COMMITMENT, b"fingerpost seal\x00" + place).derive(cohort_key)
    return derived[:32], derived[32:]
