"""Which number to ring now."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from fingerpost.lookup.contact import OfficeHours, TeamPhones, contact_at, office_hours

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
        ("ring any time", OfficeHours()),
        ("Mon-Fri 25:00-17:00", OfficeHours()),
        ("", OfficeHours()),
    ],
)
def test_reads_hours_as_people_write_them(text: str, hours: OfficeHours) -> None:
    assert office_hours(text) == hours


@pytest.mark.parametrize(("day", "lately"), [(22, True), (30, True)])
def test_a_number_proven_within_thirty_days(day: int, lately: bool) -> None:
    assert contact_at(TEAM, datetime(2026, 11, day, 12, tzinfo=LONDON)).proven_lately is lately


def test_an_older_or_unproven_number_is_marked() -> None:
    assert not contact_at(TEAM, datetime(2026, 12, 2, 12, tzinfo=LONDON)).proven_lately
    never = TeamPhones("1", "", "2", "x", None)
    assert not contact_at(never, datetime(2026, 12, 2, 12, tzinfo=LONDON)).proven_lately
