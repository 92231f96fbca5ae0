"""Who is let in at all: to the day, with what to renew and whom to ask, and never by default."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.access.caller import Practitioner
from fingerpost.access.rules import POLICY, RecordsAct, may_ask, may_keep
from fingerpost.access.standing import (
    OFFICERS,
    Bar,
    Standing,
    client_barred,
    in_force,
    last_day,
    person_barred,
)
from fingerpost.words.vocabulary import Purpose, Role
from tests.access.people import BODY, GOOD, NOON, TODAY, person

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def _years_ago(years: int, days: int = 0) -> date:
    return TODAY.replace(year=TODAY.year - years) - timedelta(days=days)


def _body(**changes: Any) -> dict[str, Any]:
    return {"body": msgspec.structs.replace(BODY, **changes)}


# What was changed, what bars the person then, and whom the message names.
CASES: list[tuple[dict[str, Any], Bar | None, str]] = [
    ({}, None, ""),
    (_body(nation_suspended=True), Bar.NATION, "switched off"),
    (_body(suspended=True), Bar.BODY_SUSPENDED, "Olive Owner"),
    (_body(checked_on=None), Bar.BODY_LAPSED, "Olive Owner"),
    (_body(checked_on=None, owner=""), Bar.BODY_LAPSED, "whoever answers for it at Guy's"),
    (_body(checked_on=_years_ago(1)), None, ""),
    (_body(checked_on=_years_ago(1, 1)), Bar.BODY_LAPSED, "ended on 26 November 2026"),
    ({"active": False}, Bar.SUSPENDED, "ask Olive Owner"),
    ({"active": False, **_body(owner="")}, Bar.SUSPENDED, "ask whoever answers for Fingerpost at Guy's"),
    ({"leaves_on": TODAY}, Bar.LEFT, ""),
    ({"leaves_on": TODAY + timedelta(days=1)}, None, ""),
    ({"role_agreed": False}, None, ""),
    ({"dbs_on": None}, Bar.DBS_LAPSED, "renew the check"),
    ({"dbs_on": _years_ago(3)}, None, ""),
    ({"dbs_on": _years_ago(3, 1)}, Bar.DBS_LAPSED, "ended on 26 November 2026"),
    ({"trained_on": None}, Bar.TRAINING_LAPSED, "repeat the training"),
    ({"trained_on": _years_ago(1)}, None, ""),
    ({"trained_on": _years_ago(1, 1)}, Bar.TRAINING_LAPSED, "ask Olive Owner at Guy's"),
    ({"used_on": TODAY - timedelta(days=60)}, None, ""),
    ({"used_on": TODAY - timedelta(days=61)}, Bar.DORMANT, "60 days"),
    ({"review_by": NOON}, Bar.UNREVIEWED, "reviews it"),
    ({"review_by": NOON + timedelta(seconds=1)}, None, ""),
]


@pytest.mark.parametrize(("changes", "bar", "words"), CASES)
def test_each_paper_to_the_day(changes: dict[str, Any], bar: Bar | None, words: str) -> None:
    who = person(Role.CLINICIAN, **changes)
    decision = may_ask(who, Purpose.UNSCHEDULED_CARE, NOON)
    assert decision.allowed is (bar is None)
    if bar:
        assert decision.clause == f"{POLICY}/unscheduled_care ({bar.value})"
        assert bar.label in str(decision.refusal)
        assert words in str(decision.refusal)
        assert decision.levels == {}


def test_every_bar_of_a_person_is_tried() -> None:
    tried = {bar for _, bar, _ in CASES}
    elsewhere = {Bar.UNKNOWN, Bar.ROLE_WAITS, Bar.CLIENT_LAPSED, Bar.CLIENT_SUSPENDED}
    assert set(Bar) == (tried | elsewhere) - {None}


@pytest.mark.parametrize("role", Role)
def test_a_records_officer_needs_a_second_word(role: Role) -> None:
    barred = person_barred(person(role, role_agreed=False).standing, role, NOON)
    assert (barred is not None and barred.bar is Bar.ROLE_WAITS) is (role in OFFICERS)


@pytest.mark.parametrize("act", RecordsAct)
@pytest.mark.parametrize(("changes", "bar", "words"), CASES)
def test_the_same_papers_for_deciding_about_records(
    act: RecordsAct, changes: dict[str, Any], bar: Bar | None, words: str
) -> None:
    who = person(Role.SERVICE_RECORDS_OFFICER, **{**changes, "role_agreed": True})
    decision = may_keep(who, act, {"RJ1"}, NOON)
    if bar:
        assert decision.clause == f"{POLICY}/{act.value} ({bar.value})"
        assert words in str(decision.refusal)


def test_nobody_is_let_in_without_a_standing() -> None:
    unread = Practitioner("RJ1", "p", "A Person", Role.CLINICIAN, active=True)
    for who in (None, unread):
        assert not may_ask(who, Purpose.UNSCHEDULED_CARE, NOON).allowed
    assert unread.although_off() == unread


@pytest.mark.parametrize(
    ("suspended", "assured_on", "body", "bar"),
    [
        (False, TODAY, {}, None),
        (True, TODAY, {}, Bar.CLIENT_SUSPENDED),
        (False, None, {}, Bar.CLIENT_LAPSED),
        (False, _years_ago(1), {}, None),
        (False, _years_ago(1, 1), {}, Bar.CLIENT_LAPSED),
        (False, TODAY, {"suspended": True}, Bar.BODY_SUSPENDED),
        (False, TODAY, {"checked_on": None}, Bar.BODY_LAPSED),
        (False, TODAY, {"nation_suspended": True}, Bar.NATION),
    ],
)
def test_a_client(suspended: bool, assured_on: date | None, body: dict[str, Any], bar: Bar | None) -> None:
    whole = msgspec.structs.replace(BODY, **body)
    barred = client_barred(whole, suspended=suspended, assured_on=assured_on, day=TODAY)
    assert (barred.bar if barred else None) is bar


def test_where_there_is_no_remedy_none_is_promised() -> None:
    barred = person_barred(person(Role.CLINICIAN, leaves_on=TODAY).standing, Role.CLINICIAN, NOON)
    assert str(barred) == "the practitioner has left the authority"


def test_what_was_done_on_a_leap_day_counts_until_the_last_of_february() -> None:
    assert last_day(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert last_day(date(2024, 2, 29), 4) == date(2028, 2, 29)


@given(DAYS, st.integers(1, 5), DAYS)
def test_what_was_done_counts_until_its_anniversary(done: date, years: int, day: date) -> None:
    last = last_day(done, years)
    assert last is not None
    assert (last.year, last.month) == (done.year + years, done.month)
    assert in_force(done, years, day) is (day <= last)
    assert not in_force(None, years, day)


WHEN = st.none() | DAYS
STANDINGS = st.builds(
    lambda body, **fields: Standing(body=msgspec.structs.replace(BODY, **body), **fields),
    body=st.fixed_dictionaries(
        {"suspended": st.booleans(), "nation_suspended": st.booleans(), "checked_on": WHEN}
    ),
    active=st.booleans(), role_agreed=st.booleans(), dbs_on=WHEN, trained_on=WHEN, leaves_on=WHEN,
    used_on=DAYS, emergency_opened_at=st.none(), review_by=st.none(),
)  # fmt: skip


@given(STANDINGS, st.sampled_from(Role), st.sampled_from(Purpose))
def test_whoever_is_let_in_has_every_paper(standing: Standing, role: Role, purpose: Purpose) -> None:
    """Default deny, said the other way round: an answer means that nothing at all stood against it."""
    who = Practitioner("RJ1", "p", "A Person", role, True, standing)
    if may_ask(who, purpose, NOON).allowed:
        assert standing.active
        assert not standing.body.suspended
        assert not standing.body.nation_suspended
        assert in_force(standing.body.checked_on, 1, TODAY)
        assert in_force(standing.dbs_on, 3, TODAY)
        assert in_force(standing.trained_on, 1, TODAY)
        assert standing.leaves_on is None or standing.leaves_on > TODAY
    assert may_ask(person(Role.MANAGER), Purpose.TRANSFER_IN, NOON).allowed, (
        "the property must not hold of nobody"
    )
    assert GOOD.active
