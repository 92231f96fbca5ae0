"""What is kept of signposts, holds and shields, under the keyring's keys; and their end."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from fingerpost.vault.ending import NoteKind, Sealed
from fingerpost.vault.keys import FileKeyring, data_key
from fingerpost.vault.newest import Newest
from fingerpost.vault.seal import SCHEMA_VERSION, Context, key_version, seal, unseal


class Seals:
    """The part of the vault that seals and opens what is no child's details, and ends keys."""

    def __init__(self, keyring: FileKeyring) -> None:
        self._keyring = keyring
        self._newest = Newest(keyring)

    def ensure_cohorts(self, authority: str, cohorts: Iterable[date]) -> list[str]:
        """Make the data keys of these months where missing. Return the names made: they go on the ledger."""
        return self._newest.ensure(authority, cohorts)

    def seal_note(self, kind: NoteKind, row: UUID, authority: str, cohort: date, note: bytes) -> bytes:
        """Seal what is kept beside a shield or an alert, of one authority and month; the key must exist."""
        return self._seal(Context(kind, row, authority, cohort), note)

    def open_note(self, kind: NoteKind, row: UUID, authority: str, cohort: date, sealed: bytes) -> bytes:
        """Return what is kept beside a shield or an alert."""
        return self._unseal(Context(kind, row, authority, cohort), sealed)

    def seal_request(self, row: UUID, authority: str, cohort: date, note: bytes) -> bytes:
        """Seal what an asker wrote of themselves in a contact request."""
        return self._seal(Context("request", row, authority, cohort), note)

    def open_request(self, row: UUID, authority: str, cohort: date, sealed: bytes) -> bytes:
        """Return what an asker wrote of themselves."""
        return self._unseal(Context("request", row, authority, cohort), sealed)

    def seal_sensitive(self, record: UUID, authority: str, cohort: date, note: bytes) -> bytes:
        """Seal which sensitive service it is, on which basis and by whose decision."""
        return self._seal(Context("sensitive", record, authority, cohort), note)

    def open_sensitive(self, record: UUID, authority: str, cohort: date, sealed: bytes) -> bytes:
        """Return what is sealed beside the record of a sensitive service."""
        return self._unseal(Context("sensitive", record, authority, cohort), sealed)

    def seal_source(self, signpost: UUID, authority: str, cohort: date, row_id: str) -> bytes:
        """Seal the id of the row a signpost was derived from."""
        return self._seal(Context("source", signpost, authority, cohort), row_id.encode())

    def open_source(self, signpost: UUID, authority: str, cohort: date, sealed: bytes) -> str:
        """Return the id of the row a signpost was derived from."""
        return self._unseal(Context("source", signpost, authority, cohort), sealed).decode()

    def seal_order(self, hold: UUID, authority: str, cohort: date, text: str) -> bytes:
        """Seal the reference of the order that a legal hold rests on; the month's key must exist."""
        return self._seal(Context("hold", hold, authority, cohort), text.encode())

    def open_order(self, hold: UUID, authority: str, cohort: date, sealed: bytes) -> str:
        """Return the reference of the order that a legal hold rests on."""
        return self._unseal(Context("hold", hold, authority, cohort), sealed).decode()

    def reseal(
        self, kind: Sealed, row: UUID, authority: str, cohort: date, sealed: bytes, *,
        to: date | None = None, schema_version: int = SCHEMA_VERSION,
    ) -> bytes:  # fmt: skip
        """Seal a value again under the newest key of its month, or of the month `to`. What it says stays."""
        plaintext = self._unseal(Context(kind, row, authority, cohort, schema_version), sealed)
        return self._seal(Context(kind, row, authority, to or cohort, schema_version), plaintext)

    def key_of(self, authority: str, cohort: date, sealed: bytes) -> str:
        """Return the name of the data key that opens a value, of which the first bytes are enough."""
        return data_key(authority, cohort, key_version(sealed))

    def renew_keys(self, authority: str, cohorts: Iterable[date]) -> tuple[list[str], list[str]]:
        """Make the next version of these months' keys. Return the names made, and those they replace."""
        return self._newest.renew(authority, cohorts)

    def data_keys(self, month: date | None = None) -> list[str]:
        """Return the names of the data keys that are held: all, or a month's."""
        return self._newest.names(month)

    def destroy_keys(self, names: Sequence[str]) -> list[str]:
        """Destroy data and audit keys durably; return those that were there. Whoever asks has checked."""
        if not all(name.startswith(("data/", "audit/")) for name in names):
            raise ValueError("only a month's keys expire")
        return self._keyring.destroy(names)

    def _seal(self, context: Context, plaintext: bytes) -> bytes:
        version = self._newest.version(context.authority, context.cohort)
        key = self._keyring.key(data_key(context.authority, context.cohort, version))
        return seal(key, context, plaintext, version)

    def _unseal(self, context: Context, sealed: bytes) -> bytes:
        name = data_key(context.authority, context.cohort, key_version(sealed))
        return unseal(self._keyring.key(name), context, sealed)
