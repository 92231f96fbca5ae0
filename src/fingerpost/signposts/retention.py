"""When a signpost leaves: dates in, a date out. On `leaves_on` it must be gone from everywhere."""

from calendar import isleap
from datetime import date, timedelta

CONFIRMED_FOR = 12  # months: a current signpost that nobody confirms lapses (CP-IS keeps 12 months)


def birthday(born: date, age: int) -> date:
    """Return the day `age` is reached.

    Someone born on 29 February is a child until 1 March of a common year: the later day keeps protection
    whole (Family Law Reform Act 1969 s.9: at the commencement of the anniversary).
    """
    year = born.year + age
    return date(year, 3, 1) if _is_leap_day(born) and not isleap(year) else born.replace(year=year)


def years_after(day: date, years: int) -> date:
    """Return the corresponding date `years` later, or the last of February where there is none."""
    year = day.year + years
    return date(year, 2, 28) if _is_leap_day(day) and not isleap(year) else day.replace(year=year)


def lapses(confirmed: date) -> date:
    """Return the last day of the twelfth month after the month of `confirmed`."""
    months = confirmed.year * 12 + confirmed.month + CONFIRMED_FOR  # counted from year 0, one month on
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def leaves_on(
    *, born: date | None, until_age: int, ended: date | None, years_after_end: int, confirmed: date
) -> date:
    """Return the leaving date of one signpost; without a date of birth no birthday bounds it."""
    kept = lapses(confirmed) if ended is None else years_after(ended, years_after_end)
    return kept if born is None else min(kept, birthday(born, until_age))


def _is_leap_day(day: date) -> bool:
    return (day.month, day.day) == (2, 29)
