"""What a pair of descriptions scores, said as cases."""

from datetime import date
from typing import Any

import msgspec
import pytest

from fingerpost.matching import Prepared, assess, comparisons, explain, prepare, question_keys, record_keys
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.vocabulary import Band, Sex

BORN = date(2015, 3, 4)
HOME = "LS1 4AP"
NUMBER = "9434765919"


def child(given: str, family: str, **fields: Any) -> Prepared:
    known: dict[str, Any] = {"date_of_birth": BORN, "postcodes": (HOME,)} | fields
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


def test_two_names_that_are_merely_alike_may_be_a_twins():
    one, other = ("Tyon", "Wood"), ("Taner", "Woodrow")
    assert assess(child(*one), child(*other)).band is Band.POSSIBLE
    numbered = assess(child(*one, nhs_number=NUMBER), child(*other, nhs_number=NUMBER))
    assert numbered.band is Band.PROBABLE


def test_a_name_that_half_a_community_bears_is_no_key():
    asked = child("Ha", "Pham", date_of_birth=date(2009, 1, 1), postcodes=())
    held = child("Thi Ha", "Pham", date_of_birth=date(2008, 1, 1), postcodes=())
    assert set(question_keys(asked)) & set(record_keys(held))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Aidan", "Jayden"), ("Amelia", "Zara"), ("Hassan", "Hussain"), ("Rory", "Baby"), ("Twin 1", "Amelia")],
)
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


AWAY = ("TR1 1AA",)


def test_a_number_on_a_twin_who_lives_elsewhere_is_no_match():
    """The number was typed on the wrong twin, and one of the two has moved since."""
    twin = child("Logan", "Webermore", nhs_number=NUMBER, postcodes=AWAY)
    assert assess(child("Bader", "Webermore", nhs_number=NUMBER), twin).band is Band.POSSIBLE


def test_a_second_name_does_not_make_a_near_name_a_slip():
    """Written as one word, Aryan Faith is no usual name; that is no reason to take Ayan for a slip of it."""
    found = assess(child("Aryan Faith", "Iqbal"), child("Ayan", "Iqbal"))
    assert found.band is Band.POSSIBLE
    assert "given.near" in dict(found.found)
    joined = assess(child("Mary Ann", "Iqbal"), child("Maryann", "Iqbal"))
    assert joined.band is Band.CERTAIN


def test_another_spelling_and_another_sex_leave_room_for_twins():
    boy = child("Aleksandar", "Gurung", sex=Sex.MALE)
    other = child("Alexander", "Gurung", sex=Sex.MALE)
    girl = child("Alexander", "Gurung", sex=Sex.FEMALE)
    assert assess(boy, other).band is Band.PROBABLE
    assert assess(boy, girl).band is Band.POSSIBLE


def test_names_of_two_languages_are_one_child_where_a_number_agrees():
    """Many a child of Chinese parents has two given names; of a twin at home only a number tells."""
    harry, haoran = child("Harry", "Zhao"), child("Haoran", "Zhao")
    assert assess(harry, haoran).band is Band.POSSIBLE
    assert "given.other_tongue" in dict(assess(harry, haoran).found)
    numbered = child("Harry", "Zhao", nhs_number=NUMBER), child("Haoran", "Zhao", nhs_number=NUMBER)
    assert assess(*numbered).band is Band.PROBABLE


NEW_YEAR = date(2008, 1, 1)
UP_TO_POSSIBLE = {None, Band.POSSIBLE}


@pytest.mark.parametrize("family", ["Popescu", "Featherstonehaugh"])
def test_names_alone_are_never_more_than_possible(family: str):
    asked = child("Damian", family, date_of_birth=None, postcodes=(), sex=Sex.MALE)
    assert assess(asked, child("Damian", family, sex=Sex.MALE)).band in UP_TO_POSSIBLE


def test_one_name_and_a_birth_are_never_more_than_possible():
    asked = child("Zebedee", "", postcodes=())
    assert assess(asked, child("Zebedee", "Quist", postcodes=AWAY)).band in UP_TO_POSSIBLE


@pytest.mark.parametrize("year", [2008, 2009, 2018])
def test_a_stand_in_says_no_more_than_a_year(year: int):
    asked = child("Ismail", "Yusuf", date_of_birth=NEW_YEAR)
    held = child("Ismail", "Yusuf", date_of_birth=date(year, 1, 1), postcodes=AWAY)
    assert assess(asked, held).band in UP_TO_POSSIBLE
    whole = child("Ismail", "Yusuf", date_of_birth=date(2008, 3, 4))
    same_day = child("Ismail", "Yusuf", date_of_birth=date(2008, 3, 4), postcodes=AWAY)
    assert assess(whole, same_day).match_weight > assess(asked, held).match_weight + 5


