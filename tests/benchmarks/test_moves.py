"""The benchmark of moves, small: books as they stood on earlier nights, and a judge that can say no."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from benchmarks.moves.judge import Arrival, Seen, Truth, moves_of
from benchmarks.moves.nights import Books, read
from benchmarks.moves.run import nights_until, quantile

from fingerpost.synthetic.country import make_country
from tests.synthetic.written import order


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("country") / "c"
    make_country(order(children=400, authorities=4), folder, lambda _: None, processes=1)
    return folder


def test_nights_come_singly_in_the_end() -> None:
    nights = nights_until(date(2026, 11, 22), 365, 3)
    assert [str(night) for night in nights[-4:]] == [f"2026-11-{day}" for day in (19, 20, 21, 22)]
    assert nights == sorted(set(nights))
    assert len(nights) == 9


def test_an_earlier_night_knows_nothing_of_later_ones(country: Path, tmp_path: Path) -> None:
    night = "2024-06-30"
    for folder in (path for path in country.iterdir() if path.is_dir()):
        books = Books(folder)
        then = books.write(date.fromisoformat(night), tmp_path / folder.name)
        episodes = list(read(then / "ssd_cin_episodes.csv"))
        assert all(row["cine_referral_date"] <= night for row in episodes)
        assert all(row["cine_close_date"] <= night for row in episodes)
        assert all(bool(row["cine_close_reason"]) <= bool(row["cine_close_date"]) for row in episodes)
        people = list(read(then / "ssd_person.csv"))
        assert all(row["pers_dob"] <= night for row in people)
        assert 0 < len(people) < len(list(read(folder / "ssd_person.csv")))


def _arrival(row: dict[str, str]) -> Arrival:
    night = date(2026, 1, 1)
    return Arrival(
        record=uuid4(), authority=row["authority"], person=row["pers_person_id"], night=night,
        first=str(night), current=True,
    )  # fmt: skip


def test_a_move_is_the_same_child_elsewhere(country: Path) -> None:
    truth = Truth(country)
    seen = Seen(arrivals=[_arrival(row) for row in read(country / "truth.csv")])
    moves = moves_of(seen, truth)
    assert moves
    assert all(truth.child(m.arrival) == truth.child(m.old) for m in moves)
    assert all(m.arrival.authority != m.old.authority for m in moves)


def test_quantiles() -> None:
    assert (quantile([3.0, 1.0, 2.0], 0.5), quantile([1.0, 2.0], 0.95)) == (2.0, 2.0)
