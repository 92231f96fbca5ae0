"""Who keeps, reviews or decides is let in here, by the matrix of records; a refusal is on the ledger."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from fingerpost.access import store
from fingerpost.access.caller import Practitioner
from fingerpost.access.rules import RecordsAct, may_keep
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import RecordsRefused
from fingerpost.words.errors import Refused


class Keepers:
    """Lets people in. `database` connects as a role that may read who they are and add to the ledger."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock

    def let_in(
        self, by: tuple[str, str], act: RecordsAct, holders: Collection[str], *,
        although_off: bool = False, recorded: bool = True,
    ) -> UUID:  # fmt: skip
        """Return the id of a person (authority, reference) who may do this to what `holders` hold.

        Raise `Refused` for anybody else: `recorded`, but where a reading that shows no child must not write.
        `although_off` is for whoever switches the country on again.
        """
        return self._found(by, act, holders, although_off=although_off, recorded=recorded)[0]

    def reach(self, by: tuple[str, str], act: RecordsAct) -> str | None:
        """Return whose records a person may do this to: their own authority's code, or None for anybody's.

        Raise `Refused` for anybody else, recorded.
        """
        _, person = self._found(by, act, {by[0]}, although_off=False, recorded=True)
        return None if may_keep(person, act, (), self._clock()).allowed else by[0]

    def _found(
        self, by: tuple[str, str], act: RecordsAct, holders: Collection[str], *, although_off: bool,
        recorded: bool,
    ) -> tuple[UUID, Practitioner]:  # fmt: skip
        with self._database.statement() as session:
            found = store.identified(session, *by)
            person = found and found[1]
            if person and although_off:
                person = person.although_off()
            decision = may_keep(person, act, holders, self._clock())
            if found is None or person is None or decision.refusal is not None:
                if recorded:
                    self._ledger.record(session, RecordsRefused(by="/".join(by), clause=decision.clause))
                raise Refused(decision.refusal or "")
        return found[0], person
