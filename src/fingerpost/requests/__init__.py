"""Contact requests: "ask them to contact me", timed, seen by both sides, refusals recorded. Promise 1.

No word about a child is kept: what becomes of a request is one of a closed set.
"""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.requests.ask import Ask
from fingerpost.requests.due import Due
from fingerpost.requests.inbox import Inbox
from fingerpost.vault import Vault

__all__ = ["Requests", "requests"]


class Requests(Struct, frozen=True):
    """What doors call: of those who ask, of those who are asked, and of the clock."""

    ask: Ask
    inbox: Inbox
    due: Due


def requests(database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]) -> Requests:
    """Build the capability. `database` connects as the role of contact requests."""
    return Requests(
        Ask(database, vault, ledger, clock), Inbox(database, vault, ledger, clock),
        Due(database, ledger, clock),
    )  # fmt: skip
