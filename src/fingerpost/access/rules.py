"""Who may ask for what purpose, and decide about records. Pure: matrices as data, default deny.

What is shown to those who may ask is in `matrix`.
"""

from collections.abc import Collection
from enum import unique
from types import MappingProxyType

from msgspec import Struct

from fingerpost.access.caller import Practitioner
from fingerpost.access.matrix import POLICY, Levels, row_for
from fingerpost.words.vocabulary import Labelled, Purpose, Role


@unique
class RecordsAct(Labelled):
    """What people may do to the records of trails, in the words of a refusal."""

    REVIEW = "review", "see or decide which of these records are of one child"
    NEVER_JOIN = "never_join", "order that these records are never joined"
    TOLD = "told", "read or acknowledge what this authority is told"
    GUARD = "guard", "keep the budgets, blocks, households, challenges and alerts of these people"
    HOLD = "hold", "place, renew, lift or read legal holds"
    ERASE = "erase", "erase a child before its day"
    DESTROY = "destroy", "have a month's keys destroyed"
    RESTORE = "restore", "let a restored database serve again"


class RecordsClause(Struct, frozen=True):
    """The law an act rests on, who may do it where their authority holds a record, and who may anywhere."""

    law: str
    holders: frozenset[Role]
    anywhere: frozenset[Role]


_OFFICERS = frozenset({Role.RECORDS_OFFICER})
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
    RecordsAct.HOLD: RecordsClause("UK GDPR art. 17(3)(e), legal claims", _OFFICERS, _SERVICE),
    RecordsAct.ERASE: RecordsClause("UK GDPR art. 17, erasure", _OFFICERS, _SERVICE),
    # Every authority's records of a month, or the whole database: for the service's own officers alone.
    RecordsAct.DESTROY: RecordsClause("UK GDPR art. 5(1)(e), storage limitation", frozenset(), _SERVICE),
    RecordsAct.RESTORE: RecordsClause("UK GDPR art. 32(1)(c), restoring access", frozenset(), _SERVICE),
}


NOTHING: Levels = MappingProxyType({})


class Decision(Struct, frozen=True):
    """Whether something may go ahead, by which clause, and if not, why, in words for the person.

    `levels` is what an answer may show of each service; nothing, unless it says so.
    """

    clause: str
    refusal: str | None = None
    levels: Levels = NOTHING

    @property
    def allowed(self) -> bool:
        """Whether it may go ahead."""
        return self.refusal is None


def may_ask(practitioner: Practitioner | None, purpose: Purpose) -> Decision:
    """Decide whether this practitioner may look for a child for this purpose, and what they are shown."""
    if practitioner is None or not practitioner.active:
        return Decision(_clause(purpose, "no row"), _unknown(practitioner))
    row = row_for(practitioner.role, purpose)
    if row is None:
        refusal = f"a {practitioner.role.label} may not ask for the purpose of {purpose.label}"
        return Decision(_clause(purpose, "no row"), refusal)
    return Decision(_clause(purpose, row.law), levels=row.levels)


def may_keep(practitioner: Practitioner | None, act: RecordsAct, holders: Collection[str]) -> Decision:
    """Decide whether this practitioner may do this to records that the authorities `holders` hold."""
    matrix = RECORDS[act]
    clause = _clause(act, matrix.law)
    if practitioner is None or not practitioner.active:
        return Decision(clause, _unknown(practitioner))
    if practitioner.role in matrix.anywhere:
        return Decision(clause)
    if practitioner.role not in matrix.holders:
        return Decision(clause, f"a {practitioner.role.label} may not {act.label}")
    if practitioner.authority not in holders:
        return Decision(clause, f"only those whose authority holds one of the records may {act.label}")
    return Decision(clause)


def _clause(what: Labelled, law: str) -> str:
    return f"{POLICY}/{what.value} ({law})"


def _unknown(practitioner: Practitioner | None) -> str:
    if practitioner is None:
        return "the practitioner is not registered with this authority"
    return "the practitioner's account is suspended"
