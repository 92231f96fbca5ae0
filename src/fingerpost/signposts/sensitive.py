"""Sensitive services: sexual health, mental health, substance misuse. Stated by their own list, never named.

A list states all that an authority's sensitive services work with; what it states no more is gone. Which of
the three it is, on which basis it is recorded and what the young person decided is sealed, and read only
where the law asks for it. A lookup shows them, to those who may, as a team that can be asked
(`lookup/disclose.py`); to all others they are absent.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import unique
from uuid import UUID

import msgspec
from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import SensitiveRefused, SensitiveStated
from fingerpost.signposts import sensitive_store as store
from fingerpost.signposts.changes import Unread, too_much
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.signposts.register import KIND_PREFIX, Register
from fingerpost.signposts.retention import leaves_on
from fingerpost.signposts.rules import SENSITIVE
from fingerpost.signposts.signpost import Draft, Registration, SignpostRole, SourceRow
from fingerpost.signposts.store import held, take_turn
from fingerpost.vault import Vault
from fingerpost.words.child import ChildDetails
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, Problem, Refused
from fingerpost.words.vocabulary import Labelled

_encode = msgspec.json.Encoder().encode


@unique
class Kind(Labelled):
    """Which sensitive service it is (Children Act 2004 Information Database Regulations 2007, reg. 2)."""

    SEXUAL_HEALTH = "sexual_health", "sexual health"
    MENTAL_HEALTH = "mental_health", "mental health"
    SUBSTANCE_MISUSE = "substance_misuse", "substance misuse"


@unique
class Basis(Labelled):
    """On which basis it is recorded that a sensitive service works with a child (reg. 11(3))."""

    CONSENT = "consent", "explicit consent"
    SIGNIFICANT_HARM = "significant_harm", "significant harm is suspected"


@unique
class Decision(Labelled):
    """What the young person decided about being recorded."""

    AGREED = "agreed", "the young person agreed"
    AGREED_FOR = "agreed_for", "somebody with parental responsibility agreed for a child who cannot decide"
    DID_NOT_AGREE = "did_not_agree", "the young person did not agree"
    NOT_ASKED = "not_asked", "not asked, because asking could do harm"


class Stated(Struct, frozen=True, kw_only=True):
    """One child on the list of an authority's sensitive services."""

    reference: str
    child: ChildDetails
    kind: Kind
    basis: Basis
    decision: Decision
    started: date

    def __post_init__(self) -> None:
        if self.basis is Basis.CONSENT and self.decision not in {Decision.AGREED, Decision.AGREED_FOR}:
            raise Invalid(Problem("decision", "rests on consent, so somebody must have agreed"))

    def __repr__(self) -> str:
        return "Stated(…)"


class Note(Struct, frozen=True, kw_only=True):
    """What is sealed beside the record of a sensitive service."""

    kind: Kind
    basis: Basis
    decision: Decision
    recorded_by: str
    recorded_on: date


class Counted(Struct, frozen=True):
    """How many signposts a list added, changed and took away."""

    added: int
    changed: int
    removed: int


class Sensitive:
    """Takes the lists. `database` connects as the role that may publish."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def state(self, listed: Iterable[Stated], by: Person, *, accept_removals: bool = False) -> Counted:
        """Make the store say what the list of the person's authority says. All, or nothing.

        `Refused` where it would take so much away that half a list is likelier, unless that is accepted; that
        is recorded.
        """
        self._reviewers.allow(by, RecordsAct.SENSITIVE, {by.authority})
        authority, day = by.authority, today(self._clock())
        by_reference = {stated.reference: stated for stated in listed}

        def written(session: Session) -> Counted | str:
            take_turn(session, authority)
            register = Register(session, self._vault, authority, day, sensitive=True)
            registrations = (_registration(stated, day) for stated in by_reference.values())
            stored = held(session, authority, sensitive=True)
            plan = register.plan(stored, registrations, Unread())
            gone, standing = plan.counts.removed, sum(map(len, stored.signposts.values()))
            if accept_removals or not too_much(gone, standing):
                applied = register.apply(plan, lambda _: None)
                self._note(session, by, by_reference, day)
                event = SensitiveStated(
                    authority=authority, by=str(by), added=applied.added, changed=applied.changed,
                    removed=applied.removed, keys_made=applied.keys_made,
                )  # fmt: skip
                self._ledger.record(session, event)
                return Counted(len(applied.added), len(applied.changed), len(applied.removed))
            why = f"would take away {gone} of {standing} signposts, more than a fifth"
            event = SensitiveRefused(authority=authority, by=str(by), reason=f"it {why}")
            self._ledger.record(session, event)
            return why

        if isinstance(done := self._database.attempt(written), Counted):
            return done
        raise Refused(
            f"the list {done}, and nothing was changed; if that is right, say so with --accept-removals"
        )

    def refuse(self, error: Invalid, by: Person) -> None:
        """Record that a list of the person's authority cannot be read: how much is wrong, and where first."""
        self._reviewers.allow(by, RecordsAct.SENSITIVE, {by.authority})
        first, *others = error.problems
        reason = str(Invalid(first)) + (f"; and {len(others)} more" if others else "")
        with self._database.transaction() as session:
            event = SensitiveRefused(authority=by.authority, by=str(by), reason=reason)
            self._ledger.record(session, event)

    def _note(self, session: Session, by: Person, listed: dict[str, Stated], day: date) -> None:
        """Seal, under each record's own month, which service it is, on which basis and by whose decision."""
        by_token = {
            self._vault.reference(by.authority, KIND_PREFIX + reference): stated
            for reference, stated in listed.items()
        }
        rows: list[tuple[UUID, str, date, bytes]] = []
        for record in store.records(session, by.authority):
            stated = by_token[record.reference]
            note = Note(
                kind=stated.kind, basis=stated.basis, decision=stated.decision, recorded_by=str(by),
                recorded_on=day,
            )  # fmt: skip
            sealed = self._vault.seal_sensitive(record.id, by.authority, record.cohort, _encode(note))
            rows.append((record.id, by.authority, record.cohort, sealed))
        store.note(session, rows)


def _registration(stated: Stated, day: date) -> Registration:
    leaves = leaves_on(
        born=stated.child.date_of_birth, until_age=SENSITIVE.until_age, ended=None,
        years_after_end=SENSITIVE.years_after_end, confirmed=day,
    )  # fmt: skip
    draft = Draft(
        source=SourceRow("sensitive", stated.reference, stated.reference), rule=SENSITIVE.code,
        service=SENSITIVE.service, role=SignpostRole.TEAM, team_id=None, started=stated.started, ended=None,
        leaves_on=leaves,
    )  # fmt: skip
    drafts = (draft,) if leaves > day else ()
    return Registration(reference=stated.reference, details=stated.child, signposts=drafts)


def read_note(vault: Vault, record: UUID, authority: str, cohort: date, sealed: bytes) -> Note:
    """Return what is sealed beside the record of a sensitive service."""
    return msgspec.json.decode(vault.open_sensitive(record, authority, cohort, sealed), type=Note)
