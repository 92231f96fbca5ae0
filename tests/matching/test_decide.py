"""What no probability can pass: every guard, one level more or less at a time."""

import pytest

from fingerpost.matching import shipped
from fingerpost.matching.decide import (
    band,
    differs_twice,
    is_supported,
    leaves_doubt,
    may_be_certain,
    may_be_namesakes,
    may_be_touched,
    may_be_twins,
    rests_on_a_guess,
    rests_on_names,
)
from fingerpost.matching.model import Model
from fingerpost.words.vocabulary import Band

NAMES = "given.exact family.exact"
HOME = f"{NAMES} place.exact"
SURE = f"{HOME} birth.exact"
TWINS = "given.different family.exact birth.exact place.exact"


@pytest.mark.parametrize(
    ("probability", "levels", "expected"),
    [
        (0.4999, SURE, None), (0.5, SURE, Band.POSSIBLE), (0.9499, SURE, Band.POSSIBLE),
        (0.95, SURE, Band.PROBABLE), (0.9994, SURE, Band.PROBABLE), (0.9995, SURE, Band.CERTAIN),
        (1.0, f"{SURE} sex.different", Band.PROBABLE), (1.0, NAMES, Band.POSSIBLE),
        (1.0, TWINS, Band.POSSIBLE), (1.0, f"{HOME} birth.different", Band.POSSIBLE),
        (1.0, "given.different family.different birth.exact nhs_number.same", Band.POSSIBLE),
        (0.9959, f"{NAMES} birth.digit", Band.POSSIBLE), (0.996, f"{NAMES} birth.digit", Band.PROBABLE),
        (0.9959, f"{NAMES} birth.digit place.area", Band.PROBABLE),
    ],
)  # fmt: skip
def test_bands(probability: float, levels: str, expected: Band | None) -> None:
    assert band(shipped(), probability, levels.split()) is expected


@pytest.mark.parametrize(("share", "expected"), [(0.19, Band.PROBABLE), (0.2, Band.POSSIBLE)])
def test_a_set_without_families_has_no_twins(share: float, expected: Band) -> None:
    model = Model(shipped().written, household_share=share)
    assert band(model, 1.0, TWINS.split()) is expected
    assert band(model, 1.0, f"{HOME} birth.outside".split()) is expected
    assert band(model, 1.0, NAMES.split()) is Band.POSSIBLE


AGAINST = (
    "given.different given.near given.other_tongue given.blurred nhs_number.different birth.different"
    " birth.outside sex.different mother.different"
)


@pytest.mark.parametrize(
    ("levels", "certain"),
    [
        (SURE, True),
        *((f"{SURE} {level}", False) for level in AGAINST.split()),
        *((f"{HOME} birth.{birth}", True)
          for birth in ("swapped", "digit", "default", "guess", "inside", "expected")),
        (HOME, False), (f"{HOME} birth.guesses_close", False), (f"{HOME} birth.guess_apart", False),
        # another spelling needs a number, and the family's name
        ("given.spelling family.exact birth.exact place.exact", False),
        ("given.spelling family.exact birth.exact nhs_number.same", True),
        ("given.spelling family.typo birth.exact upn.same", True),
        ("given.spelling birth.exact nhs_number.same", False),
        ("family.exact birth.exact upn.same", False),  # newborn twins have no names
        # the same name needs a number, or the family's name and one thing more
        ("given.exact birth.exact nhs_number.same", True), ("given.exact birth.exact place.exact", False),
        ("given.exact family.different birth.exact place.exact", False),
        (f"{NAMES} birth.exact", False), (f"{NAMES} birth.exact place.district", False),
        *((f"{NAMES} birth.exact {level}", True)
          for level in ("place.typo", "place.sector", "place.code", "mother.same", "upn.same")),
        *((f"given.exact family.{level} birth.exact place.exact", True)
          for level in ("part", "spelling", "typo")),
    ],
)  # fmt: skip
def test_what_may_be_certain(levels: str, certain: bool) -> None:
    assert may_be_certain(levels.split()) is certain


FAMILY = "family.exact birth.exact"


