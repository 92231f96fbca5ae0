"""What people write about a child, read as forgivingly as can be: dates, ages, numbers, several postcodes."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from fingerpost.lookup.form import ChildForm, NameForm
from fingerpost.lookup.question import Known
from fingerpost.words import checks
from fingerpost.words.errors import Invalid, Problem

# Every field of the page, in its order, with the words that a message about it begins with.
FIELDS = {
    "given_names": "Given names",
    "family_name": "Family name",
    "birth": "Date of birth or age",
    "postcode": "Postcode",
    "number": "Number",
    "sex": "Sex",
    "other_given_names": "Other given names",
    "other_family_name": "Other family name",
    "mother_given_names": "Mother’s given names",
    "mother_family_name": "Mother’s family name",
    "expected": "Date the baby is due",
    "reason": "Why you ask",
}
# Which of them a fault in a question's own fields is about.
_ASKED = {
    "child.given_names": "given_names", "child.family_name": "family_name",
    "child.date_of_birth": "birth", "child.born_from": "birth", "child.born_to": "birth",
    "child.expected_on": "expected", "child.sex": "sex", "child.nhs_number": "number", "child.upn": "number",
    "child.mother.given_names": "mother_given_names", "child.mother.family_name": "mother_family_name",
    "reasons": "reason",
    "child.other_names[0].given_names": "other_given_names",
    "child.other_names[0].family_name": "other_family_name",
}  # fmt: skip
# Where what a question lacks is filled in, as a rule.
_LEADS_TO = ((Known.EXPECTED, "expected"), (Known.AGE, "birth"), (Known.DAY, "birth"))
_NOTHING_KNOWN = {Known.NUMBER, Known.GIVEN, Known.FAMILY, Known.DAY}  # where all of these are lacking
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_A_DAY = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th)?(?: of)?[\s/.,-]+(\d{1,2}|[a-z]{3,9})\.?[\s/.,-]+(\d{4}|\d{2})$"
)
_MONTH_FIRST = re.compile(r"^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}|\d{2})$")
_DIGITS = re.compile(r"^(\d{2})(\d{2})((?:19|20)?\d{2})$")  # a day written year first has no such month
_LATELY = {"today": 0, "yesterday": 1}  # days ago
_A_MONTH = re.compile(r"^(?:(\d{1,2})[\s/.-]|([a-z]{3,9})\.?\s)\s*(\d{4})$")
_A_YEAR = re.compile(r"^(19|20)\d{2}$")
_AGE = re.compile(
    r"^(about |around |approx |approximately |roughly |nearly |almost |maybe |c\. ?|~ ?)?(?:aged? )?(\d{1,2})"
    r"(?:\.5|½| ½| 1/2| and a half)?"
    r"(?: ?(?:-|–|to|or) ?(\d{1,2}))?"
    r" ?(y|yrs?|years?|m|months?|mths?|w|wks?|weeks?|d|days?)?(?: old)?$"
)
_YEAR = 365.25  # days
_NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
)  # fmt: skip
_A_NUMBER = re.compile(rf"\b({'|'.join(_NUMBERS)})\b")
_UNDER_ONE = re.compile(r"^(?:under|less than|<) ?1(?: year(?: old)?)?$")
# What people write for "I do not know": taken for a name, it would be looked for.
_UNKNOWN = frozenset(
    {"", "unknown", "not known", "don't know", "dont know", "not sure", "no idea", "n/a", "-"}
)


def child_form(typed: Mapping[str, str], today: date) -> ChildForm:
    """Return what was typed as a question's form, or raise `Invalid` naming the page's field."""
    number = _known(typed, "number").strip()
    pupil = bool(number) and number[:1].isalpha()
    other = NameForm(
        given_names=_known(typed, "other_given_names"), family_name=_known(typed, "other_family_name")
    )
    mother = NameForm(
        given_names=_known(typed, "mother_given_names"), family_name=_known(typed, "mother_family_name")
    )
    return ChildForm(
        given_names=_known(typed, "given_names"),
        family_name=_known(typed, "family_name"),
        other_names=(other,) if any((other.given_names, other.family_name)) else (),
        sex=typed.get("sex", ""),
        postcodes=_postcodes(typed.get("postcode", "")),
        nhs_number="" if pupil else number,
        upn=number if pupil else "",
        mother=mother if any((mother.given_names, mother.family_name)) else None,
        expected_on=written_day(_known(typed, "expected"), today),
        **birth(typed.get("birth", ""), today),
    )


def _known(typed: Mapping[str, str], field: str) -> str:
    """Return what was typed; nothing where it says that it is not known."""
    text = typed.get(field, "")
    return "" if _plain(text) in _UNKNOWN else text


def _plain(written: str) -> str:
    return " ".join(written.casefold().replace("’", "'").split()).rstrip(" ?!.")


def on_the_page(problem: Problem) -> Problem:
    """Return a fault of a question as a fault of the page: its field, and a whole sentence."""
    place = problem.field.partition("[")[0] if problem.field.startswith("child.postcodes") else problem.field
    field = "postcode" if place == "child.postcodes" else _ASKED.get(place, place)
    if field == "reason":  # in the page the reasons stand below, in words
        return Problem(field, "Select why you ask: it is needed for an answer, and your manager is told")
    if field in FIELDS:
        return Problem(field, f"{FIELDS[field]} {worded(problem.detail, field)}")
    if field != "child":
        return Problem("given_names", problem.detail)
    lacks = (place for known, place in _LEADS_TO if known in problem.wants)
    if set(problem.wants) >= _NOTHING_KNOWN:
        return Problem(
            "given_names", "Enter both names and the date of birth, or a number and the date of birth"
        )
    choices = problem.detail.replace("; add ", ": add ").replace("; or ", ", or ").replace("'", "’")
    return Problem(next(lacks, "given_names"), f"What you gave {choices}")


def worded(detail: str, field: str = "") -> str:
    """Return what is wrong with a field in a person's words: here a date may be written in any way."""
    if detail != checks.NOT_A_DATE:
        return _IN_WORDS.get(detail, detail)
    return (
        "must be a date or an age, such as 9 3 2016 or 7"
        if field == "birth"
        else "must be a date, such as 27 3 2026"
    )


