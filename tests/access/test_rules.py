"""Refusals and their reasons; who decides about records, written out a second time."""

import pytest

from fingerpost.access.matrix import POLICY
from fingerpost.access.rules import RECORDS, RecordsAct, may_ask, may_keep
from fingerpost.words.vocabulary import Purpose, Role
from tests.access.people import NOON, person


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("role", Role)
def test_every_refusal_gives_its_reason(purpose: Purpose, role: Role) -> None:
    nobody, gone = may_ask(None, purpose, NOON), may_ask(person(role, active=False), purpose, NOON)
    decided = may_ask(person(role), purpose, NOON)
    for decision in (nobody, gone, decided):
        assert decision.allowed is (decision.refusal is None)
    assert "not registered" in str(nobody.refusal)
    assert "suspended" in str(gone.refusal)
    if not decided.allowed:
        assert role.label in str(decided.refusal)
        assert purpose.label in str(decided.refusal)


# Columns social worker, police officer, clinician, manager, records officer, service's;
# "own" where the practitioner's authority holds one of the records, "any" without that.
RECORDS_MATRIX = {
    RecordsAct.REVIEW: "no no no own own any no",
    RecordsAct.NEVER_JOIN: "no no no no own any no",
    RecordsAct.TOLD: "no no no own own no no",
    RecordsAct.HOLD: "no no no no own any no",
    RecordsAct.ERASE: "no no no no own any no",
    RecordsAct.DESTROY: "no no no no no any no",
    RecordsAct.EMERGENCY: "no no no own own no no",
    RecordsAct.AGREE: "no no no own own any no",
    RecordsAct.RESTORE: "no no no no no any no",
    RecordsAct.SWITCH_ON: "no no no no no any no",
    RecordsAct.GUARD: "no no no own no any no",
    RecordsAct.SHIELD_ASK: "own own no own own no any",
    RecordsAct.SHIELD_KEEP: "no no no own own no no",
    RecordsAct.SHIELD_LIFT: "no no no any any any no",
    RecordsAct.DESK: "no no no no no no any",
    RecordsAct.NOTICES: "own own own own own no no",
    RecordsAct.ROUTE: "no no no own own no no",
    RecordsAct.HAND_OVER: "own no no own no no no",
    RecordsAct.ORPHANS: "no no no own own any no",
    RecordsAct.STAND: "own own own own no no no",
    RecordsAct.COVERT: "no no no own no no no",
    RecordsAct.ALERT_RAISE: "own own no own no no no",
    RecordsAct.ALERT_APPROVE: "no no no own no no no",
    RecordsAct.OWN: "own no no own own no no",
    RecordsAct.ADMINISTER: "no no no own own no no",
    RecordsAct.LEDGER: "no no no no own any no",
    RecordsAct.FEEDBACK: "no no no no no any no",
    RecordsAct.HONEY: "no no no no no any no",
    RecordsAct.CONTACT_ASK: "own own own own no no no",
    RecordsAct.CONTACT_ANSWER: "own own own own own no no",
    RecordsAct.CONTACT_BROKER: "no no no own own no no",
    RecordsAct.SENSITIVE: "no no no own own no no",
    RecordsAct.SUBJECT_ACCESS: "no no no no own any no",
}


def _may(role: Role, act: RecordsAct) -> str:
    own, strange = (may_keep(person(role), act, {holder}, NOON).allowed for holder in ("RJ1", "E08000035"))
    return {(True, True): "any", (True, False): "own", (False, False): "no"}[own, strange]


@pytest.mark.parametrize("act", RecordsAct)
def test_who_decides_about_records(act: RecordsAct) -> None:
    assert set(RECORDS_MATRIX) == set(RECORDS)
    assert " ".join(_may(role, act) for role in Role) == RECORDS_MATRIX[act]


@pytest.mark.parametrize("act", RecordsAct)
@pytest.mark.parametrize("role", Role)
def test_records_decisions_name_their_clause_and_reason(act: RecordsAct, role: Role) -> None:
    nobody, gone = (
        may_keep(None, act, {"RJ1"}, NOON),
        may_keep(person(role, active=False), act, {"RJ1"}, NOON),
    )
    strange = may_keep(person(role), act, {"E08000035"}, NOON)
    assert strange.clause == f"{POLICY}/{act.value} ({RECORDS[act].law})"
    assert (nobody.clause, gone.clause) == (
        f"{POLICY}/{act.value} (unknown)",
        f"{POLICY}/{act.value} (suspended)",
    )
    assert ("not registered" in str(nobody.refusal), "suspended" in str(gone.refusal)) == (True, True)
    assert strange.allowed or act.label in str(strange.refusal)
