"""What an authority is asked: listed, opened, answered or refused. Every step after the list is recorded."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import ContactRequestEnded, ContactRequestSeen
from fingerpost.requests import shown, store
from fingerpost.requests.life import ENDS, LIFE, Outcome, State, stands
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.signposts.trails_store import sealed
from fingerpost.vault import Vault
from fingerpost.words.errors import Invalid, NotFound, Problem


class Inbox:
    """The asked side. `database` connects as the role of requests."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def waiting(self, by: Person, *, most: int = 200) -> list[shown.Waiting]:
        """Return what waits for the person's authority, what is due first at first; not of which child."""
        self._reviewers.allow(by, RecordsAct.CONTACT_ANSWER, {by.authority}, recorded=False)
        moment, broker = self._clock(), self._broker(by)
        with self._database.transaction() as session:
            rows = store.rows(session, store.waiting(session, by.authority, moment, most))
        return [shown.waiting(self._vault, r, moment) for r in rows if broker or not shown.is_brokered(r)]

    def see(self, request: UUID, by: Person) -> shown.Opened:
        """Open a request: who asks and on which phone, and which child it is by one's own reference."""
        who, moment = self._reviewers.allow(by, RecordsAct.CONTACT_ANSWER, {by.authority}), self._clock()
        broker = self._broker(by)
        with self._database.transaction() as session:
            row = self._held(session, request, by, broker=broker)
            if State(row.state) is State.ASKED:
                store.see(session, request, who, moment)
            self._ledger.record(session, ContactRequestSeen(request=request, by=str(by)))
            own = self._vault.own_reference(sealed(session, [row.record_id])[row.record_id])
            return shown.opened(self._vault, store.rows(session, [request])[0], own, moment)

    def end(self, request: UUID, outcome: Outcome, by: Person) -> State:
        """Say how a request was answered, or why it is not shared. Said twice alike, it is said once."""
        who, moment = self._reviewers.allow(by, RecordsAct.CONTACT_ANSWER, {by.authority}), self._clock()
        broker = self._broker(by)
        with self._database.transaction() as session:
            row = self._held(session, request, by, broker=broker)
            state = stands(State(row.state), row.lapses_at, moment)
            if row.outcome == outcome.value:
                return state
            if ENDS[outcome] not in LIFE[state]:
                raise Invalid(Problem("request", f"stands as: {state.label}; it cannot be ended again"))
            store.end(session, request, (ENDS[outcome].value, outcome.value), who, moment)
            event = ContactRequestEnded(request=request, by=str(by), outcome=outcome.value)
            self._ledger.record(session, event)
        return ENDS[outcome]

    def _broker(self, by: Person) -> bool:
        """Tell whether a person brokers for sensitive services: nobody else of the authority sees those."""
        return self._reviewers.may(by, RecordsAct.CONTACT_BROKER, {by.authority})

    def _held(self, session: Session, request: UUID, by: Person, *, broker: bool) -> store.Row:
        """Return a request of the person's authority, held until the transaction ends."""
        found = store.rows(session, [request]) if store.lock(session, request) else []
        if not found or found[0].authority != by.authority or (shown.is_brokered(found[0]) and not broker):
            raise NotFound("no contact request with that id waits for this authority")
        return found[0]
