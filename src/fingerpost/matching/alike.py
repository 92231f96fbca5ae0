"""How alike two words of a name are, as one of eight grades. Symmetrical."""

import re
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import extractOne

from fingerpost.matching.names import (
    are_apart,
    are_written_alike,
    codes,
    is_given,
    long_kin,
    same_spelling_family,
    sound,
    stands_for,
    word_list,
    word_set,
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
_MOST_SLIPS = 2
_STRANGE_SIMILARITY = 0.5  # below this no slip of the pen parts two words
_AKIN_SIMILARITY = 0.65  # below this two family names are not looked at again: it would cost time
_REMEMBERED = 65_536  # pairs of words: a few hundred names make up most of any register
_UNSPOKEN_R = re.compile(r"r+(?![aeiou])")  # heard by an English ear: Kerra for Kara, Leiler for Layla
_VOWELS = re.compile(r"[aeiouyh]")
_TWICE = re.compile(r"(.)\1+")
_GENDERED = tuple((woman, man) for woman, _, man in (pair.partition("/") for pair in word_list("gendered")))


_similarity = JaroWinkler.similarity
_distance = OSA.distance
_FEMININE = word_set("feminine")
_ELEMENTS = re.compile(f"({'|'.join(word_list('first_elements'))})({'|'.join(word_list('second_elements'))})")
_WOMAN_ENDS = frozenset(woman[-1] for woman, _ in _GENDERED)


def _one_slip(one: str, other: str) -> bool:
    """Whether a slip of the pen parts them: one letter, or two in a long word (Damerau 1964)."""
    ours, theirs = len(one), len(other)
    longest = ours if ours > theirs else theirs
    allowed = _MOST_SLIPS if longest > 7 else 1
    if abs(ours - theirs) > allowed:
        return False
    if longest < 4:
        return sorted(one) == sorted(other)
    return _distance(one, other, score_cutoff=allowed) <= allowed


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


def _by_letters(one: str, other: str, similarity: float, distinct: bool) -> Grade:
    if _sound_alike(one, other, similarity, distinct):
        return Grade.SPELLING
    if similarity >= _TYPO_SIMILARITY or _one_slip(one, other):
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
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return long.startswith(short) and long[len(short) :] in _FEMININE


def _are_two_by_elements(one: str, other: str) -> bool:
    """Whether two names of two elements each differ in one of them: Manjit, Ranjit; Harjit, Harjot."""
    ours, theirs = _ELEMENTS.fullmatch(one), _ELEMENTS.fullmatch(other)
    if not ours or not theirs:
        return False
    return ours[1] != theirs[1] or not are_written_alike(ours[2], theirs[2])


@lru_cache(maxsize=_REMEMBERED)
def _heard(word: str) -> tuple[str, str]:
    """Return a word without what an ear drops, and its sound code; no code where that is one letter."""
    heard = _UNSPOKEN_R.sub("", word) or word
    code = codes(heard)[0]
    return heard, code if len(code) > 1 else ""


def _are_akin(one: str, other: str) -> bool:
    """Whether two names that letters part may be one heard twice: the same consonants in order, or a slip.

    Short names, as Chinese and Vietnamese ones are, differ by one letter where long ones differ by two; and a
    slip in another spelling of a name (Muammad beside Mehmet) is a slip in the name.
    """
    if len(one) < 5 and len(other) < 5:
        return _distance(one, other, score_cutoff=1) <= 1
    (ours, code), (theirs, their_code) = _heard(one), _heard(other)
    if code and code == their_code:
        return True
    unheard = ours != one or theirs != other  # where nothing is, the caller has asked for a slip already
    heard_alike = unheard and _one_slip(ours, theirs)
    return heard_alike or _is_slip_of(one, long_kin(other)) or _is_slip_of(other, long_kin(one))


def _is_slip_of(word: str, forms: tuple[str, ...]) -> bool:
    """Whether a word is a slip away from one of several; most are farther from all, which one call tells."""
    near = forms and extractOne(word, forms, scorer=_distance, score_cutoff=_MOST_SLIPS)
    return bool(near) and any(_one_slip(word, form) for form in forms)


@lru_cache(maxsize=_REMEMBERED)
def grade_given(one: str, other: str) -> Grade:
    """Return how alike two parts of given names are; two known names that differ are never a slip."""
    grade = grade_written(one, other)
    if grade != Grade.DIFFERENT or len(one) == 1 or len(other) == 1 or "#" in one + other:
        return grade
    strange = _similarity(one, other) < _STRANGE_SIMILARITY
    return Grade.DIFFERENT if strange or not _are_akin(one, other) else Grade.NEAR


@lru_cache(maxsize=_REMEMBERED)
def grade_written(one: str, other: str) -> Grade:
    """Return the same by lists and letters alone, not asking if one may have been heard as the other."""
    if one == other:  # two initials are no more than that: J and J may be Jack and Joseph
        return Grade.SAME if len(one) > 1 else Grade.INITIAL
    if len(one) == 1 or len(other) == 1 or one[0] == "#" or other[0] == "#":
        return _initials(one, other) if "#" not in one + other else Grade.DIFFERENT
    if same_spelling_family(one, other):
        return Grade.SPELLING
    if stands_for(one, other):
        return Grade.FORM
    similarity = _similarity(one, other)
    return Grade.DIFFERENT if similarity < _STRANGE_SIMILARITY else _unlisted(one, other, similarity)


def _unlisted(one: str, other: str, similarity: float) -> Grade:
    """Return how alike two given names are that no list joins and letters do not part."""
    distinct = is_given(one) and is_given(other)
    if (distinct and are_apart(one, other)) or _are_two_by_elements(one, other):
        return Grade.NEAR
    if are_written_alike(one, other):
        return Grade.SPELLING
    if distinct and _girl_and_boy(one, other):
        return Grade.NEAR
    graded = _by_letters(one, other, similarity, distinct)
    if graded == Grade.BLURRED and not _may_be_slips(one, other):
        graded = Grade.NEAR
    return Grade.FORM if graded < Grade.FORM and _shortened(one, other) else graded


@lru_cache(maxsize=_REMEMBERED)
def _consonants(word: str) -> str:
    """Return the consonants that an ear hears in a word, none twice in a row."""
    return _TWICE.sub(r"\1", _VOWELS.sub("", _heard(word)[0]))


def _may_be_slips(one: str, other: str) -> bool:
    """Whether two words may be one badly written: slips seldom change how a name begins, or a third of it.

    What is written by ear keeps its consonants and little else (Maiea for Maya, Umerr for Umar).
    """
    if one[0] != other[0]:
        return False
    most = max(len(one), len(other)) // 3
    return _distance(one, other, score_cutoff=most) <= most or _consonants(one) == _consonants(other)


@lru_cache(maxsize=_REMEMBERED)
def grade_family(one: str, other: str) -> Grade:
    """Return how alike two parts of family names are that are not the same.

    Many bear their father's given name (Abraham, Ibrahim), which has spellings and forms as given names have.
    """
    if len(one) == 1 or len(other) == 1:
        return _initials(one, other)
    if same_spelling_family(one, other) or _bare(one) == _bare(other) or gendered(one, other):
        return Grade.SPELLING
    similarity = _similarity(one, other)
    if similarity < _STRANGE_SIMILARITY:
        return Grade.DIFFERENT
    grade = _by_letters(one, other, similarity, distinct=False)
    if grade != Grade.DIFFERENT or similarity < _AKIN_SIMILARITY:
        return grade
    akin = stands_for(one, other) or _are_akin(_bare(one), _bare(other))
    return Grade.NEAR if akin else Grade.DIFFERENT
