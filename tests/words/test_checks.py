"""Any text is a value or `Invalid`, and no message repeats it; check digits against an independent count."""

import string
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from fingerpost.words import checks
from fingerpost.words.errors import Invalid
from fingerpost.words.vocabulary import Sex

TODAY = date(2026, 3, 2)
FIELD = "field"
CHECKS: dict[str, Callable[[str], Any]] = {
    "text": lambda t: checks.text(t, FIELD),
    "name": lambda t: checks.name(t, FIELD),
    "day": lambda t: checks.day(t, FIELD),
    "past_day": lambda t: checks.past_day(t, FIELD, TODAY),
    "birth_date": lambda t: checks.birth_date(t, FIELD, TODAY),
    "expected_date": lambda t: checks.expected_date(t, FIELD, TODAY),
    "nhs_number": lambda t: checks.nhs_number_of(t, FIELD),
    "upn": lambda t: checks.upn_of(t, FIELD),
    "postcode": lambda t: checks.postcode_of(t, FIELD),
    "sex": lambda t: checks.sex_of(t, FIELD),
}
KINDS = {"text": str, "name": str, "nhs_number": str, "upn": str, "postcode": str, "sex": Sex | None}

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=300)
NEARLY = st.text("0123456789 -/.:TZ", max_size=30) | st.from_regex(
    r"\A[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\s?\Z|\A[A-Z][0-9]{11}[0-9A-Z]\Z", fullmatch=True
)
NASTY = (
    "",
    " ",
    "\x00",
    "\ud800",
    "Z" * 1_000_000,
    "\u202eabc",
    "\U0001f600",
    "٢٠١٩-٠٣-٠٤",
    "²²²²²²²²²²",
    "ß" * 13,
)


WRONG = (
    "#", "\x01", "x" * 300, "2026-02-30",
    "2027-01-01", "1900-01-01", "0000000001", "1111111111", "\u05d0", "-",
    "A00000000000A", "I000000000000",
)  # fmt: skip


def _messages_of_everything() -> str:
    """Return every message there is: a text that happens to be one of our own words proves nothing."""
    said: list[str] = []
    for check in CHECKS.values():
        for wrong in WRONG:
            try:
                check(wrong)
            except Invalid as invalid:
                said.append(str(invalid))
    return " ".join(said)


OUR_OWN_WORDS = _messages_of_everything().casefold()


def _read(kind: str, text: str) -> tuple[Any, Invalid | None]:
    """Return the value, or the refusal. Anything else that is raised fails the test."""
    try:
        return CHECKS[kind](text), None
    except Invalid as invalid:
        return None, invalid


def _law(kind: str, text: str) -> None:
    value, refusal = _read(kind, text)
    if refusal is not None:
        assert [problem.field for problem in refusal.problems] == [FIELD]
        if len(text.strip()) >= 3 and text.strip().casefold() not in OUR_OWN_WORDS:
            assert text.strip() not in str(refusal)
        return
    assert isinstance(value, KINDS.get(kind, date))
    if value:
        assert CHECKS[kind](str(value)) == value, "what was read once is read the same again"


@pytest.mark.parametrize("kind", CHECKS)
@given(text=ANY | NEARLY)
@example(text="Zebedee 9434765919")
def test_any_text_is_a_value_or_invalid(kind: str, text: str) -> None:
    _law(kind, text)


@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_texts_too(kind: str, text: str) -> None:
    _law(kind, text)


@pytest.mark.parametrize(
    ("kind", "text", "seen"),
    [
        ("text", "\u202eredro\u202c", "redro"),
        ("name", "\ufeffZeb\u00ade\u200bdee", "Zebedee"),
        ("day", "\u200e4/\u200e3/\u200e2019", date(2019, 3, 4)),
        ("nhs_number", "\u202a943 476 5919\u202c", "9434765919"),
        ("postcode", "LS1\u200b 4DY", "LS1 4DY"),
        ("sex", "F\u200e", Sex.FEMALE),
        ("sex", " " * 30 + "F", Sex.FEMALE),
    ],
)
def test_what_nobody_sees_is_left_out(kind: str, text: str, seen: object) -> None:
    assert CHECKS[kind](text) == seen


def test_the_words_are_complete() -> None:
    """Every kind of refusal was seen, so that what is left out above is only what we say ourselves."""
    assert len(set(OUR_OWN_WORDS.split("field: "))) >= 16


def _nhs_check_digit(nine: str) -> int | None:
    """NHS Data Dictionary: weigh the digits 10 to 2, take the sum's remainder by 11 from 11; 11 is 0."""
    total = 0
    for place in range(9):
        total = total + int(nine[place]) * (10 - place)
    check = 11 - total % 11
    return None if check == 10 else 0 if check == 11 else check


# From 400 on: below lie Scottish numbers, which begin with a date of birth besides.
@given(st.integers(400_000_000, 999_999_999).map(str))
def test_nhs_check_digit(nine: str) -> None:
    right = _nhs_check_digit(nine)
    for digit in range(10):
        number = f"{nine}{digit}"
        assume(len(set(number)) > 1)  # one digit ten times is a stand-in for "not known"
        if digit == right:
            spaced = f" {number[:3]} {number[3:6]}-{number[6:]} "
            assert checks.nhs_number_of(spaced, FIELD) == number
        else:
            with pytest.raises(Invalid):
                checks.nhs_number_of(number, FIELD)


