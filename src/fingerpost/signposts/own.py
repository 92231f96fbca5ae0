"""An authority's own signposts, by its own people: seen by team, confirmed, ended, registered by form.

What a feed states, the next feed states again: ending one here holds until then. What was registered by form
stands beside every feed, and leaves by the same rule as any other. No other authority's is ever touched.
"""

from collections.abc import Callable
from datetime import date, datetime
from enum import unique
from uuid import UUID

import msgspec
from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import SignpostKept, SignpostsListed
from fingerpost.signposts import own_store as store
from fingerpost.signposts.changes import BY_FORM, Stored, Unread
from fingerpost.signposts.linking import Linking
from fingerpost.signposts.own_store import Held, TeamRow
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.signposts.register import Applied, Register
from fingerpost.signposts.retention import leaves_on
from fingerpost.signposts.rules import RULES, Rule, by_code
from fingerpost.signposts.signpost import Draft, Registration, SignpostRole, SourceRow, StoredSignpost
from fingerpost.signposts.store import take_turn
from fingerpost.vault import Vault
from fingerpost.words.child import ChildDetails
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Problem
from fingerpost.words.vocabulary import Labelled, Service

CONSENTED = frozenset({Service.EARLY_HELP, Service.CARE_LEAVER})  # services that rest on consent


@unique
class Kept(Labelled):
    """What was done to a signpost by hand."""

    REGISTERED = "registered", "registered by form"
    CONFIRMED = "confirmed", "confirmed"
    ENDED = "ended", "ended"


class OwnLine(Struct, frozen=True):
    """A signpost as its own authority sees it; `reference` is the authority's own."""

    id: UUID
    reference: str
    service: Service
    role: SignpostRole
    started: date
    ended: date | None
    confirmed: date
    leaves_on: date
    disputed: bool

    def __repr__(self) -> str:
        return f"OwnLine({self.id})"


class Statement(Struct, frozen=True, kw_only=True):
    """What a person registers of a child: one service, and since when."""

    reference: str
    details: ChildDetails
    service: Service
    team: UUID
    role: SignpostRole
    started: date
    consented: bool = False

    def __repr__(self) -> str:
        return f"Statement({self.service})"


class Own:
    """Keeps an authority's own signposts. `database` connects as the role that may publish."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)
        self._linking = Linking(database, vault, ledger, clock)

    def teams(self, authority: str) -> list[TeamRow]:
        """Return an authority's teams."""
        with self._database.statement() as session:
            return store.teams(session, authority)

    def of_team(self, team: UUID, by: Person, most: int = 100) -> list[OwnLine]:
        """Return a team's signposts, those longest unconfirmed first; that they were read is recorded."""
        self._reviewers.allow(by, RecordsAct.OWN, {by.authority})
        with self._database.transaction() as session:
            lines = store.of_team(session, by.authority, team, most)
            planted = self._vault.planted(line.record.id for line in lines)  # nobody's: not theirs to keep
            lines = [line for line in lines if line.record.id not in planted]
            event = SignpostsListed(authority=by.authority, signposts=len(lines), by=str(by))
            self._ledger.record(session, event)
        return [
            OwnLine(
                line.id, self._vault.own_reference(line.record), Service(line.service),
                SignpostRole(line.role), line.started, line.ended, line.confirmed, line.leaves_on,
                line.disputed,
            )
            for line in lines
        ]  # fmt: skip

    def confirm(self, signpost: UUID, by: Person) -> date:
        """Note that a service still works with the child. Return the day on which it leaves now."""
        return self._keep(signpost, by, Kept.CONFIRMED, None)

    def end(self, signpost: UUID, by: Person, ended: date) -> date:
        """Note that a service has ended. Return the day on which it leaves."""
        return self._keep(signpost, by, Kept.ENDED, ended)

    def register(self, statement: Statement, by: Person) -> date:
        """Register one signpost. A child already held keeps the details it has. Return when it leaves."""
        self._reviewers.allow(by, RecordsAct.OWN, {by.authority})
        if statement.service is Service.SENSITIVE:
            raise Invalid(Problem("service", "is stated by the list of sensitive services alone"))
        rule, day = _rule_of(statement.service), today(self._clock())
        if statement.service in CONSENTED and not statement.consented:
            raise Invalid(Problem("consented", "is needed: this service rests on consent"))
        reference = self._vault.reference(by.authority, statement.reference)

        def written(session: Session) -> date:
            take_turn(session, by.authority)
            if statement.team not in {t.id for t in store.teams(session, by.authority) if t.stands}:
                raise Invalid(Problem("team", "is not one of your authority’s that is rung"))
            held = store.held(session, by.authority, reference)
            details = self._vault.open_details(held.sealed) if held else statement.details
            draft = _Drafting(details, rule, day).new(statement)
            if draft.leaves_on <= day:
                raise Invalid(Problem("started", "is too long ago: by the rule it would have left already"))
            stated = _stated(statement.reference, details, draft, declined=draft.source)
            self._write(session, by, Kept.REGISTERED, held, stated)
            return draft.leaves_on

        leaves = self._database.attempt(written)
        self._linking.link(by.authority)
        return leaves

    def _keep(self, signpost: UUID, by: Person, act: Kept, ended: date | None) -> date:
        self._reviewers.allow(by, RecordsAct.OWN, {by.authority})
        day = today(self._clock())

        def kept(session: Session) -> date:
            take_turn(session, by.authority)
            reference = store.record_of(session, by.authority, signpost)
            held = reference and store.held(session, by.authority, reference)
            if not held:
                raise NotFound("your authority has no such signpost")
            stored = next(s for s in held.signposts if s.id == signpost)
            _require_open(stored, ended, day)
            details, own = self._vault.open_details(held.sealed), self._vault.own_reference(held.sealed)
            row_id = self._vault.open_source(signpost, by.authority, *held.sources[signpost])
            source = SourceRow(stored.source_table, row_id, own)
            draft = _Drafting(details, by_code(stored.rule), day).again(stored, source, ended)
            # By the rule it would have left already: then it is gone now.
            stands = [draft] if draft.leaves_on > day else []
            self._write(session, by, act, held, _stated(own, details, *stands, declined=source))
            return draft.leaves_on

        return self._database.attempt(kept)

    def _write(
        self, session: Session, by: Person, act: Kept, held: Held | None, stated: Registration
    ) -> None:
        """Write one statement of one child; whatever else stands of the child stands."""
        records = {held.record.reference: held.record} if held else {}
        signposts = {held.record.id: held.signposts} if held else {}
        register = Register(session, self._vault, by.authority, today(self._clock()))
        changes = register.plan(Stored(records, signposts), [stated], Unread())
        applied = register.apply(changes, lambda _: None)
        self._ledger.record(session, _kept(by, act, applied, [*changes.confirmed]))


