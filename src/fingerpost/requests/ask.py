"""Asking the team of a signpost to make contact, and reading what became of it."""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import ContactRequestAsked, LookupAnswered
from fingerpost.ledger.spoken import speakable
from fingerpost.requests import shown, store
from fingerpost.requests.life import ASK_WITHIN, ESCALATES_AFTER, KEPT, LAPSES_AFTER
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.vault import Vault
from fingerpost.words import checks
from fingerpost.words.clock import month_of, today
from fingerpost.words.errors import Invalid, NotFound, Problem

_PHONE = re.compile(r"\+?[0-9][0-9 ]{6,18}")
_NO_ANSWER = "no answer of yours of the last seven days showed that signpost; ask again about the child"


class Asking(Struct, frozen=True, kw_only=True):
    """Which signpost of which answer (its receipt's entry) is asked about, and where to ring back."""

    entry: UUID
    signpost: UUID
    phone: str

    def __post_init__(self) -> None:
        if not _PHONE.fullmatch(checks.text(self.phone, "phone")):
            raise Invalid(Problem("phone", "must be a phone number: digits and spaces"))


class Ask:
    """Takes requests of those who were shown a signpost. `database` connects as the role of requests."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def ask(self, by: Person, asking: Asking) -> shown.Mine:
        """Ask the team of a signpost to make contact. Asked twice of one answer, it is one request."""
        who = self._reviewers.allow(by, RecordsAct.CONTACT_ASK, {by.authority})
        answer, moment = self._answer(by, asking), self._clock()

        def written(session: Session) -> shown.Mine:
            asked = store.record_of(session, asking.signpost)
            if asked is None:
                raise NotFound(_NO_ANSWER)
            authority, leaves_on = asked.authority, today(moment + KEPT)
            cohort = min(month_of(leaves_on), asked.cohort)  # never longer than what it is about
            keys_made = tuple(self._vault.ensure_cohorts(authority, [cohort]))
            request, note = uuid4(), _note(asking, answer)
            due = (moment + ESCALATES_AFTER[answer.purpose], moment + LAPSES_AFTER)
            sealed = shown.seal(self._vault, request, authority, cohort, note)
            row = (request, asking.signpost, asking.entry, authority, who, moment, *due, leaves_on, cohort)
            if store.add(session, (*row, sealed)):
                event = ContactRequestAsked(
                    request=request, by=str(by), authority=authority, signpost=asking.signpost,
                    entry=asking.entry, keys_made=keys_made,
                )  # fmt: skip
                self._ledger.record(session, event)
            one = store.of_answer(session, asking.signpost, asking.entry)
            return shown.mine(self._vault, store.rows(session, [one or request])[0], moment)

        return self._database.attempt(written)  # a feed may take the signpost away at this moment

    def mine(self, by: Person, *, most: int = 50) -> list[shown.Mine]:
        """Return what a person asked and how it stands, the newest first. Nothing of a child is in it."""
        who = self._reviewers.allow(by, RecordsAct.CONTACT_ASK, {by.authority}, recorded=False)
        with self._database.transaction() as session:
            rows = store.rows(session, store.asked_by(session, who, most))
        return [shown.mine(self._vault, row, self._clock()) for row in rows]

    def _answer(self, by: Person, asking: Asking) -> LookupAnswered:
        """Return the answer, if it is the person's own, recent, and showed the signpost."""
        entry = self._ledger.find(self._database, asking.entry)
        if entry is None or not isinstance(entry.event, LookupAnswered):
            raise NotFound(_NO_ANSWER)
        answer = entry.event
        own = (answer.asker.authority, answer.asker.practitioner) == (by.authority, by.reference)
        recent = self._clock() - entry.receipt.recorded_at <= ASK_WITHIN
        if not own or not recent or asking.signpost not in {d.signpost for d in answer.disclosed}:
            raise NotFound(_NO_ANSWER)
        return answer


def _note(asking: Asking, answer: LookupAnswered) -> shown.Note:
    return shown.Note(
        phone=asking.phone.strip(), purpose=answer.purpose, case_reference=answer.case_reference,
        reference=speakable(asking.entry),
    )  # fmt: skip
