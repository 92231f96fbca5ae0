"""Which comparison level two children's names are on: the best of all their names, in either order."""

from collections.abc import Callable
from functools import lru_cache
from math import log2

from fingerpost.matching.alike import Grade, grade_family, grade_given, grade_written
from fingerpost.matching.compare import NOTHING, Found
from fingerpost.matching.model import Model
from fingerpost.matching.names import SHARED_FIRST, family_share, given_share, is_given
from fingerpost.matching.normalise import NameParts, Prepared, Tokens
from fingerpost.matching.syllables import are_two_tongues, differ_by_a_syllable

_GIVEN = tuple(
    "given." + name
    for name in ("different", "near", "initial", "blurred", "typo", "form", "spelling", "exact")
)
_FAMILY = tuple(
    "family." + name for name in ("different", "near", "initial", "near", "typo", "typo", "spelling", "exact")
)
_ONE_WORD = (Grade.TYPO, Grade.SPELLING, Grade.SAME)  # a tuple: to hash a grade takes as long as to find it
_REMEMBERED = 65_536  # names, or pairs of them
_HALF = 0.5  # of the term frequency counts where names are alike but not the same
_SWAPPED_BITS = -4.0  # about one record in fifteen of those with any fault has its names the wrong way round
_CONFLICT_BITS = -2.5  # same first name, second names alike but perhaps two
_OTHER_PARTS_BITS = -3.0  # one part of the family name is shared, and each holds another
_SECOND_NAME_BITS = 3.0  # second names agree too
_SHARED_FIRST_BITS = -2.5  # both are called only by a name that half a community bears (Muhammad)
_WELL_MATCHED = 8.0  # bits at which names need not be tried the wrong way round

Share = Callable[[str], float]
_UNLIKE_FAMILY = frozenset({"family.different", "family.near"})
_FAMILY_AGREES = frozenset({"family.exact", "family.part", "family.spelling", "family.typo"})
_ALIKE = frozenset({"given.exact", "given.spelling", "given.typo", "given.form", "given.blurred"})
_AS_FAMILY = frozenset({"given.exact", "given.spelling", "given.typo"})
_GIVEN_DIFFERS: Found = ("given.different", 0.0)
_GIVEN_NEAR: Found = ("given.near", 0.0)
_OTHER_TONGUE: Found = ("given.other_tongue", 0.0)

NamesFound = tuple[float, Found, Found, Found]


def _given_grade(one: Tokens, other: Tokens) -> Grade:
    """Return the grade of two given names, part by part or written as one word."""
    grade = grade_given(one[0], other[0])
    if grade == Grade.SAME or max(len(one), len(other)) == 1:
        return grade
    if _are_initials(one, other) or _are_initials(other, one):
        return Grade.INITIAL
    joined = grade_written("".join(one), "".join(other))
    # Written as one, Mary Ann is Maryann; that Aryan Faith is then no usual name says nothing of Ayan.
    return joined if joined > grade and joined in _ONE_WORD else grade


def _middle(one: Tokens, other: Tokens) -> str:
    """Return the part that is first in one name and stands anywhere in the other, or "".

    A second name of both is none: twins are given one. Names that half the world bears are passed over.
    Beside a first name, a second one that is merely much like it may be what a twin is called.
    """
    if len(one) == len(other) == 1:
        return ""
    ours, theirs = _own(one), _own(other)
    for part in ours:
        if part in theirs and (part == ours[0] or part == theirs[0]):
            return part
    if grade_written(ours[0], theirs[0]) == Grade.SPELLING:
        return min(ours[0], theirs[0])
    crossed = [(ours[0], part) for part in theirs] + [(part, theirs[0]) for part in ours[1:]]
    return min([min(pair) for pair in crossed if grade_written(*pair) == Grade.TYPO], default="")


def _by_second_name(model: Model, middle: str, one: Tokens, other: Tokens, share_of: Share) -> Found:
    if _each_has_another(one, other):
        return "given.near", 0.0
    # Adam is Muhammad Adam for short; what half the world bears in front of a name makes it no second one.
    called = _own(one)[0] == _own(other)[0]
    return "given.form" if called else "given.middle", log2(model.chance["given.exact"] / share_of(middle))


def _each_has_another(one: Tokens, other: Tokens) -> bool:
    """Whether both hold a part that is like none of the other: Rose Marie and Bobbi Rose are two children."""
    return all(
        any(all(grade_given(part, its) < Grade.INITIAL for its in theirs) for part in ours)
        for ours, theirs in ((one, other), (other, one))
    )


def _own(parts: Tokens) -> Tokens:
    """Return the parts that are more than an initial or a name that half the world bears; else the last.

    Muhammad Abdul is called Abdul.
    """
    own = tuple(part for part in parts if part not in SHARED_FIRST and len(part) > 1)
    return own or tuple(part for part in parts if len(part) > 1)[-1:] or parts[:1]


