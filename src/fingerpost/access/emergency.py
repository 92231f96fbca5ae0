"""Emergency access: opened at once, on the record with its reason, reviewed by a second person afterwards."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.access import emergency_store as store
from fingerpost.access.keepers import Keepers
from fingerpost.access.rules import Emergency, RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import (
    Asker,
    EmergenciesShown,
    EmergencyOpened,
    EmergencyReviewed,
)
from fingerpost.words.clock import LONDON, next_working_day, today
from fingerpost.words.errors import NotFound, Refused
from fingerpost.words.vocabulary import Purpose


def review_by(opened_at: datetime) -> datetime:
    """Return the moment by which it must be reviewed: the end of the next working day in England."""
    due = next_working_day(today(opened_at))
    return datetime.combine(due + timedelta(days=1), time(), LONDON)


def last_day(review_by: datetime) -> date:
    """Return the day in England at whose end the time for a review is over."""
    return today(review_by - timedelta(microseconds=1))


def open_window(
    session: Session, ledger: Ledger, who: UUID, emergency: Emergency, *,
    asker: Asker, purpose: Purpose, case_reference: str, moment: datetime,
) -> None:  # fmt: skip
    """Open a person's window: the row that counts and the entry that holds the reason, together."""
    due = review_by(moment)
    event = EmergencyOpened(
        asker=asker, purpose=purpose, case_reference=case_reference,
        reason=emergency.reason, signed_in_at=emergency.signed_in_at, review_by=due,
    )  # fmt: skip
    receipt = ledger.record(session, event)
    store.add(session, (uuid4(), who, receipt.entry, moment, due))


class Reviewed(Struct, frozen=True):
    """An emergency as its reviewer sees it. `reason` is empty where its month's audit key is gone."""

    id: UUID
    practitioner: str
    opened_at: datetime
    review_by: datetime
    purpose: str = ""
    case_reference: str = ""
    reason: str = ""


class Emergencies:
    """Shows and reviews what was opened. `database` keeps accounts; `records` may read the ledger."""

    def __init__(
        self, database: Database, records: Database, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._records, self._ledger, self._clock = database, records, ledger, clock
        self._keepers = Keepers(database, ledger, clock)

    def waiting(self, by: tuple[str, str]) -> list[Reviewed]:
        """Return what waits for a review in the reviewer's authority, the oldest first."""
        self._allowed(by)
        with self._database.transaction() as session:
            rows = store.waiting(session, by[0])
            event = EmergenciesShown(by="/".join(by), emergencies=tuple(row.id for row in rows))
            self._ledger.record(session, event)
        return [self._with_reason(row) for row in rows]

    def review(self, emergency: UUID, by: tuple[str, str], *, justified: bool) -> None:
        """Record what a second person found. One that was not justified suspends the person who opened it."""
        who = self._allowed(by)
        with self._database.transaction() as session:
            row = store.take(session, emergency, by[0])
            if row is None:
                raise NotFound("no emergency with that id waits in your authority")
            if row.practitioner_id == who:
                raise Refused("nobody reviews their own emergency; ask another manager or records officer")
            store.review(session, emergency, who, self._clock(), justified=justified)
            if not justified:
                store.suspend(session, row.practitioner_id)
            event = EmergencyReviewed(
                emergency=emergency, practitioner=f"{by[0]}/{row.practitioner}",
                by="/".join(by), justified=justified,
            )  # fmt: skip
            self._ledger.record(session, event)

    def _allowed(self, by: tuple[str, str]) -> UUID:
        return self._keepers.let_in(by, RecordsAct.EMERGENCY, {by[0]})

    def _with_reason(self, row: store.Waiting) -> Reviewed:
        entry = self._ledger.find(self._records, row.entry)
        event = entry.event if entry else None
        if not isinstance(event, EmergencyOpened):
            return Reviewed(row.id, row.practitioner, row.opened_at, row.review_by)
        return Reviewed(
            row.id, row.practitioner, row.opened_at, row.review_by,
            purpose=event.purpose.value, case_reference=event.case_reference, reason=event.reason,
        )  # fmt: skip
