"""A question about one child, and how much must be known before it may be asked (promise 4)."""

from enum import unique
from unicodedata import east_asian_width

from msgspec import Struct

from fingerpost.access.rules import Emergency
from fingerpost.matching.normalise import fold
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Labelled, LookupReason, Purpose

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


@unique
class Known(Labelled):
    """A kind of detail, as the rule counts it; its words are what the person is asked to add."""

    NUMBER = "number", "an NHS number"
    GIVEN = "given", "the given name"
    FAMILY = "family", "the family name"
    DAY = "day", "the full date of birth"
    AGE = "age", "the date of birth or an age"
    PLACE = "place", "a postcode"
    MOTHER = "mother", "the mother's given and family name"
    EXPECTED = "expected", "the date the birth is expected"


# security.md 2.6: a number with the birth, or both names with the full date; one more detail where a name or
# the day is not known. A question is enough that holds all of one line; nothing weaker is answered.
ENOUGH: tuple[frozenset[Known], ...] = (
    frozenset({Known.NUMBER, Known.DAY}),
    frozenset({Known.NUMBER, Known.GIVEN, Known.FAMILY}),
    frozenset({Known.GIVEN, Known.FAMILY, Known.DAY}),
    # The age is estimated, or assessed: then one more.
    frozenset({Known.GIVEN, Known.FAMILY, Known.AGE, Known.PLACE}),
    frozenset({Known.GIVEN, Known.FAMILY, Known.AGE, Known.MOTHER}),
    # "Baby Smith", and a child who tells a first name only.
    frozenset({Known.FAMILY, Known.DAY, Known.PLACE}),
    frozenset({Known.FAMILY, Known.DAY, Known.MOTHER}),
    frozenset({Known.GIVEN, Known.DAY, Known.PLACE}),
    # Not born yet.
    frozenset({Known.MOTHER, Known.EXPECTED}),
)


def require_enough(child: ChildDetails) -> None:
    """Raise `Invalid`, naming what would help, unless the details hold one line of `ENOUGH`."""
    problems = _one_letter_names(child) or _wide_interval(child)
    known = what_is_known(child)
    if not problems and not any(line <= known for line in ENOUGH):
        ways = _ways_on(known)
        wants = tuple(kind.value for kind in Known if any(kind in some for some in ways))
        problems = [Problem("child", f"is not enough to look for one child; add {_in_words(ways)}", wants)]
    if problems:
        raise Invalid(*problems)


def what_is_known(child: ChildDetails) -> frozenset[Known]:
    """Return the kinds of detail that a question gives."""
    day = child.date_of_birth is not None
    given: tuple[tuple[Known, object], ...] = (
        (Known.NUMBER, child.nhs_number or child.upn),
        (Known.GIVEN, _is_name(_given(child))),
        (Known.FAMILY, _is_name(_family(child))),
        (Known.DAY, day),
        (Known.AGE, day or (child.born_from and child.born_to)),
        (Known.PLACE, child.postcodes),
        (Known.MOTHER, _is_full(child.mother)),
        (Known.EXPECTED, child.expected_on),
    )
    return frozenset(kind for kind, present in given if present)


def _one_letter_names(child: ChildDetails) -> list[Problem]:
    """An initial helps to weigh a match but is no name to look for a child by, unless a number is given."""
    if child.nhs_number or child.upn:
        return []
    detail = "is one letter, too little to look for a child by; give the full name, or an NHS number"
    return [
        Problem(f"child.{field}", detail)
        for field, value in (("given_names", _given(child)), ("family_name", _family(child)))
        if value and not _is_name(value)
    ]


def _wide_interval(child: ChildDetails) -> list[Problem]:
    if child.born_from is None or child.born_to is None:
        return []
    if (child.born_to - child.born_from).days <= LONGEST_INTERVAL_YEARS * 366:
        return []
    return [Problem("child.born_to", f"is more than {LONGEST_INTERVAL_YEARS} years after born_from")]


def _ways_on(known: frozenset[Known]) -> set[frozenset[Known]]:
    """Return the shortest ways to go on: what the lines nearest to the question still lack."""
    lacking = [line - known for line in ENOUGH if known & line]
    fewest = min((len(some) for some in lacking), default=0)
    ways = {some for some in lacking if len(some) == fewest} or {ENOUGH[0], ENOUGH[2]}
    if frozenset({Known.AGE}) in ways:  # a full date is one too
        ways.discard(frozenset({Known.DAY}))
    return ways


def _in_words(ways: set[frozenset[Known]]) -> str:
    told = [" and ".join(kind.label for kind in Known if kind in some) for some in ways]
    return "; or ".join(sorted(told))


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


def _is_name(value: str) -> bool:
    """Tell a name from an initial. One wide character (Chinese, Korean) is a whole name: 王 is Wang."""
    bare = value.replace(".", "")
    return len(bare) > 1 or (east_asian_width(bare or "-") == "W" and len("".join(fold(bare))) > 1)


def _given(child: ChildDetails) -> str:
    return child.names[0].given if child.names else ""


def _family(child: ChildDetails) -> str:
    return child.names[0].family if child.names else ""


def _is_full(name: PersonName | None) -> bool:
    return bool(name and name.given and name.family)
