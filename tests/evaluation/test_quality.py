"""The figures on samples whose answers are known, with generous margins."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

from fingerpost.evaluation import measure, read_sample

Row = dict[str, str]
Write = Callable[[Iterable[Row]], Path]
Adults = Callable[[int], list[tuple[Row, Row]]]
FAMILIES = Path(__file__).parent / "families.csv"


def test_adults_badly_typed_are_found(sample: Write, adults: Adults):
    report = measure(read_sample(sample(row for pair in adults(1500) for row in pair)))
    assert report.mode == "link"
    assert report.true_pairs == 1500
    assert report.best.quality.f1 is not None
    assert report.best.quality.f1 > 0.99
    assert report.bands["certain"].precision is None or report.bands["certain"].precision >= 0.999


def test_families_are_found_and_twins_are_not_confused():
    report = measure(read_sample(FAMILIES))
    assert report.mode == "dedupe"
    assert report.best.quality.f1 is not None
    assert report.best.quality.f1 > 0.97
    assert report.bands["certain"].precision == 1.0
    assert (report.blocking.pairs_completeness or 0) > 0.98
    assert report.finding.origins
    assert report.finding.as_recorded
    assert report.finding.of_equal_records


def test_no_pair_of_two_children_at_home_is_certain():
    """The fixture holds twins: none of them, of any name, may be called one child with certainty."""
    with FAMILIES.open(encoding="utf-8", newline="") as lines:
        households = {row["record_id"]: row["household_id"] for row in csv.DictReader(lines)}
    assert len(set(households.values())) < len(households)
    report = measure(read_sample(FAMILIES))
    assert report.lookups["certain"].wrong == 0.0


def test_a_second_file_asks_the_first(sample: Write, adults: Adults):
    pairs = adults(300)
    index, queries = sample(one for one, _ in pairs), sample(other for _, other in pairs)
    report = measure(read_sample(index), read_sample(queries))
    assert report.mode == "lookup"
    assert (report.records, report.questions, report.true_pairs) == (300, 300, 300)
    assert (report.lookups["possible"].recall or 0) > 0.95
    assert report.lookups["probable"].wrong == 0.0


def test_a_file_that_asks_itself_does_not_count_itself(sample: Write, adults: Adults):
    path = sample(row for pair in adults(50) for row in pair)
    report = measure(read_sample(path), read_sample(path))
    assert report.true_pairs == 100


def test_linking_and_deduplicating_agree_where_they_must(sample: Write, adults: Adults):
    rows = [row for pair in adults(200) for row in pair]
    linked = measure(read_sample(sample(rows)))
    alone = measure(read_sample(sample(row | {"source": ""} for row in rows)))
    assert linked.true_pairs == alone.true_pairs == 200
    assert linked.bands["certain"].recall == alone.bands["certain"].recall


def test_no_true_pairs_is_not_an_error(sample: Write):
    report = measure(read_sample(sample([{"record_id": "1", "cluster_id": "1", "given_names": "Amy"}])))
    assert report.best.threshold is None
    assert report.bands["certain"].recall is None


def test_many_records_of_one_person_are_one_person(sample: Write, adults: Adults):
    rows = [row | {"cluster_id": "0", "source": ""} for row, _ in adults(1) for _ in range(40)]
    for number, row in enumerate(rows):
        row |= {"record_id": str(number), "postcode": str(1000 + number), "nhs_number": ""}
    assert measure(read_sample(sample(rows))).blocking.pairs_completeness == 1.0


def test_a_token_of_many_people_is_dropped(sample: Write):
    families = [
        one + other
        for one in ("Ash", "Black", "Cold", "Drum", "Elm", "Fox")
        for other in ("by", "ford", "ley", "ton", "well")
    ]
    rows = [
        {
            "record_id": name,
            "cluster_id": name,
            "given_names": "Noah",
            "family_name": name,
            "date_of_birth": "2011-03-05",
        }
        for name in families
    ]
    assert measure(read_sample(sample(rows[:26]))).blocking.candidates_mean < 5  # their families sound alike
    assert measure(read_sample(sample(rows[:25]))).blocking.candidates_mean == 24
