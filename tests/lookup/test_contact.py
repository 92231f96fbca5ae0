"""Which number to ring now."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from fingerpost.feeds.teams import HOURS
from fingerpost.lookup.contact import OfficeHours, TeamPhones, contact_at, office_hours, to_ring

LONDON = ZoneInfo("Europe/London")
TEAM = TeamPhones("01632 960001", "Mon-Fri 08:45-17:00", "01632 960002", "duty@x.example", date(2026, 11, 1))


@pytest.mark.parametrize(
    ("moment", "phone"),
    [
        (datetime(2026, 11, 23, 8, 45, tzinfo=LONDON), "01632 960001"),
        (datetime(2026, 11, 23, 8, 44, tzinfo=LONDON), "01632 960002"),
        (datetime(2026, 11, 23, 17, 0, tzinfo=LONDON), "01632 960002"),
        (datetime(2026, 11, 22, 12, 0, tzinfo=LONDON), "01632 960002"),  # a Sunday
        (datetime(2026, 12, 25, 12, 0, tzinfo=LONDON), "01632 960002"),  # a Friday, and Christmas Day
        (datetime(2026, 8, 31, 12, 0, tzinfo=LONDON), "01632 960002"),  # summer bank holiday in England
        (datetime(2026, 8, 3, 12, 0, tzinfo=LONDON), "01632 960001"),  # a holiday in Scotland alone
        (datetime(2026, 7, 1, 7, 50, tzinfo=ZoneInfo("UTC")), "01632 960001"),  # 08:50 in summer time
        (datetime(2026, 1, 7, 8, 30, tzinfo=ZoneInfo("UTC")), "01632 960002"),
    ],
)
def test_office_or_duty_by_the_clock_in_england(moment: datetime, phone: str) -> None:
    assert contact_at(TEAM, moment).phone_now == phone


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Mon-Fri 08:45-17:00", OfficeHours(0, 4, time(8, 45), time(17))),
        ("Monday to Saturday 9:00 to 17:30", OfficeHours(0, 5, time(9), time(17, 30))),
        ("Wed 09:00-12:00", OfficeHours(2, 2, time(9), time(12))),
        ("Mon-Sun 00:00-24:00", OfficeHours(0, 6, time(), time())),
        ("Mon-Fri 18:00-24:00", OfficeHours(0, 4, time(18), time())),
        ("Mon-Fri 09:00-24:30", OfficeHours()),
        ("ring any time", OfficeHours()),
        ("Mon-Fri 25:00-17:00", OfficeHours()),
        ("", OfficeHours()),
    ],
)
def test_reads_hours_as_people_write_them(text: str, hours: OfficeHours) -> None:
    assert office_hours(text) == hours


@pytest.mark.parametrize(
    ("text", "moment", "is_open"),
    [
        ("Mon-Sun 00:00-24:00", datetime(2026, 11, 22, 3, 0, tzinfo=LONDON), True),  # a Sunday, at three
        ("Wed 09:00-12:00", datetime(2026, 11, 25, 9, 0, tzinfo=LONDON), True),
        ("Wed 09:00-12:00", datetime(2026, 11, 26, 9, 0, tzinfo=LONDON), False),
        ("Sat-Tue 09:00-17:00", datetime(2026, 11, 22, 12, 0, tzinfo=LONDON), True),
        ("Sat-Tue 09:00-17:00", datetime(2026, 11, 25, 12, 0, tzinfo=LONDON), False),
        ("Mon-Fri 22:00-06:00", datetime(2026, 11, 28, 5, 59, tzinfo=LONDON), True),  # Friday's night
        ("Mon-Fri 22:00-06:00", datetime(2026, 11, 23, 5, 59, tzinfo=LONDON), False),  # Sunday's
        ("Mon-Fri 22:00-06:00", datetime(2026, 11, 23, 12, 0, tzinfo=LONDON), False),
        ("Mon-Fri 22:00-06:00", datetime(2026, 11, 23, 22, 0, tzinfo=LONDON), True),
    ],
)
def test_whatever_hours_a_contact_sheet_may_say_are_kept(
    text: str, moment: datetime, *, is_open: bool
) -> None:
    assert HOURS.match(text)
    assert office_hours(text).open_at(moment) is is_open


def test_a_team_with_one_phone_is_rung_on_it_at_noon_too() -> None:
    """Nobody is told that there is no number while there is one."""
    duty_alone = TeamPhones("", "Mon-Fri 08:45-17:00", "01632 960002", "duty@x.example", None)
    contact = contact_at(duty_alone, datetime(2026, 11, 23, 12, tzinfo=LONDON))
    assert (contact.phone_now, contact.phone_now_is) == ("01632 960002", "emergency duty")


@pytest.mark.parametrize(("day", "lately"), [(22, True), (30, True)])
def test_a_number_proven_within_thirty_days(day: int, lately: bool) -> None:
    assert contact_at(TEAM, datetime(2026, 11, day, 12, tzinfo=LONDON)).proven_lately is lately


def test_an_older_or_unproven_number_is_marked() -> None:
    assert not contact_at(TEAM, datetime(2026, 12, 2, 12, tzinfo=LONDON)).proven_lately
    never = TeamPhones("1", "", "2", "x", None)
    assert not contact_at(never, datetime(2026, 12, 2, 12, tzinfo=LONDON)).proven_lately


def test_a_team_without_a_number_for_the_hour_leads_to_the_desk() -> None:
    night, noon = (datetime(2026, 11, 23, hour, tzinfo=LONDON) for hour in (3, 12))
    office_alone = TeamPhones("01632 960001", "", "", "x@x.example", None)
    assert to_ring(contact_at(office_alone, noon), ", unproven") == "01632 960001 (office, unproven)"
    assert to_ring(contact_at(office_alone, night)) == "no number is known for this hour: ring the desk"
