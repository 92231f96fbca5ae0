"""Every role × purpose × service has the outcome written here a second time, by hand, from the law."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.access.matrix import EMERGENCY, POLICY, ROWS, as_table, level, row_for
from fingerpost.access.rules import Decision, may_ask
from fingerpost.words.vocabulary import Level, Purpose, Role, Service
from tests.access.people import NOON, person

# F full, c contact, - none. Columns in the order of `Service`: child in need, section 47, protection plan,
# unborn plan, looked after, care leaver, early help, missing, sensitive. What is not here is refused.
DECLARED = {
    ("s47_enquiry", "social_worker"): "F F F F F c F F c",
    ("s47_enquiry", "manager"): "F F F F F c F F c",
    ("s47_enquiry", "police_officer"): "c F F F F - c F -",
    ("s17_assessment", "social_worker"): "F F F F F c F F -",
    ("s17_assessment", "manager"): "F F F F F c F F -",
    ("police_protection", "police_officer"): "c F F F F - - F -",
    ("police_protection", "social_worker"): "F F F F F c F F c",
    ("police_protection", "manager"): "F F F F F c F F c",
    ("unscheduled_care", "clinician"): "c c F F F c c F -",
    ("missing_child", "social_worker"): "F F F F F c c F -",
    ("missing_child", "manager"): "F F F F F c c F -",
    ("missing_child", "police_officer"): "c c F F F c c F -",
    ("missing_child", "clinician"): "c c F F F - - F -",
    ("transfer_in", "social_worker"): "F F F F F c c F -",
    ("transfer_in", "manager"): "F F F F F c c F -",
}
LETTER = {Level.FULL: "F", Level.CONTACT: "c", Level.NONE: "-"}
BY_CONSENT = {Service.CARE_LEAVER, Service.EARLY_HELP}


@pytest.mark.parametrize(("purpose", "role"), list(product(Purpose, Role)))
def test_every_cell_is_declared(purpose: Purpose, role: Role) -> None:
    declared = DECLARED.get((purpose.value, role.value))
    decision = may_ask(person(role), purpose, NOON)
    assert decision.allowed is (declared is not None)
    assert " ".join(LETTER[level(role, purpose, s)] for s in list(Service)[:9]) == (
        declared or "- " * 8 + "-"
    )
    assert all(decision.levels.get(s, Level.NONE) is level(role, purpose, s) for s in Service)


def test_a_service_that_nobody_thought_of_is_shown_to_nobody() -> None:
    """A service added later stands in no row until somebody argues for it here."""
    thought_of = list(Service)[:9]
    others = [s for s in Service if s not in thought_of]
    assert all(level(r, p, s) is Level.NONE for r, p, s in product(Role, Purpose, others))
    assert Decision("clause").levels.get(Service.LOOKED_AFTER) is None


@given(st.sampled_from(Role), st.sampled_from(Purpose), st.sampled_from(Service))
def test_shown_only_by_a_row_that_names_all_three(role: Role, purpose: Purpose, service: Service) -> None:
    rows = [r for r in ROWS if r.purpose is purpose and role in r.roles]
    named = [r for r in rows if service in r.full or service in r.contact]
    assert (level(role, purpose, service) is not Level.NONE) is bool(named)
    assert len(rows) <= 1, "two rows for one role and purpose: which one counts?"


def test_a_sensitive_service_is_never_shown_in_full() -> None:
    assert all(Service.SENSITIVE not in row.full for row in (*ROWS, EMERGENCY))
    assert Service.SENSITIVE not in EMERGENCY.contact


def test_an_emergency_opens_what_protects_and_no_service_unthought_of() -> None:
    shown = " ".join(LETTER[EMERGENCY.levels[s]] for s in list(Service)[:9])
    assert shown == "c c F F F c c F -"
    assert all(EMERGENCY.levels[s] is Level.NONE for s in list(Service)[9:])
    assert set(EMERGENCY.roles) == {Role.SOCIAL_WORKER, Role.MANAGER, Role.POLICE_OFFICER, Role.CLINICIAN}


def test_no_row_contradicts_itself_or_goes_without_law_and_reason() -> None:
    for row in ROWS:
        assert not set(row.full) & set(row.contact)
        assert row.law
        assert row.why
        assert row.roles


@pytest.mark.parametrize("purpose", Purpose)
def test_consent_is_named_to_social_care_alone(purpose: Purpose) -> None:
    for role in set(Role) - {Role.SOCIAL_WORKER, Role.MANAGER}:
        assert all(level(role, purpose, service) is not Level.FULL for service in BY_CONSENT)


def test_every_clause_names_policy_purpose_and_law() -> None:
    for purpose, role in product(Purpose, Role):
        row = row_for(role, purpose)
        law = row.law if row else "no row"
        assert may_ask(person(role), purpose, NOON).clause == f"{POLICY}/{purpose.value} ({law})"


def test_the_table_holds_every_row() -> None:
    lines = as_table().splitlines()
    assert len(lines) == 2 + len(DECLARED) + len(EMERGENCY.roles)
    assert len({len(line) for line in lines}) == 1
