"""Adding to the ledger and reading it back."""

import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from fingerpost.db.database import Database, Session
from fingerpost.ledger import store
from fingerpost.ledger.beside import KINDS
from fingerpost.ledger.events import AnyEvent, Event, KeysMade
from fingerpost.vault import Vault
from fingerpost.vault.beside import Line
from fingerpost.vault.keys import KeyDestroyed
from fingerpost.vault.receipt import Receipt
from fingerpost.vault.seal import Broken

NONCE_BYTES = 32  # a leaf must not let anyone test a guess at the event

_canonical = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(AnyEvent).decode


def leaf_of(nonce: bytes, canonical_event: bytes) -> bytes:
    """Return the entry's leaf: SHA-256(nonce || canonical event), 32 bytes (design §5)."""
    return hashlib.sha256(nonce + canonical_event).digest()


class Entry(Struct, frozen=True):
    """One entry as read back. `event` is None where its audit key is gone: the leaf still stands."""

    position: int
    receipt: Receipt
    kind: str
    event: AnyEvent | None
    sound: bool


class Ledger:
    """The log of everything disclosed or changed."""

    def __init__(self, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._vault = vault
        self._clock = clock

    def record(
        self, session: Session, event: Event, also: Callable[[Receipt], store.Ending | None] | None = None
    ) -> Receipt:
        """Add an entry inside the caller's transaction; the receipt is good once that commits.

        What ends something is also kept beside the database, by the vault: once the database has taken
        it, for a service whose database lacks what was kept opens for nobody. The question's end that
        `also` makes of the receipt is noted in the same statement.
        """
        moment, entry, kind = self._clock(), uuid4(), str(event.__struct_config__.tag)
        made = self._vault.enter(entry, moment, os.urandom(NONCE_BYTES) + _canonical(event))
        if made.keys_made:
            self.record(session, KeysMade(keys_made=tuple(made.keys_made)))
        receipt = Receipt(entry, moment, made.leaf.hex(), made.signature.hex())
        row = (entry, moment, kind, made.cohort, made.leaf, made.signature, made.sealed)
        if (ending := also and also(receipt)) is None:
            store.add(session, row)
        else:
            store.add_ending(session, row, ending)
        if kind in KINDS:
            self._vault.end(Line(*row))
        return receipt

    def checked(
        self, database: Database, *, last: int | None = None
    ) -> Iterator[tuple[store.Stored, Entry | None]]:
        """Yield stored rows, oldest first (all, or the `last` so many), with None where one is broken."""
        for row in store.read(database, last):
            try:
                yield row, self.opened(row)
            except (Broken, msgspec.MsgspecError):
                yield row, None

    def said(self, row: store.Stored) -> AnyEvent | None:
        """Return what a stored row says; None where its key is gone, or where it was changed.

        For those who work through many: one row that was changed is told of by `ledger verify`, and must not
        stop them at it, again and again.
        """
        try:
            return self.opened(row).event
        except (Broken, msgspec.MsgspecError):
            return None

    def opened(self, row: store.Stored) -> Entry:
        """Return a stored row as it was written."""
        receipt = Receipt(row.id, row.recorded_at, row.leaf.hex(), row.signature.hex())
        signed = receipt.is_signed_by(self._verifying_key)
        if not row.sealed:  # erased by itself: what the receipt says, and the leaf in the tree, still stand
            return Entry(row.position, receipt, row.kind, None, signed)
        try:
            plain = self._vault.open_event(row.id, row.cohort, row.sealed)
        except KeyDestroyed:
            return Entry(row.position, receipt, row.kind, None, signed)
        nonce, body = plain[:NONCE_BYTES], plain[NONCE_BYTES:]
        event = _decode(body)
        sound = signed and leaf_of(nonce, body) == row.leaf and str(event.__struct_config__.tag) == row.kind
        return Entry(row.position, receipt, row.kind, event, sound)

    @cached_property
    def _verifying_key(self) -> bytes:
        return self._vault.verifying_key()

    def read(self, line: Line) -> AnyEvent | None:
        """Return what an entry kept beside the database says; None where its audit key is gone."""
        position = 0  # it has none yet
        return self.opened(store.Stored(position, *(getattr(line, f) for f in Line.__struct_fields__))).event

    def find(self, database: Database, entry: UUID) -> Entry | None:
        """Return the entry a receipt names, if the ledger holds it."""
        row = store.find(database, entry)
        return None if row is None else self.opened(row)
