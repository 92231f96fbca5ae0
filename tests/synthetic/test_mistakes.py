"""The mistakes that records and questions hold, and the numbers that must be right."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.synthetic.days import AS_OF, iso
from fingerpost.synthetic.mistakes import misheard, mistyped, wrong_day, wrong_digit, wrong_postcode
from fingerpost.synthetic.numbers import nhs_number, nhs_numbers_available, person_number, upn
from fingerpost.words import checks

SEEDS = st.integers(0, 2**32)


@given(SEEDS, st.text(alphabet="abcdefghijklmnopqrstuvwxyzé'- ", min_size=3, max_size=30))
def test_a_slip_keeps_the_first_letter_and_the_length_within_one(seed: int, text: str) -> None:
    changed = mistyped(Random(seed), text)
    assert changed[0] == text[0]
    assert abs(len(changed) - len(text)) <= 1


@given(SEEDS, st.sampled_from(["Philippa", "Siobhán", "Nguyen", "Xu", "O'Brien", "B"]))
def test_a_misheard_name_is_never_empty(seed: int, text: str) -> None:
    assert misheard(Random(seed), text)


@given(SEEDS, st.integers(AS_OF.toordinal() - 9000, AS_OF.toordinal()))
def test_a_wrong_day_is_another_day_not_in_the_future(seed: int, day: int) -> None:
    wrong = wrong_day(Random(seed), day, AS_OF.toordinal())
    assert wrong <= AS_OF.toordinal()
    assert iso(wrong)


@given(SEEDS, st.sampled_from(["SW1A 1AA", "B1 1AA", "ZZ99 3VZ"]))
def test_a_wrong_postcode_still_has_the_form_of_one(seed: int, postcode: str) -> None:
    changed = wrong_postcode(Random(seed), postcode)
    assert checks.postcode_of(changed, "postcode") == changed


@given(SEEDS, st.integers(0, 900_000))
def test_a_wrong_digit_keeps_the_digits(seed: int, index: int) -> None:
    number = nhs_number(index)
    assert sorted(wrong_digit(Random(seed), number)) == sorted(number)


@given(st.integers(0, 5_000_000), st.integers(0, 152), st.integers(2000, 2030))
def test_pupil_numbers_have_the_right_check_letter(index: int, area: int, year: int) -> None:
    number = upn(index, area, year)
    assert checks.upn_of(number, "upn") == number


def test_nhs_numbers_are_all_different_and_right() -> None:
    numbers = {nhs_number(index) for index in range(nhs_numbers_available())}
    assert len(numbers) == nhs_numbers_available()
    for number in sorted(numbers)[::997]:
        assert checks.nhs_number_of(number, "nhs_number") == number


@pytest.mark.parametrize("area", [0, 77, 152])
def test_person_numbers_are_all_different(area: int) -> None:
    assert len({person_number(index, area) for index in range(200_000)}) == 200_000
