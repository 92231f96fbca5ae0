"""Checking the whole ledger, and one receipt, from what is stored.

This first form finds a changed body, leaf, kind or time, an entry written without the signing key, and a
receipt whose entry is gone. It cannot see a dropped tail by itself: that is what receipts in other hands
are for, until the Merkle tree and its witnesses (RFC 6962) stand on these same leaves.
"""

from collections import Counter
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Database
from fingerpost.ledger.log import Ledger
from fingerpost.vault.receipt import Receipt
from fingerpost.vault.seal import Broken


class Verdict(Struct, frozen=True):
    """What was checked and what was found wrong."""

    entries: int
    kinds: dict[str, int]
    erased: int
    wrong: tuple[int, ...]

    @property
    def sound(self) -> bool:
        """Whether every entry is what was signed."""
        return not self.wrong


def verify(ledger: Ledger, database: Database) -> Verdict:
    """Check every entry: its seal, its leaf, its kind and its signature."""
    kinds: Counter[str] = Counter()
    wrong: list[int] = []
    erased = 0
    for row, entry in ledger.checked(database):
        kinds[row.kind] += 1
        if entry is None or not entry.sound:
            wrong.append(row.position)
        elif entry.event is None:
            erased += 1
    return Verdict(sum(kinds.values()), dict(sorted(kinds.items())), erased, tuple(wrong))


def verify_receipt(ledger: Ledger, database: Database, receipt: Receipt, verifying_key: bytes) -> str | None:
    """Return what is wrong with a receipt, or None: it is genuine and its entry is there, unchanged."""
    if not receipt.is_signed_by(verifying_key):
        return "this receipt was not signed by this ledger, or was altered"
    return _compare(ledger, database, receipt.entry, receipt)


def _compare(ledger: Ledger, database: Database, entry: UUID, receipt: Receipt) -> str | None:
    try:
        found = ledger.find(database, entry)
    except Broken:
        return "the ledger's entry was changed after this receipt was given"
    if found is None:
        return "the ledger holds no such entry: proof of tampering, keep this receipt"
    if found.receipt != receipt or not found.sound:
        return "the ledger's entry was changed after this receipt was given"
    return None
