"""What holds of any two descriptions that a person can type."""

from datetime import date
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.matching import (
    MOST_RECORDS_PER_TOKEN,
    Prepared,
    among,
    assess,
    comparisons,
    explain,
    fitted,
    prepare,
    question_keys,
    record_keys,
)
from fingerpost.matching.keys import MOST_QUESTION_KEYS, MOST_RECORD_KEYS
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.vocabulary import Band, Sex

GIVEN = [
    "Amy",
    "Mohammed Ali",
    "Ella",
    "Ellie",
    "Jack",
    "Baby",
    "Twin 2",
    "José",
    "O",
    "",
    "Anne-Marie",
    "李",
]
FAMILIES = [
    "Smith",
    "Smith-Jones",
    "al-Hassan",
    "O'Brien",
    "Kowalska",
    "",
    "Nguyen",
    "Baby",
    "de la Cruz",
    "Ng",
]
words = st.sampled_from(GIVEN) | st.sampled_from(FAMILIES) | st.text(max_size=60)
people = st.builds(PersonName, given=words, family=words)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2030, 12, 31)) | st.sampled_from(
    [date(2015, 3, 4), date(2015, 4, 3), date(2015, 1, 1), date(2014, 3, 4)]
)
codes = st.sampled_from(["LS1 4AP", "LS1 4AQ", "M1 1AE", "2119", "2191"]) | st.text(max_size=12)
numbers = st.sampled_from(["9434765919", "9434765870", "1804974"]) | st.text(max_size=14)
details = st.builds(
    ChildDetails,
    names=st.lists(people, max_size=3).map(tuple),
    date_of_birth=st.none() | days,
    born_from=st.none() | days,
    born_to=st.none() | days,
    expected_on=st.none() | days,
    sex=st.none() | st.sampled_from(Sex),
    postcodes=st.lists(codes, max_size=3).map(tuple),
    nhs_number=st.none() | numbers,
    upn=st.none() | numbers,
    mother=st.none() | people,
)
prepared = details.map(prepare)
AMY = ChildDetails(
    names=(PersonName("Amy", "Wetherby"),), date_of_birth=date(2015, 3, 4), postcodes=("LS1 4AP",)
)


@given(prepared, prepared)
def test_scores_are_symmetrical(one: Prepared, other: Prepared):
    there, back = assess(one, other), assess(other, one)
    assert there.band == back.band
    assert abs(there.match_weight - back.match_weight) < 1e-9


@given(prepared, prepared)
def test_every_level_has_words(one: Prepared, other: Prepared):
    found = assess(one, other)
    assert 0.0 <= found.probability <= 1.0
    assert explain(found)
    assert len(comparisons(found)) == len(found.found)


@given(prepared)
def test_a_record_finds_itself(one: Prepared):
    stored, asked = set(record_keys(one)), set(question_keys(one))
    assert stored <= asked
    assert len(stored) <= MOST_RECORD_KEYS
    assert len(asked) <= max(MOST_QUESTION_KEYS, len(stored))


@given(prepared)
def test_no_key_is_a_single_field(one: Prepared):
    for key in record_keys(one):
        scheme, colon, rest = key.partition(":")
        assert colon
        assert scheme in {"n", "u"} or "+" in rest or "-" in rest


@given(prepared)
def test_nobody_is_less_like_themselves_than_a_stranger(one: Prepared):
    stranger = prepare(ChildDetails(names=(PersonName("Zebedee", "Quist"),), date_of_birth=date(1999, 9, 9)))
    if one != stranger and one.names and one.birth == 1:
        assert assess(one, one).match_weight >= assess(one, stranger).match_weight


@given(details)
def test_sealing_changes_nothing(one: ChildDetails):
    made = prepare(one)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(made), type=Prepared) == made
    assert repr(made) == "Prepared(…)"


@given(
    st.sampled_from(["sex", "nhs_number", "upn", "postcodes", "former"]),
    st.lists(prepared, max_size=6),
)
def test_a_true_detail_never_lowers_a_rank(detail: str, others: list[Prepared]):
    """Adding to the question what the record holds: the record gains at least what any other does."""
    held = msgspec.structs.replace(
        AMY,
        names=(*AMY.names, PersonName("Amy", "Kirkgate")),
        sex=Sex.FEMALE,
        nhs_number="9434765919",
        upn="A123456789012",
        postcodes=("LS1 4AP", "M1 1AE"),
    )
    added: dict[str, dict[str, object]] = {
        "sex": {"sex": held.sex},
        "nhs_number": {"nhs_number": held.nhs_number},
        "upn": {"upn": held.upn},
        "postcodes": {"postcodes": held.postcodes},
        "former": {"names": held.names},
    }
    fuller = msgspec.structs.replace(AMY, **added[detail])
    record = prepare(held)
    before, after = assess(prepare(AMY), record), assess(prepare(fuller), record)
    assert after.match_weight >= before.match_weight
    for other in others:
        if assess(prepare(AMY), other).match_weight < before.match_weight:
            assert assess(prepare(fuller), other).match_weight <= after.match_weight


@given(st.permutations(["Ana", "Luz"]), st.permutations(["Mora", "Vidal"]))
def test_the_order_of_names_does_not_matter(given_names: list[str], family_names: list[str]):
    def child(given: list[str], family: list[str]) -> Prepared:
        name = PersonName(" ".join(given), " ".join(family))
        return prepare(ChildDetails(names=(name,), date_of_birth=date(2015, 3, 4)))

    usual = child(["Ana", "Luz"], ["Mora", "Vidal"])
    other = child(given_names, family_names)
    assert assess(usual, other).match_weight == assess(usual, usual).match_weight
    assert set(question_keys(other)) & set(record_keys(usual))


@given(details, prepared, st.randoms())
def test_former_names_may_stand_in_any_order(one: ChildDetails, other: Prepared, rng: Random):
    turned = msgspec.structs.replace(one, names=tuple(rng.sample(one.names, len(one.names))))
    assert assess(prepare(turned), other) == assess(prepare(one), other)


@given(prepared, st.lists(prepared, max_size=6), st.randoms())
def test_candidates_may_come_in_any_order(asked: Prepared, records: list[Prepared], rng: Random):
    found = [assess(asked, record) for record in records]
    holders = [f"{place % 2}" for place in range(len(records))]
    turned = rng.sample(range(len(found)), len(found))
    straight = among(found, records, holders)
    other = among(*([column[place] for place in turned] for column in (found, records, holders)))
    assert [round(straight[place].match_weight, 9) for place in turned] == [
        round(one.match_weight, 9) for one in other
    ]


@settings(max_examples=30)
@given(st.lists(prepared, max_size=30))
def test_any_index_can_be_fitted(records: list[Prepared]):
    model = fitted(records)
    assert 0.0 <= model.household_share <= 1.0
    for one in records[:3]:
        assert assess(one, one, model=model).band in {None, *Band}


def test_the_cap_is_the_policy():
    assert MOST_RECORDS_PER_TOKEN == 25


def test_ten_million_characters_are_cut():
    long = "A" * 10_000_000
    made = prepare(ChildDetails(names=(PersonName(long, long),), postcodes=(long,), nhs_number=long))
    assert len(msgspec.msgpack.encode(made)) < 500
