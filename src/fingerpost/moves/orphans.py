"""The list of orphaned transfers: closed here as handed on, opened nowhere."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.movings import HandOversListed
from fingerpost.ledger.spoken import speakable
from fingerpost.moves import store
from fingerpost.notices.inbox import own_reference
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.signposts.trails_store import sealed
from fingerpost.vault import Vault
from fingerpost.words.clock import today
from fingerpost.words.working_time import working_days_between


class Orphaned(Struct, frozen=True, kw_only=True):
    """A child closed as handed on whom nobody has opened. `reference` is null for the area it may live in.

    `spoken` is how its id is said aloud.
    `asked`: two people still have to say of a record elsewhere whether it is this child's.
    """

    id: UUID
    spoken: str
    reference: str | None
    closed_on: date
    working_days: int
    asked: bool


class Orphans:
    """Shows the list. `database` connects as the role of moves."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def listed(self, by: Person, most: int = 1000) -> list[Orphaned]:
        """Return the orphaned transfers of the person's authority, oldest first."""
        self._reviewers.allow(by, RecordsAct.ORPHANS, {by.authority})
        day = today(self._clock())
        with self._database.transaction() as session:
            rows = store.orphans_of(session, by.authority, most)
            records = sealed(session, [row.record_id for row in rows])
            asked = set(store.in_doubt(session, list(records)))
            self._ledger.record(session, HandOversListed(by=str(by), items=tuple(row.id for row in rows)))
        return [
            Orphaned(
                id=row.id, spoken=speakable(row.id),
                reference=own_reference(self._vault, records.get(row.record_id), by.authority),
                closed_on=row.closed_on,
                working_days=working_days_between(row.closed_on, day),
                asked=row.record_id in asked,
            )
            for row in rows
        ]  # fmt: skip