@pytest.mark.parametrize(
    ("levels", "twins"),
    [
        (TWINS, True), (f"{TWINS} nhs_number.same", True), (SURE, False),
        *((f"{FAMILY} place.exact given.{level}", False)
          for level in ("spelling", "typo", "middle", "form", "order", "blurred")),
        (f"{FAMILY} place.exact", True), (f"{FAMILY} place.exact nhs_number.same", False),
        (f"{FAMILY} place.exact given.near", True), (f"{FAMILY} place.exact given.near upn.same", False),
        (f"{FAMILY} place.exact given.other_tongue", True),
        # wherever they live
        (f"{FAMILY} place.different given.different", True), (f"{FAMILY} place.code_different", False),
        (f"{FAMILY} place.different", False), (f"{FAMILY} place.different given.near", True),
        (f"{FAMILY} place.different given.near nhs_number.same", False), (f"{FAMILY} place.area", True),
        (f"{FAMILY} place.exact given.different order.swapped", True),
        (f"{FAMILY} place.different given.different order.swapped", False),
        # who was not born together
        ("given.different family.exact birth.different", False), ("given.different birth.exact", False),
        *((f"given.different family.exact birth.{level}", True) for level in ("guess", "swapped", "digit")),
        # no birth: only the same name, or a number, tells sister from sister
        ("family.exact given.form", True), ("family.exact given.typo", True),
        ("family.exact given.exact", False), ("family.exact given.spelling", False),
        ("family.exact given.form nhs_number.same", False),
        # a boy and a girl
        (f"{FAMILY} given.form sex.different", True), (f"{FAMILY} given.spelling sex.different", True),
        (f"{FAMILY} given.form sex.different upn.same", True),
        (f"{FAMILY} given.spelling sex.different upn.same", False),
        (f"{FAMILY} given.typo sex.different", False),
    ],
)  # fmt: skip
def test_who_may_be_twins(levels: str, twins: bool) -> None:
    assert may_be_twins(levels.split()) is twins


@pytest.mark.parametrize(
    ("levels", "supported"),
    [
        (NAMES, False), ("place.sector", True), ("nhs_number.same", True), ("upn.digit", True),
        *((f"{NAMES} birth.{level}", True) for level in ("exact", "guess", "swapped", "digit")),
        (f"{NAMES} birth.different", False), (f"{NAMES} birth.exact nhs_number.different", False),
        ("given.exact birth.exact", False), ("family.exact birth.exact", False),
        *((f"{NAMES} birth.{level} place.area", True)
          for level in ("default", "guesses_close", "guess_apart")),
        (f"{NAMES} birth.default", False), (f"{NAMES} birth.default place.different", False),
        (f"{NAMES} place.district", True), (f"{NAMES} place.different", False),
        (f"{NAMES} birth.inside place.area", False),
    ],
)  # fmt: skip
def test_what_supports_two_names(levels: str, supported: bool) -> None:
    assert is_supported(levels.split()) is supported


@pytest.mark.parametrize(
    ("levels", "twice"),
    [
        ("given.different family.different nhs_number.same", True), ("given.different", False),
        ("given.different sex.different", True), ("given.different sex.different nhs_number.same", False),
        ("family.different upn.different", True), ("sex.different nhs_number.different", True),
        *((f"given.{level} nhs_number.different", True)
          for level in ("spelling", "form", "middle", "typo", "blurred")),
        ("given.form upn.different", True), ("given.exact nhs_number.different", False),
        ("given.form sex.different", False), ("given.form upn.different nhs_number.same", False),
    ],
)  # fmt: skip
def test_what_differs_twice(levels: str, twice: bool) -> None:
    assert differs_twice(levels.split()) is twice


NUMBERS = ("nhs_number.same", "upn.same", "nhs_number.digit", "upn.digit")


@pytest.mark.parametrize("birth", ["different", "outside"])
def test_who_may_be_namesakes(birth: str) -> None:
    assert may_be_namesakes([f"birth.{birth}"])
    assert not any(may_be_namesakes([f"birth.{birth}", number]) for number in NUMBERS)
    assert not may_be_namesakes(["birth.exact"])


@pytest.mark.parametrize(
    ("levels", "names", "guess"),
    [
        ("", True, False), ("place.area", True, False), ("birth.digit", True, False),
        ("birth.digit place.area", False, False), ("birth.digit place.district", False, False),
        ("birth.exact", False, False), ("place.exact", False, False),
        *((f"birth.{level}", False, True)
          for level in ("default", "guesses_close", "guess_apart", "guess", "inside")),
        ("birth.guess mother.same", False, False),
        *((f"birth.{birth} {number}", False, False) for birth in ("digit", "guess") for number in NUMBERS),
    ],
)  # fmt: skip
def test_what_rests_on_hardly_more_than_names(levels: str, names: bool, guess: bool) -> None:
    assert rests_on_names(levels.split()) is names
    assert rests_on_a_guess(levels.split()) is guess
    assert leaves_doubt(levels.split()) is guess
    assert leaves_doubt([*levels.split(), "given.different"])


@pytest.mark.parametrize(
    ("probability", "levels", "touched"),
    [
        (1 / 64, "birth.different", True), (1 / 65, "birth.different", False),
        (0.0, "family.typo place.code birth.different", True), (0.0, "place.exact birth.different", False),
        (0.0, "family.exact birth.different", False),
    ],
)  # fmt: skip
def test_in_doubt_a_shield_touches(probability: float, levels: str, touched: bool) -> None:
    assert may_be_touched(probability, levels.split()) is touched
