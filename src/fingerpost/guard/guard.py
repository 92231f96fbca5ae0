"""The one step between the decision and the search, and its end beside the ledger's entry.

A question is spent before anything is looked for, whatever comes of it. What is refused here says why and
what to do; a worker blocked from a child is not refused, but looks for nobody.
"""

import secrets
import string
from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.db.database import Database, Session
from fingerpost.guard import rules, store
from fingerpost.guard.likeness import bears, tie_keys, walk_keys
from fingerpost.guard.rules import Facts
from fingerpost.ledger.events import Asker
from fingerpost.ledger.spoken import speakable
from fingerpost.ledger.store import Ending
from fingerpost.matching.subject import SUBJECT, subject_keys
from fingerpost.vault import Vault
from fingerpost.vault.receipt import Receipt
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.clock import today
from fingerpost.words.errors import FingerpostError, Invalid, Problem, Refused
from fingerpost.words.vocabulary import AlertKind, LookupReason

REFUSED = "refused"
_DICE = secrets.SystemRandom()


class Passed(Struct, frozen=True):
    """A question that may go on: what it raised, and the child that is really looked for.

    Whoever is found and is meant by one of `blocked_from` is not there for this person. One answer in
    `one_in` has to be justified; none where it is 0.
    """

    asking: UUID | None
    looks_for: ChildDetails
    alerts: tuple[AlertKind, ...] = ()
    one_in: int = 0
    blocked_from: tuple[bytes, ...] = ()


class Stopped(Struct, frozen=True):
    """A question that may not: `asking` if spent, the clause for the ledger, the error for the person."""

    asking: UUID | None
    clause: str
    error: FingerpostError
    concerns: tuple[AlertKind, ...] = ()


