"""Doing again, in its order, what a restored database has forgotten. Every act is safe to repeat."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from fingerpost.access import store as access_store
from fingerpost.access.switches import Subject, turn
from fingerpost.db.database import Database, Session
from fingerpost.ledger.events import (
    AccessRestored,
    AccessSuspended,
    AnyEvent,
    ChildErased,
    ClientRevoked,
    ErasureSettled,
    HoldLifted,
    HoldPlaced,
    HoldRenewed,
    KeptApart,
    LinkBroken,
    LinkDecided,
    NeverJoinOrdered,
    PractitionerSuspended,
    ShieldLifted,
)
from fingerpost.ledger.movings import MissingAlertMoved
from fingerpost.retention import erase_store, hold_store
from fingerpost.retention.erase import Erasure
from fingerpost.retention.hold import move_copies
from fingerpost.retention.store import remove_copies
from fingerpost.shields.standing import StandingShields
from fingerpost.signposts import review_store, trails_store
from fingerpost.signposts.apart import part
from fingerpost.signposts.never_join import marked
from fingerpost.signposts.review_store import Known
from fingerpost.signposts.trails import BreakReason, LinkState, ordered
from fingerpost.vault import Vault
from fingerpost.words.clock import month_of, today


class Replay:
    """Applies events, each as the role that does such things: `people` and `trails` are its pools.

    `end_alert` ends an alert of a missing family that an entry says has ended.
    """

    def __init__(
        self, database: Database, trails: Database, people: Database, vault: Vault, erasure: Erasure,
        *, end_alert: Callable[[MissingAlertMoved, datetime], None], shields: StandingShields,
    ) -> None:  # fmt: skip
        self._shields = shields
        self._database, self._trails, self._people = database, trails, people
        self._vault, self._erasure, self._end_alert = vault, erasure, end_alert

    def apply(self, event: AnyEvent, moment: datetime, who: UUID) -> None:
        """Do what an event says was done; `who` has it done, and stands for whom the backup does not know."""
        match event:
            case PractitionerSuspended() | ClientRevoked() | AccessSuspended() | AccessRestored():
                self._switch(event, moment)
            case LinkBroken() | LinkDecided():
                self._apart(event, moment)
            case KeptApart():
                self._mark(event.authority, event.reference)
            case NeverJoinOrdered():
                for authority, reference in zip(event.authorities, event.references, strict=True):
                    self._mark(authority, reference)
            case HoldPlaced() | HoldRenewed() | HoldLifted():
                self._hold(event, moment, who)
            case ChildErased():
                self._erasure.again(event)
            case ErasureSettled():
                with self._database.statement() as session:
                    erase_store.settle(session, event.erasure, moment)
            case MissingAlertMoved():
                self._end_alert(event, moment)
            case ShieldLifted() if event.lifted:
                self._shields.lift(event.shield)
            case _:
                pass

    def _switch(
        self,
        event: PractitionerSuspended | ClientRevoked | AccessSuspended | AccessRestored,
        moment: datetime,
    ) -> None:
        day = today(moment)
        with self._people.transaction() as session:
            match event:
                case ClientRevoked():
                    access_store.revoke_client(session, UUID(event.client), moment)
                case PractitionerSuspended():
                    who = f"{event.authority}/{event.practitioner}"
                    turn(session, Subject.PERSON, who, moment, day)
                case AccessSuspended():
                    turn(session, Subject(event.subject), event.which, moment, day)
                case AccessRestored():
                    turn(session, Subject(event.subject), event.which, None, day)

    def _mark(self, authority: str, reference: str) -> None:
        """Keep a life apart again."""
        with self._trails.transaction() as session:
            marked(session, self._vault, authority, bytes.fromhex(reference))

    def _apart(self, event: LinkBroken | LinkDecided, moment: datetime) -> None:
        """Set two references apart, and whatever records they have."""
        if not event.references or (
            isinstance(event, LinkDecided) and event.state != LinkState.DISMISSED.value
        ):
            return
        one, other = map(bytes.fromhex, event.references)
        known = Known((one, other), event.authorities)
        with self._trails.transaction() as session:
            trails_store.take_turn(session)
            who = _person(session, event.by)
            records = review_store.records_of(session, known)
            if len(records) > 1:
                part(session, self._vault, ordered(records[0], records[1]))
            review_store.remember(session, [known], BreakReason.WRONG_MATCH, who, moment)
            trails_store.remember_breaks(session, records)

    def _hold(self, event: HoldPlaced | HoldRenewed | HoldLifted, moment: datetime, who: UUID) -> None:
        with self._database.transaction() as session:
            found = hold_store.find(session, event.hold)
            if isinstance(event, HoldPlaced):
                if found is None:
                    self._place(session, event, _person(session, event.by) or who, moment)
            elif found is not None and isinstance(event, HoldRenewed):
                self._renew(session, found, date.fromisoformat(event.until))
            elif found is not None and isinstance(event, HoldLifted) and event.agreed:
                hold_store.remove(session, found.id)
                remove_copies(session, [(found.authority, found.reference)])

    def _place(self, session: Session, event: HoldPlaced, who: UUID, moment: datetime) -> None:
        until = date.fromisoformat(event.until)
        cohort = month_of(until)
        self._vault.ensure_cohorts(event.authority, [cohort])
        sealed = self._vault.seal_order(event.hold, event.authority, cohort, event.order)
        reference = bytes.fromhex(event.reference)
        row = hold_store.Hold(event.hold, event.authority, reference, event.hold_kind, until, cohort, sealed)
        hold_store.add(session, row, who, moment)

    def _renew(self, session: Session, found: hold_store.Hold, until: date) -> None:
        cohort = month_of(until)
        self._vault.ensure_cohorts(found.authority, [cohort])
        sealed = self._vault.reseal("hold", found.id, found.authority, found.cohort, found.sealed, to=cohort)
        hold_store.renew(
            session,
            hold_store.Hold(
                found.id, found.authority, found.reference, found.kind, until, cohort, sealed
            ),
        )  # fmt: skip
        move_copies(session, self._vault, found.authority, found.reference)


def _person(session: Session, by: str) -> UUID | None:
    """Return the id of whoever decided, if the restored database knows them."""
    authority, _, reference = by.partition("/")
    found = access_store.identified(session, authority, reference)
    return found[0] if found else None
