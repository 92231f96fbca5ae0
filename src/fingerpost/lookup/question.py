"""A question about one child, and how much must be known before it may be asked (promise 4)."""

from msgspec import Struct

from fingerpost.access.rules import Emergency
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import LookupReason, Purpose

LONGEST_INTERVAL_YEARS = 4  # an estimated age wider than this could be anyone


class Question(Struct, frozen=True, kw_only=True):
    """One practitioner's question about one child, for one coded purpose."""

    practitioner: str
    purpose: Purpose
    case_reference: str
    child: ChildDetails
    emergency: Emergency | None = None
    reasons: tuple[LookupReason, ...] = ()

    def __repr__(self) -> str:
        return f"Question({self.purpose})"


def require_enough(child: ChildDetails) -> None:
    """Raise `Invalid`, naming what would help, unless the details point at one child.

    Enough is: a number and a name or birth; both names and a birth; both names, or one and a birth, and a
    postcode; or, for an unborn child, the mother's names and the expected date.
    """
    problems = _one_letter_names(child) or _wide_interval(child)
    if not problems and not _enough(child):
        problems = [Problem("child", f"is not enough to look for one child; {_what_is_missing(child)}")]
    if problems:
        raise Invalid(*problems)


def _one_letter_names(child: ChildDetails) -> list[Problem]:
    """An initial helps to weigh a match but is no name to look for a child by, unless a number is given."""
    if child.nhs_number or child.upn:
        return []
    detail = "one letter is not enough to look for a child; give the full name, or an NHS number"
    return [
        Problem(f"child.{field}", detail)
        for field, value in (("given_names", _given(child)), ("family_name", _family(child)))
        if len(value.replace(".", "")) == 1
    ]


def _wide_interval(child: ChildDetails) -> list[Problem]:
    if child.born_from is None or child.born_to is None:
        return []
    if (child.born_to - child.born_from).days <= LONGEST_INTERVAL_YEARS * 366:
        return []
    return [Problem("child.born_to", f"is more than {LONGEST_INTERVAL_YEARS} years after born_from")]


def _enough(child: ChildDetails) -> bool:
    given, family, born = bool(_given(child)), bool(_family(child)), _has_birth(child)
    if child.nhs_number or child.upn:
        return given or family or born
    if _is_full(child.mother) and child.expected_on:
        return True
    place = bool(child.postcodes)
    return (given and family and (born or place)) or ((given or family) and _has_day(child) and place)


def _what_is_missing(child: ChildDetails) -> str:
    if child.expected_on and not child.date_of_birth:
        return "for an unborn child add the mother's given and family name"
    wanted = [
        words
        for words, present in (
            ("the given name", _given(child)),
            ("the family name", _family(child)),
            ("the date of birth or an age", _has_birth(child)),
            ("a postcode", child.postcodes),
        )
        if not present
    ]
    return "add " + " or ".join(wanted) + ", or an NHS number"


def what_would_help(child: ChildDetails) -> tuple[str, ...]:
    """Return the fields that would tell this child from others of the same description."""
    given: tuple[tuple[str, object], ...] = (
        ("nhs_number", child.nhs_number),
        ("date_of_birth", child.date_of_birth),
        ("postcodes", child.postcodes),
        ("given_names", len(_given(child)) > 1),
        ("family_name", _family(child)),
        ("other_names", len(child.names) > 1),
        ("sex", child.sex),
    )
    return tuple(field for field, present in given if not present)


def _given(child: ChildDetails) -> str:
    return child.names[0].given if child.names else ""


def _family(child: ChildDetails) -> str:
    return child.names[0].family if child.names else ""


def _has_day(child: ChildDetails) -> bool:
    return child.date_of_birth is not None


def _has_birth(child: ChildDetails) -> bool:
    return _has_day(child) or (child.born_from is not None and child.born_to is not None)


def _is_full(name: PersonName | None) -> bool:
    return bool(name and name.given and name.family)
