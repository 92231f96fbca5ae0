"""Which number to ring now: the office in its hours, the emergency duty team at any other time."""

import re
from datetime import date, datetime, time
from functools import lru_cache

from msgspec import Struct

from fingerpost.lookup.answer import Contact
from fingerpost.words.clock import LONDON, is_bank_holiday

PROVEN_DAYS = 30  # a number nobody has tried for longer is marked unproven (features, row 17)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(
    r"^\s*(\w{3})\w*\s*(?:-|–|to)\s*(\w{3})\w*\s+(\d{1,2}):(\d{2})\s*(?:-|–|to)\s*(\d{1,2}):(\d{2})\s*$"
)


class OfficeHours(Struct, frozen=True):
    """First and last day of the week (Monday is 0), opening and closing time, in England."""

    first: int = 0
    last: int = 4
    opens: time = time(9)
    closes: time = time(17)

    def open_at(self, moment: datetime) -> bool:
        """Tell whether the office answers at this moment."""
        local = moment.astimezone(LONDON)
        if is_bank_holiday(local.date()) or not self.first <= local.weekday() <= self.last:
            return False
        return self.opens <= local.time() < self.closes


@lru_cache
def office_hours(text: str) -> OfficeHours:
    """Read "Mon-Fri 08:45-17:00". Anything else counts as nine to five on weekdays, shown as written."""
    found = _HOURS.match(text)
    if not found or found[1].lower() not in _DAYS or found[2].lower() not in _DAYS:
        return OfficeHours()
    try:
        opens, closes = time(int(found[3]), int(found[4])), time(int(found[5]), int(found[6]))
    except ValueError:
        return OfficeHours()
    return OfficeHours(_DAYS.index(found[1].lower()), _DAYS.index(found[2].lower()), opens, closes)


class TeamPhones(Struct, frozen=True):
    """A team's contact sheet line."""

    office_phone: str
    office_hours: str
    duty_phone: str
    inbox: str
    proven_on: date | None
    tested_on: date | None = None
    answered_minutes: int | None = None


def contact_at(team: TeamPhones, moment: datetime) -> Contact:
    """Return the team's contact, with the phone to ring at this moment."""
    day = moment.astimezone(LONDON).date()
    at_office = office_hours(team.office_hours).open_at(moment)
    age = None if team.proven_on is None else (day - team.proven_on).days
    return Contact(
        phone_now=team.office_phone if at_office else team.duty_phone,
        phone_now_is="office" if at_office else "emergency duty",
        office_phone=team.office_phone,
        office_hours=team.office_hours,
        duty_phone=team.duty_phone,
        inbox=team.inbox,
        proven_on=team.proven_on,
        proven_lately=age is not None and age <= PROVEN_DAYS,
        tested_days_ago=None if team.tested_on is None else (day - team.tested_on).days,
        answered_minutes=team.answered_minutes,
    )
