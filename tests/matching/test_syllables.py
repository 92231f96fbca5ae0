"""Names of two elements or syllables: brothers share one, and a slip may make one of the other."""

import pytest

from fingerpost.matching import assess, prepare
from fingerpost.matching.alike import Grade, grade_given
from fingerpost.words.child import ChildDetails, PersonName


def _level(one: str, other: str, family: str) -> str:
    """Return the level of two given names under one family name."""
    pair = (prepare(ChildDetails(names=(PersonName(given, family),))) for given in (one, other))
    return next(level for level, _ in assess(*pair).found if level.startswith("given."))


@pytest.mark.parametrize(
    ("one", "other", "family"),
    [
        ("Zihan", "Zihao", "Chen"),
        ("Zi Han", "Zi Hao", "Chen"),
        ("Zi Han", "Zihao", "Chen"),
        ("Seojun", "Seojin", "Kim"),
        ("Bao Anh", "Bao An", "Tran"),
    ],
)
def test_one_syllable_in_common_is_a_brothers(one: str, other: str, family: str) -> None:
    assert _level(one, other, family) == _level(other, one, family) == "given.near"
    assert _level(one, other, "Bywater") != "given.near"


@pytest.mark.parametrize(
    ("one", "other", "family"),
    [
        ("Zi Han", "Zihan", "Chen"),
        ("Thi Lan", "Lan Thi", "Pham"),
        ("Quynh", "Quynh Nhu", "Bui"),
        ("Emma", "Emmma", "Lee"),
        ("Mia", "Mya", "Chan"),
    ],
)
def test_what_is_no_other_syllable(one: str, other: str, family: str) -> None:
    assert _level(one, other, family) in {"given.exact", "given.spelling", "given.typo", "given.form"}


def test_names_of_two_elements() -> None:
    for one, other in (("manjit", "ranjit"), ("mandeep", "sandeep"), ("gurjit", "gurjot")):
        assert grade_given(one, other) == grade_given(other, one) == Grade.NEAR
    assert grade_given("satwinder", "satvinder") == Grade.SPELLING
    assert grade_given("manjit", "mannjit") > Grade.NEAR
