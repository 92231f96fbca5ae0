"""Each figure of the guard from both sides: one less is let be, as many is not."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from fingerpost.guard.rules import (
    Facts,
    alarms,
    beyond_emergency,
    challenges_of,
    concerns,
    is_challenged,
    nobody_looked,
    on_next_working_day,
    reasons_for,
    unanswered,
)
from fingerpost.words.clock import LONDON
from fingerpost.words.vocabulary import AlertKind, LookupReason

FRIDAY = datetime(2026, 11, 27, 10, tzinfo=UTC)
FAMILY_REASONS = [LookupReason.FAMILY_AGREED, LookupReason.NOT_KNOWN]
REPEAT_REASONS = [LookupReason.NEW_INFORMATION, LookupReason.STILL_WORKING]


def facts(**known: Any) -> Facts:
    return Facts(who=UUID(int=1), own_name="vont", **known)


def asked(families: str, givens: str, births: str = "", places: str = "") -> dict[str, list[bytes]]:
    """The last questions, a letter for a value of each and a space for none."""
    given = {"families": families, "givens": givens, "births": births, "places": places}
    return {
        column: [letter.strip().encode() for letter in letters.ljust(len(families))]
        for column, letters in given.items()
    }


def ended(found: int, missed: int = 0, other: int = 0) -> list[str | None]:
    return ["found"] * found + ["not_found"] * missed + [None] * other


@pytest.mark.parametrize(
    ("known", "kinds"),
    [
        ({"mine": 1}, set()),
        ({"mine": 2}, {AlertKind.REPEAT}),
        *(({"own_ties": [tie]}, {AlertKind.OWN_FAMILY})
          for tie in ("member", "family", "family_home", "family_near")),
        *(({"own_ties": [tie]}, {AlertKind.NEIGHBOUR}) for tie in ("home", "near")),
        *(({"colleague_ties": [tie]}, {AlertKind.COLLEAGUE}) for tie in ("member", "family_home")),
        *(({"colleague_ties": [tie]}, set()) for tie in ("family", "family_near", "home", "near")),
    ],
)  # fmt: skip
def test_what_needs_a_reason(known: dict[str, Any], kinds: set[AlertKind]) -> None:
    assert concerns(facts(**known), bears_own_name=False) == kinds
    assert concerns(facts(**known), bears_own_name=True) == kinds | {AlertKind.OWN_FAMILY}


@pytest.mark.parametrize(
    ("kind", "answering"),
    [
        (AlertKind.OWN_FAMILY, FAMILY_REASONS),
        (AlertKind.COLLEAGUE, FAMILY_REASONS),
        (AlertKind.NEIGHBOUR, FAMILY_REASONS),
        (AlertKind.REPEAT, REPEAT_REASONS),
    ],
)
def test_which_reasons_answer_it(kind: AlertKind, answering: list[LookupReason]) -> None:
    assert sorted(answering) == reasons_for([kind])
    for reason in LookupReason:
        assert unanswered([kind], [reason]) == ([] if reason in answering else [kind])


EIGHT, ONE = "abcdefgh", "xxxxxxxx"


@pytest.mark.parametrize(
    ("known", "kinds"),
    [
        ({}, []),
        ({"blocked": True}, [AlertKind.CONFLICT]),
        ({"people": 4, "bodies": 2}, [AlertKind.MANY_ASK]),
        ({"people": 3, "bodies": 2}, []),
        ({"people": 4, "bodies": 1}, []),
        # found in vain, and what the person is used to
        ({"outcomes": ended(13, 7)}, [AlertKind.NOT_FOUND_OFTEN]),
        ({"outcomes": ended(14, 6)}, []),
        ({"outcomes": ended(0, 19)}, []),
        ({"outcomes": ended(13, 7), "earlier": 40}, [AlertKind.NOT_FOUND_OFTEN]),
        ({"outcomes": ended(4, 16), "earlier": 40, "earlier_missed": 20}, [AlertKind.NOT_FOUND_OFTEN]),
        ({"outcomes": ended(5, 15), "earlier": 40, "earlier_missed": 20}, []),
        ({"outcomes": ended(5, 15), "earlier": 39, "earlier_missed": 20}, [AlertKind.NOT_FOUND_OFTEN]),
        # every child is known
        ({"outcomes": ended(19)}, [AlertKind.FOUND_OFTEN]),
        ({"outcomes": ended(19, other=1)}, [AlertKind.FOUND_OFTEN]),
        ({"outcomes": ended(18, other=2)}, []),
        ({"outcomes": ended(19, 1)}, [AlertKind.FOUND_OFTEN]),
        ({"outcomes": ended(18, 2)}, []),
        ({"outcomes": ended(20), "earlier": 40, "earlier_found": 28}, [AlertKind.FOUND_OFTEN]),
        ({"outcomes": ended(20), "earlier": 40, "earlier_found": 32}, []),
        ({"outcomes": ended(20), "earlier": 39, "earlier_found": 39}, [AlertKind.FOUND_OFTEN]),
        ({"outcomes": ended(19, other=1), "earlier": 100, "earlier_found": 71}, [AlertKind.FOUND_OFTEN]),
        # a day far busier than theirs are
        ({"today": 14}, []),
        ({"today": 15}, [AlertKind.OVER_BUDGET]),
        ({"today": 29, "earlier": 100, "earlier_days": 10}, []),
        ({"today": 30, "earlier": 100, "earlier_days": 10}, [AlertKind.OVER_BUDGET]),
        ({"today": 29, "earlier": 50, "earlier_days": 2}, []),
        ({"today": 30, "earlier": 50, "earlier_days": 2}, [AlertKind.OVER_BUDGET]),
        # one detail held and another varied
        ({"walked": [2, 8]}, [AlertKind.LIST_WALK]),
        ({"walked": [7, 7]}, []),
        (asked(ONE, EIGHT), [AlertKind.LIST_WALK]),
        (asked(EIGHT, ONE), [AlertKind.LIST_WALK]),
        (asked(ONE, ONE, births=EIGHT), [AlertKind.LIST_WALK]),
        (asked(EIGHT, EIGHT, births=ONE), [AlertKind.LIST_WALK]),
        (asked(EIGHT, EIGHT, places=ONE), [AlertKind.LIST_WALK]),
        (asked(ONE, ONE, places=EIGHT), [AlertKind.LIST_WALK]),
        (asked(EIGHT, EIGHT, EIGHT, EIGHT), []),
        (asked(ONE, "abcdefgg"), []),
        (asked(ONE, "abcdefg "), []),
        (asked("        ", EIGHT), []),
        # a night of somebody who works by day
        ({"all_before": 20, "night_now": 5}, [AlertKind.ODD_HOURS]),
        ({"all_before": 20, "night_now": 4}, []),
        ({"all_before": 19, "night_now": 5}, []),
        ({"all_before": 20, "night_before": 1, "night_now": 5}, []),
        ({"all_before": 21, "night_before": 1, "night_now": 5}, [AlertKind.ODD_HOURS]),
    ],
)
def test_what_alarms(known: dict[str, Any], kinds: list[AlertKind]) -> None:
    assert alarms(facts(**known)) == kinds


def test_an_emergency_is_about_one_child_or_few() -> None:
    assert alarms(facts(this_hour=9), emergency=True) == []
    assert alarms(facts(this_hour=10), emergency=True) == [AlertKind.OVER_BUDGET]
    assert alarms(facts(this_hour=10)) == []


@pytest.mark.parametrize(
    ("this_hour", "today", "beyond"), [(29, 89, False), (30, 30, True), (0, 90, True), (0, 0, False)]
)
def test_an_emergency_spends_no_budget_but_half_as_much_again(
    this_hour: int, today: int, beyond: bool
) -> None:
    assert beyond_emergency(facts(this_hour=this_hour, today=today)) is beyond


@pytest.mark.parametrize(
    ("known", "locked"),
    [
        ({}, False),
        ({"untaken": timedelta(hours=4)}, True),
        ({"untaken": timedelta(hours=3, minutes=59)}, False),
        ({"untaken": timedelta(hours=1), "today": 34}, False),
        ({"untaken": timedelta(hours=1), "today": 35}, True),
        ({"untaken": timedelta(minutes=59), "today": 35}, False),
        ({"unreviewed": timedelta(days=2)}, True),
    ],
)
def test_how_long_an_alert_may_wait(known: dict[str, Any], locked: bool) -> None:
    known = {n: FRIDAY - value if isinstance(value, timedelta) else value for n, value in known.items()}
    assert nobody_looked(facts(**known), FRIDAY, lambda _: False) is locked


@pytest.mark.parametrize(("minute", "locked"), [(119, False), (120, True)])
def test_what_was_said_on_thursday_is_looked_at_by_noon_of_friday(minute: int, locked: bool) -> None:
    said, now = FRIDAY - timedelta(days=1), FRIDAY + timedelta(minutes=minute)
    assert nobody_looked(facts(unreviewed=said), now, lambda _: False) is locked


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-11-26T10:00:00+00:00", "2026-11-27T18:00:00+00:00"),
        ("2026-11-27T10:00:00+00:00", "2026-12-01T18:00:00+00:00"),  # over the weekend, and a holiday
        ("2026-07-01T23:30:00+00:00", "2026-07-03T17:00:00+00:00"),  # past midnight in London already
    ],
)
def test_the_next_day_that_people_work(moment: str, due: str) -> None:
    def is_holiday(day: date) -> bool:
        return day == date(2026, 11, 30)

    found = on_next_working_day(datetime.fromisoformat(moment), time(18), is_holiday)
    assert found == datetime.fromisoformat(due)
    assert found.tzinfo is LONDON


@pytest.mark.parametrize(
    ("one_in", "today", "of"), [(100, 0, 100), (100, 14, 100), (100, 15, 50), (100, 30, 33), (2, 60, 1)]
)
def test_the_busier_the_more_is_challenged(one_in: int, today: int, of: int) -> None:
    assert challenges_of(one_in, today) == of


@pytest.mark.parametrize(("leaf", "challenged"), [("64", True), ("65", False), ("c8", True), ("00", True)])
def test_an_entrys_own_leaf_says_whether_it_is_challenged(leaf: str, challenged: bool) -> None:
    assert is_challenged(leaf.rjust(16, "0") + "1" * 48, 100) is challenged