def _rest_grade(one: Tokens, other: Tokens) -> Grade:
    """Return how alike the names after the first are; SAME where one side has none."""
    if len(one) < 2 or len(other) < 2:
        return Grade.SAME
    return max(grade_given(a, b) for a in one[1:] for b in other[1:])


def _are_initials(one: Tokens, other: Tokens) -> bool:
    """Whether one is the initials of the other in one word: AJ for Alfie James."""
    return len(other) > 1 == len(one) and len(one[0]) == len(other) and one[0] == "".join(p[0] for p in other)


def _shared_first(one: Tokens, other: Tokens) -> bool:
    return one[0] in SHARED_FIRST and other[0] in SHARED_FIRST


def _alike_given(model: Model, grade: Grade, both: Tokens, share_of: Share) -> Found:
    if grade == Grade.DIFFERENT:
        return _GIVEN_DIFFERS
    level = _GIVEN[grade]
    if grade < Grade.TYPO:
        return level, 0.0
    scale = 1.0 if grade == Grade.SAME else _HALF
    share = max(map(share_of, both))
    return level, scale * log2(model.chance["given.exact"] / share)


@lru_cache(maxsize=_REMEMBERED)
def given(model: Model, one: Tokens, other: Tokens, crossed: bool = False) -> Found:
    """Return the level of two given names, as parts; `crossed` where one stands as a family name."""
    if not one or not other:
        return NOTHING
    share_of = model.any_share if crossed else model.given_share
    one, other = _initials_last(one), _initials_last(other)
    if one[0][0] == "#" or other[0][0] == "#" or len(one[0]) == len(other[0]) == 1:
        return _unnamed(one[0], other[0])
    if one == other or (len(one) == len(other) and set(one) == set(other)):
        level, bits = _alike_given(model, Grade.SAME, (one[0], other[0]), share_of)
        alone = len(one) == 1 and one[0] in SHARED_FIRST
        return level, bits + _SECOND_NAME_BITS * (len(one) > 1) + _SHARED_FIRST_BITS * alone
    grade = _given_grade(one, other)
    if grade >= Grade.TYPO:
        return _with_rest(model, grade, one, other, share_of)
    if middle := _middle(one, other):
        return _by_second_name(model, middle, one, other, share_of)
    if grade < Grade.NEAR and max(len(one), len(other)) > 1:  # what the two are called by may still be alike
        grade = min(grade_given(_own(one)[0], _own(other)[0]), Grade.NEAR)
    return _alike_given(model, grade, (one[0], other[0]), share_of)


def _with_rest(model: Model, grade: Grade, one: Tokens, other: Tokens, share_of: Share) -> Found:
    """Weigh names that agree on the first part by what follows it.

    Where the next are two names they may be two children; alike but two, where the first is not the same.
    """
    rest = _rest_grade(one, other)
    if rest < Grade.INITIAL and _shared_first(one, other):
        return _GIVEN[rest], 0.0
    if rest == Grade.DIFFERENT or (rest < Grade.INITIAL and grade < Grade.SAME):
        return _GIVEN[Grade.NEAR], 0.0
    level, bits = _alike_given(model, grade, (one[0], other[0]), share_of)
    if _shared_first(one, other) and min(len(one), len(other)) == 1:
        bits += _SHARED_FIRST_BITS
    if len(one) > 1 and len(other) > 1:
        bits += _SECOND_NAME_BITS if rest >= Grade.TYPO else _CONFLICT_BITS * (rest < Grade.INITIAL)
    return level, bits


def _unnamed(one: str, other: str) -> Found:
    """Twin 1 is not Twin 2; either may be any named child. Two initials are as far from a name."""
    if "#" not in one + other:
        return _GIVEN[grade_given(one, other)], 0.0
    if "#" in one and "#" in other:
        return ("given.order" if one == other else "given.different"), 0.0
    return NOTHING


@lru_cache(maxsize=_REMEMBERED)
def family(model: Model, one: Tokens, other: Tokens, crossed: bool = False) -> Found:
    """Return the level of two family names, as parts: whole, one part of two, alike, or different."""
    if not one or not other:
        return NOTHING
    share_of = model.any_share if crossed else model.family_share
    if len(one) == len(other) == 1 and one != other:
        return _graded_family(model, grade_family(one[0], other[0]), (*one, *other), share_of)
    if one == other or "".join(one) == "".join(other) or set(one) == set(other):
        if max(map(len, one)) == 1:
            return "family.initial", 0.0
        return _alike_family(model, "family.exact", 1.0, min(map(share_of, (*_whole(one), *_whole(other)))))
    shared = [part for part in one if part in other and len(part) > 1]
    if shared:
        return _by_part(model, shared, one, other, share_of)
    grade = max(grade_family(a, b) for a in _whole(one) for b in _whole(other))
    grade = max(grade, grade_family("".join(one), "".join(other)))
    return _graded_family(model, grade, (*one[:1], *other[:1]), share_of)


