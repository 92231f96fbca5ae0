"""Chinese, Korean and Vietnamese names: of syllables, which brothers share, or in two languages."""

import re

from fingerpost.matching.names import are_written_alike, is_given, same_spelling_family, word_set
from fingerpost.matching.normalise import NameParts, Tokens

_TWO_TONGUES = word_set("two_tongues")
_OF_SYLLABLES = _TWO_TONGUES | word_set("of_syllables")
# What a Chinese given name in Latin letters is made of, one to three times.
_CHINESE = re.compile(
    r"(?:(?:[csz]h|ts|kw|ng|[bpmfdtnlgkhjqxzcsryw])?[aeiouv]{1,3}(?:ng|n|m)?){1,3}|tsz|sz|ng"
)
_PINYIN = (
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:i?ang|i?ong|uang|[ei]ng|ia[no]?|i[enu]|ua[in]?|u[oien]|ai|ei|ao|ou|[aeu]n|er|[aeiou])"
)
_SYLLABLE = r"[bcdfghjklmnpqrstvxyz]{0,3}[aeiouwy]{1,3}(?:ng|nh|ch|[nmptkcl])?"
_TWO_PINYIN = re.compile(_PINYIN * 2)
_TWO_SYLLABLES = re.compile(_SYLLABLE * 2)
_ONE_SYLLABLE = re.compile(_SYLLABLE)


def are_two_tongues(one: NameParts, other: NameParts) -> bool:
    """Whether under a Chinese family name one given name may be Chinese and the other hardly is."""
    if _TWO_TONGUES.isdisjoint(one[1]) and _TWO_TONGUES.isdisjoint(other[1]):
        return False
    ours, theirs = one[0][0], other[0][0]
    return is_given(ours) != is_given(theirs) or bool(_CHINESE.fullmatch(ours)) != bool(
        _CHINESE.fullmatch(theirs)
    )


def differ_by_a_syllable(one: NameParts, other: NameParts) -> bool:
    """Whether two given names alike are two: Zi Han and Zihao are brothers, who share the first syllable."""
    if set(one[0]) == set(other[0]) or _OF_SYLLABLES.isdisjoint(one[1]) or _OF_SYLLABLES.isdisjoint(other[1]):
        return False
    ours, theirs = "".join(one[0]), "".join(other[0])
    if ours == theirs or same_spelling_family(ours, theirs) or are_written_alike(ours, theirs):
        return False
    strict = not (_TWO_TONGUES.isdisjoint(one[1]) or _TWO_TONGUES.isdisjoint(other[1]))
    return _is_of_two(one[0], strict) and _is_of_two(other[0], strict)


def _is_of_two(parts: Tokens, strict: bool) -> bool:
    if len(parts) > 1:
        return len(parts) == 2 and all(map(_ONE_SYLLABLE.fullmatch, parts))
    two, word = (_TWO_PINYIN if strict else _TWO_SYLLABLES), "".join(parts)
    return bool(two.fullmatch(word)) and not _ONE_SYLLABLE.fullmatch(word)
