"""A person asks 20 times an hour and 60 a day, whatever happens at once; raising that takes two people."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from fingerpost.guard import rules
from fingerpost.ledger.events import LookupRefused
from fingerpost.lookup.form import ChildForm
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened
from fingerpost.words.errors import Invalid, NotFound, Refused, Unavailable
from fingerpost.words.vocabulary import Role
from tests.guard.conftest import LEEDS, MANAGER, OFFICER, SECOND, World, child

NURSE = Person("RJ1", "nurse")


def _ask_until_stopped(world: World, start: int = 0, most: int = 100) -> int:
    for number in range(start, start + most):
        try:
            world.ask(child(number))
        except Refused:
            return number - start
    return most


def test_twenty_an_hour_and_sixty_a_day(world: World) -> None:
    for start, answered in ((0, 20), (100, 20), (200, 20), (300, 0)):
        assert _ask_until_stopped(world, start) == answered
        world.look()
        world.later(minutes=61)
    world.later(hours=21)
    assert _ask_until_stopped(world, 400) == 20
    assert "nurse over_budget" in world.alerts()


def test_where_nobody_takes_its_alert_a_busy_day_ends_sooner(world: World) -> None:
    assert _ask_until_stopped(world) == 20
    world.later(minutes=61)
    assert _ask_until_stopped(world, 100) == rules.SOON_DAY - 20
    world.look()
    world.ask(child(200))


def test_over_budget_says_what_to_do_and_is_on_the_ledger(world: World) -> None:
    _ask_until_stopped(world)
    with pytest.raises(Refused, match=world.settings.desk_phone):
        world.ask(child(99))
    entries = [e for _, e in world.service.ledger.checked(world.service.records_database, last=1)]
    assert entries[0] is not None
    assert isinstance(entries[0].event, LookupRefused)
    assert entries[0].event.clause == "guard/person_budget"


def test_what_is_refused_is_spent_too(world: World) -> None:
    for _ in range(20):
        with pytest.raises(Invalid):
            world.ask(ChildForm(family_name="Vont"))
    with pytest.raises(Refused):
        world.ask(child())


def test_64_at_once_cannot_exceed(world: World) -> None:
    def ask(number: int) -> bool:
        for _ in range(50):
            try:
                world.ask(child(number))
            except Unavailable:  # more at once than there are connections: not spent, asked again
                continue
            except Refused:
                return False
            return True
        return False

    with ThreadPoolExecutor(64) as threads:
        answered = sum(threads.map(ask, range(64)))
    assert answered == 20
    assert world.rows("SELECT count(*) FROM asking") == [(20,)]


def test_an_authority_has_ten_times_its_median(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "AUTHORITY_FLOOR", 5)
    world.person("other", "Otto Vandenberg")
    for number in range(5):
        world.ask(child(number))
    with pytest.raises(Refused, match="authority"):
        world.ask(child(5), by="other")
    assert "other over_authority_budget" in world.alerts()
    world.later(days=1)
    assert _ask_until_stopped(world, 100) == 20  # ten times five


def test_raising_a_budget_takes_two_others(world: World) -> None:
    _ask_until_stopped(world)
    desk = world.service.guard_desk
    with pytest.raises(Invalid, match="another"):
        desk.ask_raise(MANAGER, 40, 100, 7, MANAGER)
    with pytest.raises(Invalid, match="from 1 to"):
        desk.ask_raise(NURSE, 4000, 100, 7, MANAGER)
    with pytest.raises(Refused):
        desk.ask_raise(NURSE, 40, 100, 7, NURSE)
    budget = desk.ask_raise(NURSE, 40, 100, 7, MANAGER)
    assert _ask_until_stopped(world, 50) == 0
    with pytest.raises(Invalid, match="another"):
        desk.agree_raise(budget, MANAGER)
    desk.agree_raise(budget, SECOND)
    with pytest.raises(NotFound):
        desk.agree_raise(budget, OFFICER)
    assert _ask_until_stopped(world, 50) == 20
    world.later(days=8)
    world.look()
    assert _ask_until_stopped(world, 200) == 20
    with pytest.raises(NotFound):
        desk.ask_raise(Person("RJ1", "nobody"), 40, 100, 7, MANAGER)


def test_another_authoritys_manager_may_not(world: World) -> None:
    world.person("boss", "D Manager", authority=LEEDS, role=Role.MANAGER)
    with pytest.raises(Refused):
        world.service.guard_desk.ask_raise(NURSE, 40, 100, 7, Person(LEEDS, "boss"))


def test_without_the_guard_nobody_is_stopped(world: World) -> None:
    """The control."""
    with opened(msgspec.structs.replace(world.settings, guard=False), world.now) as open_house:
        world.service = open_house
        assert _ask_until_stopped(world, 0, 25) == 25
