"""Births as strangers' files write them: in any usual form, in three columns, or the year alone.

The day comes before the month unless the column shows that it cannot.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from msgspec import Struct

from fingerpost.words import checks
from fingerpost.words.errors import Invalid, Problem

_TWO_NUMBERS = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{2}|\d{4})(?!\d)(.*)")
_YEAR = re.compile(r"(\d{4})(?:[/.\-](\d{1,2}))?")
_YEAR_FIRST = re.compile(r"\d{4}[/.]\d")
_IN_WORDS = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d%b%Y", "%d%B%Y")
_PARTLY = re.compile(r"(\d{4})[/.\-]?(\d{2})[/.\-]?00")  # 00 where the day, or the month too, is not known
_SERIAL = re.compile(r"\d{5}")  # a day as a spreadsheet counts them, from the last but one of 1899
_DAY_NOUGHT = date(1899, 12, 30)
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}.*")
_FIRST_YEAR = 1800
_OLDEST = 120


class Born(Struct, frozen=True):
    """The days between which somebody was born; one day where it is known."""

    first: date
    last: date


def _within(year: int, month: int, field: str) -> Born:
    """Return a month, or the year where `month` is 0."""
    if not (_FIRST_YEAR <= year <= date.max.year and 0 <= month <= 12):
        raise Invalid(Problem(field, "is not a year, or a year and month"))
    last = month or 12
    return Born(date(year, month or 1, 1), date(year, last, monthrange(year, last)[1]))


def _in_words(text: str) -> date | None:
    plain = " ".join(re.split(r"[\s,/.\-]+", text))
    for form in _IN_WORDS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    return None


class Births:
    """Reads the births of one file; `column` holds its dates, which tell what comes first in them."""

    def __init__(self, column: Iterable[str], today: date) -> None:
        numbers = [(int(found[1]), int(found[2])) for text in column if (found := _TWO_NUMBERS.match(text))]
        self.month_first = any(two > 12 for _, two in numbers) and all(one <= 12 for one, _ in numbers)
        self._today = today

    def read(self, text: str, field: str) -> Born:
        """Return the birth that is written in one column; `Invalid` where it is none."""
        text = _TIME.sub("", text[: checks.LONGEST_TEXT].strip()).removesuffix(".0")
        if found := _YEAR.fullmatch(text) or _PARTLY.fullmatch(text):
            return self._past(_within(int(found[1]), int(found[2] or 0), field), field)
        day = self._day(text, field)
        return self._past(Born(day, day), field)

    def in_parts(self, text_of: Callable[[str], str]) -> Born | None:
        """Return the birth that is written in up to three columns, or None where there is no year."""
        parts = [text_of(f"{part}_of_birth").removesuffix(".0") for part in ("year", "month", "day")]
        if not all(part.isascii() and (part.isdigit() or not part) and len(part) < 5 for part in parts):
            return None
        year, month, day = (int(part or 0) for part in parts)
        try:
            born = _within(year, month, "year_of_birth")
            known = date(year, month, day) if month and day else None
            return self._past(Born(known, known) if known else born, "year_of_birth")
        except (Invalid, ValueError):
            return None

    def by_age(self, text_of: Callable[[str], str]) -> Born | None:
        """Return the year in which somebody was born who is so many years old; None where it is no age."""
        text = text_of("age").removesuffix(".0")
        if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= _OLDEST):
            return None
        oldest, youngest = (self._years_ago(int(text) + extra) for extra in (1, 0))
        return Born(oldest + timedelta(days=1), youngest)

    def _years_ago(self, years: int) -> date:
        today = self._today
        return date(today.year - years, today.month, min(today.day, 28))

    def _day(self, text: str, field: str) -> date:
        if found := _TWO_NUMBERS.fullmatch(text):
            one, two, year, rest = found.groups()
            one, two = (two, one) if self.month_first else (one, two)
            text = f"{one}/{two}/{self._whole(year)}{rest}"
        elif _YEAR_FIRST.match(text):
            text = text.replace("/", "-").replace(".", "-")
        elif _SERIAL.fullmatch(text):
            return _DAY_NOUGHT + timedelta(days=int(text))
        elif any(map(str.isalpha, text)) and (day := _in_words(text)):
            return day
        return checks.day(text, field)

    def _whole(self, year: str) -> str:
        """Return a year of two digits as the last such year that is not to come."""
        this = self._today.year
        return year if len(year) == 4 else str(this - (this - int(year)) % 100)

    def _past(self, born: Born, field: str) -> Born:
        if born.first > self._today + timedelta(days=checks.UNBORN_DAYS):
            raise Invalid(Problem(field, "is in the future"))
        return born
