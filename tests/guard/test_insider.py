"""R27 in small: an insider is noticed within thirty questions, whatever they hold (assurance/insider/)."""

import random
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import pytest
from assurance.insider.country import nobody
from assurance.insider.misuses import stopped
from assurance.insider.month import START, House, Insider, Manager, Month
from assurance.insider.strategies import STRATEGIES, Lists
from assurance.shields.people import children

from fingerpost.instance import Instance
from fingerpost.wiring import opened
from tests.conftest import copy_of, form_of, write_extract
from tests.guard.conftest import LEEDS

MOST_QUERIES = 30
KNOWN = 60
NEVER = 2**62
# What is left to the challenge, which asks one in ten of everybody: nothing of it is out of the way.
UNHURRIED = {"a class among own work", "five with one list of known children"}
ALARMED = sorted(set(STRATEGIES) - UNHURRIED)


class Place(NamedTuple):
    """A guarded house, and what an insider may hold."""

    house: House
    lists: Lists


@pytest.fixture(scope="module")
def place(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("insider")
    dice = random.Random(27)
    known = children(dice, KNOWN)
    forms = [form_of(child) for child in known]
    with copy_of(instance, folder) as settings:
        with opened(settings) as service:
            service.feeds.load_ssd(write_extract(folder / "extract", *known), LEEDS)
        clock = [START]
        guarded = msgspec.structs.replace(settings, guard=True, challenge_one_in=NEVER)
        with opened(guarded, lambda: clock[0]) as service:
            house = House.of(guarded, service, clock)
            yield Place(house, Lists(iter(forms * len(ALARMED)), nobody(forms, dice), dice))
            house.owner.close()


def _alarmed(month: Month) -> bool:
    return month.alarm > 0


@pytest.mark.parametrize("name", ALARMED)
def test_an_alarm_within_thirty(place: Place, name: str) -> None:
    month = Insider(place.house, "RJ1", STRATEGIES[name], place.lists, Manager.SLEEPS).run(until=_alarmed)
    assert 0 < month.alarm <= MOST_QUERIES
    assert len(month.learned) <= MOST_QUERIES


def test_the_five_misuses_are_stopped_before_the_answer(place: Place) -> None:
    tried = stopped(place.house, [next(place.lists.known) for _ in range(5)])
    assert list(tried.values()) == [True] * 5, tried


def test_without_the_guard_nobody_notices(place: Place) -> None:
    """The control: the list of known children is walked through to its end."""
    house = place.house
    with opened(msgspec.structs.replace(house.settings, guard=False), lambda: house.clock[0]) as service:
        open_house = msgspec.structs.replace(house, service=service)
        worst = STRATEGIES["a list of known children"]
        month = Insider(open_house, "RJ1", worst, place.lists, Manager.SLEEPS).run(1)
    assert month.alarm == 0
    assert len(month.learned) > MOST_QUERIES
