"""What makes comparing names quick must change no grade: each shortcut beside the long way."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.matching import assess, prepare
from fingerpost.matching.alike import Grade, grade_family, grade_given, grade_written
from fingerpost.matching.names import GIVEN_SHARES, SPELLINGS, are_written_alike, kin, long_kin, written
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.vocabulary import Band

# The letters that rules rewrite, so that words which rewriting makes one are drawn often.
_letters = st.text(alphabet="aeioucfkpqsvwxyh", min_size=1, max_size=7)
_known = st.sampled_from([*sorted(SPELLINGS), *sorted(GIVEN_SHARES)[::40]])
_words = st.one_of(_letters, _known)


@given(_letters, _letters)
def test_words_that_begin_otherwise_are_not_one_rewritten(one: str, other: str):
    assert are_written_alike(one, other) == (written(one) == written(other))


@given(_words, _words)
def test_what_is_heard_only_ever_makes_strangers_near(one: str, other: str):
    by_letters, heard = grade_written(one, other), grade_given(one, other)
    assert heard == by_letters or (by_letters == Grade.DIFFERENT and heard == Grade.NEAR)
    assert grade_given(other, one) == heard


@pytest.mark.parametrize(
    ("one", "other", "grade"),
    [
        ("ibrahim", "abraham", Grade.NEAR), ("solomon", "sulaiman", Grade.NEAR),
        ("mersri", "masri", Grade.NEAR), ("siddiqui", "sediqi", Grade.NEAR),
        ("mehmet", "mohaamed", Grade.NEAR),
        ("ho", "hu", Grade.NEAR), ("marsh", "morris", Grade.DIFFERENT), ("phung", "pham", Grade.DIFFERENT),
    ],
)  # fmt: skip
def test_a_family_name_may_be_a_fathers_in_another_language_or_as_heard(one: str, other: str, grade: Grade):
    assert grade_family(one, other) == grade_family(other, one) == grade


@given(_known)
def test_another_form_of_a_name_is_looked_for_among_the_long_ones(part: str):
    assert long_kin(part) == tuple(form for form in kin(part) if len(form) > 4)


def test_names_of_two_languages_are_not_spellings_of_one():
    assert grade_given("alejandro", "aleksandr") < Grade.TYPO
    assert grade_given("alejandro", "alexander") == Grade.FORM
    assert grade_given("oleksandr", "aleksander") == Grade.SPELLING


def test_a_slip_seldom_changes_how_a_name_begins():
    assert grade_written("kercper", "kacper") == Grade.BLURRED
    assert grade_written("zhuldyz", "juldyz") == Grade.NEAR


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("J", "J", "given.initial"), ("J P", "J P", "given.initial"), ("J", "James", "given.initial"),
        ("J", "K", "given.different"), ("J Peter", "J Samuel", "given.different"),
        ("J Peter", "Peter", "given.exact"),
    ],
)  # fmt: skip
def test_initials_are_no_names(one: str, other: str, level: str):
    details = (
        ChildDetails(
            names=(PersonName(name, "Smith"),), date_of_birth=date(2015, 3, 4), postcodes=("LS1 4AP",)
        )
        for name in (one, other)
    )
    found = assess(*map(prepare, details))
    assert level in dict(found.found)
    assert level == "given.exact" or found.band in {None, Band.POSSIBLE}  # Jack and Joseph may be twins


def test_an_initial_in_front_makes_two_family_names_no_more_alike():
    for beside in ("", "S ", "T "):
        names = PersonName("Amina", f"{beside}Khan"), PersonName("Amina", f"{beside}Featherstone")
        one, other = (prepare(ChildDetails(names=(name,), date_of_birth=date(2015, 3, 4))) for name in names)
        assert "family.different" in dict(assess(one, other).found)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Yihan Mingze", "Mia Mingze"), ("Aiden Alicia", "Alesha"), ("Alejandro", "Aleksandr")],
    ids=["second name of both", "like the other's second name", "one name in two languages"],
)
@pytest.mark.parametrize("family", ["Featherstone", "Kirkgate"], ids=["one family", "one renamed"])
def test_what_twins_may_share_does_not_make_them_one(one: str, other: str, family: str):
    names = PersonName(one, "Featherstone"), PersonName(other, family)
    twins = [
        ChildDetails(names=(name,), date_of_birth=date(2015, 3, 4), postcodes=("LS1 4AP",)) for name in names
    ]
    assert assess(*map(prepare, twins)).band in {None, Band.POSSIBLE}
