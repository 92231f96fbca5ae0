"""The five misuses of ContactPoint's audit, and what else keeps people from looking up their own."""

import msgspec
import pytest

from fingerpost.lookup.answer import Outcome
from fingerpost.lookup.form import ChildForm
from fingerpost.signposts.person import Person
from fingerpost.words.child import PersonName
from fingerpost.words.errors import Invalid, NotFound, Refused
from fingerpost.words.vocabulary import LookupReason, Role
from tests.guard.conftest import LEEDS, MANAGER, TRUST, World, child

NURSE = Person(TRUST, "nurse")
AGREED = LookupReason.FAMILY_AGREED
HOME = "LS6 2AB"


def _declare(world: World, person: Person = NURSE) -> None:
    world.service.guard_desk.declare(
        person, person, [PersonName("Poppy", "Smith")], ["Featherstonehaugh"], [HOME]
    )


OWN_CHILD = child(1, given_names="Poppy", family_name="Smith", postcodes=("LS1 1AA",))
OWN_NAME = child(2, family_name="Quartermaine")
FORMER_NAME = child(3, family_name="Fetherstonehaugh")
COMMON_NAME_NEAR_HOME = child(4, family_name="Smith", postcodes=("LS6 9ZZ",), nhs_number="9990000034")
NEXT_DOOR = child(5, postcodes=(HOME,))

# What staff did in 2009: they looked up their own and those they knew, "to test the system".
MISUSES = [
    (OWN_CHILD, "own_family"), (OWN_NAME, "own_family"), (FORMER_NAME, "own_family"),
    (COMMON_NAME_NEAR_HOME, "own_family"), (NEXT_DOOR, "neighbour"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "kind"), MISUSES, ids=["child", "name", "former", "near", "next door"])
def test_each_misuse_is_stopped_on_the_day(world: World, asked: ChildForm, kind: str) -> None:
    _declare(world)
    with pytest.raises(Invalid, match="Your manager is told") as stopped:
        world.ask(asked)
    assert [p.field for p in stopped.value.problems] == ["reasons"]
    assert world.alerts() == [f"nurse {kind}"]
    with pytest.raises(Invalid):
        world.ask(asked, LookupReason.NEW_INFORMATION)  # no reason for this
    assert world.ask(asked, AGREED).outcome is Outcome.NOT_FOUND
    assert world.alerts() == [f"nurse {kind}"]


def test_others_are_not_asked_why(world: World) -> None:
    """The control: what is declared stops nobody else, and nothing else."""
    world.person("other", "Otto Vandenberg")
    _declare(world)
    for asked, _ in MISUSES:
        if asked not in {OWN_CHILD}:  # Poppy Smith is a colleague's child
            world.ask(asked, by="other")
    world.ask(child(9, family_name="Smith"))
    assert world.alerts() == []


def test_a_colleagues_child(world: World) -> None:
    world.person("other", "Otto Vandenberg")
    _declare(world)
    for asked in (OWN_CHILD, child(6, family_name="Featherstonehaugh", postcodes=(HOME,))):
        with pytest.raises(Invalid):
            world.ask(asked, by="other")
    assert world.alerts() == ["other colleague"]


def test_declared_anew_replaces(world: World) -> None:
    _declare(world)
    world.service.guard_desk.declare(NURSE, MANAGER, [], [], [])
    world.ask(OWN_CHILD)
    with pytest.raises(Refused):
        world.service.guard_desk.declare(MANAGER, NURSE, [], [], [])
    with pytest.raises(NotFound):
        world.service.guard_desk.declare(Person(TRUST, "nobody"), MANAGER, [], [], [])


def test_nothing_declared_is_stored_in_clear(world: World) -> None:
    _declare(world)
    assert len(world.rows("SELECT token FROM tie")) > 6
    assert world.rows("SELECT token FROM tie WHERE octet_length(token) <> 16") == []


def test_repeats_need_a_reason(world: World) -> None:
    again = child(8)
    slips = [again, msgspec.structs.replace(again, given_names=again.given_names + "h")]
    for slip in slips:
        world.ask(slip)
    with pytest.raises(Invalid, match="still_working"):
        world.ask(again)
    world.ask(again, LookupReason.STILL_WORKING)
    assert "nurse repeat" in world.alerts()
    world.later(days=31)
    world.ask(again)


def test_many_people_of_two_authorities_alert(world: World) -> None:
    world.person("one", "Otto Vandenberg")
    world.person("two", "Ursula Vandenberg")
    for by in ("nurse", "one", "two"):
        world.ask(child(9), by=by)
    assert world.alerts() == []
    world.person("far", "Ignatius Vandenberg", authority=LEEDS, role=Role.POLICE_OFFICER)
    world.person("far", "Ignatius Vandenberg", authority=LEEDS)
    world.ask(child(9), by="far", authority=LEEDS)
    assert world.alerts() == ["far many_ask"]


def test_what_was_asked_is_forgotten_after_30_days(world: World) -> None:
    world.ask(child(1))
    world.later(days=29)
    assert world.service.guard.forget(world.moment) == 0
    world.later(days=2)
    assert world.service.guard.forget(world.moment) == 1
    assert world.rows("SELECT token FROM asking_subject") == []