_IN_WORDS = {
    checks.NOT_A_POSTCODE: "must be a whole postcode, such as LS1 4DY. Leave it out if you do not know it",
    checks.NOT_A_DAY: "is not a day of the calendar. Write the day first, then the month",
}


def birth(written: str, today: date) -> dict[str, str]:
    """Return a date of birth, or the first and last day of one, from a date, a month, a year or an age."""
    text = _plain(written).removeprefix("born ")
    if text in _UNKNOWN:
        return {}
    readers: tuple[Callable[[str, date], dict[str, str] | None], ...] = (_day, _month, _year, _age)
    for read in readers:
        if found := read(text, today):
            return found
    return {"date_of_birth": written}  # the question's own reader knows more forms, and says what is wrong


def _day(text: str, today: date) -> dict[str, str] | None:
    if text in _LATELY:
        return {"date_of_birth": (today - timedelta(days=_LATELY[text])).isoformat()}
    if first := _MONTH_FIRST.match(text):
        text = f"{first[2]} {first[1]} {first[3]}"
    found = _A_DAY.match(text) or _DIGITS.match(text)
    month = found and _month_number(found[2])
    if not found or not month:
        return None
    return {"date_of_birth": f"{_whole_year(found[3], today)}-{month:02}-{int(found[1]):02}"}


def _month(text: str, today: date) -> dict[str, str] | None:
    found = _A_MONTH.match(text)
    month = found and _month_number(found[1] or found[2])
    if not found or not month:
        return None
    first = date(int(found[3]), month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return _between(first, last, today)


def _year(text: str, today: date) -> dict[str, str] | None:
    if not _A_YEAR.match(text):
        return None
    return _between(date(int(text), 1, 1), date(int(text), 12, 31), today)


def _age(text: str, today: date) -> dict[str, str] | None:
    text = _A_NUMBER.sub(lambda word: str(_NUMBERS.index(word[0]) + 1), text)
    if text.endswith("ish"):
        text = f"about {text.removesuffix('ish').rstrip(' -')}"
    text = "about 0 months" if text in {"newborn", "new born"} else _UNDER_ONE.sub("0", text)
    found = _AGE.match(text)
    if not found:
        return None
    least, most = int(found[2]), int(found[3] or found[2])
    unit = {"m": _YEAR / 12, "w": 7.0, "d": 1.0}.get((found[4] or "y")[:1], _YEAR)
    slack = 1 if found[1] else 0  # "about seven" is six to eight
    first = today - timedelta(days=(max(least, most) + slack + 1) * unit)
    last = today - timedelta(days=max(min(least, most) - slack, 0) * unit)
    return _between(first + timedelta(days=1), last, today)


def _between(first: date, last: date, today: date) -> dict[str, str]:
    return {"born_from": first.isoformat(), "born_to": min(last, today).isoformat()}


def _month_number(word: str) -> int | None:
    if word.isdigit():
        return int(word) if 1 <= int(word) <= len(_MONTHS) else None
    return _MONTHS.index(word[:3]) + 1 if word[:3] in _MONTHS else None


def _whole_year(written: str, today: date) -> int:
    """Return the year of two digits that is not in the future: nobody served here is a hundred."""
    if len(written) == 4:
        return int(written)
    year = today.year // 100 * 100 + int(written)
    return year if year <= today.year else year - 100


def written_day(written: str, today: date) -> str:
    """Return a day near today in the form that the readers of dates know; anything else as it stands."""
    found = _day(_plain(written), today)
    if found is None:
        return written
    day = found["date_of_birth"]
    return day if int(day[:4]) > today.year - 50 else f"{int(day[:4]) + 100}{day[4:]}"


def _postcodes(written: str) -> tuple[str, ...]:
    """Return each postcode; "no known address" and the like are not one, and are no fault."""
    parts = (part.strip() for part in re.split(r"[,;/\n]| and | then ", written))
    return tuple(part for part in parts if part and not _is_no_place(part))[:12]


def _is_no_place(written: str) -> bool:
    words = _plain(written)
    return words in {*_UNKNOWN, "none", "nfa"} or words.startswith(("no ", "not "))


def require_text(value: str, field: str, words: str, longest: int) -> str:
    """Return a short text that must be there, or raise `Invalid` in a sentence."""
    try:
        text = checks.text(value, field, longest)
    except Invalid as invalid:
        raise Invalid(*(Problem(field, f"{words} {p.detail}") for p in invalid.problems)) from None
    if not text:
        raise Invalid(Problem(field, f"Enter {words[:1].lower()}{words[1:]}"))
    return text