@pytest.mark.parametrize(("nine", "is_one"), [("010203456", True), ("310120123", True), ("320120123", True)])
def test_a_scottish_number_begins_with_a_day(nine: str, is_one: bool) -> None:
    """Community Health Index: DDMMYY and four digits, from 0101 to 3112."""
    number = f"{nine}{_nhs_check_digit(nine)}"
    assert (_read("nhs_number", number)[0] == number) is is_one
    nine = "310220123"  # 31 February
    assert _read("nhs_number", f"{nine}{_nhs_check_digit(nine)}")[1] is not None


@pytest.mark.parametrize("number", [digit * 10 for digit in string.digits])
def test_one_digit_repeated_is_no_nhs_number(number: str) -> None:
    with pytest.raises(Invalid):
        checks.nhs_number_of(number, FIELD)


LETTERS = [letter for letter in string.ascii_uppercase if letter not in "IOS"]


def _upn_letter(twelve: str) -> str:
    """DfE UPN guide: weigh characters 2 to 13 by 2 to 13; the remainder by 23 names the letter."""
    total = 0
    for place in range(12):
        character = twelve[place]
        worth = int(character) if character.isdigit() else LETTERS.index(character)
        total = total + worth * (place + 2)
    return LETTERS[total % 23]


@given(st.text("0123456789", min_size=11, max_size=11), st.sampled_from([*string.digits, *LETTERS]))
def test_upn_check_letter(eleven: str, last: str) -> None:
    right = _upn_letter(eleven + last)
    for letter in string.ascii_uppercase:
        upn = f"{letter}{eleven}{last}"
        if letter == right:
            assert checks.upn_of(f" {upn.lower()} ", FIELD) == upn
        else:
            with pytest.raises(Invalid):
                checks.upn_of(upn, FIELD)


@given(st.dates(date(1000, 1, 1), date(9999, 12, 31)), st.booleans())
def test_every_way_to_write_a_day(day: date, padded: bool) -> None:
    year, month, number = day.year, day.month, day.day
    two = "02" if padded else ""
    forms = [
        day.isoformat(), f"{year}{month:02}{number:02}",
        *(f"{day.isoformat()}{time}" for time in ("T00:00:00", " 00:00:00", "T12:30:00.000Z")),
        *(f"{number:{two}}{mark}{month:{two}}{mark}{year}" for mark in "/.-"),
        f"{number}/{month}/{year} 00:00", f"  {number}/{month}/{year}\n",
    ]  # fmt: skip
    assert {checks.day(form, FIELD) for form in forms} == {day}


@pytest.mark.parametrize(
    "text",
    ["2026-02-29", "31/4/2020", "0000-01-01", "2020-13-01", "32/1/2020", "1/1/20", "1/1/20200", "20200101x",
     "2020-1", "1 January 2020", "2020/01/02/03"],
)  # fmt: skip
def test_no_day(text: str) -> None:
    with pytest.raises(Invalid):
        checks.day(text, FIELD)


def test_the_edges_of_each_kind_of_day() -> None:
    day = timedelta(days=1)
    assert checks.past_day(TODAY.isoformat(), FIELD, TODAY) == TODAY
    oldest = date(TODAY.year - checks.OLDEST_CHILD_YEARS, 1, 1)
    assert checks.birth_date(oldest.isoformat(), FIELD, TODAY) == oldest
    furthest = timedelta(days=checks.UNBORN_DAYS)
    for expected in (TODAY - furthest, TODAY + furthest):
        assert checks.expected_date(expected.isoformat(), FIELD, TODAY) == expected
    for check, wrong in (
        (checks.past_day, TODAY + day), (checks.birth_date, oldest - day), (checks.birth_date, TODAY + day),
        (checks.expected_date, TODAY + furthest + day), (checks.expected_date, TODAY - furthest - day),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            check(wrong.isoformat(), FIELD, TODAY)


@pytest.mark.parametrize(
    ("written", "read"),
    [("sw1a1aa", "SW1A 1AA"), ("M1 1AE", "M1 1AE"), (" ls1-4dy ", "LS1 4DY"), ("ec1a.1bb", "EC1A 1BB")],
)
def test_postcodes(written: str, read: str) -> None:
    assert checks.postcode_of(written, FIELD) == read


@pytest.mark.parametrize("check", ["nhs_number", "upn", "postcode"])
def test_nothing_is_cut_off_and_then_believed(check: str) -> None:
    """A number followed by two hundred spaces and something else is not that number."""
    right = {"nhs_number": "9434765919", "upn": "G199731846025", "postcode": "LS1 4DY"}[check]
    assert CHECKS[check](right)
    with pytest.raises(Invalid):
        CHECKS[check](right + " " * checks.LONGEST_TEXT + "9")


def test_names_as_case_systems_write_them():
    """Until they were taken, the given name of whoever is known by another was left out of the record."""
    for written in ("Zebedee (Zeb)", 'Amelia "Millie"', "B/O Zara", "Twin #1", "Hall, Zebedee"):
        assert checks.name(written, FIELD) == written
    for written in ("()", "<b>Zoe</b>", "Zoe; Zo", "=Zoe", "Zoe\\n"):
        with pytest.raises(Invalid):
            checks.name(written, FIELD)
