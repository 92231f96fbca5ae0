"""Legal holds: a child that an enquiry, a review or a court needs kept past its day.

A hold is by the authority's own reference, rests on an order, has a last day and can be renewed. At its
leaving date a held child vanishes from every answer as any other; a sealed copy is kept under the month in
which the hold ends (`signposts/held.py`). Nobody who may only ask can tell a held child from an absent one:
no role that answers reads a hold. Two people may lift one early.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import unique
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from fingerpost.access import store as access_store
from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger, Receipt
from fingerpost.ledger.events import HoldLifted, HoldPlaced, HoldRenewed, HoldsRead
from fingerpost.retention import hold_store as store
from fingerpost.retention.periods import LONGEST_HOLD_DAYS
from fingerpost.retention.store import remove_copies
from fingerpost.signposts.held import child_reference
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.signposts.store import take_turn
from fingerpost.vault import Vault
from fingerpost.words import checks
from fingerpost.words.child import ChildDetails
from fingerpost.words.clock import month_of, today
from fingerpost.words.errors import Invalid, NotFound, Problem
from fingerpost.words.vocabulary import Labelled

_NONE = "there is no hold of that id"
LOST = "not known since a restore; the ledger's entry hold_placed names it"  # the order a hold rests on
PEOPLE = 2  # who must say that a hold may end early


@unique
class HoldKind(Labelled):
    """What a hold serves; nothing else may keep a child past its day."""

    SECTION_47 = "section_47", "a section 47 enquiry"
    REVIEW = "review", "a child safeguarding practice review or an inquiry"
    COURT = "court", "proceedings before a court"


class Order(Struct, frozen=True):
    """What a hold rests on: its kind, the order's own reference, and the last day."""

    kind: HoldKind
    reference: str
    until: date

    def __repr__(self) -> str:
        return f"Order({self.kind})"


class Listed(Struct, frozen=True):
    """A hold as its officers read it."""

    id: UUID
    authority: str
    kind: HoldKind
    order: str
    until: date


class Copy(Struct, frozen=True):
    """What a hold kept: the child's details and what pointed to it. Its `repr` shows nothing."""

    details: ChildDetails
    pointers: list[str]

    def __repr__(self) -> str:
        return f"Copy({len(self.pointers)} pointers)"


