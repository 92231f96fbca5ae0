"""One closed as handed on and one begun then: what may be of one child is linked, or people are asked."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from fingerpost.signposts.handed_on import LATE, SOON, THEN, weight_of
from fingerpost.signposts.supported import CLEAR, Supported, weighed
from fingerpost.signposts.trails import Comparable, ordered
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Band
from tests.conftest import Child, write_extract

LEEDS, HULL = "E08000035", "E06000010"
OLIVER = Child(reference="L1", given="Oliver", family="Smith", closed="2026-03-02", why="RC5")
AT_HULL = msgspec.structs.replace(
    OLIVER, reference="H1", postcode="HU1 1UU", started="2026-03-05", closed="", why=""
)


def test_within_which_days_the_next_authority_begins() -> None:
    closed = date(2026, 3, 2)
    found = {day: weight_of([closed], [closed + timedelta(days=day)]) for day in range(-100, 260)}
    changes = [day for day in range(-99, 260) if found[day] != found[day - 1]]
    assert [(day, found[day]) for day in changes] == [
        (-90, THEN), (-14, SOON), (22, THEN), (61, LATE), (241, None),
    ]  # fmt: skip
    assert weight_of([closed], [closed - timedelta(days=500), closed]) == SOON
    assert weight_of([closed + timedelta(days=900), closed], [closed]) == SOON
    assert weight_of([], [closed]) is None


def _pair(
    weight: float, *, doubted: bool = False, one: str = LEEDS, other: str = HULL, **ends: object
) -> Supported:
    old, new = ends.get("one_record") or uuid4(), ends.get("other_record") or uuid4()
    found = Comparable(ordered(old, new), Band.POSSIBLE, 20.0, sure=False)  # type: ignore[arg-type]
    return Supported(old, new, (one, other), THEN, found, weight, doubted)  # type: ignore[arg-type]


def test_what_weight_and_doubt_make_of_a_pair() -> None:
    given = [_pair(1.0), _pair(1.0, doubted=True), _pair(-1.0), _pair(THEN.asked - 0.1)]
    made = weighed(given)
    found = [made.get(pair.found.pair) for pair in given]
    assert [one and (one.sure, one.supported, one.band) for one in found] == [
        (True, True, Band.PROBABLE), (False, False, Band.POSSIBLE), (False, False, Band.POSSIBLE), None,
    ]  # fmt: skip


def test_where_a_second_of_either_authority_fits_people_are_asked() -> None:
    """Twins move together; but an older sister is not taken for whom her mother expects."""
    first = _pair(3.0)
    second = _pair(3.0, one_record=first.one)
    third = _pair(3.0, other_record=first.other, one="E06000014")
    sister = _pair(3.0 - CLEAR, one_record=first.one)
    assert {one.sure for one in weighed([first, second]).values()} == {False}
    assert {one.sure for one in weighed([first, third]).values()} == {True}  # of two authorities: two moves
    assert weighed([first, sister])[first.found.pair].sure


def _states(service: Service, tmp_path: Path, *feeds: tuple[str, list[Child]]) -> list[tuple[str, str]]:
    """Load feeds one after another. Return how every link stands, surest first."""
    for authority, children in feeds:
        extract = write_extract(tmp_path / uuid4().hex[:6], *children)
        service.feeds.load_ssd(extract, authority, accept_removals=True, accept_older=True)
    with service.feeds._database.statement() as session:  # pyright: ignore[reportPrivateUsage]
        return session.tuples("SELECT state, band FROM link ORDER BY state")


def test_namesakes_are_one_child_where_the_one_was_handed_on_when_the_other_began(
    service: Service, tmp_path: Path
) -> None:
    """Whatever comes first; and no more so once it is not stated any more."""
    going_on = msgspec.structs.replace(OLIVER, closed="", why="")
    assert _states(service, tmp_path, (LEEDS, [going_on]), (HULL, [AT_HULL])) == [("proposed", "possible")]
    assert _states(service, tmp_path, (LEEDS, [OLIVER])) == [("linked", "probable")]
    otherwise = msgspec.structs.replace(OLIVER, why="RC8", postcode="LS1 1UR")
    assert _states(service, tmp_path, (LEEDS, [otherwise])) == [("proposed", "possible")]
    moved = msgspec.structs.replace(OLIVER, postcode="LS1 1UR")
    assert _states(service, tmp_path, (LEEDS, [moved])) == [("linked", "probable")]


def test_a_family_that_returns_was_away_all_the_same(service: Service, tmp_path: Path) -> None:
    """Leeds begins anew while Hull still works, and hands on once more."""
    assert _states(service, tmp_path, (LEEDS, [OLIVER]), (HULL, [AT_HULL])) == [("linked", "probable")]
    for number, (closed, why) in enumerate([("", ""), ("2026-10-01", "RC5")]):
        back = write_extract(tmp_path / f"back{number}", OLIVER)
        with (back / "ssd_cin_episodes.csv").open("a", encoding="utf-8") as file:
            file.write(f"R2,L1,2026-06-01,N,{closed},{why},T1\n")
        service.feeds.load_ssd(back, LEEDS)
        assert _states(service, tmp_path) == [("linked", "probable")]


def test_another_surname_is_put_before_people_and_twins_are_not_linked(
    service: Service, tmp_path: Path
) -> None:
    renamed = msgspec.structs.replace(AT_HULL, family="Featherstonehaugh")
    assert _states(service, tmp_path, (LEEDS, [OLIVER]), (HULL, [renamed])) == [("proposed", "possible")]
    early = msgspec.structs.replace(renamed, started="2025-11-20", given="Oliver J")
    assert _states(service, tmp_path, (HULL, [early])) == []
    twins = [msgspec.structs.replace(AT_HULL, reference=reference, given="") for reference in ("H1", "H2")]
    assert {state for state, _ in _states(service, tmp_path, (HULL, twins))} == {"proposed"}


def test_a_near_name_beside_the_same_number_is_one_child_where_it_was_handed_on(
    service: Service, tmp_path: Path
) -> None:
    """Of two who fit, people say: a number is typed on the wrong twin's record."""
    ella = msgspec.structs.replace(OLIVER, given="Ella", nhs_number="9990000034")
    ellie = msgspec.structs.replace(AT_HULL, given="Ellie", nhs_number="9990000034")
    going_on = msgspec.structs.replace(ella, closed="", why="")
    assert _states(service, tmp_path, (LEEDS, [going_on]), (HULL, [ellie])) == [("proposed", "probable")]
    assert _states(service, tmp_path, (LEEDS, [ella])) == [("linked", "probable")]
    moved = msgspec.structs.replace(ella, postcode="LS1 1UR")
    twin = msgspec.structs.replace(moved, reference="L2", given="Elsie", nhs_number="")
    assert {state for state, _ in _states(service, tmp_path, (LEEDS, [moved, twin]))} == {"proposed"}


