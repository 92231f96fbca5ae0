"""The arithmetic of leaving: leap days, month ends, birthdays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.signposts.retention import birthday, lapses, leaves_on, years_after

DAYS = st.dates(date(1998, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("born", "age", "reached"),
    [
        (date(2008, 2, 29), 18, date(2026, 3, 1)),
        (date(2004, 2, 29), 16, date(2020, 2, 29)),
        (date(2008, 2, 28), 18, date(2026, 2, 28)),
        (date(1882, 2, 29 - 1), 18, date(1900, 2, 28)),
        (date(2008, 12, 31), 25, date(2033, 12, 31)),
    ],
)
def test_birthdays(born: date, age: int, reached: date) -> None:
    assert birthday(born, age) == reached


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2024, 2, 29), 6, date(2030, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2023, 12, 31), 1, date(2024, 12, 31)),
    ],
)
def test_years_after(day: date, years: int, later: date) -> None:
    assert years_after(day, years) == later


@pytest.mark.parametrize(
    ("confirmed", "lapse"),
    [
        (date(2026, 11, 22), date(2027, 11, 30)),
        (date(2026, 12, 31), date(2027, 12, 31)),
        (date(2026, 1, 1), date(2027, 1, 31)),
        (date(2023, 2, 1), date(2024, 2, 29)),
    ],
)
def test_lapses(confirmed: date, lapse: date) -> None:
    assert lapses(confirmed) == lapse


@given(DAYS)
def test_a_lapse_is_a_month_end_between_twelve_and_thirteen_months_on(confirmed: date) -> None:
    lapse = lapses(confirmed)
    assert (lapse + timedelta(days=1)).day == 1
    assert 365 <= (lapse - confirmed).days <= 397
    assert lapses(confirmed + timedelta(days=1)) >= lapse


@given(DAYS, st.integers(1, 30))
def test_nobody_comes_of_age_early(born: date, age: int) -> None:
    reached = birthday(born, age)
    assert reached.year == born.year + age
    assert timedelta(0) <= reached - years_after(born, age) <= timedelta(days=1)


@given(
    born=st.none() | DAYS,
    until=st.sampled_from([18, 25]),
    ended=st.none() | DAYS,
    years=st.sampled_from([0, 1, 6]),
    confirmed=DAYS,
)
def test_no_signpost_outlives_the_birthday_or_its_years(
    born: date | None, until: int, ended: date | None, years: int, confirmed: date
) -> None:
    leaves = leaves_on(born=born, until_age=until, ended=ended, years_after_end=years, confirmed=confirmed)
    assert born is None or leaves <= birthday(born, until)
    assert leaves <= (lapses(confirmed) if ended is None else years_after(ended, years))
    if born is None:
        assert leaves in {lapses(confirmed), years_after(ended or confirmed, years)}