def test_a_stand_in_at_the_same_home_is_found():
    asked = child("Ismail", "Yusuf", date_of_birth=NEW_YEAR)
    assert assess(asked, asked).band in {Band.PROBABLE, Band.CERTAIN}


def test_a_part_of_a_family_name_weighs_less_where_each_holds_another():
    asked = child("Ali", "Ismail Omar")
    half, other = (child("Ali", family, postcodes=AWAY) for family in ("Ismail", "Ismail Kassim"))
    assert assess(asked, half).match_weight > assess(asked, other).match_weight + 2


def test_a_fathers_given_name_weighs_as_given_names_do():
    def weight(family: str) -> float:
        return assess(child("Adam", family), child("Adam", family, postcodes=AWAY)).match_weight

    assert weight("Mohammed") < weight("Wetherby")


def test_namesakes_of_another_age_at_one_home_are_possible():
    asked = child("Aria", "Mehmeti", date_of_birth=date(2025, 1, 14))
    held = child("Aria", "Mehmeti", date_of_birth=date(2021, 7, 5))
    assert assess(asked, held).band in UP_TO_POSSIBLE


def test_names_near_each_other_under_one_number_are_probable():
    asked, held = (child(given, "Hammond", nhs_number=NUMBER) for given in ("Imogen", "Imogyn"))
    assert assess(asked, held).band in {Band.PROBABLE, Band.CERTAIN}


def test_a_superseded_number_is_the_childs_still():
    """Two numbers were merged: one authority holds the old one alone, the other both."""
    old = child("Maya", "Oduya", nhs_number=NUMBER, postcodes=())
    new = child("Maya", "Oduya", nhs_number="9000000009", former_nhs_numbers=(NUMBER,), postcodes=())
    unaware = child("Maya", "Oduya", nhs_number="9000000009", postcodes=())
    assert "same NHS number" in explain(assess(new, old))
    assert "different NHS number" in explain(assess(unaware, old))
    number = f"n:{NUMBER}"
    assert number in record_keys(new)
    assert number in question_keys(old)


def test_a_former_pupil_number_is_the_childs_still():
    moved = child("Maya", "Oduya", upn="A123456789012", former_upns=("B987654321098",))
    assert "same unique pupil number" in explain(assess(moved, child("May", "Odu", upn="B987654321098")))


def test_no_known_address_is_nobodys_home():
    """Thousands share the pseudo-postcode of no fixed abode: agreeing on it says nothing."""
    homeless = child("Maya", "Oduya", postcodes=("ZZ99 3VZ",))
    assert "postcode" not in explain(assess(homeless, homeless))
    assert not any(key.startswith(("h:", "k:")) for key in record_keys(homeless))


def test_names_that_a_community_shares_and_a_digit_are_not_enough():
    """Jakub Szymanski, born 2019 and 2015, with no home in common: names and a digit rest on the names."""
    one = child("Jakub", "Szymanski", date_of_birth=date(2019, 5, 3), postcodes=())
    other = child("Jakub", "Szymanski", date_of_birth=date(2015, 5, 3), postcodes=())
    found = assess(one, other)
    assert (found.probability > 0.95, found.band) == (True, Band.POSSIBLE)
    at_home = child("Jakub", "Szymanski", date_of_birth=date(2015, 5, 3))
    assert assess(child("Jakub", "Szymanski", date_of_birth=date(2019, 5, 3)), at_home).band is Band.CERTAIN


def test_where_no_birth_is_known_another_form_of_the_name_may_be_a_sisters():
    one, other = (child(name, "Quillfeather", date_of_birth=None) for name in ("Kasia", "Katarzyna"))
    found = assess(one, other)
    assert (found.probability > 0.95, found.band) == (True, Band.POSSIBLE)
    numbered = child("Kasia", "Quillfeather", date_of_birth=None, nhs_number=NUMBER)
    assert assess(numbered, child("Katarzyna", "Quillfeather", nhs_number=NUMBER)).band is Band.PROBABLE


def test_another_form_of_the_name_and_another_number_are_two_children():
    """Born on one day at one home, each with a number of its own: brothers oftener than one child."""
    one = child("Mohammed", "Oduya", nhs_number=NUMBER)
    assert assess(one, child("Muhammad", "Oduya", nhs_number="9434765870")).band is Band.POSSIBLE
    assert assess(one, child("Muhammad", "Oduya", nhs_number=NUMBER)).band is Band.CERTAIN
