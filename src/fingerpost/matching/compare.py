"""Which comparison level each field of a pair is on. Symmetrical: question and record may change places.

A `Found` is the level and an adjustment in bits: term frequency for names (Winkler 2000; agreement on Smith
is worth less than on Featherstonehaugh), width for an estimated birth. It holds for members of a household
as for one child: both share the value itself, which strangers do only by chance.
"""

from datetime import date
from math import log2

from rapidfuzz.distance import OSA

from fingerpost.matching.normalise import EXPECTED, KNOWN, Prepared, Tokens, is_english

Found = tuple[str, float]

NOTHING: Found = ("", 0.0)
_USUAL_WIDTH = 365  # days of an estimated birth to which `birth.inside` in the model refers
_NEW_YEAR = 101  # 1 January: what is written where only the year is known, or guessed
_GUESSES_APART = 2  # years between two guesses of one child's age
_CLOSE_DAYS = 200
# Two estimates of one pregnancy: one by dates or a late scan stands until it is more than three weeks out
# (ACOG Committee Opinion 700), and each of two may be.
_EXPECTED_DATES_APART = 28


def _days(number: int) -> int:
    return date(number // 10_000, number // 100 % 100, number % 100).toordinal()


def _beside_a_stand_in(one: int, other: int) -> str:
    """Return the level where one date is what a clerk writes who knows only the year, or the year and month.

    A year that was guessed may be a year or two wrong.
    """
    if _NEW_YEAR in {one % 10_000, other % 10_000}:
        apart = abs(one // 10_000 - other // 10_000)
        return "" if apart > _GUESSES_APART else "birth.guess_apart" if apart else "birth.default"
    return "birth.default" if one // 100 == other // 100 and {1, 15} & {one % 100, other % 100} else ""


def _parts_shared(one: int, other: int) -> int:
    same_year, same_month = one // 10_000 == other // 10_000, one // 100 % 100 == other // 100 % 100
    return same_year + same_month + (one % 100 == other % 100)


def _unequal_guesses(one: int, other: int) -> str:
    """Two 1 Januaries differ as years do; as days they say nothing."""
    return "birth.different" if abs(one - other) // 10_000 > _GUESSES_APART else "birth.guesses_close"


def _unequal_days(one: int, other: int) -> str:
    if (
        one // 10_000 == other // 10_000
        and one % 100 == other // 100 % 100
        and one // 100 % 100 == other % 100
    ):
        return "birth.swapped"
    slips = OSA.distance(str(one), str(other), score_cutoff=2)
    if slips == 1:
        return "birth.digit"
    if stand_in := _beside_a_stand_in(one, other):
        return stand_in
    shared = _parts_shared(one, other)
    if shared == 2:
        return "birth.two_parts"
    if slips == 2:
        return "birth.two_digits"
    return "birth.year" if abs(one - other) < 10_000 else "birth.different"


def _expected(question: Prepared, record: Prepared, gap: int, apart: int) -> Found:
    """An unborn child: another record in the time of one pregnancy is the child's or a twin's."""
    if question.birth == record.birth:
        return ("birth.expected" if apart <= _EXPECTED_DATES_APART else "birth.outside"), 0.0
    return ("birth.expected" if gap <= 0 else "birth.outside"), 0.0


def _interval(question: Prepared, record: Prepared) -> Found:
    first, last = _days(question.born_from), _days(question.born_to)
    start, end = _days(record.born_from), _days(record.born_to)
    gap = max(start - last, first - end)
    if EXPECTED in {question.birth, record.birth}:
        return _expected(question, record, gap, abs(start - first))
    if gap > 0:
        return ("birth.close" if gap <= _CLOSE_DAYS else "birth.outside"), 0.0
    return "birth.inside", log2(_USUAL_WIDTH / (max(last - first, end - start) + 1))


def birth(question: Prepared, record: Prepared) -> Found:
    """Return the level of two births: known dates, estimated intervals or expected dates."""
    if question.birth == KNOWN == record.birth:
        one, other = question.born_from, record.born_from
        if one == other:
            return _SAME_GUESS if one % 10_000 == _NEW_YEAR else _EXACT
        guesses = one % 10_000 == other % 10_000 == _NEW_YEAR
        return (_unequal_guesses if guesses else _unequal_days)(one, other), 0.0
    return _interval(question, record) if question.birth and record.birth else NOTHING


_EXACT: Found = ("birth.exact", 0.0)
_SAME_GUESS: Found = ("birth.guess", 0.0)
_SAME_SEX: Found = ("sex.same", 0.0)
_OTHER_SEX: Found = ("sex.different", 0.0)


def sex(question: Prepared, record: Prepared) -> Found:
    """Return the level of two recorded sexes."""
    if not question.sex or not record.sex:
        return NOTHING
    return _SAME_SEX if question.sex == record.sex else _OTHER_SEX


_SAME_PLACE: Found = ("place.exact", 0.0)
_SAME_CODE: Found = ("place.code", 0.0)
_PLACES: tuple[Found, ...] = (
    ("place.different", 0.0),
    ("place.area", 0.0),
    ("place.district", 0.0),
    ("place.sector", 0.0),
    ("place.typo", 0.0),
)


def _english_place(one: str, other: str) -> int:
    if one[0] != other[0] and one[1:3] != other[1:3] and one[-3:] != other[-3:]:
        return 0  # most strangers; no one slip makes these of each other
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return 4
    if one[:-2] == other[:-2]:
        return 3
    if one[:-3] == other[:-3]:
        return 2
    return int(one[0] == other[0] and (one[1] == other[1] or not (one[1].isalpha() or other[1].isalpha())))


def _foreign_place(one: Tokens, other: Tokens) -> str:
    near = any(OSA.distance(a, b, score_cutoff=1) <= 1 for a in one for b in other)
    return "place.code_near" if near else "place.code_different"


def _one_place(ours: Tokens, theirs: Tokens) -> Found:
    one, other = ours[0], theirs[0]
    if one == other:
        return _SAME_PLACE if is_english(one) else _SAME_CODE
    if is_english(one) and is_english(other):
        return _PLACES[_english_place(one, other)]
    return _foreign_place(ours, theirs), 0.0


def place(question: Prepared, record: Prepared) -> Found:
    """Return the level of the closest two of both records' postcodes; other countries' codes are coarser."""
    ours, theirs = question.postcodes, record.postcodes
    if not ours or not theirs:
        return NOTHING
    if len(ours) == len(theirs) == 1:
        return _one_place(ours, theirs)
    shared = set(ours).intersection(theirs)
    if shared:
        return _SAME_PLACE if any(map(is_english, shared)) else _SAME_CODE
    english, others = [c for c in ours if is_english(c)], [c for c in theirs if is_english(c)]
    if not english or not others:
        return _foreign_place(ours, theirs), 0.0
    return _PLACES[max(_english_place(one, other) for one in english for other in others)]


def _identifier(field: str, ours: Tokens, theirs: Tokens) -> Found:
    """Return the level of the closest two: a number that was superseded or merged is the child's still."""
    if not ours or not theirs:
        return NOTHING
    if not set(ours).isdisjoint(theirs):
        return f"{field}.same", 0.0
    slips = min(OSA.distance(one, other, score_cutoff=2) for one in ours for other in theirs)
    if slips == 1 and len(ours[0]) > 5:
        return f"{field}.digit", 0.0
    return (f"{field}.two_digits" if slips == 2 and len(ours[0]) > 6 else f"{field}.different"), 0.0


def nhs_number(question: Prepared, record: Prepared) -> Found:
    """Return the level of two children's NHS numbers."""
    return _identifier("nhs_number", question.nhs_numbers, record.nhs_numbers)


def upn(question: Prepared, record: Prepared) -> Found:
    """Return the level of two children's unique pupil numbers."""
    return _identifier("upn", question.upns, record.upns)
