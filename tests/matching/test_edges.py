"""The ends of each field's comparison, and models that are none."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from fingerpost.matching import assess, prepare, shipped
from fingerpost.matching.compare import nhs_number, place
from fingerpost.matching.compare_names import family, mother
from fingerpost.matching.decide import IN_DOUBT, may_be_touched, may_be_twins, speaks_against
from fingerpost.matching.model import load
from fingerpost.matching.normalise import family_parts, given_parts, number_of
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.errors import Invalid

HERE = "BD3 9TL"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("BD3 9TL", "place.exact"), ("BD3 9TI", "place.typo"), ("BD3 9XY", "place.sector"),
        ("BD3 1AA", "place.district"), ("BD21 5XX", "place.area"), ("B21 5XX", "place.different"),
        ("LS1 4DY", "place.different"),
    ],
)  # fmt: skip
def test_how_near_two_homes_are(other: str, expected: str) -> None:
    one, two = (prepare(ChildDetails(postcodes=(postcode,))) for postcode in (HERE, other))
    assert place(one, two)[0] == expected
    moved = prepare(ChildDetails(postcodes=("TR1 1AA", other)))
    assert place(one, moved)[0] == expected, "the closest of several counts"
    assert place(one, prepare(ChildDetails(postcodes=("75004",))))[0] == "place.code_different"


def test_how_near_two_numbers_are() -> None:
    one = prepare(ChildDetails(nhs_number="9990000034"))
    levels = {
        "9990000034": "same",
        "9990000035": "digit",
        "9990000154": "two_digits",
        "4010232137": "different",
    }
    for other, level in levels.items():
        assert nhs_number(one, prepare(ChildDetails(nhs_number=other)))[0] == f"nhs_number.{level}"
    assert nhs_number(one, prepare(ChildDetails())) == ("", 0.0)


def test_family_names_in_parts() -> None:
    model = shipped()
    assert family(model, ("garcia", "marquez"), ("garciamarques",))[0] in {"family.spelling", "family.typo"}
    assert family(model, ("garcia", "marquez"), ("marquez",))[0] == "family.part"
    assert family(model, ("garcia",), ())[0] == ""


def test_a_mother_who_is_not_named_says_nothing() -> None:
    named = prepare(ChildDetails(mother=PersonName("Shanice", "Featherstone")))
    assert mother(shipped(), named, prepare(ChildDetails())) == ("", 0.0)


def test_names_the_wrong_way_round_elsewhere_are_no_twins() -> None:
    assert not may_be_twins({"birth.exact", "family.exact", "order.swapped", "place.different"})


def test_what_stands_for_a_name() -> None:
    assert given_parts("Baby") == ()
    assert given_parts("Twin 2") == ("#2",)
    assert given_parts("Baby Amelia") == ("amelia",)
    assert given_parts("Baby Son") == given_parts("NA") == ()
    for text in ("Twin1", "Twin #1", "First twin", "Twin 1 of 2", "1st of twins", "Twin 1 Smith"):
        assert given_parts(text, ("smith",)) == ("#1",), text
    for text in ("Baby of Zara", "B/O Zara", "d/o Zara", "Baby Smith", "To be confirmed", "No name yet"):
        assert given_parts(text, ("smith",)) == (), text
    assert given_parts("Twin 2 Amelia Smith", ("smith",)) == given_parts("Amelia d/o Zara") == ("amelia",)


def test_a_child_without_a_name_has_its_familys() -> None:
    """In one box or two: of "Baby Smith-Jones" neither part is a given name."""
    smith = (((), ("smith",)),)
    for given, family_name in (("Baby Smith", ""), ("", "Baby Smith"), ("Baby Girl", "Smith")):
        assert prepare(ChildDetails(names=(PersonName(given, family_name),))).names == smith
    both = prepare(ChildDetails(names=(PersonName("Baby Smith-Jones", "Smith-Jones"),)))
    assert both.names == (((), ("smith", "jones")),)
    assert prepare(ChildDetails(names=(PersonName("Twin 2 Smith", ""),))).names == ((("#2",), ("smith",)),)


def test_names_that_are_english_words_too() -> None:
    assert given_parts("Son") == given_parts("Van Son") == ("son",)
    assert given_parts("Na") == ("na",)
    assert family_parts("Son") == ("son",)


def test_a_box_of_family_names_is_read_both_ways() -> None:
    """Abel Kiflom may be a child called Abel, or one whose father is."""
    asked = prepare(ChildDetails(names=(PersonName("", "Abel Kiflom"),), date_of_birth=date(2014, 12, 24)))
    assert asked.names == ((("abel",), ("kiflom",)), ((), ("abel", "kiflom")))
    for given, family_name in (("Abel", "Kiflom"), ("Simon", "Abel Kiflom")):
        held = prepare(
            ChildDetails(names=(PersonName(given, family_name),), date_of_birth=date(2014, 12, 24))
        )
        levels = {level for level, _ in assess(asked, held).found}
        assert "family.exact" in levels
        assert "given.different" not in levels


def test_the_other_part_of_a_family_name_may_hold_a_slip() -> None:
    """Mebrahthu for Mebrahtu tells more than Samuel, who is the father of many."""
    part, whole = (
        family(shipped(), ("samuel", "mebrahtu"), ("samuel", other)) for other in ("tesfay", "mebrahthu")
    )
    assert (part[0], whole[0]) == ("family.part", "family.typo")


@pytest.mark.parametrize("day", [date.min, date.max])
def test_an_expected_birth_at_the_end_of_the_calendar(day: date) -> None:
    prepared = prepare(ChildDetails(expected_on=day))
    assert prepared.born_from <= number_of(day) <= prepared.born_to


def test_what_is_no_model_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    content = msgspec.to_builtins(shipped().written)
    path.write_bytes(msgspec.json.encode(content))
    assert load(path).match == shipped().match
    assert load(None) is shipped()
    del content["levels"]["place"]["typo"]
    path.write_bytes(msgspec.json.encode(content))
    with pytest.raises(Invalid, match="it lacks place"):
        load(path)
    path.write_text("[]")
    with pytest.raises(Invalid, match="is not a model"):
        load(path)
    with pytest.raises(Invalid, match="is not a model"):
        load(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("levels", "against"),
    [
        ({"given.exact", "family.exact"}, False), ({"given.different"}, True), ({"upn.different"}, True),
        ({"given.form"}, True), ({"given.form", "nhs_number.same"}, False),
    ],
)  # fmt: skip
def test_what_speaks_against_one_child(levels: set[str], against: bool) -> None:
    assert speaks_against(levels) is against


@pytest.mark.parametrize(
    ("probability", "levels", "touched"),
    [
        (IN_DOUBT, {"given.different"}, True), (0.0, {"family.exact", "place.exact"}, True),
        (0.0, {"family.exact", "place.sector", "birth.different"}, False), (0.0, {"upn.same"}, True),
        (0.0, {"given.different", "family.exact", "birth.exact", "place.district"}, True),
        (0.0, {"given.different", "family.different", "birth.different"}, False),
    ],
)  # fmt: skip
def test_whom_a_shield_touches(probability: float, levels: set[str], touched: bool) -> None:
    """In doubt, by the home, by a number, or a twin: whoever finds the one finds the other."""
    assert may_be_touched(probability, levels) is touched


def test_a_shared_second_name_is_no_shared_name_where_each_has_another() -> None:
    """Rose Marie and Bobbi Rose are two children."""
    one, other = (
        prepare(ChildDetails(names=(PersonName(given, "Smith"),))) for given in ("Rose Marie", "Bobbi Rose")
    )
    assert "given.near" in {level for level, _ in assess(one, other).found}


def test_twins_whose_names_stand_the_wrong_way_round_are_two() -> None:
    jack, thomas = (
        prepare(ChildDetails(names=(PersonName("Smith", name),), date_of_birth=date(2014, 12, 24)))
        for name in ("Jack", "Thomas")
    )
    levels = {level for level, _ in assess(jack, thomas).found}
    assert levels >= {"given.different", "family.exact"}
