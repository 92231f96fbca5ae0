"""One's own sign-ins: sessions open elsewhere, seen and ended, and what happened to one's account."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from fingerpost.access import sessions_store as store
from fingerpost.access.sessions import Person
from fingerpost.access.sessions_store import Elsewhere, News
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import SessionEnded
from fingerpost.words.errors import NotFound


class OwnSignIns:
    """Shows people their own sign-ins. `database` connects as the role that signs in."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock

    def elsewhere(self, person: Person) -> list[Elsewhere]:
        """Return the person's sessions but this one, the latest first."""
        with self._database.statement() as statements:
            return store.elsewhere(statements, person.id, person.session, self._clock())

    def news(self, person: Person) -> list[News]:
        """Return what happened lately to the accounts by which the person signs in, the latest first."""
        with self._database.statement() as statements:
            return store.news(statements, person.id, self._clock() - store.NEWS_STANDS)

    def end(self, person: Person, session: UUID | None = None) -> int:
        """End one of the person's other sessions, or all. Return how many."""
        with self._database.transaction() as statements:
            ended = store.end_elsewhere(statements, person.id, person.session, session)
            if not ended:
                raise NotFound("you have no such session")
            self._ledger.record(statements, SessionEnded(session=session, sessions=ended))
        return ended