class Guard:
    """Guards lookups. `database` connects as the role that answers questions."""

    def __init__(
        self, database: Database, vault: Vault, *, on: bool, desk_phone: str, challenge_one_in: int,
        is_holiday: Callable[[date], bool],
    ) -> None:  # fmt: skip
        self._database, self._vault, self._on = database, vault, on
        self._desk_phone, self._one_in, self._is_holiday = desk_phone, challenge_one_in, is_holiday

    def before(
        self, asker: Asker, child: ChildDetails, reasons: tuple[LookupReason, ...], moment: datetime,
        *, emergency: bool,
    ) -> Passed | Stopped:  # fmt: skip
        """Spend the question and tell whether it may go on."""
        if not self._on:
            return Passed(None, child)
        asking = uuid4()
        with self._database.statement() as session:
            facts = self._begin(session, asking, asker, child, moment, emergency=emergency)
            verdict = self._judge(facts, asking, child, reasons, moment, emergency=emergency)
            told = verdict.concerns if isinstance(verdict, Stopped) else verdict.alerts
            for kind in told:  # rare; the manager is told before anything leaves
                store.alert(session, kind, facts.who, moment)
        return verdict

    def ending(
        self, asking: UUID | None, outcome: str, *, one_in: int = 0, found: Sequence[AlertKind] = ()
    ) -> Callable[[Receipt], Ending | None]:
        """Return what notes how a question ended and what it raised, in its entry's own statement."""

        def end(receipt: Receipt) -> Ending | None:
            if asking is None:
                return None
            due = self.justify_by(receipt, one_in)
            kinds = [kind.value for kind in found]
            return Ending(asking, outcome, receipt.recorded_at, receipt.entry, due, kinds)

        return end

    def justify_by(self, receipt: Receipt, one_in: int) -> datetime | None:
        """Return until when the asker has to say why, if the entry's leaf says that they have to."""
        if not one_in or not rules.is_challenged(receipt.leaf, one_in):
            return None
        return rules.on_next_working_day(receipt.recorded_at, rules.JUSTIFY_BY, self._is_holiday)

    def forget(self, moment: datetime) -> int:
        """Forget what was asked more than 30 days ago. Return how many questions."""
        with self._database.statement() as session:
            return store.forget(session, moment)

    def _begin(
        self, session: Session, asking: UUID, asker: Asker, child: ChildDetails, moment: datetime, *,
        emergency: bool,
    ) -> Facts:  # fmt: skip
        person = f"{asker.authority}/{asker.practitioner}"
        keys = self._vault.guard_tokens
        walk = walk_keys(child)
        tokens = keys("walk", [f"{person}:{place}:{key}" for place, key in enumerate(walk)])
        walked = [token if key else b"" for token, key in zip(tokens, walk, strict=True)]
        tied = keys("tie", [f"{asker.authority}:{kind}:{text}" for kind, text in tie_keys(child)])
        return store.begin(
            session, asking, (asker.authority, asker.practitioner), (moment, today(moment)),
            emergency=emergency, subjects=keys(SUBJECT, subject_keys(child)), ties=[*walked, *tied],
        )  # fmt: skip

    def _judge(
        self, facts: Facts, asking: UUID, child: ChildDetails, reasons: tuple[LookupReason, ...],
        moment: datetime, *, emergency: bool,
    ) -> Passed | Stopped:  # fmt: skip
        if facts.over is not None:
            return self._over(facts.over)
        if not emergency and (waits := self._waits(facts, asking, moment)):
            return waits
        if emergency and rules.beyond_emergency(facts):
            words = f"you have asked far more than one emergency needs. {self._desk}"
            return Stopped(asking, "guard/emergency_budget", Refused(words), (AlertKind.OVER_BUDGET,))
        found = rules.concerns(facts, bears_own_name=bears(facts.own_name, child))
        if missing := rules.unanswered(found, reasons):
            wanted = rules.reasons_for(missing)
            error = Invalid(Problem("reasons", rules.what_to_say(wanted), tuple(wanted)))
            return Stopped(asking, "guard/reason", error, tuple(missing))
        looks_for = nobody_like(child) if facts.blocked else child
        raised = (*sorted(found), *rules.alarms(facts, emergency=emergency))
        one_in = rules.challenges_of(self._one_in, facts.today)
        return Passed(asking, looks_for, raised, one_in, tuple(facts.blocked_from or ()))

    def _waits(self, facts: Facts, asking: UUID, moment: datetime) -> Stopped | None:
        """Stop a person while what they did waits for their own words, or for somebody to look."""
        if facts.overdue is not None:
            asked = speakable(facts.overdue)
            words = f"say first why you asked the question {asked}: it is overdue. {self._desk}"
            return Stopped(asking, "guard/justification", Refused(words), (AlertKind.UNJUSTIFIED,))
        if rules.nobody_looked(facts, moment, self._is_holiday):
            words = (
                "your manager has first to look at what you asked: an alert about you, or what you said of an"
                f" answer, has waited too long. Ask them. {self._desk}"
            )
            return Stopped(asking, "guard/review", Refused(words), (AlertKind.UNREVIEWED,))
        return None

    def _over(self, over: str) -> Stopped:
        if over == "person":
            words = (
                f"you have asked {rules.PERSON_AN_HOUR} questions within an hour or {rules.PERSON_A_DAY}"
                f" within a day, and no more are answered for now. {self._desk}"
            )
            return Stopped(None, "guard/person_budget", Refused(words), (AlertKind.OVER_BUDGET,))
        words = f"your authority has asked far more questions today than it ever does. {self._desk}"
        return Stopped(None, "guard/authority_budget", Refused(words), (AlertKind.OVER_AUTHORITY_BUDGET,))

    @property
    def _desk(self) -> str:
        return f"For a child in danger ring the desk on {self._desk_phone}"


def nobody_like(child: ChildDetails) -> ChildDetails:
    """Return details of the same shape that fit no child: they are looked for as long, and in vain."""
    return ChildDetails(
        names=tuple(PersonName(_letters(n.given), _letters(n.family)) for n in child.names),
        date_of_birth=child.date_of_birth and _day(),
        born_from=child.born_from and _day(),
        born_to=child.born_to and _day(),
        expected_on=child.expected_on and _day(),
        sex=child.sex,
        postcodes=tuple(f"QX{_DICE.randrange(1, 99)} 1{_letters('aa').upper()}" for _ in child.postcodes),
        nhs_number=child.nhs_number and _letters(child.nhs_number, string.digits),
        upn=child.upn and _letters(child.upn, string.digits),
        mother=child.mother and PersonName(_letters(child.mother.given), _letters(child.mother.family)),
    )


def _letters(like: str, of: str = string.ascii_lowercase) -> str:
    return "".join(_DICE.choice(of) for _ in like)


def _day() -> date:
    return date(1930, 1, 1).replace(month=_DICE.randrange(1, 13), day=_DICE.randrange(1, 28))
