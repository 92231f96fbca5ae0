"""What is found leads to the records linked to it, by the service's own rules."""

from collections.abc import Callable, Iterable
from pathlib import Path

from fingerpost.evaluation import measure, read_sample

Row = dict[str, str]
Write = Callable[[Iterable[Row]], Path]

CHILD = {"cluster_id": "1", "given_names": "William", "date_of_birth": "2014-03-09", "sex": "M"}
BEFORE = CHILD | {
    "record_id": "before",
    "source": "E06000001",
    "family_name": "Featherstone",
    "postcode": "LS1 4AP",
}
LATER = CHILD | {
    "record_id": "later",
    "source": "E06000002",
    "given_names": "Bill",
    "family_name": "Achebe",
    "postcode": "BS1 5TR",
}
QUESTION = {
    "cluster_id": "1",
    "record_id": "q",
    "given_names": "Bill",
    "family_name": "Achebe",
    "postcode": "BS1 5TR",
}


def _recall(sample: Write, rows: list[Row], question: Row, *, trails: bool) -> float | None:
    index, asking = read_sample(sample(rows)), read_sample(sample([question]))
    return measure(index, asking, as_it_is=True, trails=trails).lookups["probable"].recall


def test_a_record_found_leads_to_what_shares_nothing_with_the_question(sample: Write):
    numbered = [row | {"nhs_number": "9434765919"} for row in (BEFORE, LATER)]
    assert _recall(sample, numbered, QUESTION, trails=False) == 0.5
    assert _recall(sample, numbered, QUESTION, trails=True) == 1.0


def test_two_records_of_one_authority_are_two_children_unless_that_is_certain(sample: Write):
    one_book = [row | {"nhs_number": "9434765919", "source": "E06000001"} for row in (BEFORE, LATER)]
    elsewhere = {"record_id": "other", "cluster_id": "2", "source": "E06000002", "given_names": "Wilhelmina"}
    assert _recall(sample, [*one_book, elsewhere], QUESTION, trails=True) == 0.5


def test_a_file_that_asks_itself_is_linked_by_what_it_found(sample: Write):
    third = BEFORE | {"record_id": "third", "source": "E06000003"}
    rows = [BEFORE | {"nhs_number": "9434765919"}, LATER | {"nhs_number": "9434765919"}, third]
    direct, trails = (measure(read_sample(sample(rows)), as_it_is=True, trails=t) for t in (False, True))
    assert (direct.bands["probable"].recall or 0) < 1.0
    assert trails.bands["probable"].recall == 1.0
