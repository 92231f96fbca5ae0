"""Working days are counted by weeks, and agree with going through them day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fingerpost.words.clock import next_working_day
from fingerpost.words.working_time import working_days_between


@given(st.dates(date(2019, 12, 1), date(2027, 6, 1)), st.integers(-10, 120))
def test_counting_by_weeks_is_going_day_by_day(first: date, days: int) -> None:
    last, day, count = first + timedelta(days=days), first, 0
    while (day := next_working_day(day)) <= last:
        count += 1
    assert working_days_between(first, last) == count
