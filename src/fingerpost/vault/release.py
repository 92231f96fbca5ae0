"""Words about a child leave the vault only against the receipt of a ledger entry that stands, once.

What explains an answer is made from sealed details. Until the answer is on the ledger it is passed around
withheld: sealed under a key that only this process has. The vault lets it out for a receipt that it signed,
whose entry is a committed answer, and that was not used before; and it counts each time in its own table,
which `ledger reconcile` holds against the ledger. Ids, bands and groups do leave before: the entry has to
name them.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from fingerpost.db.database import Database
from fingerpost.vault import store
from fingerpost.vault.own import OwnKey
from fingerpost.vault.receipt import Receipt
from fingerpost.words.errors import FingerpostError

_WORDS = b"words"


class Unrecorded(FingerpostError):
    """Details were asked of the vault without a receipt that stands: nothing left it."""


class Withheld(Struct, frozen=True):
    """Words that have not been let out. Their `repr` shows nothing."""

    sealed: bytes

    def __repr__(self) -> str:
        return "Withheld(…)"


Words = tuple[str | Withheld, ...]


class Releases:
    """Withholds words and lets them out. One for each process."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self.own = OwnKey()

    def withhold(self, text: str) -> Withheld:
        """Return words that only `release` can read."""
        return Withheld(self.own.close(_WORDS, text.encode()))

    def release(self, receipt: Receipt, verifying_key: bytes, withheld: Sequence[Words]) -> list[str]:
        """Return what was withheld, in order, or raise `Unrecorded`."""
        if not receipt.is_signed_by(verifying_key):
            raise Unrecorded("the vault was shown a receipt that it did not sign")
        opened = ["".join(self._read(part) for part in words) for words in withheld]
        with self._database.statement() as session:
            if not store.count_release(session, receipt.entry, self._clock()):
                raise Unrecorded(
                    "the vault was shown a receipt whose entry is no answer that stands, or was used before"
                )
        return opened

    def _read(self, part: str | Withheld) -> str:
        return part if isinstance(part, str) else self.own.open(_WORDS, part.sealed).decode()
