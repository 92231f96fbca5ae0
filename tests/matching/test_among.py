"""Candidates weighed beside each other: a child is one of them, so a lesser rival is most likely another."""

from datetime import date
from math import log2

import msgspec
import pytest

from fingerpost.matching import (
    MOST_COMPARED,
    Assessment,
    Model,
    among,
    assess,
    explain,
    explain_beside,
    prepare,
    shipped,
)
from fingerpost.synthetic.numbers import nhs_number
from fingerpost.words.child import ChildDetails, PersonName, Sex
from fingerpost.words.vocabulary import Band

ASKED = ChildDetails(
    names=(PersonName("Hadiza", "Featherstonehaugh"),),
    date_of_birth=date(2014, 3, 9),
    sex=Sex.FEMALE,
    postcodes=("LS6 3HN",),
    nhs_number="9434765919",
)
NAMESAKE = ChildDetails(
    names=(PersonName("Hadiza", "Featherstonehaugh"),), date_of_birth=date(2014, 3, 2), sex=Sex.FEMALE
)
NUMBER, OTHER_NUMBER = "9434765919", "9434765870"
UNNUMBERED = msgspec.structs.replace(ASKED, nhs_number=None)


def alone(asked: ChildDetails, *records: ChildDetails, model: Model | None = None) -> list[Assessment]:
    return [assess(prepare(asked), prepare(record), model=model) for record in records]


def beside(
    asked: ChildDetails, *records: ChildDetails, holders: list[str], model: Model | None = None
) -> list[Assessment]:
    held = [prepare(record) for record in records]
    return among(alone(asked, *records, model=model), held, holders, model=model)


def test_a_lesser_record_of_the_same_authority_is_lowered_and_says_why():
    _, lesser = alone(ASKED, ASKED, NAMESAKE)
    surest, lowered = beside(ASKED, ASKED, NAMESAKE, holders=["E1", "E1"])
    assert surest.band is Band.CERTAIN
    assert lowered.match_weight == pytest.approx(lesser.match_weight - 7.0, abs=0.1)
    assert explain_beside(lowered) == "another record of the same authority fits better"


def test_records_of_other_authorities_and_of_nobody_known_do_not_compete():
    both = alone(ASKED, ASKED, NAMESAKE)
    assert beside(ASKED, ASKED, NAMESAKE, holders=["E1", "E2"]) == both
    assert beside(ASKED, ASKED, NAMESAKE, holders=["", ""]) == both


def test_two_sure_records_of_one_authority_stay_sure():
    """An authority may hold a child twice; neither record may hide the other."""
    found = beside(ASKED, ASKED, ASKED, holders=["E1", "E1"])
    assert [one.band for one in found] == [Band.CERTAIN, Band.CERTAIN]


def test_where_no_authority_holds_a_child_twice_the_lesser_is_lowered_more():
    once = shipped().learnt(shipped().match, shipped().prior, second_record=2.0**-12)
    usual, seldom = (
        beside(ASKED, ASKED, NAMESAKE, holders=["E1", "E1"], model=model)[1] for model in (None, once)
    )
    assert seldom.match_weight < usual.match_weight


def smith(born: date | None, *postcodes: str, number: str | None = None) -> ChildDetails:
    return ChildDetails(
        names=(PersonName("Olivia", "Smith"),), date_of_birth=born, postcodes=postcodes, nhs_number=number
    )


def test_who_has_another_number_is_another_child_whoever_holds_the_record():
    """Asked without a number, of a home: the girl who lives there fits, and the other is not she."""
    asked = smith(date(2014, 3, 9), "LS6 3HN")
    here = smith(date(2014, 3, 9), "LS6 3HN", number=NUMBER)
    there = smith(date(2014, 3, 9), "PL4 8AA", number=OTHER_NUMBER)
    _, lesser = alone(asked, here, there)
    surest, lowered = beside(asked, here, there, holders=["E1", "E2"])
    assert lesser.band is Band.POSSIBLE
    assert surest.band is Band.CERTAIN
    assert lowered.band is None
    assert explain_beside(lowered) == "a record that is another child's fits as well or better"
    assert explain(lowered) == explain(lesser)
    numberless = msgspec.structs.replace(there, nhs_number=None)
    assert beside(asked, here, numberless, holders=["E1", "E2"])[1] == alone(asked, numberless)[0]