def _whole(parts: Tokens) -> Tokens:
    """Return the parts that are more than an initial, if any is: S Khan and S Patel share none."""
    return tuple(part for part in parts if len(part) > 1) or parts


def _initials_last(parts: Tokens) -> Tokens:
    """Return a given name by what its bearer is called: J Peter is Peter, with a J."""
    return tuple(sorted(parts, key=lambda part: len(part) == 1))


def _graded_family(model: Model, grade: Grade, both: Tokens, share_of: Share) -> Found:
    if grade < Grade.TYPO:
        return _FAMILY[grade], 0.0
    return _alike_family(model, _FAMILY[grade], _HALF, max(map(share_of, both)))


def _by_part(model: Model, shared: list[str], one: Tokens, other: Tokens, share_of: Share) -> Found:
    """Weigh family names by the part in common, or by the other parts where those are alike and tell more."""
    level, bits = _alike_family(model, "family.part", 1.0, min(map(share_of, shared)))
    others = [(a, b) for a in set(one).difference(other) for b in set(other).difference(one)]
    if not others:
        return level, bits
    graded = [(grade_family(a, b), a, b) for a, b in others]
    alike = [_graded_family(model, grade, (a, b), share_of) for grade, a, b in graded if grade >= Grade.TYPO]
    if not alike:
        return level, bits + _OTHER_PARTS_BITS
    return max((level, bits), *alike, key=lambda found: (_bits(model, found), found))


def _alike_family(model: Model, level: str, scale: float, share: float) -> Found:
    bits = scale * log2(model.chance["family.exact"] / share)
    return level, bits


def _straight(model: Model, one: NameParts, other: NameParts) -> NamesFound:
    first, last = given(model, one[0], other[0]), family(model, one[1], other[1])
    if first[0] == "given.exact" and last[0] in _UNLIKE_FAMILY and _are_both_crossed(one, other):
        first, last = given(model, one[1], other[1]), family(model, one[0], other[0])
    if last[0] in _FAMILY_AGREES:
        if first is _GIVEN_DIFFERS and are_two_tongues(one, other):
            first = _OTHER_TONGUE
        elif first[0] in _ALIKE and differ_by_a_syllable(one, other):
            first = _GIVEN_NEAR
    bits = _bits(model, first) + _bits(model, last)
    return bits, first, last, NOTHING


def _may_be_crossed(one: NameParts, other: NameParts) -> bool:
    """Whether a given name of either starts like a family name of the other; quick, and rarely wrong."""
    return _starts(one[0], other[1]) or _starts(one[1], other[0])


def _are_both_crossed(one: NameParts, other: NameParts) -> bool:
    """Whether both names are written the wrong way round: twins' would agree on the "given" name."""
    return bool(one[1] and other[1]) and all(
        is_given(name[1][0]) and family_share(name[0][0]) >= given_share(name[0][0]) for name in (one, other)
    )


def _starts(one: Tokens, other: Tokens) -> bool:
    for ours in one:
        for theirs in other:
            if ours[0] == theirs[0]:
                return True
    return False


def _crossed(model: Model, one: NameParts, other: NameParts) -> NamesFound:
    """Weigh names the wrong way round. If one differs, the other may be a twin's family name."""
    first, last = given(model, one[0], other[1], True), family(model, one[1], other[0], True)
    if last[0] in _UNLIKE_FAMILY:
        first, last = (
            _GIVEN_DIFFERS,
            ("family" + first[0][5:] if first[0] in _AS_FAMILY else last[0], first[1]),
        )
    swapped: Found = ("order.swapped", 0.0)
    bits = _bits(model, first) + _bits(model, last) + model.match["order.swapped"]
    return bits, first, last, swapped


def _bits(model: Model, found: Found) -> float:
    return model.match[found[0]] + found[1] if found[0] else 0.0


def names(model: Model, question: Prepared, record: Prepared) -> NamesFound:
    """Return bits, given level, family level and order level of the two names that agree best."""
    best: NamesFound = (0.0, NOTHING, NOTHING, NOTHING)
    found = False
    for one in question.names:
        for other in record.names:
            tried = _straight(model, one, other)
            if tried[0] < _WELL_MATCHED and _may_be_crossed(one, other):
                tried = max(tried, _crossed(model, one, other), _crossed(model, other, one))
            if not found or tried > best:
                best, found = tried, True
    return best


def mother(model: Model, question: Prepared, record: Prepared) -> Found:
    """Return the level of two mothers' names; siblings share theirs."""
    if not question.mother or not record.mother:
        return NOTHING
    one, other = question.mother[0], record.mother[0]
    first, last = given(model, one[0], other[0])[0], family(model, one[1], other[1])[0]
    if first in {"given.exact", "given.spelling"} and last != "family.different":
        return "mother.same", 0.0
    if first in {"given.different", "given.near"}:
        return "mother.different", 0.0
    return "mother.alike", 0.0
