"""What a pair of descriptions scores, said as cases."""

from datetime import date

import msgspec
import pytest

from fingerpost.matching import Prepared, assess, comparisons, explain, prepare, question_keys, record_keys
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.vocabulary import Band, Sex

BORN = date(2015, 3, 4)
HOME = "LS1 4AP"
NUMBER = "9434765919"


def child(given: str, family: str, **fields: object) -> Prepared:
    known = {"date_of_birth": BORN, "postcodes": (HOME,)} | fields
    return prepare(ChildDetails(names=(PersonName(given, family),), **known))


def test_same_details_are_certain():
    amy = child("Amy", "Featherstone", sex=Sex.FEMALE)
    assert assess(amy, amy).band is Band.CERTAIN


def test_misheard_and_swapped_is_found():
    asked = child("Mohammed", "Hussain", nhs_number=NUMBER)
    held = child("Muhammad", "Husain", nhs_number=NUMBER, date_of_birth=date(2015, 4, 3))
    found = assess(asked, held)
    assert found.band is Band.CERTAIN
    assert explain(found) == (
        "same NHS number; given name spelt another way; family name sounds alike; "
        "day and month of birth swapped; a postcode in common"
    )
    assert set(question_keys(asked)) & set(record_keys(held))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Aidan", "Jayden"), ("Ella", "Ellie"), ("Jack", "Jake"), ("Amelia", "Zara"), ("Twin 1", "Twin 2")],
)
def test_twins_are_not_a_match(one: str, other: str):
    found = assess(child(one, "Smith"), child(other, "Smith"))
    assert found.band in {None, Band.POSSIBLE}


@pytest.mark.parametrize(("one", "other"), [("Aidan", "Jayden"), ("Amelia", "Zara"), ("Hassan", "Hussain")])
def test_a_number_on_the_wrong_twin_is_never_certain(one: str, other: str):
    found = assess(child(one, "Khan", nhs_number=NUMBER), child(other, "Khan", nhs_number=NUMBER))
    assert found.band is not Band.CERTAIN


def test_a_number_on_a_stranger_is_not_shown():
    stranger = child(
        "Zara", "Okafor", nhs_number=NUMBER, date_of_birth=date(2009, 11, 30), postcodes=("TR1 1AA",)
    )
    assert assess(child("Amy", "Smith", nhs_number=NUMBER), stranger).band is None


def test_explanation_and_table_hold_no_value():
    found = assess(child("Amy", "Smith"), child("Amie", "Smyth"))
    words = explain(found) + repr(comparisons(found))
    assert not any(value in words for value in ("Amy", "Smith", "amy", "smith", "2015", "LS1"))


def test_prepared_is_small_silent_and_survives_packing():
    amy = child("Amy", "Smith", nhs_number=NUMBER)
    packed = msgspec.msgpack.encode(amy)
    assert msgspec.msgpack.decode(packed, type=Prepared) == amy
    assert len(packed) < 80
    assert "amy" not in repr(amy).lower()
