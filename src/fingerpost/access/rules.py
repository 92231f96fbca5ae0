"""Who may ask for what purpose. Pure: a matrix as data, default deny, every decision names its clause."""

from msgspec import Struct

from fingerpost.access.caller import Practitioner
from fingerpost.words.vocabulary import Purpose, Role

POLICY = "2026-11"  # raised whenever the matrix changes; stands on the ledger beside every decision

# A clause is a purpose and the roles that may give it, with the law the purpose rests on.
CLAUSES: dict[Purpose, tuple[str, frozenset[Role]]] = {
    Purpose.SECTION_47_ENQUIRY: (
        "Children Act 1989 s.47",
        frozenset({Role.SOCIAL_WORKER, Role.MANAGER, Role.POLICE_OFFICER}),
    ),
    Purpose.SECTION_17_ASSESSMENT: (
        "Children Act 1989 s.17",
        frozenset({Role.SOCIAL_WORKER, Role.MANAGER}),
    ),
    Purpose.POLICE_PROTECTION: (
        "Children Act 1989 s.46",
        frozenset({Role.POLICE_OFFICER, Role.SOCIAL_WORKER, Role.MANAGER}),
    ),
    Purpose.UNSCHEDULED_CARE: (
        "Children Act 2004 s.11",
        frozenset({Role.CLINICIAN}),
    ),
    Purpose.MISSING_CHILD: (
        "Children Act 1989 s.47; statutory guidance on children who run away or go missing (2014)",
        frozenset({Role.SOCIAL_WORKER, Role.MANAGER, Role.POLICE_OFFICER, Role.CLINICIAN}),
    ),
    Purpose.TRANSFER_IN: (
        "Working Together to Safeguard Children, transfer-in conference within 15 working days",
        frozenset({Role.SOCIAL_WORKER, Role.MANAGER}),
    ),
}


# Deciding whether two records are of one child changes what everybody is told afterwards.
REVIEWERS = frozenset({Role.RECORDS_OFFICER, Role.MANAGER})


class Decision(Struct, frozen=True):
    """Whether a lookup may go ahead, by which clause, and if not, why, in words for the person."""

    clause: str
    refusal: str | None = None

    @property
    def allowed(self) -> bool:
        """Whether the lookup may go ahead."""
        return self.refusal is None


def may_ask(practitioner: Practitioner | None, purpose: Purpose) -> Decision:
    """Decide whether this practitioner may look for a child for this purpose."""
    law, roles = CLAUSES[purpose]
    clause = f"{POLICY}/{purpose.value} ({law})"
    if practitioner is None:
        return Decision(clause, "the practitioner is not registered with this authority")
    if not practitioner.active:
        return Decision(clause, "the practitioner's account is suspended")
    if practitioner.role not in roles:
        return Decision(clause, f"a {practitioner.role.label} may not ask for the purpose of {purpose.label}")
    return Decision(clause)


def may_review(practitioner: Practitioner | None) -> Decision:
    """Decide whether this practitioner may say which records are of one child, and break a link."""
    clause = f"{POLICY}/review"
    if practitioner is None:
        return Decision(clause, "the practitioner is not registered with this authority")
    if not practitioner.active:
        return Decision(clause, "the practitioner's account is suspended")
    if practitioner.role not in REVIEWERS:
        return Decision(clause, f"a {practitioner.role.label} may not decide which records are of one child")
    return Decision(clause)
