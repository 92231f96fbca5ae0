"""Bands from probability, and the guards that no probability can pass.

An identifier is strong, not absolute: numbers are typed on the wrong twin's record. So `certain` asks that
nothing speaks against, whatever the sum says.
"""

from collections.abc import Collection

from fingerpost.matching.model import Model
from fingerpost.words.vocabulary import Band

SURER = 0.996  # what `probable` asks where hardly more than names agree: 8 bits, not 4
IN_DOUBT = 1 / 64  # a shield covers what is likelier than this: a record too many costs one call to clear it
FEWEST_HOUSEHOLDS = 0.2  # below this share of `households.share` a set has no twins to speak of
_CONTRADICTIONS = frozenset(
    {
        "given.different",
        "given.near",
        "given.other_tongue",
        "given.blurred",
        "nhs_number.different",
        "birth.different",
        "birth.outside",
        "sex.different",
        "mother.different",
    }
)
_SOUND_BIRTHS = frozenset(
    {
        "birth.exact",
        "birth.swapped",
        "birth.digit",
        "birth.default",
        "birth.guess",
        "birth.inside",
        "birth.expected",
    }
)
_YEARS = frozenset({"birth.default", "birth.guesses_close", "birth.guess_apart"})
_GUESSED = _YEARS | {"birth.guess", "birth.inside"}
_NOT_FAR = frozenset({"place.area", "place.district"})
_NEAR_BIRTHS = frozenset({"birth.exact", "birth.guess", "birth.swapped", "birth.digit"})
_OTHER_BIRTHS = frozenset({"birth.different", "birth.outside"})
_FAMILY_AGREES = frozenset({"family.exact", "family.part", "family.spelling", "family.typo"})
_NAMED_ALIKE = frozenset(
    {
        "given.exact",
        "given.spelling",
        "given.typo",
        "given.middle",
        "given.form",
        "given.order",
        "given.blurred",
    }
)
_ALIKE_PERHAPS = frozenset({"given.near", "given.other_tongue"})
_THE_SAME = frozenset({"given.exact", "given.spelling"})
_TWIN_BIRTHS = frozenset({"birth.exact", "birth.guess", "birth.swapped", "birth.digit"})
_ELSEWHERE_SURELY = frozenset({"place.different", "place.code_different"})
_SUPPORT = frozenset(
    {"place.exact", "place.typo", "place.sector", "place.code", "nhs_number.same", "upn.same", "mother.same"}
)
_SAME_HOME = frozenset({"place.exact", "place.code"})
_CLOSE_NUMBERS = frozenset({"nhs_number.digit", "upn.digit"})
_DIFFERENCES = frozenset(
    {"given.different", "family.different", "sex.different", "nhs_number.different", "upn.different"}
)
_NOT_THE_SAME_NAME = frozenset(
    {"given.spelling", "given.form", "given.middle", "given.typo", "given.blurred"}
)
_GIVEN_PERHAPS = _ALIKE_PERHAPS | {"given.blurred"}
_FAMILY_PERHAPS = frozenset({"family.near", "family.typo"})
_OTHER_NUMBERS = frozenset({"nhs_number.different", "upn.different"})
_BOTH_NAMES = frozenset({"given.different", "family.different"})
_WHOLE_IDENTIFIERS = frozenset({"nhs_number.same", "upn.same"})


def may_be_certain(levels: Collection[str]) -> bool:
    """Whether nothing in a comparison speaks against the band `certain`."""
    found = frozenset(levels)
    if found & _CONTRADICTIONS or not found & _SOUND_BIRTHS:
        return False
    if not any(level.startswith("given.") for level in found):
        return False  # newborn twins have a birth, a home and no names; a number is typed on the wrong one
    identified = bool(found & _WHOLE_IDENTIFIERS)
    if "given.exact" not in found:  # another spelling, a pet form or an initial may be a twin's name
        return identified and bool(found & _FAMILY_AGREES)
    return identified or (bool(found & _FAMILY_AGREES) and bool(found & _SUPPORT))


def _are_boy_and_girl(found: frozenset[str]) -> bool:
    if "sex.different" not in found:
        return False
    return "given.form" in found or ("given.spelling" in found and not found & _WHOLE_IDENTIFIERS)


def may_be_twins(levels: Collection[str]) -> bool:
    """Whether the same family, birth and home leave room for two children.

    Two given names that are not one name do, whatever a number says and wherever they live; so do a short
    form and another sex (Ali, Alicia), or another spelling and another sex (Aleksandr, Aleksandra) without a
    number. So does, unless a whole number is the same, a near name wherever they live, and where no home
    tells them apart a name that is missing or only an initial: twins of names alike are few, numbers on the
    wrong twin are few, and both at once hardly occur. Where no birth tells sister from sister, only the same
    name, in any spelling, or a number does.
    """
    found = frozenset(levels)
    silent = _is_birthless(found)
    if not ((silent or found & _TWIN_BIRTHS) and found & _FAMILY_AGREES):
        return False
    elsewhere = bool(found & _ELSEWHERE_SURELY)
    if elsewhere and "order.swapped" in found:  # names the wrong way round and one of them changed
        return False
    if "given.different" in found or _are_boy_and_girl(found):
        return True
    if elsewhere and not found & _ALIKE_PERHAPS:
        return False
    alike = _THE_SAME if silent else _NAMED_ALIKE
    return not found & (alike | _WHOLE_IDENTIFIERS)


