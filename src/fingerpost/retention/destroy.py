"""Destroying a month's keys: one person asks, another confirms, and nothing of it opens any more, anywhere.

Guarded (R6): both clocks agree and are past the month, its grace and, for audit bodies, their legal period;
nothing is sealed under the keys any more, held copies included; two different officers of the service have
said so. Decided first, on the ledger, then done, then noted: a process that dies between leaves a decision,
which the next purge carries out.
"""

from collections.abc import Callable
from datetime import date, datetime
from enum import unique

from msgspec import Struct
from msgspec.structs import asdict

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger, Receipt
from fingerpost.ledger.events import DestructionAsked, DestructionConfirmed, MonthDestroyed
from fingerpost.retention import destroy_store as store
from fingerpost.retention.clocks import agreed_day
from fingerpost.retention.periods import destroyable_from
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.vault import Vault
from fingerpost.vault.keys import audit_key
from fingerpost.words.errors import NotFound, Refused
from fingerpost.words.vocabulary import Labelled

_NOBODY = "nobody asks for the destruction of those keys"


@unique
class Keys(Labelled):
    """Which of a month's keys: each kind has its own period."""

    DATA = "data", "every authority's records that left in the month"
    AUDIT = "audit", "who looked, when and why, in the month"


class Destroyed(Struct, frozen=True):
    """What was destroyed: the names of the keys, and the receipt of the ledger's entry."""

    month: date
    keys: Keys
    names: tuple[str, ...]
    receipt: Receipt


class Destruction:
    """Asks for, confirms and carries out. `database` connects as the role that ends things."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def ask(self, month: date, keys: Keys, by: Person) -> Receipt:
        """Ask that a month's keys be destroyed. Somebody else must confirm."""
        who = self._reviewers.allow(by, RecordsAct.DESTROY, ())
        with self._database.transaction() as session:
            self._require_ended(session, month, keys)
            if not store.ask(session, month, keys.value, who, self._clock()):
                raise Refused("that was asked for already: another person confirms it with --confirm")
            event = DestructionAsked(month=_shown(month), which=keys.value, by=str(by))
            return self._ledger.record(session, event)

    def confirm(self, month: date, keys: Keys, by: Person) -> Destroyed:
        """Confirm what another person asked for, and destroy the keys."""
        who = self._reviewers.allow(by, RecordsAct.DESTROY, ())
        with self._database.transaction() as session:
            self._require_ended(session, month, keys)
            asked = store.find(session, month, keys.value)
            if asked is None or asked.destroyed_at:
                raise NotFound(_NOBODY)
            if asked.asked_by == who:
                raise Refused(
                    "whoever asked for the destruction may not confirm it: that takes a second person"
                )
            if asked.confirmed_by is None:
                store.confirm(session, month, keys.value, who, self._clock())
                event = DestructionConfirmed(
                    month=_shown(month), which=keys.value, by=str(by), destroying=self._names(month, keys)
                )
                self._ledger.record(session, event)
        if (done := self._carry_out(month, keys)) is None:
            raise NotFound(_NOBODY)
        return done

    def finish(self) -> list[Destroyed]:
        """Carry out what was confirmed and not done: the process died between."""
        with self._database.statement() as session:
            waiting = store.unfinished(session)
        done = [self._carry_out(row.month, Keys(row.keys)) for row in waiting]
        return [one for one in done if one]

    def _carry_out(self, month: date, keys: Keys) -> Destroyed | None:
        """Destroy the keys, unless another process has meanwhile."""
        with self._database.transaction() as session:
            decided = store.find(session, month, keys.value)
            if decided is None or decided.destroyed_at:
                return None
            self._require_ended(session, month, keys)
            names = self._names(month, keys)
            self._vault.destroy_keys(names)  # durable; what follows only tells of it
            store.done(session, month, keys.value, self._clock())
            event = MonthDestroyed(month=_shown(month), which=keys.value, destroyed=names)
            return Destroyed(month, keys, names, self._ledger.record(session, event))

    def _names(self, month: date, keys: Keys) -> tuple[str, ...]:
        if keys is Keys.AUDIT:
            return (audit_key(month),) if self._vault.holds_audit(month) else ()
        return tuple(self._vault.data_keys(month))

    def _require_ended(self, session: Session, month: date, keys: Keys) -> None:
        """Refuse unless by both clocks the month is over and nothing is sealed under the keys any more."""
        day, due = agreed_day(session, self._clock()), destroyable_from(month, audit=keys is Keys.AUDIT)
        if day < due:
            raise Refused(f"the {keys.value} keys of {_shown(month)} may be destroyed from {due:%-d %B %Y}")
        if keys is Keys.DATA and (left := _left(store.sealed(session, month))):
            raise Refused(f"the keys of {_shown(month)} still seal {left}; run `fingerpost retention purge`")


def _left(sealed: store.Sealed) -> str:
    return ", ".join(f"{count} {what}" for what, count in asdict(sealed).items() if count)


def _shown(month: date) -> str:
    return f"{month:%Y-%m}"
