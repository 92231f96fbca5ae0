"""Who may ask for what: the matrix as the law has it, written out a second time."""

import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.access.rules import CLAUSES, POLICY, may_ask
from fingerpost.words.vocabulary import Purpose, Role

# Rows are purposes, columns social worker, police officer, clinician, manager, records officer.
MATRIX = {
    Purpose.SECTION_47_ENQUIRY: "yes yes no yes no",
    Purpose.SECTION_17_ASSESSMENT: "yes no no yes no",
    Purpose.POLICE_PROTECTION: "yes yes no yes no",
    Purpose.UNSCHEDULED_CARE: "no no yes no no",
    Purpose.MISSING_CHILD: "yes yes yes yes no",
    Purpose.TRANSFER_IN: "yes no no yes no",
}


def _person(role: Role, *, active: bool = True) -> Practitioner:
    return Practitioner("RJ1", "p", "A Person", role, active)


def test_the_matrix_covers_every_purpose() -> None:
    assert set(MATRIX) == set(CLAUSES) == set(Purpose)
    assert all(len(row.split()) == len(Role) for row in MATRIX.values())


@pytest.mark.parametrize("purpose", Purpose)
def test_each_role_may_what_the_matrix_says(purpose: Purpose) -> None:
    given = " ".join("yes" if may_ask(_person(role), purpose).allowed else "no" for role in Role)
    assert given == MATRIX[purpose]


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("role", Role)
def test_every_decision_names_its_clause_and_every_refusal_its_reason(purpose: Purpose, role: Role) -> None:
    law, _ = CLAUSES[purpose]
    nobody, gone = may_ask(None, purpose), may_ask(_person(role, active=False), purpose)
    decided = may_ask(_person(role), purpose)
    for decision in (nobody, gone, decided):
        assert decision.clause == f"{POLICY}/{purpose.value} ({law})"
        assert decision.allowed is (decision.refusal is None)
    assert "not registered" in str(nobody.refusal)
    assert "suspended" in str(gone.refusal)
    if not decided.allowed:
        assert role.label in str(decided.refusal)
        assert purpose.label in str(decided.refusal)
