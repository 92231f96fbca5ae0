"""Which attestations are looked at again on site, pure: one in twenty, by a seed that nobody chooses."""

import hashlib
import math

from fingerpost.decommission.plan import AUDITED


def wanted(attestations: int) -> int:
    """Return how many of so many are looked at: one in twenty, rounded up."""
    return math.ceil(attestations / AUDITED)


def sample(attestations: tuple[str, ...], seed: str) -> tuple[str, ...]:
    """Return those drawn. The seed is the hash of the ledger's last line before the draw."""
    drawn = sorted(attestations, key=lambda a: hashlib.sha256(f"{seed}\n{a}".encode()).digest())
    return tuple(sorted(drawn[: wanted(len(attestations))]))
