"""Asking for shields, keeping them, clearing what they cover by mistake, and lifting them.

A shield is one body's request. Several bodies that ask for one child make several shields, kept apart; the
child is shielded while any stands. Nothing ends a shield but two people of different authorities.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import msgspec

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import (
    ShieldAsked,
    ShieldKept,
    ShieldLifted,
    ShieldsConfirmed,
    ShieldsListed,
)
from fingerpost.shields import standing, store
from fingerpost.shields.request import (
    EVIDENCE_DAYS,
    KEPT_YEARS,
    REVIEW_MONTHS,
    UNREADABLE,
    Covered,
    Evidence,
    Kept,
    Note,
    Request,
)
from fingerpost.signposts import shielding, shielding_store
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.vault import Vault
from fingerpost.vault.keys import KeyDestroyed
from fingerpost.vault.seal import SCHEMA_VERSION
from fingerpost.words.child import ChildDetails
from fingerpost.words.clock import month_of, today
from fingerpost.words.errors import NotFound, Refused, Unavailable

ATTEMPTS = 3  # a feed that writes the same records can deadlock with us; the one sent back starts again
AUTHORITIES = 2  # whose people must agree before a shield is lifted
Done = TypeVar("Done")

_encode = msgspec.json.Encoder().encode
_read_note = msgspec.json.Decoder(Note).decode


class Shields:
    """Keeps the shields. `database` connects as the role of the shields.

    `follow` looks for the links of what is shown again, of these authorities.
    """

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime], *,
        follow: Callable[[Iterable[str]], None],
    ) -> None:  # fmt: skip
        self._follow = follow
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def ask(self, keeper: str, request: Request, child: ChildDetails, by: Person) -> UUID:
        """Shield a child from now on; `keeper` is told, reviews and clears. Return the shield's id."""
        who = self._reviewers.allow(by, RecordsAct.SHIELD_ASK, {keeper})
        day = today(self._clock())
        cohort = month_of(day).replace(year=day.year + KEPT_YEARS)
        keys_made = tuple(self._vault.ensure_cohorts(keeper, [cohort]))
        shield = uuid4()
        sealed = self._vault.seal_record(shield, keeper, cohort, child, "")
        note = self._vault.seal_note("shield", shield, keeper, cohort, _encode(Note(request=request)))
        due = (day + timedelta(days=EVIDENCE_DAYS), _in_months(day, REVIEW_MONTHS))

        def written(session: Session) -> UUID:
            shielding_store.take_turn(session)
            # Not before: whoever changes the key of the index moves, in that turn, what stands. While it is
            # changed they are tokens of two keys, and those of the older are moved yet.
            generation = self._vault.index_generations()[0]
            question = self._vault.question(child)  # more tokens than a record's: errors and other forms
            sealing = (shield, keeper, cohort, SCHEMA_VERSION, sealed.sealed, note)
            store.add(session, (*sealing, question.tokens, generation, who, self._clock(), *due))
            covered = shielding.take(session, self._vault, shield, question)
            event = ShieldAsked(
                shield=shield, authority=keeper, by=str(by), body=request.body.value,
                ground=request.ground.value, covered=tuple(sorted(covered)), keys_made=keys_made,
            )  # fmt: skip
            # Last of all, the entry that a database which lacks the shield is known by.
            standing.keep(session, self._vault, self._ledger, shield)
            self._ledger.record(session, event)
            return shield

        return self._attempt(written)

    def kept(self, by: Person) -> list[Kept]:
        """Return the shields that the person's authority keeps, the first to be reviewed first."""
        self._reviewers.allow(by, RecordsAct.SHIELD_KEEP, {by.authority})
        with self._database.transaction() as session:
            rows = store.kept(session, by.authority)
            covered = store.covered(session, [row.id for row in rows])
            away = store.away(session, [row.id for row in rows])
            self._ledger.record(session, ShieldsListed(by=str(by), items=tuple(row.id for row in rows)))
        return [
            self._kept(
                row, tuple(Covered(*c[1:]) for c in covered if c[0] == row.id),
                tuple(authority for shield, authority in away if shield == row.id),
            )
            for row in rows
        ]  # fmt: skip

    def _kept(self, row: store.Row, covered: tuple[Covered, ...], away: tuple[str, ...]) -> Kept:
        note = self._opened(row)
        asked = note.request if note else None
        return Kept(
            id=row.id, body=asked and asked.body, ground=asked and asked.ground,
            call_back=asked.call_back if asked else "", asked_by=row.asked_by, asked_at=row.asked_at,
            evidence=note and note.evidence, evidence_by=row.evidence_by, review_on=row.review_on,
            reviewed_by=note.reviewed_by if note else "", covered=covered, words=row.words, away=away,
        )  # fmt: skip

    def evidence(self, shield: UUID, evidence: Evidence, by: Person) -> None:
        """Note what a shield was shown to rest on."""

        def noted(session: Session, row: store.Row) -> None:
            note = msgspec.structs.replace(self._note(row), evidence=evidence)
            store.update(session, shield, self._sealed(row, note), None, row.review_on)

        self._keep(shield, by, f"evidence: {evidence.value}", noted)

    def review(self, shield: UUID, by: Person) -> date:
        """Note that a named person reviewed a shield and that it stands. Return the next review's day.

        Who said before that it may be lifted has to say so again: else one person elsewhere could lift it.
        """
        later = _in_months(today(self._clock()), REVIEW_MONTHS)

        def noted(session: Session, row: store.Row) -> None:
            note = msgspec.structs.replace(self._note(row), reviewed_by=str(by))
            store.update(session, shield, self._sealed(row, note), row.evidence_by, later)
            store.unsay(session, shield)

        self._keep(shield, by, "review", noted)
        return later

    def clear(self, shield: UUID, record: UUID, by: Person) -> None:
        """Note that a covered record is another child's: it is visible again unless others cover it."""

        def cleared(session: Session, row: store.Row) -> None:
            if not store.clear(session, row.id, record):
                raise NotFound("that shield covers no such record")
            shown.update(shielding.reveal(session, [record]))

        shown = set[str]()
        self._keep(shield, by, "clear", cleared, record)
        self._follow(shown)

    def lift(self, shield: UUID, by: Person) -> bool:
        """Note one person's word that a shield may go. Tell whether it went: two authorities have said so."""
        who = self._reviewers.allow(by, RecordsAct.SHIELD_LIFT, set())

        def said(session: Session) -> bool:
            shielding_store.take_turn(session)
            row = store.one(session, shield)
            # Before its keeper has spoken nobody else learns that there is such a shield.
            if row is None or (row.authority != by.authority and not row.words):
                raise NotFound("no shield with that id")
            lifted = len(store.say(session, shield, who, self._clock())) >= AUTHORITIES
            if lifted:
                shown.update(standing.take_off(session, self._vault, shield))
            else:
                standing.keep(session, self._vault, self._ledger, shield)
            event = ShieldLifted(shield=shield, authority=row.authority, by=str(by), lifted=lifted)
            self._ledger.record(session, event)
            if lifted:
                self._vault.forget_shield(shield)  # after that entry: whoever restores lifts it by that
            return lifted

        shown = set[str]()
        lifted = self._attempt(said)
        self._follow(shown)
        return lifted

    def confirm(self, authority: str, by: Person) -> None:
        """Note that an authority's list of shields is whole, empty or not; show what none covers."""
        self._reviewers.allow(by, RecordsAct.SHIELD_KEEP, {authority})

        def confirmed(session: Session) -> None:
            shielding_store.take_turn(session)
            shielding_store.confirm(session, authority, self._clock())
            shielding.confirm(session, self._vault, authority)
            self._ledger.record(session, ShieldsConfirmed(authority=authority, by=str(by)))

        self._attempt(confirmed)
        self._follow([authority])

    def _keep(
        self, shield: UUID, by: Person, act: str, change: Callable[[Session, store.Row], None],
        record: UUID | None = None,
    ) -> None:  # fmt: skip
        """Change a shield of the person's own authority, and record it."""
        self._reviewers.allow(by, RecordsAct.SHIELD_KEEP, {by.authority})

        def changed(session: Session) -> None:
            shielding_store.take_turn(session)
            row = store.one(session, shield)
            if row is None or row.authority != by.authority:
                raise NotFound("no shield with that id")
            change(session, row)
            standing.keep(session, self._vault, self._ledger, shield)
            self._ledger.record(session, ShieldKept(shield=shield, by=str(by), act=act, record=record))

        self._attempt(changed)

    def _attempt(self, work: Callable[[Session], Done]) -> Done:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._once(work)
            except Unavailable:
                continue
        return self._once(work)

    def _once(self, work: Callable[[Session], Done]) -> Done:
        with self._database.transaction() as session:
            return work(session)

    def _opened(self, row: store.Row) -> Note | None:
        """Return what is noted beside a shield; None where no key opens it any more."""
        try:
            return _read_note(self._vault.open_note("shield", row.id, row.authority, row.cohort, row.note))
        except KeyDestroyed:
            return None

    def _note(self, row: store.Row) -> Note:
        note = self._opened(row)
        if note is None:
            raise Refused(UNREADABLE)
        return note

    def _sealed(self, row: store.Row, note: Note) -> bytes:
        return self._vault.seal_note("shield", row.id, row.authority, row.cohort, _encode(note))


def _in_months(day: date, months: int) -> date:
    """Return the first day of the month that is so many months on."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