class Holds:
    """Places and ends holds. `database` connects as the role that ends things."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def place(self, authority: str, reference: str, order: Order, by: Person) -> tuple[UUID, Receipt]:
        """Hold a child by its authority's own reference, held now or not. Return the hold's id."""
        with self._database.statement() as session:
            if access_store.authority_name(session, authority) is None:
                raise NotFound("there is no authority of that code")
        return self._place(authority, self._vault.reference(authority, reference), order, by)

    def place_on(self, record: UUID, order: Order, by: Person) -> tuple[UUID, Receipt]:
        """Hold the child of a record."""
        with self._database.statement() as session:
            child = store.child_of(session, record)
        if child is None:
            raise NotFound("there is no record of that id")
        reference, sensitive, found = child
        if sensitive:
            reference = child_reference(self._vault, found)
        return self._place(found.authority, reference, order, by)

    def _place(self, authority: str, reference: bytes, order: Order, by: Person) -> tuple[UUID, Receipt]:
        who = self._reviewers.allow(by, RecordsAct.HOLD, {authority})
        if not (text := checks.text(order.reference, "order")):
            raise Invalid(Problem("order", "name the order that the hold rests on"))
        self._require_day(order.until)
        hold, cohort = uuid4(), month_of(order.until)
        made = self._vault.ensure_cohorts(authority, [cohort])
        sealed = self._vault.seal_order(hold, authority, cohort, text)
        row = store.Hold(hold, authority, reference, order.kind.value, order.until, cohort, sealed)
        with self._database.transaction() as session:
            take_turn(session, authority)  # a purge either sees the hold or is over
            store.add(session, row, who, self._clock())
            event = HoldPlaced(
                hold=hold, authority=authority, reference=reference.hex(), hold_kind=order.kind.value,
                until=order.until.isoformat(), order=text, by=str(by),
                copies=move_copies(session, self._vault, authority, reference), keys_made=tuple(made),
            )  # fmt: skip
            return hold, self._ledger.record(session, event)

    def renew(self, hold: UUID, until: date, by: Person) -> Receipt:
        """Give a hold a later last day; its copies follow it, and no word said before it ends it any more."""
        authority = self._found(hold, by).authority
        self._require_day(until)
        cohort = month_of(until)
        made = self._vault.ensure_cohorts(authority, [cohort])
        with self._database.transaction() as session:
            found = _standing(session, hold, authority)
            if until <= found.held_until:
                raise Invalid(
                    Problem("until", "must be later than it is: to end a hold early two people lift it")
                )
            sealed = self._vault.reseal("hold", hold, authority, found.cohort, found.sealed, to=cohort)
            store.renew(
                session, msgspec.structs.replace(found, held_until=until, cohort=cohort, sealed=sealed)
            )
            copies = move_copies(session, self._vault, authority, found.reference)
            event = HoldRenewed(
                hold=hold, until=until.isoformat(), by=str(by), copies=copies, keys_made=tuple(made)
            )
            return self._ledger.record(session, event)

    def lift(self, hold: UUID, by: Person) -> tuple[bool, Receipt]:
        """Say that a hold may end before its day. Tell whether two people have said so: then it has ended."""
        authority = self._found(hold, by).authority
        who = self._reviewers.allow(by, RecordsAct.HOLD, {authority})
        with self._database.transaction() as session:
            found = _standing(session, hold, authority)
            agreed = store.say(session, hold, who, self._clock()) >= PEOPLE
            copies: list[UUID] = []
            if agreed:
                store.remove(session, hold)
                copies = remove_copies(session, [(found.authority, found.reference)])
            event = HoldLifted(hold=hold, by=str(by), agreed=agreed, copies=tuple(copies))
            return agreed, self._ledger.record(session, event)

    def listed(self, by: Person) -> list[Listed]:
        """Return the holds of the person's authority, or to an officer of the service all; recorded."""
        whose = self._reviewers.reach(by, RecordsAct.HOLD)
        with self._database.transaction() as session:
            rows = store.holds(session, whose)
            self._ledger.record(session, HoldsRead(by=str(by), holds=tuple(row.id for row in rows)))
        return [
            Listed(
                row.id, row.authority, HoldKind(row.kind),
                self._vault.open_order(row.id, row.authority, row.cohort, row.sealed), row.held_until,
            )
            for row in rows
        ]  # fmt: skip

    def opened(self, hold: UUID, by: Person) -> list[Copy]:
        """Return what a hold kept, for the order it rests on. It is recorded before it is shown."""
        found = self._found(hold, by)
        with self._database.transaction() as session:
            copies = store.copies(session, found.authority, found.reference)
            event = HoldsRead(by=str(by), holds=(hold,), copies=tuple(copy.id for copy in copies))
            self._ledger.record(session, event)
        return [Copy(*self._vault.open_copy(c.id, c.authority, c.cohort, c.sealed)) for c in copies]

    def _found(self, hold: UUID, by: Person) -> store.Hold:
        """Return a hold that this person may handle; to anybody else it is not there."""
        with self._database.statement() as session:
            found = store.find(session, hold)
        self._reviewers.allow(by, RecordsAct.HOLD, {found.authority if found else by.authority})
        if found is None:
            raise NotFound(_NONE)
        return found

    def _require_day(self, until: date) -> None:
        day = today(self._clock())
        if not day < until <= day + timedelta(days=LONGEST_HOLD_DAYS):
            raise Invalid(
                Problem("until", f"must be from tomorrow to {LONGEST_HOLD_DAYS} days on; renew it then")
            )


def _standing(session: Session, hold: UUID, authority: str) -> store.Hold:
    """Return a hold in its authority's turn: it may have ended since it was looked for."""
    take_turn(session, authority)
    if (found := store.find(session, hold)) is None:
        raise NotFound(_NONE)
    return found


def move_copies(session: Session, vault: Vault, authority: str, reference: bytes) -> tuple[UUID, ...]:
    """Seal a child's copies again under the month of its longest hold. Return those that moved."""
    cohort = max(hold.cohort for hold in store.holds_of(session, authority, reference))
    moving = [c for c in store.copies(session, authority, reference) if c.cohort != cohort]
    store.move_copies(session, [
        (cohort, vault.reseal("copy", c.id, authority, c.cohort, c.sealed, to=cohort), c.id) for c in moving
    ])  # fmt: skip
    return tuple(c.id for c in moving)