def may_be_touched(probability: float, levels: Collection[str]) -> bool:
    """Whether a record may be of the child of a shield, or lead to that child. In doubt, it may.

    A twin, a brother or a sister at the same address leads there: whoever finds the one finds the other.
    """
    found = frozenset(levels)
    at_home = bool(found & _FAMILY_AGREES and found & _SAME_HOME)
    return probability >= IN_DOUBT or at_home or bool(found & _WHOLE_IDENTIFIERS) or may_be_twins(found)


def is_supported(levels: Collection[str]) -> bool:
    """Whether something beside names speaks for one child: a number, a date of birth, or the home.

    Names alone never do, however rare: whole communities share a few, and so do cousins. One name and a
    birth do not either, nor a birth where two numbers are not the same. A year only, beside a whole date,
    does not unless the places are not far apart; nor do both names where a birth is missing.
    """
    found = frozenset(levels)
    if found & (_SUPPORT | _WHOLE_IDENTIFIERS | _CLOSE_NUMBERS):
        return True
    fields = {level.partition(".")[0] for level in found}
    if not {"given", "family"} <= fields or "nhs_number.different" in found:
        return False
    return bool(found & _NEAR_BIRTHS) or bool((found & _YEARS or _is_birthless(found)) and found & _NOT_FAR)


def _is_birthless(found: frozenset[str]) -> bool:
    return not any(level.startswith("birth.") for level in found)


def are_merely_alike(levels: Collection[str]) -> bool:
    """Whether neither name is more than alike, and no number or home tells (Tyon Wood, Taner Woodrow)."""
    found = frozenset(levels)
    alike = bool(found & _GIVEN_PERHAPS) and bool(found & _FAMILY_PERHAPS)
    return alike and not found & (_WHOLE_IDENTIFIERS | _CLOSE_NUMBERS | _ELSEWHERE_SURELY)


def may_be_namesakes(levels: Collection[str]) -> bool:
    """Whether names and home agree but the births do not: cousins, or uncle and nephew."""
    found = frozenset(levels)
    return bool(found & _OTHER_BIRTHS) and not found & (_WHOLE_IDENTIFIERS | _CLOSE_NUMBERS)


def speaks_against(levels: Collection[str]) -> bool:
    """Whether something in a comparison speaks against one child, however sure the sum is.

    A short form of a name speaks against it where no whole number is the same: Ali, Alicia.
    """
    found = frozenset(levels)
    another_form = "given.form" in found and not found & _WHOLE_IDENTIFIERS
    return bool(found & _CONTRADICTIONS) or "upn.different" in found or another_form


def rests_on_names(levels: Collection[str]) -> bool:
    """Whether hardly more than two names is there: whole communities share a few.

    A birth a digit apart is hardly more where places tell nothing, places not far apart where births do not.
    """
    found = frozenset(levels)
    if found & (_SUPPORT | _WHOLE_IDENTIFIERS | _CLOSE_NUMBERS):
        return False
    return _is_birthless(found) or ("birth.digit" in found and not found & _NOT_FAR)


def rests_on_a_guess(levels: Collection[str]) -> bool:
    """Whether hardly more than two names and a guessed birth is there.

    Many who came alone have the first of January, and share a name with others who came as they did.
    """
    found = frozenset(levels)
    return bool(found & _GUESSED) and not found & (_SUPPORT | _WHOLE_IDENTIFIERS | _CLOSE_NUMBERS)


def leaves_doubt(levels: Collection[str]) -> bool:
    """Whether people are asked before two records are linked for good, however sure the sum is."""
    return speaks_against(levels) or rests_on_a_guess(levels)


def differs_twice(levels: Collection[str]) -> bool:
    """Whether two of names, sex and numbers are not the same: Billie and Billy may be a girl and a boy.

    A name that is the same only in another spelling or form is not, beside a number that is another child's.
    Where neither name is, a number that is the same is typed on the wrong record, or of a child whose
    identity was changed: neither may be joined.
    """
    found = frozenset(levels)
    if found >= _BOTH_NAMES:
        return True
    if found & _WHOLE_IDENTIFIERS:
        return False
    return len(found & _DIFFERENCES) > 1 or bool(found & _NOT_THE_SAME_NAME and found & _OTHER_NUMBERS)


def is_doubtful(model: Model, levels: Collection[str]) -> bool:
    """Whether a comparison is `possible` at best, whatever the sum says."""
    if not is_supported(levels) or differs_twice(levels):
        return True
    families = model.household_share >= FEWEST_HOUSEHOLDS
    return families and (may_be_twins(levels) or are_merely_alike(levels) or may_be_namesakes(levels))


def band(model: Model, probability: float, levels: Collection[str]) -> Band | None:
    """Return the band of a comparison, or None where it is not shown."""
    if probability < model.bands.possible:
        return None
    if probability < model.bands.probable or is_doubtful(model, levels):
        return Band.POSSIBLE
    if probability < SURER and rests_on_names(levels):
        return Band.POSSIBLE
    return Band.CERTAIN if probability >= model.bands.certain and may_be_certain(levels) else Band.PROBABLE
