"""Patterns alarm and never refuse; a fair caseload alarms nobody."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from fingerpost.guard import rules
from fingerpost.guard.rules import Facts, alarms
from fingerpost.lookup.contact import is_bank_holiday
from fingerpost.lookup.form import ChildForm
from fingerpost.words.errors import Refused
from fingerpost.words.vocabulary import AlertKind, LookupReason
from tests.guard.conftest import World, child

WALKS: dict[str, Callable[[int], ChildForm]] = {
    "names of one family": lambda n: child(1, given_names=child(n).given_names),
    "families of one name": lambda n: child(1, family_name=child(n).family_name),
    "birthdays": lambda n: child(1, date_of_birth=f"2016-03-{n + 1:02}"),
    "who was born that day": lambda n: child(n, date_of_birth="2016-03-01"),
    "who lives there": lambda n: child(n, postcodes=("LS1 4DY",)),
    "where they live": lambda n: child(1, postcodes=(f"LS1 {n}DY",)),
}


@pytest.mark.parametrize(
    ("today", "hours", "stopped"),
    [(34, 3.9, False), (34, 4, True), (35, 0.9, False), (35, 1, True)],
)
def test_an_alert_that_nobody_took_stops_sooner_who_asks_much(
    today: int, hours: float, stopped: bool
) -> None:
    raised = datetime(2026, 11, 25, 10, tzinfo=UTC)
    facts = Facts(who=uuid4(), own_name="", today=today, untaken=raised)
    assert rules.nobody_looked(facts, raised + timedelta(hours=hours), is_bank_holiday) is stopped


@pytest.mark.parametrize("walk", WALKS.values(), ids=list(WALKS))
def test_a_walk_alarms_within_ten(world: World, walk: Callable[[int], ChildForm]) -> None:
    for number in range(9):
        world.ask(walk(number), LookupReason.NEW_INFORMATION)
    assert "nurse list_walk" in world.alerts()


def test_a_fair_caseload_alarms_nobody(world: World) -> None:
    for number in range(19):
        world.ask(child(number))
        world.later(hours=2)
    assert world.alerts() == []


def test_mostly_not_found_alarms(world: World) -> None:
    for number in range(20):
        world.ask(child(number))
    world.later(hours=2)
    world.ask(child(30))
    assert set(world.alerts()) == {"nurse over_budget", "nurse not_found_often"}


def test_a_day_far_busier_than_any_alarms(world: World) -> None:
    for day in range(6):
        for number in range(6):
            world.ask(child(10 * day + number))
        world.later(days=1)
    for number in range(100, 118):  # three times six
        world.ask(child(number))
    assert "nurse over_budget" not in world.alerts()
    world.ask(child(118))
    assert "nurse over_budget" in world.alerts()


def test_a_burst_at_night_alarms_whom_it_is_not_usual_for(world: World) -> None:
    for number in range(25):
        world.ask(child(number))
        world.later(days=1)
    world.moment = world.moment.replace(hour=3)
    for number in range(100, 105):
        world.ask(child(number))
    assert "nurse odd_hours" in world.alerts()


def test_a_pattern_that_nobody_looks_at_stops_the_person(world: World) -> None:
    """But not in an emergency; and whoever looks lets them on."""
    for number in range(9):
        world.ask(child(1, given_names=child(number).given_names), LookupReason.NEW_INFORMATION)
    world.later(hours=3, minutes=59)
    world.ask(child(20))
    world.later(minutes=1)
    with pytest.raises(Refused, match="your manager has first to look"):
        world.ask(child(21))
    world.ask(child(22), emergency=True)
    world.look()
    world.ask(child(21))


def _facts(**known: object) -> Facts:
    return Facts(who=uuid4(), own_name="A Nurse", **known)  # type: ignore[arg-type]


def test_rules_by_themselves() -> None:
    assert alarms(_facts()) == []
    assert alarms(_facts(night_now=5, night_before=15, all_before=20)) == []
    assert alarms(_facts(night_now=5, night_before=0, all_before=19)) == []
    assert alarms(_facts(night_now=5, night_before=0, all_before=20)) == [AlertKind.ODD_HOURS]
    assert alarms(_facts(people=4, bodies=1)) == []
    assert alarms(_facts(outcomes=["not_found"] * 6 + ["found"] * 14)) == []
    assert alarms(_facts(outcomes=["not_found"] * 7 + ["found"] * 13)) == [AlertKind.NOT_FOUND_OFTEN]
    used_to = {"earlier": 40, "earlier_days": 10, "earlier_missed": 24}
    assert alarms(_facts(outcomes=["not_found"] * 17 + ["found"] * 3, **used_to)) == []
    assert alarms(_facts(outcomes=["not_found"] * 18 + ["found"] * 2, **used_to)) != []
    assert alarms(_facts(outcomes=[None, *["found"] * 18])) == []
    assert alarms(_facts(outcomes=[None, *["found"] * 19])) == [AlertKind.FOUND_OFTEN]
    assert alarms(_facts(outcomes=[None, "not_found", *["found"] * 18])) == []
    assert alarms(_facts(outcomes=["found"] * 20, earlier=40, earlier_days=10, earlier_found=36)) == []
    assert alarms(_facts(this_hour=10)) == []
    assert alarms(_facts(this_hour=10), emergency=True) == [AlertKind.OVER_BUDGET]
    assert not rules.beyond_emergency(_facts(this_hour=29, today=89))
    assert rules.beyond_emergency(_facts(this_hour=30))
    assert rules.beyond_emergency(_facts(today=90))
    assert rules.unanswered({AlertKind.REPEAT}, []) == [AlertKind.REPEAT]
    assert isinstance(child(), ChildForm)
