"""Who acts in a procedure: persons and the tool, each with a key of their own (Ed25519, RFC 8032).

A person's key never enters the procedure's folder: its public half stands in the ledger, the private half in
a file of the person's, under a passphrase where it is given one. The tool's key stands in the folder: it
vouches for what was measured and approves nothing.
"""

from enum import unique
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from msgspec import Struct

from fingerpost.ledger.note import Verifier, is_name, read_vkey
from fingerpost.vault import durable
from fingerpost.words.errors import Invalid, Misconfigured, Problem
from fingerpost.words.vocabulary import Labelled


@unique
class Part(Labelled):
    """What somebody may do in a procedure. One person may have several parts; the tool has its own alone."""

    OPERATOR = "operator", "carries out the steps"
    APPROVER = "approver", "opens the gates, with another"
    WITNESS = "witness", "stands by at a physical destruction"
    PARTNER = "partner", "attests for a partner"
    AUDITOR = "auditor", "looks at attestations on site"
    VERIFIER = "verifier", "verifies and validates certificates"
    TOOL = "tool", "measures and signs what was measured"


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who signs. `vkey` is the public half of the key, under the person's id."""

    id: str
    name: str
    title: str
    employer: str  # for a partner's person, the partner's code
    parts: tuple[Part, ...]
    vkey: str

    @property
    def verifier(self) -> Verifier | None:
        """The public key, or None where `vkey` is none or is not under this id."""
        found = read_vkey(self.vkey)
        return found if found and found.name == self.id else None


class Signer:
    """The private half of somebody's key. Its `repr` shows nothing."""

    def __init__(self, who: str, key: Ed25519PrivateKey) -> None:
        self.id = who
        self._key = key

    def __repr__(self) -> str:
        return f"Signer({self.id})"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.id, self._key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self._key.sign(message)

    def keep(self, path: Path, passphrase: str = "") -> None:
        """Write the key to a file that only its owner reads; one that is there is never overwritten."""
        lock = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        content = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
        try:
            durable.create(path, f"{self.id}\n".encode() + content)
        except FileExistsError:
            raise Invalid(Problem("file", "is there already; a key is never overwritten")) from None

    def person(self, name: str, title: str, employer: str, *parts: Part) -> Person:
        """Return whose key this is, as the ledger names them."""
        return Person(
            id=self.id, name=name, title=title, employer=employer, parts=parts, vkey=self.verifier.vkey
        )


def new_signer(who: str) -> Signer:
    """Make a key for a person, known by a short id of one word."""
    if not is_name(who):
        raise Invalid(Problem("id", "must be one word without a plus sign"))
    return Signer(who, Ed25519PrivateKey.generate())


def read(path: Path, passphrase: str = "") -> Signer:
    """Read a person's key."""
    try:
        first, _, content = path.read_bytes().partition(b"\n")
        key = load_pem_private_key(content, passphrase.encode() or None)
    except OSError:
        raise Misconfigured(f"the key {path} cannot be read") from None
    except (ValueError, TypeError):
        raise Misconfigured(f"{path} holds no key, or its passphrase is another") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured(f"{path} holds a key of another kind than Ed25519")
    return Signer(first.decode(), key)
