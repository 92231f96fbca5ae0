"""Every service has its leaving rule by legal basis; `docs/retention.md` shows the very table."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from fingerpost.access.sessions import IDLE, LONGEST
from fingerpost.moves.alert import KEPT
from fingerpost.moves.asked import REMEMBERED
from fingerpost.notices.notices import KEPT_SEEN
from fingerpost.retention.periods import destroyable_from, periods
from fingerpost.shields.watch import REFERENCE_HOURS
from fingerpost.signposts.rules import CARE_LEAVER, RULES
from fingerpost.words.vocabulary import Service

PAGE = Path(__file__).parents[2] / "docs" / "retention.md"
BEGIN, END = "<!-- periods: begin -->\n", "<!-- periods: end -->\n"


def table() -> str:
    lines = ["| what | basis | stays | why so long |", "|---|---|---|---|"]
    lines += [f"| {p.what} | {p.basis} | {p.stays} | {p.source} |" for p in periods()]
    return "\n".join(lines) + "\n"


def test_the_page_shows_the_table() -> None:
    shown = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown == table(), "run `python -m tests.retention.test_periods` to write it anew"


@pytest.mark.parametrize("service", list(Service))
def test_every_service_has_a_period_with_its_basis_and_source(service: Service) -> None:
    lines = [p for p in periods() if p.what.startswith(service.label)]
    assert lines
    assert all(p.basis and p.source and "never past the" in p.stays for p in lines)


def test_birthdays() -> None:
    assert {rule.until_age for rule in RULES if rule is not CARE_LEAVER} == {18}
    assert CARE_LEAVER.until_age == 25
    assert any(p.stays.startswith("gone when it ends; unconfirmed 12 months") for p in periods())


def test_what_other_folders_keep_is_told_as_they_keep_it() -> None:
    told = " | ".join(p.stays for p in periods())
    assert REMEMBERED.days == 30
    assert f"{REMEMBERED.days} days; one of an alert" in told
    assert KEPT == KEPT_SEEN
    assert f"{KEPT.days} days; a notice of a record" in told
    minutes, hours = IDLE // timedelta(minutes=1), LONGEST // timedelta(hours=1)
    assert f"{minutes} idle minutes, at most {hours} hours" in told
    assert f"| {REFERENCE_HOURS} hours |" in told


@pytest.mark.parametrize(
    ("month", "data", "audit"),
    [
        (date(2026, 11, 1), date(2026, 12, 8), date(2032, 12, 8)),
        (date(2026, 12, 1), date(2027, 1, 8), date(2033, 1, 8)),
        (date(2028, 2, 1), date(2028, 3, 8), date(2034, 3, 8)),
    ],
)
def test_a_months_keys_may_be_destroyed_a_week_after_it_and_who_looked_six_years_later(
    month: date, data: date, audit: date
) -> None:
    assert destroyable_from(month) == data
    assert destroyable_from(month, audit=True) == audit


def write() -> None:
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.partition(END)[2], "utf-8")


if __name__ == "__main__":
    write()
