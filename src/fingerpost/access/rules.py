"""Who may ask for what purpose, and decide about records. Pure: matrices as data, default deny.

What is shown to those who may ask is in `matrix`.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import unique
from types import MappingProxyType

from msgspec import Struct

from fingerpost.access.caller import Practitioner
from fingerpost.access.matrix import EMERGENCY, POLICY, Levels, in_emergency, row_for
from fingerpost.access.standing import Bar, Barred, person_barred
from fingerpost.words.vocabulary import Labelled, Purpose, Role


@unique
class RecordsAct(Labelled):
    """What people may do to the records of trails, in the words of a refusal."""

    REVIEW = "review", "see or decide which of these records are of one child"
    NEVER_JOIN = "never_join", "order that these records are never joined"
    TOLD = "told", "read or acknowledge what this authority is told"
    HONEY = "honey", "plant children who do not exist, or take them away"
    GUARD = "guard", "keep the budgets, blocks, households, challenges and alerts of these people"
    HOLD = "hold", "place, renew, lift or read legal holds"
    ERASE = "erase", "erase a child before its day"
    DESTROY = "destroy", "have a month's keys destroyed"
    RESTORE = "restore", "let a restored database serve again"
    EMERGENCY = "emergency", "review emergency access"
    AGREE = "agree", "give the second word to a records officer's role"
    SWITCH_ON = "switch_on", "switch the nation on again"
    SHIELD_ASK = "shield_ask", "ask for a shield that this authority keeps"
    SHIELD_KEEP = "shield_keep", "keep this authority's shields, or read who asked about their children"
    SHIELD_LIFT = "shield_lift", "say that a shield may be lifted"
    DESK = "desk", "answer for the staffed desk"
    NOTICES = "notices", "read or acknowledge the notices of this authority"
    ROUTE = "route", "set where this authority's notices go"
    HAND_OVER = "hand_over", "offer, accept or decline a hand-over for this authority"
    STAND = "stand", "let a question stand that found nobody"
    COVERT = "covert", "note that a case of this authority is covert"
    ALERT_RAISE = "alert_raise", "raise, read or end an alert of a missing family"
    ALERT_APPROVE = "alert_approve", "let an alert of a missing family out"
    ORPHANS = "orphans", "read the orphaned transfers of this authority"
    OWN = "own", "see, register, confirm or end this authority's own signposts"
    ADMINISTER = "administer", "keep this authority's teams and people"
    LEDGER = "ledger", "search the ledger"
    FEEDBACK = "feedback", "answer feedback"
    CONTACT_ASK = "contact_ask", "ask a team to make contact"
    CONTACT_ANSWER = "contact_answer", "answer contact requests to this authority"
    CONTACT_BROKER = "contact_broker", "broker contact for this authority's sensitive services"
    SENSITIVE = "sensitive", "state this authority's sensitive services"
    SUBJECT_ACCESS = "subject_access", "answer what those whom these records are about may ask"


class RecordsClause(Struct, frozen=True):
    """The law an act rests on, who may do it where their authority holds a record, and who may anywhere."""

    law: str
    holders: frozenset[Role]
    anywhere: frozenset[Role]


_OFFICERS = frozenset({Role.RECORDS_OFFICER})
_PRACTISING = frozenset({Role.SOCIAL_WORKER, Role.MANAGER, Role.POLICE_OFFICER, Role.CLINICIAN})
_SERVICE = frozenset({Role.SERVICE_RECORDS_OFFICER})

# Deciding changes what everybody is told afterwards, and shows that another authority holds a record: so it
# is for those who answer for one of the two records, and for the service's own officers.
RECORDS: dict[RecordsAct, RecordsClause] = {
    RecordsAct.REVIEW: RecordsClause(
        "UK GDPR art. 5(1)(d), accuracy", _OFFICERS | frozenset({Role.MANAGER}), _SERVICE
    ),
    # Adoption records are kept by few, so a manager is not enough.
    RecordsAct.NEVER_JOIN: RecordsClause("Adoption and Children Act 2002 s.57", _OFFICERS, _SERVICE),
    # An authority's own references are for its own staff alone.
    RecordsAct.TOLD: RecordsClause(
        "UK GDPR art. 19, notification of rectification", _OFFICERS | frozenset({Role.MANAGER}), frozenset()
    ),
    # Who answers for the people who ask.
    RecordsAct.GUARD: RecordsClause(
        "UK GDPR art. 32(4), those who act under the controller's authority",
        frozenset({Role.MANAGER}),
        _SERVICE,
    ),
    # Known to as few as can be: an authority's own people are among those who might browse.
    RecordsAct.HONEY: RecordsClause("UK GDPR art. 32(1), security of processing", frozenset(), _SERVICE),
    RecordsAct.HOLD: RecordsClause("UK GDPR art. 17(3)(e), legal claims", _OFFICERS, _SERVICE),
    RecordsAct.ERASE: RecordsClause("UK GDPR art. 17, erasure", _OFFICERS, _SERVICE),
    # Every authority's records of a month, or the whole database: for the service's own officers alone.
    RecordsAct.DESTROY: RecordsClause("UK GDPR art. 5(1)(e), storage limitation", frozenset(), _SERVICE),
    RecordsAct.RESTORE: RecordsClause("UK GDPR art. 32(1)(c), restoring access", frozenset(), _SERVICE),
    RecordsAct.EMERGENCY: RecordsClause(
        "UK GDPR art. 5(2), accountability", _OFFICERS | frozenset({Role.MANAGER}), frozenset()
    ),
    RecordsAct.AGREE: RecordsClause(
        "UK GDPR art. 32(4), authority of those who act", _OFFICERS | frozenset({Role.MANAGER}), _SERVICE
    ),
    RecordsAct.SWITCH_ON: RecordsClause("UK GDPR art. 32(1)(b), resilience", frozenset(), _SERVICE),
    # A refuge rings whom it knows: who answers for children may take a shield down, and the desk for all.
    RecordsAct.SHIELD_ASK: RecordsClause(
        "Children Act 2004 s.11, increased risk of significant harm",
        _OFFICERS | frozenset({Role.MANAGER, Role.SOCIAL_WORKER, Role.POLICE_OFFICER}),
        frozenset({Role.DESK_OFFICER}),
    ),
    RecordsAct.SHIELD_KEEP: RecordsClause(
        "Children Act 2004 s.11, increased risk of significant harm",
        _OFFICERS | frozenset({Role.MANAGER}),
        frozenset(),
    ),
    # The second word comes from elsewhere; `shields` sees that the first is the keeper's own.
    RecordsAct.SHIELD_LIFT: RecordsClause(
        "Children Act 2004 s.11, increased risk of significant harm",
        frozenset(),
        _OFFICERS | _SERVICE | frozenset({Role.MANAGER}),
    ),
    RecordsAct.DESK: RecordsClause("Children Act 2004 s.11", frozenset(), frozenset({Role.DESK_OFFICER})),
    # A notice names whom to ring, never the child to anybody but their own authority.
    RecordsAct.NOTICES: RecordsClause(
        "Children Act 2004 s.10, cooperation to improve well-being", _OFFICERS | _PRACTISING, frozenset()
    ),
    RecordsAct.ROUTE: RecordsClause(
        "UK GDPR art. 32(4), those who act under the controller's authority",
        _OFFICERS | frozenset({Role.MANAGER}),
        frozenset(),
    ),
    # What an authority states is kept right by those who work with the child, or answer for it.
    RecordsAct.OWN: RecordsClause(
        "UK GDPR art. 5(1)(d), accuracy",
        _OFFICERS | frozenset({Role.MANAGER, Role.SOCIAL_WORKER}),
        frozenset(),
    ),
    RecordsAct.ADMINISTER: RecordsClause(
        "UK GDPR art. 32(4), those who act under the controller's authority",
        _OFFICERS | frozenset({Role.MANAGER}),
        frozenset(),
    ),
    RecordsAct.HAND_OVER: RecordsClause(
        "Working Together to Safeguard Children, transfer-in conference within 15 working days",
        frozenset({Role.MANAGER, Role.SOCIAL_WORKER}),
        frozenset(),
    ),
    RecordsAct.ORPHANS: RecordsClause(
        "Children Act 2004 s.11, safeguarding duty", _OFFICERS | frozenset({Role.MANAGER}), _SERVICE
    ),
    RecordsAct.STAND: RecordsClause("Children Act 2004 s.10 and s.11", _PRACTISING, frozenset()),
    # Those who answer for the authority: the one thing that keeps a holder from being told at once.
    RecordsAct.COVERT: RecordsClause(
        "Data Protection Act 2018 Sch. 2 para. 2, crime; Children Act 1989 s.47",
        frozenset({Role.MANAGER}),
        frozenset(),
    ),
    RecordsAct.ALERT_RAISE: RecordsClause(
        "Children Act 1989 s.47; statutory guidance on children who run away or go missing (2014)",
        frozenset({Role.MANAGER, Role.SOCIAL_WORKER, Role.POLICE_OFFICER}),
        frozenset(),
    ),
    RecordsAct.ALERT_APPROVE: RecordsClause(
        "Children Act 1989 s.47; statutory guidance on children who run away or go missing (2014)",
        frozenset({Role.MANAGER}),
        frozenset(),
    ),
    RecordsAct.LEDGER: RecordsClause("UK GDPR art. 5(2), accountability", _OFFICERS, _SERVICE),
    RecordsAct.FEEDBACK: RecordsClause("UK GDPR art. 5(1)(a), transparency", frozenset(), _SERVICE),
    # Whoever may look for a child may ask those whom the answer shows; whoever works with them may answer.
    RecordsAct.CONTACT_ASK: RecordsClause("Children Act 2004 s.10 and s.11", _PRACTISING, frozenset()),
    RecordsAct.CONTACT_ANSWER: RecordsClause(
        "Children Act 2004 s.10 and s.11", _PRACTISING | _OFFICERS, frozenset()
    ),
    # Colleagues of other teams do not learn of it either: those who answer for the authority broker.
    RecordsAct.CONTACT_BROKER: RecordsClause(
        "Children Act 2004 s.10 and s.11", _OFFICERS | frozenset({Role.MANAGER}), frozenset()
    ),
    RecordsAct.SUBJECT_ACCESS: RecordsClause("UK GDPR art. 15, 16 and 21", _OFFICERS, _SERVICE),
    RecordsAct.SENSITIVE: RecordsClause(
        "consent, or significant harm (Children Act 1989 s.47)",
        _OFFICERS | frozenset({Role.MANAGER}),
        frozenset(),
    ),
}


NOTHING: Levels = MappingProxyType({})

# security.md 2.6: a sign-in of the last five minutes opens thirty.
FRESH = timedelta(minutes=5)
WINDOW = timedelta(minutes=30)
SKEW = timedelta(seconds=30)  # how far a client's clock may be ahead of ours


class Emergency(Struct, frozen=True):
    """A claim that a child cannot wait: why, for the reviewer, and when the person proved who they are."""

    reason: str
    signed_in_at: datetime

    def __repr__(self) -> str:
        return "Emergency(…)"


class Decision(Struct, frozen=True):
    """Whether something may go ahead, by which clause, and if not, why, in words for the person.

    `levels` is what an answer may show of each service; nothing, unless it says so. In an `emergency` role,
    purpose and budget do not hold; a shield does.
    """

    clause: str
    refusal: str | None = None
    levels: Levels = NOTHING
    emergency: bool = False

    @property
    def allowed(self) -> bool:
        """Whether it may go ahead."""
        return self.refusal is None


def may_ask(
    practitioner: Practitioner | None, purpose: Purpose, moment: datetime, emergency: Emergency | None = None
) -> Decision:
    """Decide whether this practitioner may look for a child for this purpose, and what they are shown."""
    if practitioner is None:
        return _out(purpose, Barred(Bar.UNKNOWN))
    if barred := _barred(practitioner, moment):
        return _out(purpose, barred)
    if emergency is not None and not is_fresh(emergency.signed_in_at, moment):
        refusal = "emergency access needs a sign-in of the last five minutes; sign in again and ask again"
        return Decision(_clause(purpose, "emergency, sign-in not fresh"), refusal)
    row = row_for(practitioner.role, purpose)
    if practitioner.role in EMERGENCY.roles and (emergency or _window_open(practitioner, moment)):
        clause = _clause(purpose, f"emergency: {EMERGENCY.law}")
        return Decision(clause, levels=in_emergency(row), emergency=True)
    if row is None:
        refusal = f"a {practitioner.role.label} may not ask for the purpose of {purpose.label}"
        return Decision(_clause(purpose, "no row"), refusal)
    return Decision(_clause(purpose, row.law), levels=row.levels)


def is_fresh(signed_in_at: datetime, moment: datetime) -> bool:
    """Tell whether somebody proved who they are lately enough to open an emergency."""
    return -SKEW <= moment - signed_in_at <= FRESH


def _window_open(practitioner: Practitioner, moment: datetime) -> bool:
    opened = practitioner.standing and practitioner.standing.emergency_opened_at
    return bool(opened) and opened <= moment < opened + WINDOW


def _barred(practitioner: Practitioner, moment: datetime) -> Barred | None:
    return person_barred(practitioner.standing, practitioner.role, moment)


def _out(what: Labelled, barred: Barred) -> Decision:
    return Decision(_clause(what, barred.bar.value), str(barred))


def may_keep(
    practitioner: Practitioner | None, act: RecordsAct, holders: Collection[str], moment: datetime
) -> Decision:
    """Decide whether this practitioner may do this to records that the authorities `holders` hold."""
    matrix = RECORDS[act]
    clause = _clause(act, matrix.law)
    if practitioner is None:
        return _out(act, Barred(Bar.UNKNOWN))
    if barred := _barred(practitioner, moment):
        return _out(act, barred)
    if practitioner.role in matrix.anywhere:
        return Decision(clause)
    if practitioner.role not in matrix.holders:
        return Decision(clause, f"a {practitioner.role.label} may not {act.label}")
    if practitioner.authority not in holders:
        return Decision(clause, f"only those whose authority holds one of the records may {act.label}")
    return Decision(clause)


def _clause(what: Labelled, law: str) -> str:
    return f"{POLICY}/{what.value} ({law})"
