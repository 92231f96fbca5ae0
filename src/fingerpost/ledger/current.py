"""Whether the database is the one that was signed last and holds what ended: an older one must not serve.

Asked when the service is opened and of every new connection of those who answer or change anything. A
restored database is reached over new connections only, so none of them can answer from it.
"""

import time

from fingerpost.db.database import Session
from fingerpost.ledger import store
from fingerpost.vault import Vault
from fingerpost.words.errors import Misconfigured

WAIT = 5.0  # seconds: what ended is noted beside the database a moment before it commits
_POLL = 0.1


class Behind(Misconfigured):
    """The database is older than what was signed or ended since: nothing is served before that is applied."""


class Current:
    """Compares a database with what the vault remembers beside it."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def require(self, session: Session) -> None:
        """Raise `Behind` unless the database holds all that it should."""
        deadline = time.monotonic() + WAIT
        while not self.holds(session):
            if time.monotonic() > deadline:
                raise Behind(
                    "the database lacks entries that were signed, or acts that ended something: it was"
                    " restored from a backup; run `fingerpost retention restored` before anything else"
                )
            time.sleep(_POLL)

    def holds(self, session: Session) -> bool:
        """Tell whether the database holds the tree signed last, and the newest of what ended."""
        known = self._vault.last_signed()
        return store.holds_what_ended(session, known.size if known else 0, self._vault.newest_ended())
