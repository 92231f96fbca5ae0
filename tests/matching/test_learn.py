"""What a model learns of an index without labels: agreement of one child's records, strangers, households."""

import random
from datetime import date, timedelta

import pytest

from fingerpost.matching import Prepared, assess, compared, fitted, prepare, shipped
from fingerpost.matching.fit import household_share
from fingerpost.matching.learn import Candidate, learnt
from fingerpost.matching.model import learnable_sets
from fingerpost.words.child import ChildDetails, PersonName

GIVEN = [
    "Zelda",
    "Wystan",
    "Ottoline",
    "Peregrine",
    "Thirza",
    "Lorcan",
    "Sunniva",
    "Caius",
    "Ianthe",
    "Evander",
]
FAMILY = [
    "Quillfeather",
    "Marchbanks",
    "Trelawney",
    "Ashgrove",
    "Ormerod",
    "Pettifer",
    "Wolstencroft",
    "Dunnage",
]


def _person(rng: random.Random) -> ChildDetails:
    return ChildDetails(
        names=(PersonName(rng.choice(GIVEN), rng.choice(FAMILY)),),
        date_of_birth=date(1930, 1, 1) + timedelta(days=rng.randrange(25_000)),
        postcodes=(str(rng.randint(1000, 1040)),),
    )


def _twice(people: int, *, moved: float, holder: str = "") -> tuple[list[Prepared], list[Candidate]]:
    """Return records, and each one's pairs with its second record and with one stranger."""
    rng = random.Random(5)
    found = [_person(rng) for _ in range(people)]
    records, pairs = [prepare(one) for one in found], list[Candidate]()
    for number, one in enumerate(found):
        away = ("9999",) if rng.random() < moved else one.postcodes
        second = prepare(ChildDetails(names=one.names, date_of_birth=one.date_of_birth, postcodes=away))
        for other in (second, rng.choice(records)):
            pairs.append(Candidate(number, holder, compared(shipped(), records[number], other)))
    return records, pairs


@pytest.mark.parametrize("moved", [0.05, 0.6])
def test_how_often_people_move_is_read_off_the_pairs(moved: float):
    records, pairs = _twice(1_500, moved=moved)
    model = learnt(fitted(records), pairs, questions=1_500)
    share = 2.0 ** model.match["place.code_different"] * model.chance["place.code_different"]
    assert share == pytest.approx(moved, abs=0.05)


def test_too_few_pairs_teach_nothing():
    records, pairs = _twice(100, moved=0.5)
    model = fitted(records)
    assert learnt(model, pairs, questions=100) is model


def test_a_holder_without_second_records_is_known_as_one():
    _, pairs = _twice(1_500, moved=0.0, holder="E1")
    assert learnt(shipped(), pairs, questions=1_500).second_record < shipped().second_record / 3


def test_a_register_of_strangers_has_no_households_though_many_share_a_name_and_a_town():
    rng = random.Random(9)
    assert household_share([prepare(_person(rng)) for _ in range(4_000)]) == 0.0


def test_brothers_and_sisters_are_households():
    rng = random.Random(9)
    records: list[Prepared] = []
    for home in range(400):
        family, code = (
            rng.choice(FAMILY) + "abcdefgh"[home % 8],
            f"LS{home % 19 + 1} {home % 9}A{chr(65 + home % 26)}",
        )
        for given, year in (("Zelda", 2011), ("Lorcan", 2014)):
            names, born = (PersonName(given, family),), date(year, 1 + (home + year) % 12, 1 + home % 28)
            records.append(prepare(ChildDetails(names=names, date_of_birth=born, postcodes=(code,))))
    assert household_share(records) > 0.5


def test_where_no_home_is_known_a_set_counts_as_a_register_of_children():
    names, born = (PersonName("Zelda", "Quillfeather"),), date(2011, 2, 3)
    assert household_share([prepare(ChildDetails(names=names, date_of_birth=born))]) == 1.0


def test_names_are_as_common_as_they_are_where_no_families_live():
    """Abroad the lists of England's names do not hold; one person with many records is no community."""
    rng = random.Random(3)
    often = PersonName("Ottoline", "Marchbanks")
    many = [_person(rng) for _ in range(400)]
    one = ChildDetails(names=(PersonName("Thirza", "Wolstonecroft"),), date_of_birth=date(1950, 3, 4))
    records = [prepare(person) for person in (*many, *[one] * 40)]
    model = fitted(records)
    assert model.household_share == 0.0
    assert model.given_share("ottoline") == pytest.approx(1 / len(GIVEN), abs=0.05)
    assert model.family_share("wolstonecroft") == shipped().family_share("wolstonecroft")
    twice = prepare(ChildDetails(names=(often,)))
    assert assess(twice, twice, model=model).found[0][1] < assess(twice, twice).found[0][1] - 4


def test_levels_of_a_set_are_whole():
    """m and u of each set sum to about one: else a share learnt would not be a share."""
    model = shipped()
    started = model.shares()
    for levels in learnable_sets(model.match):
        assert sum(model.chance[level] for level in levels) == pytest.approx(1.0, abs=0.02), levels
        assert sum(started[level] for level in levels) == pytest.approx(1.0, abs=0.05), levels