NUMBER = "9990000034"
OTHERWISE = [  # what the new authority wrote, and how the link stands beside the hand-over
    ({"given": "Ollie"}, "linked"),  # a form of the name
    ({"given": "Theodore", "nhs_number": NUMBER}, "linked"),  # another name, and the same number
    ({"given": "Theodore", "family": "Smith", "nhs_number": NUMBER}, "proposed"),
]


@pytest.mark.parametrize(("written", "state"), OTHERWISE)
def test_what_speaks_against_is_outweighed_where_nobody_else_is_met(
    service: Service, tmp_path: Path, written: dict[str, str], state: str
) -> None:
    """Not where either authority has another who is as like: a twin there, who was not handed on."""
    named = {"family": "Featherstonehaugh", "nhs_number": written.get("nhs_number", "")}
    numbered = msgspec.structs.replace(OLIVER, **named)
    there = msgspec.structs.replace(AT_HULL, **(named | written))
    going_on = msgspec.structs.replace(numbered, closed="", why="")
    before = _states(service, tmp_path, (LEEDS, [going_on]), (HULL, [there]))
    assert "linked" not in {found for found, _ in before}
    assert [found for found, _ in _states(service, tmp_path, (LEEDS, [numbered]))] == [state]
    twin = msgspec.structs.replace(going_on, reference="L2", given="Ebenezer", nhs_number="")
    moved = msgspec.structs.replace(numbered, postcode="LS1 1UR")
    assert "linked" not in {found for found, _ in _states(service, tmp_path, (LEEDS, [moved, twin]))}


def test_hardly_more_than_a_guessed_birth_is_for_people_unless_it_was_handed_on(
    service: Service, tmp_path: Path
) -> None:
    alone = msgspec.structs.replace(OLIVER, given="Zebedee", family="Featherstonehaugh", born="2010-01-01")
    there = msgspec.structs.replace(
        alone, reference="H1", postcode="HU1 1UU", started="2026-03-05", closed="", why=""
    )
    going_on = msgspec.structs.replace(alone, closed="", why="")
    assert _states(service, tmp_path, (LEEDS, [going_on]), (HULL, [there])) == [("proposed", "probable")]
    assert _states(service, tmp_path, (LEEDS, [alone])) == [("linked", "probable")]
