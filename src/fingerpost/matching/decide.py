"""Bands from probability, and the guards that no probability can pass.

An identifier is strong, not absolute: numbers are typed on the wrong twin's record. So `certain` asks that
nothing speaks against, whatever the sum says.
"""

from collections.abc import Collection

from fingerpost.matching.model import Model
from fingerpost.words.vocabulary import Band

FEWEST_HOUSEHOLDS = 0.2  # below this share of `households.share` a set has no twins to speak of
_SAME_PERSON_NAMES = frozenset({"given.exact", "given.spelling", "given.typo", "given.middle"})
_CONTRADICTIONS = frozenset(
    {
        "given.different",
        "given.near",
        "nhs_number.different",
        "birth.different",
        "birth.outside",
        "sex.different",
        "mother.different",
    }
)
_SOUND_BIRTHS = frozenset(
    {"birth.exact", "birth.swapped", "birth.digit", "birth.default", "birth.inside", "birth.expected"}
)
_FAMILY_AGREES = frozenset({"family.exact", "family.part", "family.spelling", "family.typo"})
_NAMED_ALIKE = _SAME_PERSON_NAMES | {"given.form", "given.order"}
_OTHER_NAMES = frozenset({"given.different", "given.near"})
_BOY_AND_GIRL = frozenset({"given.form", "sex.different"})
_TWIN_BIRTHS = frozenset({"birth.exact", "birth.swapped", "birth.digit"})
_ELSEWHERE_SURELY = frozenset({"place.different", "place.code_different"})
_SUPPORT = frozenset(
    {"place.exact", "place.typo", "place.sector", "place.code", "nhs_number.same", "upn.same", "mother.same"}
)
_WHOLE_IDENTIFIERS = frozenset({"nhs_number.same", "upn.same"})


def may_be_certain(levels: Collection[str]) -> bool:
    """Whether nothing in a comparison speaks against the band `certain`."""
    found = frozenset(levels)
    if found & _CONTRADICTIONS or not found & _SOUND_BIRTHS:
        return False
    identified = bool(found & _WHOLE_IDENTIFIERS)
    if not found & _SAME_PERSON_NAMES:  # a pet form, an initial or no given name fits a twin too
        return identified and bool(found & _FAMILY_AGREES)
    return identified or (bool(found & _FAMILY_AGREES) and bool(found & _SUPPORT))


def may_be_twins(levels: Collection[str]) -> bool:
    """Whether the same family, birth and home leave room for two children.

    Two given names that are not one name do, whatever a number says; so do a short form and another sex:
    Ali, Alicia. So does a name that is missing or only an initial, unless a whole number is the same.
    """
    found = frozenset(levels)
    if not (found & _TWIN_BIRTHS and found & _FAMILY_AGREES) or found & _ELSEWHERE_SURELY:
        return False
    other_names = bool(found & _OTHER_NAMES) or found >= _BOY_AND_GIRL
    return other_names or not found & (_NAMED_ALIKE | _WHOLE_IDENTIFIERS)


def band(model: Model, probability: float, levels: Collection[str]) -> Band | None:
    """Return the band of a comparison, or None where it is not shown."""
    if probability < model.bands.possible:
        return None
    guarded = model.household_share >= FEWEST_HOUSEHOLDS and may_be_twins(levels)
    if guarded or probability < model.bands.probable:
        return Band.POSSIBLE
    return Band.CERTAIN if probability >= model.bands.certain and may_be_certain(levels) else Band.PROBABLE
