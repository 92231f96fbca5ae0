"""What those whom the service holds something of may ask: to see it, and to have it marked as disputed.

A pack is made by two people. What is shielded is in no pack, and to a pack it is absent (promise 6).
"""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.rights.access import SubjectAccess
from fingerpost.rights.dispute import Disputes
from fingerpost.vault import Vault

__all__ = ["Rights", "rights"]


class Rights(Struct, frozen=True):
    """What doors call."""

    access: SubjectAccess
    disputes: Disputes


def rights(database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]) -> Rights:
    """Build the capability. `database` connects as the role of rights."""
    return Rights(SubjectAccess(database, vault, ledger, clock), Disputes(database, ledger, clock))
