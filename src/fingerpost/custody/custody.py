"""The ceremony of a new wrapping key, and what custodians attest afterwards; each step on the ledger."""

import os
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from fingerpost.custody import store
from fingerpost.custody.shares import CUSTODIANS, NEEDED, Share, split
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import (
    Event,
    KeyringBackedUp,
    KeyringRecovered,
    KeyShareDestroyed,
    KeySharesIssued,
)
from fingerpost.vault.keys import FileKeyring
from fingerpost.vault.wrapping import WRAPPING_KEY_BYTES, next_generation
from fingerpost.words.errors import Invalid, NotFound, Problem

_CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")


class Standing(Struct, frozen=True):
    """How a keyring stands: who holds its wrapping key's shares, and who still has to destroy older ones."""

    generation: str
    holders: tuple[str, ...]
    outstanding: tuple[store.Held, ...]

    @property
    def in_words(self) -> str:
        """One line for people."""
        held = f"{len(self.holders)} custodians" if self.holders else "nobody: run `fingerpost keys shares`"
        owed = f"; {len(self.outstanding)} older shares not attested destroyed" if self.outstanding else ""
        return f"generation {self.generation}, shares with {held}{owed}"


class Custody:
    """Keeps who holds what. `database` connects as the role that keeps people."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock

    def issue(
        self, keyring: FileKeyring, custodians: Sequence[str], hand_out: Callable[[Share], None]
    ) -> str:
        """Make a new wrapping key, share it out, and put the keyring under it. Return its generation.

        The key is made here and shared before a device takes it in, for no device lets it out again.
        `hand_out` must have each share safe when it returns. A kill before the last step leaves shares that
        open nothing; they stand as issued, so that their end is asked for.
        """
        _check(custodians)
        generation, key = next_generation(keyring.generation), os.urandom(WRAPPING_KEY_BYTES)
        for custodian, words in zip(custodians, split(key), strict=True):
            hand_out(Share(generation, custodian, words))
        with self._database.transaction() as session:
            store.issue(session, generation, custodians, self._clock())
            event = KeySharesIssued(generation=generation, custodians=tuple(custodians), needed=NEEDED)
            self._ledger.record(session, event)
        return keyring.renew(generation, key)

    def attest(self, keyring: FileKeyring, generation: str, custodian: str) -> None:
        """Note a custodian's word that their share of an older generation is destroyed."""
        if generation == keyring.generation:
            raise Invalid(Problem("generation", "is the one in use: its shares are needed"))
        with self._database.transaction() as session:
            if not store.attest(session, generation, custodian, self._clock()):
                raise NotFound("no such share, or it was attested already")
            self._ledger.record(session, KeyShareDestroyed(generation=generation, custodian=custodian))

    def standing(self, keyring: FileKeyring) -> Standing:
        """Tell who holds the shares in use, and whose older ones are not attested destroyed (bar: none)."""
        with self._database.statement() as session:
            shares = store.shares(session)
        now = keyring.generation
        return Standing(
            now,
            tuple(share.custodian for share in shares if share.generation == now and not share.destroyed_at),
            tuple(share for share in shares if share.generation != now and not share.destroyed_at),
        )

    def backed_up(self, keyring: FileKeyring) -> None:
        """Note that a backup of the keyring was made."""
        self._record(KeyringBackedUp(generation=keyring.generation))

    def recovered(self, keyring: FileKeyring) -> None:
        """Note that the keyring was made again from a backup and shares."""
        self._record(KeyringRecovered(generation=keyring.generation))

    def _record(self, event: Event) -> None:
        with self._database.transaction() as session:
            self._ledger.record(session, event)


def _check(custodians: Sequence[str]) -> None:
    if len(set(custodians)) != CUSTODIANS or len(custodians) != CUSTODIANS:
        raise Invalid(Problem("custodian", f"{CUSTODIANS} different custodians are needed"))
    if not all(_CODE.fullmatch(custodian) for custodian in custodians):
        raise Invalid(Problem("custodian", "must be a short code: small letters, digits, hyphens"))
