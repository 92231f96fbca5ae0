"""What tells which child is meant: any two strong details, or a number, and no one detail by itself."""

from datetime import date

import pytest

from fingerpost.matching.subject import subject_keys
from fingerpost.words.child import ChildDetails, PersonName

ZEB = ChildDetails(
    names=(PersonName("Zebedee", "Featherstonehaugh"),), date_of_birth=date(2016, 3, 9),
    postcodes=("LS1 4DY",), nhs_number="9990000034",
)  # fmt: skip
PART_OF_IT = [
    ChildDetails(nhs_number="9990000034"),
    ChildDetails(names=(PersonName("Zebedee", ""),), date_of_birth=date(2016, 9, 3)),
    ChildDetails(names=(PersonName("", "FEATHERSTONEHAUGH"),), date_of_birth=date(2016, 3, 9)),
    ChildDetails(names=(PersonName("Zebedee", "Featherstonehaugh"),), postcodes=("LS1 4DY",)),
    ChildDetails(names=(PersonName("Zebedee", "Featherstonehaugh"),), date_of_birth=date(2016, 3, 21)),
]
TOO_LITTLE = [
    ChildDetails(),
    ChildDetails(date_of_birth=date(2016, 3, 9), postcodes=("LS1 4DY",)),
    ChildDetails(names=(PersonName("Zebedee", "Featherstonehaugh"),)),
    ChildDetails(names=(PersonName("Zebedee", ""),), postcodes=("LS1 4DY",)),
    ChildDetails(names=ZEB.names, born_from=date(2016, 1, 1), born_to=date(2017, 1, 1)),
]


@pytest.mark.parametrize("part", PART_OF_IT)
def test_two_strong_details_or_a_number_mean_the_child(part: ChildDetails) -> None:
    assert set(subject_keys(part)) & set(subject_keys(ZEB))


@pytest.mark.parametrize("part", TOO_LITTLE)
def test_one_does_not(part: ChildDetails) -> None:
    assert not set(subject_keys(part)) & set(subject_keys(ZEB))


def test_an_unborn_child_is_told_by_its_mother() -> None:
    mother = PersonName("Maria", "Quill")
    expected = ChildDetails(mother=mother, expected_on=date(2026, 9, 1))
    moved = ChildDetails(mother=mother, expected_on=date(2026, 9, 20))
    assert set(subject_keys(expected)) & set(subject_keys(moved))


def test_the_longest_form_fills_nothing_up() -> None:
    """Eight names of six parts and twelve places: the last name is known all the same."""
    long = PersonName("Zed", "Abebe Bacaba Cecede Dodofe Efegeha Fogaha")
    names = tuple(PersonName(f"{long.given}{n}", long.family) for n in "abcdefg")
    hidden = ChildDetails(
        names=(*names, *ZEB.names), date_of_birth=ZEB.date_of_birth,
        postcodes=tuple(f"LS{n} 1AA" for n in range(1, 13)),
    )  # fmt: skip
    assert set(subject_keys(hidden)) & set(subject_keys(ZEB))
    assert len(subject_keys(hidden)) < 1500
