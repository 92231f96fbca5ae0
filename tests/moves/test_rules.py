"""Who was handed on and taken up by nobody, who may meet, and what a hand-over may become: row by row."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from fingerpost.moves.life import Kind, State, Step, holder, last_day, may_become
from fingerpost.moves.rules import between_two, may_meet, orphaned, should_meet
from fingerpost.moves.store import Held
from fingerpost.words.errors import Invalid

CLOSED = date(2026, 3, 2)  # a Monday; no bank holiday is near
DAY = timedelta(days=1)
MONTHS_ON = date(2026, 6, 1)


def held(number: int = 1, authority: str = "E1", **fields: Any) -> Held:
    nothing: dict[str, Any] = {
        "current": False, "handed_on": None, "opened": None, "in_touch": False, "has": False, "began": None,
        "ended": None, "since": None,
    }  # fmt: skip
    return Held(UUID(int=number), authority, **nothing | fields)


@pytest.mark.parametrize(
    ("doubted", "listed", "today", "orphan"),
    [
        (False, False, date(2026, 3, 9), False),  # the fifth working day
        (False, False, date(2026, 3, 10), True),
        (True, False, date(2026, 3, 16), False),  # the tenth
        (True, False, date(2026, 3, 17), True),
        (False, False, CLOSED + 360 * DAY, True),
        (False, False, CLOSED + 361 * DAY, False),
        (False, True, CLOSED + 361 * DAY, True),
    ],
)
def test_how_long_somebody_has_to_open(doubted: bool, listed: bool, today: date, orphan: bool) -> None:
    record = held(handed_on=CLOSED)
    assert orphaned(record, [], doubted=doubted, listed=listed, today=today) is orphan
    assert not orphaned(held(), [], doubted=doubted, listed=listed, today=today)
    assert not orphaned(record, [held(2, has=True)], doubted=doubted, listed=listed, today=today)


@pytest.mark.parametrize(
    ("record", "waits"),
    [
        ({"handed_on": CLOSED}, True),
        ({}, False),
        ({"handed_on": CLOSED, "current": True}, False),
        ({"handed_on": CLOSED, "opened": CLOSED + DAY}, False),
        ({"handed_on": CLOSED, "opened": CLOSED}, True),
    ],
)
def test_who_was_closed_as_handed_on_and_not_opened_again(record: dict[str, Any], waits: bool) -> None:
    assert between_two(held(**record), []) is waits


@pytest.mark.parametrize(
    ("other", "took_up"),
    [
        ({}, False),
        ({"has": True}, True),
        ({"ended": CLOSED + DAY}, True),
        ({"ended": CLOSED}, False),
        ({"began": CLOSED}, True),
        ({"began": CLOSED - DAY}, False),
        ({"began": CLOSED - DAY, "ended": CLOSED}, False),
        ({"in_touch": True}, True),
        ({"in_touch": True, "handed_on": CLOSED}, False),
        ({"current": True}, False),  # noting that a child is missing is no taking up
    ],
)
def test_what_shows_that_somebody_took_the_child_up(other: dict[str, Any], took_up: bool) -> None:
    record = held(handed_on=CLOSED)
    assert between_two(record, [held(2, "E2", **other)]) is not took_up
    assert orphaned(record, [held(3, "E3"), held(2, "E2", **other)], doubted=False, listed=False,
                    today=MONTHS_ON) is not took_up  # fmt: skip


def test_two_authorities_meet_where_one_works_with_the_child_now() -> None:
    here, same, there = held(3, "E1", current=True), held(2, "E1"), held(1, "E2")
    known = {one.id: one for one in (here, same, there)}
    unseen = UUID(int=9)
    pairs = {(there.id, here.id), (there.id, same.id)}
    assert set(may_meet([here.id, same.id, there.id, unseen], known)) == pairs
    assert {pair for pair in pairs if should_meet(pair, known)} == {(there.id, here.id)}


LATER = {
    State.OFFERED: {State.ACCEPTED, State.DECLINED, State.LAPSED, State.WITHDRAWN},
    State.STAYING: {State.OVER},
    State.ASLEEP: {State.OVER},
}


@pytest.mark.parametrize("state", State)
def test_what_a_hand_over_may_become(state: State) -> None:
    assert {later for later in State if may_become(state, later)} == LATER.get(state, set())


@pytest.mark.parametrize("state", State)
def test_only_who_has_accepted_holds_the_child(state: State) -> None:
    accepted = state is State.ACCEPTED
    assert holder("E1", [Step(state, "E1", "E2")]) == ("E2" if accepted else "E1")
    assert holder("E1", [Step(State.ACCEPTED, "E1", "E2"), Step(state, "E2", "E3")]) == (
        "E3" if accepted else "E2"
    )
    assert holder("E1", [Step(state, "E1", None)]) == "E1"


@pytest.mark.parametrize(
    ("kind", "days", "last"),
    [
        (Kind.RESPONSIBILITY, None, None),
        (Kind.RESPONSIBILITY, 1, "is for a stay"),
        (Kind.STAY, None, "within fourteen days"),
        (Kind.STAY, -1, "within fourteen days"),
        (Kind.STAY, 0, 0),
        (Kind.STAY, 14, 14),
        (Kind.STAY, 15, "within fourteen days"),
        (Kind.LEAVING, None, 1095),
        (Kind.LEAVING, 0, "within three years"),
        (Kind.LEAVING, 1, 1),
        (Kind.LEAVING, 1095, 1095),
        (Kind.LEAVING, 1096, "within three years"),
    ],
)
def test_the_last_day_of_a_stay_or_an_absence(kind: Kind, days: int | None, last: int | str | None) -> None:
    until = None if days is None else CLOSED + days * DAY
    if isinstance(last, str):
        with pytest.raises(Invalid, match=last):
            last_day(kind, until, CLOSED)
    else:
        assert last_day(kind, until, CLOSED) == (None if last is None else CLOSED + last * DAY)
