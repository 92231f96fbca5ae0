"""What is drawn by lot, pure, and by a seed that nobody chooses: the hash of the ledger's last line.

One attestation in twenty is looked at again on site; children are sampled for the scan list.
"""

import hashlib
import math
from collections.abc import Iterable

from fingerpost.decommission.plan import AUDITED


def wanted(attestations: int) -> int:
    """Return how many of so many are looked at: one in twenty, rounded up."""
    return math.ceil(attestations / AUDITED)


def sample(attestations: tuple[str, ...], seed: str) -> tuple[str, ...]:
    """Return those drawn. The seed is the hash of the ledger's last line before the draw."""
    return tuple(sorted(in_order(attestations, seed)[: wanted(len(attestations))]))


def in_order(names: Iterable[str], seed: str) -> list[str]:
    """Return names in the order in which they are drawn."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed}\n{name}".encode()).digest())
