"""How alike two words of a name are, as one of eight grades. Symmetrical."""

import re
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from fingerpost.matching.names import (
    are_apart,
    codes,
    is_given,
    kin,
    same_spelling_family,
    sound,
    stands_for,
    word_list,
    word_set,
    written,
)


class Grade(IntEnum):
    """From strangers to the same word; a higher grade is stronger evidence."""

    DIFFERENT = 0
    NEAR = 1  # much alike, but perhaps two names: Ella and Ellie
    INITIAL = 2
    BLURRED = 3  # much alike, and no list knows both: Kercper for Kacper
    TYPO = 4
    FORM = 5  # Kasia for Katarzyna
    SPELLING = 6  # Mohammed for Muhammad
    SAME = 7


_TYPO_SIMILARITY = 0.93  # Jaro-Winkler (Winkler 1990)
_NEAR_SIMILARITY = 0.82
_SOUND_SIMILARITY = 0.7  # of words that sound alike
_DISTINCT_SIMILARITY = 0.88  # of two names in their own right that sound alike: Casey is not Cassie
_STRANGE_SIMILARITY = 0.5  # below this no slip of the pen parts two words
_REMEMBERED = 65_536  # pairs of words: a few hundred names make up most of any register
_UNSPOKEN_R = re.compile(r"r+(?![aeiou])")  # heard by an English ear: Kerra for Kara, Leiler for Layla
_GENDERED = tuple((woman, man) for woman, _, man in (pair.partition("/") for pair in word_list("gendered")))


_FEMININE = word_set("feminine")
_WOMAN_ENDS = frozenset(woman[-1] for woman, _ in _GENDERED)


def _one_slip(one: str, other: str) -> bool:
    """Whether a slip of the pen parts them: one letter, or two in a long word (Damerau 1964)."""
    longest = max(len(one), len(other))
    allowed = 2 if longest > 7 else 1
    if longest < 4:
        return sorted(one) == sorted(other)
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed


def gendered(one: str, other: str) -> bool:
    """Whether two family names are the man's and the woman's form of one (Kowalski, Kowalska)."""
    if one[:3] != other[:3] or not _WOMAN_ENDS.intersection((one[-1], other[-1])):
        return False
    for woman, man in _GENDERED:
        for first, second in ((one, other), (other, one)):
            stem = first.removesuffix(woman)
            if stem != first and len(stem) > 2 and stem + man == second:
                return True
    return False


def _bare(word: str) -> str:
    """Return a word without an Arabic article written into it (Alhassan)."""
    return word[2:] if len(word) > 5 and word[:2] in {"al", "el", "ul"} else word


def _sound_alike(one: str, other: str, similarity: float, distinct: bool) -> bool:
    least = _DISTINCT_SIMILARITY if distinct else _SOUND_SIMILARITY
    return similarity >= least and min(len(one), len(other)) > 2 and sound(one) == sound(other)


def _by_letters(one: str, other: str, distinct: bool) -> Grade:
    similarity = JaroWinkler.similarity(one, other)
    if similarity < _STRANGE_SIMILARITY:
        return Grade.DIFFERENT
    if _sound_alike(one, other, similarity, distinct):
        return Grade.SPELLING
    if _one_slip(one, other) or similarity >= _TYPO_SIMILARITY:
        return Grade.NEAR if distinct else Grade.TYPO
    if similarity >= _NEAR_SIMILARITY or (len(one) == len(other) == 3 and similarity > 0.75):
        return Grade.NEAR if distinct else Grade.BLURRED
    return Grade.DIFFERENT


def _initials(one: str, other: str) -> Grade:
    return Grade.INITIAL if one[0] == other[0] else Grade.DIFFERENT


def _shortened(one: str, other: str) -> bool:
    """Whether one is the other cut short (Ben, Benjamin)."""
    return min(len(one), len(other)) > 2 and (one.startswith(other) or other.startswith(one))


def _girl_and_boy(one: str, other: str) -> bool:
    """Whether one is a girl's name made of the other (Daniel, Danielle)."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and long[len(short) :] in _FEMININE


def _heard(word: str) -> str:
    return _UNSPOKEN_R.sub("", word) or word


def _are_akin(one: str, other: str) -> bool:
    """Whether two names that letters part may be one heard twice: the same consonants in order, or a slip.

    Short names, as Chinese and Vietnamese ones are, differ by one letter where long ones differ by two; and a
    slip in another spelling of a name (Muammad beside Mehmet) is a slip in the name.
    """
    if max(len(one), len(other)) < 5:
        return OSA.distance(one, other, score_cutoff=1) <= 1
    ours, theirs = _heard(one), _heard(other)
    code = codes(ours)[0]
    if (len(code) > 1 and code == codes(theirs)[0]) or _one_slip(ours, theirs):
        return True
    spelt = ((other, spelling) for spelling in kin(one)), ((one, spelling) for spelling in kin(other))
    return any(len(spelling) > 4 and _one_slip(word, spelling) for pair in spelt for word, spelling in pair)


@lru_cache(maxsize=_REMEMBERED)
def grade_given(one: str, other: str) -> Grade:
    """Return how alike two parts of given names are; two known names that differ are never a slip."""
    if one == other:
        return Grade.SAME
    if len(one) == 1 or len(other) == 1 or one[0] == "#" or other[0] == "#":
        return _initials(one, other) if "#" not in one + other else Grade.DIFFERENT
    if same_spelling_family(one, other):
        return Grade.SPELLING
    return Grade.FORM if stands_for(one, other) else _unlisted(one, other)


def _unlisted(one: str, other: str) -> Grade:
    """Return how alike two given names are that no list joins."""
    if JaroWinkler.similarity(one, other) < _STRANGE_SIMILARITY:
        return Grade.DIFFERENT
    distinct = is_given(one) and is_given(other)
    if distinct and are_apart(one, other):
        return Grade.NEAR
    if written(one) == written(other):
        return Grade.SPELLING
    if distinct and _girl_and_boy(one, other):
        return Grade.NEAR
    graded = _by_letters(one, other, distinct)
    if graded == Grade.BLURRED and one[0] != other[0]:  # slips seldom change how a name begins
        graded = Grade.NEAR
    if graded == Grade.DIFFERENT and _are_akin(one, other):
        graded = Grade.NEAR
    return max(graded, Grade.FORM) if _shortened(one, other) else graded


@lru_cache(maxsize=_REMEMBERED)
def grade_family(one: str, other: str) -> Grade:
    """Return how alike two parts of family names are."""
    if one == other:
        return Grade.SAME
    if len(one) == 1 or len(other) == 1:
        return _initials(one, other)
    if same_spelling_family(one, other) or _bare(one) == _bare(other) or gendered(one, other):
        return Grade.SPELLING
    return _by_letters(one, other, distinct=False)
