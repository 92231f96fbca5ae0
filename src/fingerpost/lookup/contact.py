"""Which number to ring now: the office in its hours, the emergency duty team at any other time."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from msgspec import Struct

from fingerpost.lookup.answer import Contact, Left
from fingerpost.words.clock import LONDON, is_bank_holiday

NO_NUMBER = "no number is known for this hour: ring the desk"
PROVEN_DAYS = 30  # a number nobody has tried for longer is marked unproven (features, row 17)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(
    r"^\s*(\w{3})\w*(?:\s*(?:-|–|to)\s*(\w{3})\w*)?\s+(\d{1,2}):(\d{2})\s*(?:-|–|to)\s*(\d{1,2}):(\d{2})\s*$"
)


class OfficeHours(Struct, frozen=True):
    """First and last day of the week (Monday is 0), opening and closing time, in England.

    Both may go round: from Saturday to Tuesday, from ten in the evening to six the next day.
    """

    first: int = 0
    last: int = 4
    opens: time = time(9)
    closes: time = time(17)

    def open_at(self, moment: datetime) -> bool:
        """Tell whether the office answers at this moment."""
        local = moment.astimezone(LONDON)
        day, at = local.date(), local.time()
        if self.opens < self.closes:
            return self.opens <= at < self.closes and self._works_on(day)
        evening = at >= self.opens and self._works_on(day)
        return evening or (at < self.closes and self._works_on(day - timedelta(days=1)))

    def _works_on(self, day: date) -> bool:
        within = (day.weekday() - self.first) % 7 <= (self.last - self.first) % 7
        return within and not is_bank_holiday(day)


@lru_cache
def office_hours(text: str) -> OfficeHours:
    """Read "Mon-Fri 08:45-17:00", or one day alone; 24:00 is midnight, "00:00-24:00" the whole day.

    Anything else counts as nine to five on weekdays, shown as written.
    """
    found = _HOURS.match(text)
    if not found:
        return OfficeHours()
    first, last = found[1].lower(), (found[2] or found[1]).lower()
    try:
        return OfficeHours(
            _DAYS.index(first), _DAYS.index(last), _time(found[3], found[4]), _time(found[5], found[6])
        )
    except ValueError:
        return OfficeHours()


def _time(hour: str, minute: str) -> time:
    return time() if (hour, minute) == ("24", "00") else time(int(hour), int(minute))


class TeamPhones(Struct, frozen=True):
    """A team's contact sheet line; of one that left the sheet, the line of the team to ring instead.

    `left_on`, `left_office_phone` and `left_duty_phone` are of the one that left, `ring` names the other.
    """

    office_phone: str
    office_hours: str
    duty_phone: str
    inbox: str
    proven_on: date | None
    tested_on: date | None = None
    answered_minutes: int | None = None
    left_on: date | None = None
    left_office_phone: str = ""
    left_duty_phone: str = ""
    ring: str = ""


def contact_at(team: TeamPhones, moment: datetime) -> Contact:
    """Return the team's contact, with the phone to ring at this moment.

    A team without an office phone is rung on its other one at any hour.
    """
    day = moment.astimezone(LONDON).date()
    at_office = bool(team.office_phone) and office_hours(team.office_hours).open_at(moment)
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
        left=None if team.left_on is None else _left(team, team.left_on),
    )


def to_ring(contact: Contact, note: str = "") -> str:
    """Return the phone to ring at this moment and whose it is, or that there is none."""
    return f"{contact.phone_now} ({contact.phone_now_is}{note})" if contact.phone_now else NO_NUMBER


def _left(team: TeamPhones, since: date) -> Left:
    instead = f"Ring {team.ring} instead" if team.ring else "No other number is known"
    return Left(
        since=since, ring=team.ring, office_phone=team.left_office_phone, duty_phone=team.left_duty_phone,
        words=f"No longer on its authority’s contact sheet since {since:%-d %B %Y}. {instead}.",
    )  # fmt: skip
