"""The hard names: two records with the same date of birth, sex and home. Are the names those of one child?

`hard_names.csv` is the specification: the two names, the verdict, and why. A pair that is the same must be
found by its keys and be probable or better; where the name is missing it is shown as possible, as a twin
would be; a pair that differs must be no more than possible.
"""

import csv
from datetime import date
from pathlib import Path

import pytest

from fingerpost.matching import Prepared, assess, explain, prepare, question_keys, record_keys
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.vocabulary import Band, Sex

with (Path(__file__).parent / "hard_names.csv").open(encoding="utf-8", newline="") as _lines:
    PAIRS = list(csv.DictReader(_lines))


def _child(given: str, family: str) -> Prepared:
    name = PersonName(given, family)
    return prepare(
        ChildDetails(names=(name,), date_of_birth=date(2014, 9, 23), sex=Sex.FEMALE, postcodes=("LS1 4AP",))
    )


def _words(pair: dict[str, str]) -> str:
    return "{given_1} {family_1} – {given_2} {family_2}".format(**pair)


def test_the_pack_is_large():
    assert len(PAIRS) >= 300


@pytest.mark.parametrize("pair", PAIRS, ids=_words)
def test_verdict(pair: dict[str, str]):
    one, other = _child(pair["given_1"], pair["family_1"]), _child(pair["given_2"], pair["family_2"])
    found = assess(one, other)
    assert assess(other, one) == found, "symmetrical"
    bands = {
        "same": {Band.PROBABLE, Band.CERTAIN},
        "perhaps": {Band.POSSIBLE},
        "different": {None, Band.POSSIBLE},
    }
    assert found.band in bands[pair["verdict"]], f"{pair['why']}: {explain(found)}"
    if pair["verdict"] != "different":
        assert set(question_keys(one)) & set(record_keys(other)), f"{pair['why']}: not found"
