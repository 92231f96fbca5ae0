"""Births that are not one known day, and guards that no sum passes."""

from datetime import date
from typing import Any

import pytest

from fingerpost.matching import Prepared, assess, comparisons, prepare, question_keys, record_keys, shipped
from fingerpost.matching.explain import FIELDS, WORDS
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.vocabulary import Band

HOME = ("BD3 9TL",)
MOTHER = PersonName("Shanice", "Featherstone")


def level(one: Prepared, other: Prepared, field: str) -> str:
    return next(c.level for c in comparisons(assess(one, other)) if c.field == field)


def born(day: date, **fields: Any) -> Prepared:
    return prepare(ChildDetails(names=(PersonName("Amy", "Wetherby"),), date_of_birth=day, **fields))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (date(2015, 3, 4), date(2015, 3, 4), "birth.exact"),
        (date(2015, 3, 4), date(2015, 4, 3), "birth.swapped"),
        (date(2015, 3, 4), date(2015, 3, 14), "birth.digit"),
        (date(2015, 3, 14), date(2015, 3, 28), "birth.two_parts"),
        (date(2015, 3, 4), date(2016, 3, 4), "birth.digit"),
        (date(2019, 3, 4), date(2020, 3, 4), "birth.two_parts"),
        (date(2015, 9, 24), date(2015, 1, 1), "birth.default"),
        (date(2015, 9, 24), date(2015, 9, 15), "birth.default"),
        (date(2015, 1, 1), date(2015, 1, 1), "birth.guess"),
        (date(2015, 1, 1), date(2016, 1, 1), "birth.guesses_close"),
        (date(2015, 1, 1), date(2016, 11, 14), "birth.guess_apart"),
        (date(2015, 1, 1), date(2018, 11, 14), "birth.different"),
        (date(2009, 1, 1), date(2019, 1, 1), "birth.different"),
        (date(2015, 9, 24), date(2009, 2, 11), "birth.different"),
    ],
)
def test_levels_of_two_days(one: date, other: date, expected: str):
    assert level(born(one), born(other), FIELDS["birth"]) == expected


def test_an_estimated_age_holds_the_true_day():
    guess = prepare(
        ChildDetails(
            names=(PersonName("Amy", "Wetherby"),), born_from=date(2014, 6, 1), born_to=date(2015, 6, 1)
        )
    )
    found = assess(guess, born(date(2015, 3, 4)))
    assert level(guess, born(date(2015, 3, 4)), FIELDS["birth"]) == "birth.inside"
    assert found.match_weight > assess(guess, born(date(2009, 3, 4))).match_weight
    assert set(question_keys(guess)) & set(record_keys(born(date(2015, 3, 4))))


@pytest.mark.parametrize("day", [date(2025, 12, 20), date(2026, 2, 20), date(2026, 3, 10), date(2026, 3, 24)])
def test_an_unborn_child_is_found_after_birth(day: date):
    unborn = prepare(ChildDetails(expected_on=date(2026, 3, 10), postcodes=HOME, mother=MOTHER))
    child = prepare(
        ChildDetails(
            names=(PersonName("Oliver", "Featherstone"),),
            date_of_birth=day,
            postcodes=HOME,
            nhs_number="9434765919",
            mother=MOTHER,
        )
    )
    for asked, held in ((unborn, child), (child, unborn)):
        assert set(question_keys(asked)) & set(record_keys(held))
    assert assess(child, unborn).probability > 0.9


def test_an_unborn_child_is_found_where_the_mother_moved():
    unborn = prepare(ChildDetails(expected_on=date(2026, 3, 10), postcodes=HOME, mother=MOTHER))
    child = prepare(
        ChildDetails(
            names=(PersonName("Baby", "Featherstone"),),
            date_of_birth=date(2026, 2, 27),
            postcodes=("TR1 1AA",),
            mother=MOTHER,
        )
    )
    assert set(question_keys(child)) & set(record_keys(unborn))
    assert assess(child, unborn).band is not None


@pytest.mark.parametrize(("day", "same"), [(date(2026, 4, 7), True), (date(2026, 5, 1), False)])
def test_two_authorities_seldom_expect_a_child_on_one_day(day: date, same: bool):
    """One goes by dates, one by a late scan; what lies further apart somebody must look at."""
    one, other = (
        prepare(ChildDetails(expected_on=expected, postcodes=HOME, mother=MOTHER))
        for expected in (date(2026, 3, 10), day)
    )
    assert (level(one, other, FIELDS["birth"]) == "birth.expected") is same


def test_an_older_sister_is_not_the_unborn_child():
    unborn = prepare(ChildDetails(expected_on=date(2026, 3, 10), postcodes=HOME, mother=MOTHER))
    sister = prepare(
        ChildDetails(
            names=(PersonName("Ada", "Featherstone"),),
            date_of_birth=date(2021, 5, 2),
            postcodes=HOME,
            mother=MOTHER,
        )
    )
    assert assess(sister, unborn).band is None


def test_brothers_and_sisters_are_not_a_match():
    one = born(date(2015, 3, 4), postcodes=HOME)
    other = prepare(
        ChildDetails(names=(PersonName("Beth", "Wetherby"),), date_of_birth=date(2013, 8, 19), postcodes=HOME)
    )
    assert assess(one, other).band is None


def test_a_former_name_finds():
    asked = born(date(2015, 3, 4))
    held = prepare(
        ChildDetails(
            names=(PersonName("Amy", "Okafor"), PersonName("Amy", "Wetherby")), date_of_birth=date(2015, 3, 4)
        )
    )
    assert assess(asked, held).band in {Band.PROBABLE, Band.CERTAIN}


def test_a_rare_name_weighs_more():
    def pair(family: str) -> float:
        child = prepare(
            ChildDetails(names=(PersonName("Amy", family),), date_of_birth=date(2015, 3, 4), postcodes=HOME)
        )
        moved = prepare(ChildDetails(names=(PersonName("Amy", family),), date_of_birth=date(2015, 3, 4)))
        return assess(child, moved).match_weight

    assert pair("Featherstonehaugh") > pair("Smith")


def test_every_level_of_the_model_has_words():
    assert set(shipped().match) <= set(WORDS)
    assert {name.partition(".")[0] for name in WORDS} == set(FIELDS)
