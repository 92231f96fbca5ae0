"""The whole path of a lookup, in one direction and in one place.

One indexed candidate query, one scoring pass, one trail query, one signposts query, and one ledger write,
committed before the vault lets out the words that explain the answer.
A refusal is a value that is recorded like any answer.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import Struct

from fingerpost.access import store as access_store
from fingerpost.access.caller import Caller
from fingerpost.access.emergency import open_window
from fingerpost.access.rules import Decision, Emergency, may_ask
from fingerpost.db.database import Database, Session
from fingerpost.guard import Guard, Passed, Stopped
from fingerpost.guard.guard import REFUSED
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import Asker, Disclosed, LookupAnswered, LookupRefused
from fingerpost.ledger.spoken import speakable
from fingerpost.lookup import disclose, store
from fingerpost.lookup.answer import Answer, Coverage, Outcome
from fingerpost.lookup.coverage import coverage
from fingerpost.lookup.question import Question, require_enough, what_would_help
from fingerpost.lookup.trail import with_trails
from fingerpost.signposts.apart import lives
from fingerpost.signposts.trails_store import trails
from fingerpost.vault import Candidate, Vault
from fingerpost.vault.vault import Weighed
from fingerpost.words.clock import is_bank_holiday, today
from fingerpost.words.errors import Invalid, Refused
from fingerpost.words.vocabulary import AlertKind, Scope

MOST_FOLLOWED = 40  # records found; far beyond what is ever shown
MOST_CHILDREN = 5  # more candidate children than this answers "add detail", never a list


class _Found(Struct, frozen=True):
    """What the search gave: matches to show, or too many children to show any; and what that raises."""

    matches: tuple[disclose.Unexplained, ...]
    too_many: bool = False
    alerts: tuple[AlertKind, ...] = ()


class Lookup:
    """Answers questions. One for each process."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, guard: Guard, clock: Callable[[], datetime],
        *, desk_phone: str, honey_phone: str = "", silent_after: timedelta,
    ) -> None:  # fmt: skip
        self._database = database
        self._vault = vault
        self._ledger = ledger
        self._guard = guard
        self._clock = clock
        self._desk_phone = desk_phone
        self._honey_phone = honey_phone or desk_phone
        self._silent_after = silent_after

    def ask(self, caller: Caller, question: Question) -> Answer:
        """Answer one question, or raise `Refused` or `Invalid`; either way it is on the ledger first."""
        moment = self._clock()
        asker, decision = self._decide(caller, question, moment)
        passed = self._guarded(asker, question, moment, emergency=decision.emergency)
        try:
            require_enough(question.child)
        except Invalid as invalid:
            self._refuse(
                asker,
                question,
                decision.clause,
                tuple(p.field for p in invalid.problems),
                asking=passed.asking,
            )
            raise
        searched = msgspec.structs.replace(question, child=passed.looks_for)
        found = self._search(searched, decision, passed.blocked_from, moment)
        return self._answer(asker, question, decision, passed, found, moment=moment)

    def warm(self) -> None:
        """Read every list an answer needs, so that no practitioner's question waits for one."""
        self._vault.warm()
        is_bank_holiday(today(self._clock()))

    def refuse_unread(self, caller: Caller, clause: str, fields: Sequence[str] = ()) -> None:
        """Record a question that was not or could not be read: why, and which fields, never their values."""
        asker = Asker(authority=caller.authority, client=caller.client_name, practitioner="")
        event = LookupRefused(asker=asker, purpose="", case_reference="", clause=clause, fields=tuple(fields))
        with self._database.statement() as session:
            self._ledger.record(session, event)

    def coverage(self) -> Coverage:
        """Tell which local authorities are reporting at this moment."""
        with self._database.statement() as session:
            return coverage(store.reports(session), self._clock(), self._silent_after)

    @property
    def desk(self) -> str:
        """What to do instead, for whoever is refused."""
        return f"If a child may be at risk now, ring the desk on {self._desk_phone}."

    def _decide(self, caller: Caller, question: Question, moment: datetime) -> tuple[Asker, Decision]:
        caller.require(Scope.LOOKUP)
        with self._database.statement() as session:
            found = access_store.identified(session, caller.authority, question.practitioner)
            person = found and found[1]
            decision = may_ask(person, question.purpose, moment, question.emergency)
            if found and decision.allowed:
                access_store.note_use(session, *found, today(moment))
        asker = Asker(
            authority=caller.authority, client=caller.client_name,
            practitioner=question.practitioner, role=person.role if person else None,
        )  # fmt: skip
        if found is None or decision.refusal is not None:
            self._refuse(asker, question, decision.clause)
            raise Refused(f"{decision.refusal}. {self.desk}")
        if question.emergency is not None:
            self._open_window(found[0], asker, question, question.emergency, moment)
        return asker, decision

    def _guarded(self, asker: Asker, question: Question, moment: datetime, *, emergency: bool) -> Passed:
        """Spend the question; raise, once it is recorded, where the guard stops it."""
        verdict = self._guard.before(asker, question.child, question.reasons, moment, emergency=emergency)
        if isinstance(verdict, Stopped):
            self._refuse(asker, question, verdict.clause, asking=verdict.asking, alerts=verdict.concerns)
            raise verdict.error
        return verdict

    def _open_window(
        self, who: UUID, asker: Asker, question: Question, emergency: Emergency, moment: datetime
    ) -> None:
        """Record an emergency before anything is shown because of it."""
        with self._database.transaction() as session:
            open_window(
                session, self._ledger, who, emergency, asker=asker, purpose=question.purpose,
                case_reference=question.case_reference, moment=moment,
            )  # fmt: skip

    def _refuse(
        self, asker: Asker, question: Question, clause: str, fields: tuple[str, ...] = (),
        *, asking: UUID | None = None, alerts: tuple[AlertKind, ...] = (),
    ) -> None:  # fmt: skip
        event = LookupRefused(
            asker=asker, purpose=question.purpose.value, case_reference=question.case_reference,
            clause=clause, fields=fields, reasons=question.reasons, alerts=alerts,
        )  # fmt: skip
        with self._database.statement() as session:
            self._ledger.record(session, event, self._guard.ending(asking, REFUSED))

    def _search(
        self, question: Question, decision: Decision, blocked_from: Collection[bytes], moment: datetime
    ) -> _Found:
        """Find, weigh and follow; keep what may be shown; only then count the children that are left.

        A child of whom nothing may be shown must not turn "not found" into "add detail".
        """
        asked, askable = self._vault.question(question.child), disclose.askable(decision.levels)
        with self._database.statement() as session:
            candidates = store.candidates(session, asked.tokens, sensitive=askable)
            weighed = self._vault.weigh(asked, candidates)
            everybody, sealed = self._followed(session, weighed, candidates)
            meant = self._vault.meant_by(blocked_from, sealed) if blocked_from else ()
            alerts = (AlertKind.CONFLICT,) if meant else ()
            followed = disclose.without(everybody, meant)
            held_by = [w.record for w in followed]
            rows = store.signposts(session, held_by, today(moment), sensitive=askable) if held_by else []
            permitted = disclose.permitted(rows, decision.levels)
            held = {p.row.record_id for p in permitted}
            fit = disclose.without_decoys([w for w in followed if w.record in held])
            shown = disclose.within(fit, MOST_CHILDREN)
            if not shown:
                return _Found((), too_many=shown is None, alerts=alerts)
            if len(shown) > 1:
                shown = disclose.one_life(shown, lives(session, self._vault, [w.record for w in shown]))
        matches = disclose.matches(shown, permitted, moment, self._desk_phone, self._honey_phone)
        honey = (AlertKind.HONEY,) if any(w.planted for w in shown) else ()
        return _Found(matches, alerts=alerts + honey)

    def _followed(
        self, session: Session, weighed: list[Weighed], candidates: Sequence[Candidate]
    ) -> tuple[list[Weighed], list[Candidate]]:
        """Return what was found and what its trails lead to; and these records as they are sealed."""
        if not weighed:
            return [], []
        strongest = sorted(weighed, key=disclose.surest_first)[:MOST_FOLLOWED]
        links, sealed = trails(session, [w.record for w in strongest])
        followed = with_trails(weighed, links, sealed, self._vault.why_linked)
        at_hand = {candidate.id: candidate for candidate in candidates} | sealed
        return followed, [at_hand[w.record] for w in followed]

    def _answer(
        self, asker: Asker, question: Question, decision: Decision, passed: Passed, found: _Found,
        *, moment: datetime,
    ) -> Answer:  # fmt: skip
        outcome = _outcome(found)
        disclosed = tuple(Disclosed(s.id, m.band, s.level) for m in found.matches for s in m.signposts)
        event = LookupAnswered(
            asker=asker, purpose=question.purpose, case_reference=question.case_reference,
            asked=question.child, outcome=outcome.value, disclosed=disclosed, clause=decision.clause,
            reasons=question.reasons,
            alerts=passed.alerts + found.alerts,
        )  # fmt: skip
        with self._database.statement() as session:
            reports = store.reports(session) if outcome is not Outcome.FOUND else None
            ending = self._guard.ending(
                passed.asking, outcome.value, one_in=passed.one_in, found=found.alerts
            )
            receipt = self._ledger.record(session, event, ending)
        # Found or not: what leaves the vault is counted alike, and against an entry that stands.
        words = self._vault.release(receipt, [m.words for m in found.matches])
        reference = speakable(receipt.entry)
        return Answer(
            reference=reference,
            outcome=outcome,
            message=self._message(outcome, reference),
            matches=tuple(m.explained(w) for m, w in zip(found.matches, words, strict=True)),
            add_detail=what_would_help(question.child) if outcome is Outcome.ADD_DETAIL else (),
            coverage=None if reports is None else coverage(reports, moment, self._silent_after),
            clause=decision.clause,
            receipt=receipt,
            justify_by=self._guard.justify_by(receipt, passed.one_in),
        )

    def _message(self, outcome: Outcome, reference: str) -> str:
        desk = f"If you are worried, ring the desk on {self._desk_phone} and say {reference}."
        match outcome:
            case Outcome.FOUND:
                return "Ring the number shown. " + desk
            case Outcome.ADD_DETAIL:
                return f"More than {MOST_CHILDREN} children fit what you gave. Add detail and ask again."
            case Outcome.NOT_FOUND:
                return "Nothing found. This does not mean the child is safe or unknown. " + desk


def _outcome(found: _Found) -> Outcome:
    if found.too_many:
        return Outcome.ADD_DETAIL
    return Outcome.FOUND if found.matches else Outcome.NOT_FOUND
