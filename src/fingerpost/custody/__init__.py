"""Keys survive loss: who holds shares of what wraps them, and who destroyed theirs."""

from fingerpost.custody.custody import Custody

__all__ = ["Custody"]