def test_who_has_another_birth_is_another_child():
    """Asked with an age alone: two of that name, born years apart."""
    asked = ChildDetails(
        names=(PersonName("Olivia", "Smith"),), born_from=date(2013, 1, 1), born_to=date(2014, 6, 30),
        postcodes=("LS6 3HN",),
    )  # fmt: skip
    here, there = smith(date(2014, 3, 9), "LS6 3HN"), smith(date(2013, 1, 24), "LS6 3AA")
    assert [one.band for one in alone(asked, here, there)] == [Band.PROBABLE, Band.POSSIBLE]
    found = beside(asked, here, there, holders=["E1", "E2"])
    assert [one.band for one in found] == [Band.PROBABLE, None]


@pytest.mark.parametrize(
    "numbers",
    [
        ({"nhs_number": NUMBER}, {"nhs_number": OTHER_NUMBER}),
        ({"upn": "A123456789012"}, {"upn": "B987654321098"}),
    ],
    ids=["NHS numbers", "pupil numbers"],
)
def test_of_two_children_who_fit_alike_neither_is_sure_and_both_are_shown(
    numbers: tuple[dict[str, str], dict[str, str]],
):
    asked = smith(date(2014, 3, 9))
    here, there = (
        msgspec.structs.replace(smith(date(2014, 3, 9), postcode), **number)
        for postcode, number in zip(("LS6 3HN", "PL4 8AA"), numbers, strict=True)
    )
    assert [one.band for one in alone(asked, here, there)] == [Band.PROBABLE, Band.PROBABLE]
    found = beside(asked, here, there, holders=["E1", "E2"])
    assert [one.band for one in found] == [Band.POSSIBLE, Band.POSSIBLE]


@pytest.mark.parametrize("holders", [["E1", "E1"], ["E1", "E2"]], ids=["one authority", "two"])
def test_rivals_never_hide_each_other(holders: list[str]):
    """Each is hardly likelier than not, and less likely beside the other; but one of them is likely."""
    name = (PersonName("Amelia", "Oyelaran"),)
    asked = ChildDetails(names=name, sex=Sex.FEMALE)
    records = [
        ChildDetails(names=name, date_of_birth=born, sex=Sex.FEMALE)
        for born in (date(2014, 3, 9), date(2012, 8, 24))
    ]
    assert all(0.5 < one.probability < 0.6 for one in alone(asked, *records))
    assert [one.band for one in beside(asked, *records, holders=holders)] == [Band.POSSIBLE, Band.POSSIBLE]


def test_a_number_that_is_wrong_hides_no_record_of_a_child():
    """All else is the same, so the two numbers are a slip, and both records stay as sure as they were."""
    slipped = msgspec.structs.replace(ASKED, nhs_number=OTHER_NUMBER)
    assert beside(UNNUMBERED, ASKED, slipped, holders=["E1", "E2"]) == alone(UNNUMBERED, ASKED, slipped)


def test_where_nobody_has_relatives_two_numbers_are_a_slip():
    """On a list of adults those who are like each other are seldom two."""
    strangers = shipped().fitted(records=5_000, household_share=0.0)
    asked = smith(date(2014, 3, 9), "LS6 3HN")
    both = [smith(date(2014, 3, 9), "LS6 3HN", number=number) for number in (NUMBER, OTHER_NUMBER)]
    assert beside(asked, *both, holders=["", ""], model=strangers) == alone(asked, *both, model=strangers)


def test_a_crowd_is_not_compared_with_each_other():
    """More are never shown, and every pair of hundreds would be compared while somebody waits."""
    asked = smith(date(2014, 3, 9))
    crowd = [smith(date(2014, 3, 9), number=nhs_number(place)) for place in range(1, MOST_COMPARED + 2)]
    holders = ["" for _ in crowd]
    assert beside(asked, *crowd, holders=holders) == alone(asked, *crowd)
    assert beside(asked, *crowd[:-1], holders=holders[:-1]) != alone(asked, *crowd[:-1])


def test_what_is_lost_is_the_odds_of_the_joint_outcomes():
    """Of two records of one authority, 10 and 4 bits: each is the child, or the other is, or both are."""
    record = prepare(ASKED)
    second = shipped().second_record
    found = among([Assessment(weight, 0.0, None, ()) for weight in (10.0, 4.0)], [record] * 2, ["E1"] * 2)
    for one, weight, rival in zip(found, (10.0, 4.0), (2.0**4, 2.0**10), strict=True):
        assert one.match_weight == pytest.approx(weight + log2((1 + second * rival) / (1 + rival)))
        assert one.probability == pytest.approx(1 / (1 + 2.0**-one.match_weight))
