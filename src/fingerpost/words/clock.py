"""The clock. Every rule takes its date or time as an argument; only doors and wiring read this."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

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