class _Drafting:
    """Makes drafts of one child's signpost under its rule, as of one day."""

    def __init__(self, details: ChildDetails, rule: Rule, day: date) -> None:
        self._born = details.date_of_birth or details.born_to or details.expected_on
        self._rule, self._day = rule, day

    def new(self, statement: Statement) -> Draft:
        return Draft(
            # Told by what it states: the same statement, sent twice or by two people, is one signpost.
            source=SourceRow(BY_FORM, f"{statement.service.value} {statement.started}", statement.reference),
            rule=self._rule.code,
            service=statement.service, role=statement.role, team_id=statement.team,
            started=statement.started, ended=None, leaves_on=self._leaves(None),
        )  # fmt: skip

    def again(self, stored: StoredSignpost, source: SourceRow, ended: date | None) -> Draft:
        return msgspec.structs.replace(stored.again(source, self._leaves(ended)), ended=ended)

    def _leaves(self, ended: date | None) -> date:
        return leaves_on(
            born=self._born, until_age=self._rule.until_age, ended=ended,
            years_after_end=self._rule.years_after_end, confirmed=self._day,
        )  # fmt: skip


def _stated(reference: str, details: ChildDetails, *drafts: Draft, declined: SourceRow) -> Registration:
    """State one signpost, or that it is no more: whatever else stands of the child stands."""
    every_table = frozenset({BY_FORM, *(rule.table for rule in RULES)})
    return Registration(
        reference=reference, details=details, signposts=drafts, declined=(declined,), kept_tables=every_table
    )


def _kept(by: Person, act: Kept, applied: Applied, confirmed: list[UUID]) -> SignpostKept:
    changed = (*applied.added, *applied.changed, *applied.removed, *confirmed)
    return SignpostKept(
        authority=by.authority, by=str(by), act=act.value, signposts=changed, keys_made=applied.keys_made
    )


def _require_open(stored: StoredSignpost, ended: date | None, day: date) -> None:
    if stored.ended is not None:
        raise Invalid(Problem("signpost", "has ended already"))
    if ended is not None and not stored.started <= ended <= day:
        raise Invalid(Problem("ended", "must be from the day it started to today"))


def _rule_of(service: Service) -> Rule:
    return next(rule for rule in RULES if rule.service is service)
