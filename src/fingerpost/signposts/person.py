"""Who decides about records: a person by authority and staff reference, let in by the access matrix."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.access import store
from fingerpost.access.keepers import Keepers
from fingerpost.access.rules import RecordsAct, may_keep
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger


class Person(Struct, frozen=True):
    """Who decides: CODE/REFERENCE."""

    authority: str
    reference: str

    def __str__(self) -> str:
        return f"{self.authority}/{self.reference}"


class Reviewers:
    """Lets people in by the matrix; a refusal is on the ledger."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._keepers = Keepers(database, ledger, clock)

    def allow(self, by: Person, act: RecordsAct, holders: Collection[str], *, recorded: bool = True) -> UUID:
        """Return the id of a person who may do this to records that `holders` hold, or raise `Refused`.

        A refusal is `recorded`, but where it is of a reading that shows no child and must not write.
        """
        return self._keepers.let_in((by.authority, by.reference), act, holders, recorded=recorded)

    def reach(self, by: Person, act: RecordsAct) -> str | None:
        """Return whose records a person may do this to: their authority's, or None for anybody's.

        Raise `Refused` where they may not at all.
        """
        return self._keepers.reach((by.authority, by.reference), act)

    def may(self, by: Person, act: RecordsAct, holders: Collection[str]) -> bool:
        """Tell whether a person may do this to records that `holders` hold."""
        with self._database.statement() as session:
            found = store.identified(session, by.authority, by.reference)
        return found is not None and may_keep(found[1], act, holders, self._clock()).allowed
