"""The clock. Every rule takes its date or time as an argument; only doors and wiring read this."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def today(moment: datetime | None = None) -> date:
    """Return the calendar day in England at `moment` (now, unless told)."""
    return (moment or now()).astimezone(LONDON).date()


def month_of(day: date) -> date:
    """Return the first of `day`'s month: the unit in which keys expire."""
    return day.replace(day=1)


@lru_cache
def bank_holidays(year: int) -> frozenset[date]:
    """Return the bank holidays of a year in England."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_bank_holiday(day: date) -> bool:
    """Tell whether the day is a bank holiday in England."""
    return day in bank_holidays(day.year)


def next_working_day(day: date) -> date:
    """Return the first day after `day` that is no Saturday, Sunday or bank holiday in England."""
    day += timedelta(days=1)
    while day.weekday() > 4 or is_bank_holiday(day):
        day += timedelta(days=1)
    return day
