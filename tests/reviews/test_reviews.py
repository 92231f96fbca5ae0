"""Would we have found her? A change that loses a child of a timeline fails here."""

import pytest

from tests.reviews.page import PAGE, page
from tests.reviews.replay import Replay, lost
from tests.reviews.timeline import timelines

TOLD = timelines()


@pytest.mark.parametrize("name", TOLD)
def test_everybody_learns_in_time(replay: Replay, name: str) -> None:
    assert lost(TOLD[name], replay.learnt[name]) == []


def test_no_child_of_one_story_is_shown_in_another(replay: Replay) -> None:
    assert replay.strayed == []
    for name, line in TOLD.items():
        shown = {of.partition(",")[0] for learnt in replay.learnt[name] for of in learnt.of}
        assert shown <= line.places.keys(), name
        assert {learnt.who for learnt in replay.learnt[name]} <= line.places.keys(), name


def test_the_page_is_current(replay: Replay) -> None:
    current = page(TOLD, replay.learnt)
    assert PAGE.read_text("utf-8") == current, "run `python -m tests.reviews.page`"


def test_a_service_that_says_nothing_loses_them_all() -> None:
    """The control: who learns too late, or of somebody else, has not learnt."""
    assert all(lost(line, []) == list(line.must) for line in TOLD.values())
    assert sum(len(line.must) for line in TOLD.values()) >= 30


def test_each_story_is_told_whole() -> None:
    assert len(TOLD) >= 6
    for line in TOLD.values():
        assert line.sources
        assert [day.moment for day in line.day] == sorted(day.moment for day in line.day)
        named = {must.who for must in line.must} | {must.of for must in line.must if must.of}
        assert named <= line.places.keys()
