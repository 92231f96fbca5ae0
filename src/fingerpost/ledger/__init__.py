"""Promise 3: no answer without a durable record. The entry is committed before the answer leaves."""

from fingerpost.ledger.log import Ledger
from fingerpost.vault.receipt import Receipt

__all__ = ["Ledger", "Receipt"]
