"""Who decides about records: a person by authority and staff reference, let in by the access matrix."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.access import store
from fingerpost.access.rules import RecordsAct, may_keep
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import RecordsRefused
from fingerpost.words.errors import Refused


class Person(Struct, frozen=True):
    """Who decides: CODE/REFERENCE."""

    authority: str
    reference: str

    def __str__(self) -> str:
        return f"{self.authority}/{self.reference}"


class Reviewers:
    """Lets people in by the matrix; a refusal is on the ledger."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock

    def allow(self, by: Person, act: RecordsAct, holders: Collection[str], *, recorded: bool = True) -> UUID:
        """Return the id of a person who may do this to records that `holders` hold, or raise `Refused`.

        A refusal is `recorded`, but where it is of a reading that shows no child and must not write.
        """
        with self._database.statement() as session:
            found = store.identified(session, by.authority, by.reference)
            decision = may_keep(found[1] if found else None, act, holders, self._clock())
            if found is None or decision.refusal is not None:
                if recorded:
                    self._ledger.record(session, RecordsRefused(by=str(by), clause=decision.clause))
                raise Refused(decision.refusal or "")
            return found[0]

    def everywhere(self, by: Person, act: RecordsAct) -> bool:
        """Tell whether a person may do this to anybody's records: an officer of the service."""
        return self.may(by, act, ())

    def may(self, by: Person, act: RecordsAct, holders: Collection[str]) -> bool:
        """Tell whether a person may do this to records that `holders` hold."""
        with self._database.statement() as session:
            found = store.identified(session, by.authority, by.reference)
        return found is not None and may_keep(found[1], act, holders, self._clock()).allowed
