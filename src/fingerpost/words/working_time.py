"""Working days and hours in England: Monday to Friday, nine to five, no bank holiday. Pure."""

from datetime import date, datetime, time, timedelta

from fingerpost.words.clock import LONDON, bank_holidays, is_bank_holiday, next_working_day

OPENS, CLOSES = time(9), time(17)


def is_working_day(day: date) -> bool:
    """Tell whether people are at work on a day."""
    return day.weekday() <= 4 and not is_bank_holiday(day)


def working_days_after(day: date, days: int) -> date:
    """Return the working day that is so many after `day`, which is not counted itself."""
    for _ in range(days):
        day = next_working_day(day)
    return day


def working_days_before(day: date, days: int) -> date:
    """Return the latest day after which so many working days have come, up to and with `day`."""
    while days:
        days -= is_working_day(day)
        day -= timedelta(days=1)
    return day


def working_days_between(first: date, last: date) -> int:
    """Return how many working days have come after `first`, up to and with `last`: the same for everybody."""
    weeks, rest = divmod(max((last - first).days, 0), 7)
    weekdays = weeks * 5 + sum((first + timedelta(days=day)).weekday() <= 4 for day in range(1, rest + 1))
    years = range(first.year, last.year + 1)
    return weekdays - sum(
        first < day <= last and day.weekday() <= 4 for year in years for day in bank_holidays(year)
    )


def after_working_hours(moment: datetime, hours: int) -> datetime:
    """Return when so many hours of work have passed in England since `moment`, in `moment`'s own zone."""
    local = moment.astimezone(LONDON)
    left = timedelta(hours=hours)
    while True:
        opens, closes = (datetime.combine(local.date(), at, LONDON) for at in (OPENS, CLOSES))
        begun = max(local, opens)
        if is_working_day(local.date()) and begun < closes:
            if begun + left <= closes:
                return (begun + left).astimezone(moment.tzinfo)
            left -= closes - begun
        local = datetime.combine(next_working_day(local.date()), OPENS, LONDON)
