"""Candidates weighed beside the others of their authority: a lesser one is most likely another child."""

from datetime import date

import pytest

from fingerpost.matching import Assessment, among, assess, explain, prepare, shipped
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


def _assessed(*records: ChildDetails) -> list[Assessment]:
    return [assess(prepare(ASKED), prepare(record)) for record in records]


def test_a_lesser_record_of_the_same_authority_is_lowered_and_says_why():
    sure, lesser = _assessed(ASKED, NAMESAKE)
    surest, lowered = among([sure, lesser], ["E1", "E1"])
    assert surest.band is Band.CERTAIN
    assert lowered.match_weight == pytest.approx(lesser.match_weight - 7.0, abs=0.1)
    assert explain(lowered).endswith("another record of the same authority fits better")


def test_records_of_other_authorities_and_of_nobody_known_do_not_compete():
    both = _assessed(ASKED, NAMESAKE)
    assert among(both, ["E1", "E2"]) == both
    assert among(both, ["", ""]) == both


def test_two_sure_records_of_one_authority_stay_sure():
    """An authority may hold a child twice; neither record may hide the other."""
    found = among(_assessed(ASKED, ASKED), ["E1", "E1"])
    assert [one.band for one in found] == [Band.CERTAIN, Band.CERTAIN]


def test_where_no_authority_holds_a_child_twice_the_lesser_is_lowered_more():
    once = shipped().learnt(shipped().match, shipped().prior, second_record=2.0**-12)
    records = _assessed(ASKED, NAMESAKE)
    usual, seldom = among(records, ["E1", "E1"])[1], among(records, ["E1", "E1"], model=once)[1]
    assert seldom.match_weight < usual.match_weight
