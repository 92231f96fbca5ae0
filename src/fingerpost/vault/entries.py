"""The ledger's part of the vault: sealing and signing entries, signing the tree, and remembering both.

Beside the ledger it keeps what a restored database forgot: entries of what ended, and shields that stand.

The key signs three statements and no fourth: the receipt of an entry that is sealed in the same call, at this
moment; a checkpoint that goes on from the one signed last; and how many notices wait, for a webhook, which
begins as neither of them does. Nobody gets other bytes signed.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fingerpost.vault.beside import NEWEST, Beside, Line
from fingerpost.vault.keys import SHIELDS, SIGNING, FileKeyring, audit_key
from fingerpost.vault.memory import Head, LastSigned
from fingerpost.vault.receipt import Receipt, checkpoint_text
from fingerpost.vault.seal import Context, seal, unseal
from fingerpost.vault.seals import Seals
from fingerpost.vault.standing import Standing, StandingShield
from fingerpost.vault.values import Entered
from fingerpost.words.clock import month_of, today
from fingerpost.words.errors import Refused

# Every authority reads the ledger under its own rules, so its bodies are sealed for the nation.
_NATION = "ENGLAND"
_ALWAYS = date.min  # what is kept of a shield is of no month: it goes when the shield does
MOST_ENDED = 200  # entries told of at once; an erasure names every key of its authority, some kilobytes
_read_shield = msgspec.msgpack.Decoder(StandingShield).decode
MOST_SKEW = timedelta(minutes=5)  # between the clocks of two processes; further off is another day's receipt


class Entries(Seals):
    """Seals and signs what the ledger holds, and keeps beside the keyring what a restored database forgot."""

    def __init__(
        self, keyring: FileKeyring, memory: LastSigned, beside: Beside, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(keyring)
        self._memory, self._beside, self._clock = memory, beside, clock
        self._standing = Standing(beside.shields)
        self._signing = Ed25519PrivateKey.from_private_bytes(keyring.key(SIGNING))

    def verifying_key(self) -> bytes:
        """Return the public half of the ledger's signing key (32 bytes): give it to anyone."""
        return self._signing.public_key().public_bytes_raw()

    def enter(self, entry: UUID, recorded_at: datetime, content: bytes) -> Entered:
        """Seal an entry's nonce and event for its month and sign its receipt, or raise `Refused`.

        The leaf is made here, of what is sealed here, and the moment must be this one: nobody gets a receipt
        of something else, or of another day.
        """
        if abs(recorded_at - self._clock()) > MOST_SKEW:
            raise Refused("the vault signs receipts of this moment alone; compare the machines' clocks")
        cohort = month_of(today(recorded_at))
        made = self._keyring.ensure([audit_key(cohort)])
        leaf = hashlib.sha256(content).digest()
        return Entered(
            cohort=cohort,
            leaf=leaf,
            signature=self._signing.sign(Receipt(entry, recorded_at, leaf.hex()).message()),
            sealed=seal(self._keyring.key(audit_key(cohort)), _event(entry, cohort), content),
            keys_made=made,
        )

    def end(self, line: Line) -> None:
        """Keep an entry that was signed here and ends something beside the database, before it commits."""
        receipt = Receipt(line.id, line.recorded_at, line.leaf.hex(), line.signature.hex())
        if not receipt.is_signed_by(self.verifying_key()):
            raise Refused("the vault keeps entries that it signed, and no others")
        self._beside.add(line)

    def open_event(self, entry: UUID, cohort: date, sealed: bytes) -> bytes:
        """Return a ledger body."""
        return unseal(self._keyring.key(audit_key(cohort)), _event(entry, cohort), sealed)

    def holds_audit(self, month: date) -> bool:
        """Tell whether a month's audit key is held."""
        return audit_key(month) in self._keyring.names()

    def ended(self, after: int) -> list[Line]:
        """Return the next entries by which something ended, oldest first, after so many; none after the last.

        Not all at once: those of years are more than one message holds.
        """
        return self._beside.lines()[after : after + MOST_ENDED]

    def newest_ended(self) -> list[UUID]:
        """Return the newest of them, which the database must hold: one restored from a backup does not."""
        return [line.id for line in self._beside.lines()[-NEWEST:]]

    def keep_shield(self, shield: StandingShield) -> list[str]:
        """Keep a shield as it stands beside the database. Return the names of keys made.

        It is sealed anew under a key of the keyring that no erasure replaces and no month ends.
        """
        made = self._keyring.ensure([SHIELDS])
        plain = msgspec.structs.replace(
            shield, sealed=self._unseal(_details(shield), shield.sealed),
            note=self._unseal(_note(shield), shield.note),
        )  # fmt: skip
        content = seal(self._keyring.key(SHIELDS), _standing(shield.id), msgspec.msgpack.encode(plain))
        self._standing.put(shield.id, content)
        return made

    def forget_shield(self, shield: UUID) -> None:
        """Take away what is kept of a shield that is lifted."""
        self._standing.remove(shield)

    def standing_shields(self) -> list[UUID]:
        """Return which shields are kept beside the database."""
        return self._standing.ids()

    def standing_shield(self, shield: UUID) -> StandingShield | None:
        """Return what is kept of a shield, sealed for the database under the newest key of its month."""
        content = self._standing.content(shield)
        if content is None:
            return None
        plain = _read_shield(unseal(self._keyring.key(SHIELDS), _standing(shield), content))
        self.ensure_cohorts(plain.authority, [plain.cohort])
        return msgspec.structs.replace(
            plain, sealed=self._seal(_details(plain), plain.sealed), note=self._seal(_note(plain), plain.note)
        )

    def last_signed(self) -> Head | None:
        """Return the largest tree head that was signed and committed, or None before the first."""
        return self._memory.read()

    def sign_checkpoint(self, origin: str, size: int, root: bytes) -> bytes:
        """Return the ledger's Ed25519 signature (RFC 8032, 64 bytes) of a checkpoint of its tree.

        Raises `Refused` for a tree that cannot go on from the one signed last: two histories under one
        signature would be the end of trust in both.
        """
        known = self.last_signed()
        if known and (size < known.size or (size == known.size and root.hex() != known.root)):
            raise Refused("a larger tree, or another of this size, was signed already; nothing is signed")
        return self._signing.sign(checkpoint_text(origin, size, root).encode())

    def sign_notice(self, delivery: UUID, stamp: int, body: bytes) -> bytes:
        """Return the Ed25519 signature of a message to a webhook: `v1a` of https://www.standardwebhooks.com.

        What is signed begins with an id and a number of seconds: it is no checkpoint and no receipt.
        """
        return self._signing.sign(f"{delivery}.{stamp}.".encode() + body)

    def remember_signed(self, size: int, root: bytes) -> None:
        """Keep durably which tree was signed and committed last."""
        self._memory.remember(size, root)

    def keep_leaves(self, first: int, entries: Sequence[bytes]) -> None:
        """Keep the tree's leaves from index `first` on durably, before they are committed."""
        self._memory.keep_leaves(first, entries)

    def leaves(self, start: int, end: int) -> list[bytes]:
        """Return the leaves from index `start` up to `end`, as far as they were kept."""
        return self._memory.leaves(start, end)


def _standing(shield: UUID) -> Context:
    return Context("standing", shield, _NATION, _ALWAYS)


def _details(shield: StandingShield) -> Context:
    return Context("record", shield.id, shield.authority, shield.cohort, shield.schema_version)


def _note(shield: StandingShield) -> Context:
    return Context("shield", shield.id, shield.authority, shield.cohort)


def _event(entry: UUID, cohort: date) -> Context:
    return Context("event", entry, _NATION, cohort)
