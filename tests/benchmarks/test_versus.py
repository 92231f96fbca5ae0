"""The side-by-side benchmark, small: three engines on one set, judged alike; and judges that can say no."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from benchmarks.matching import engines, judge, sets, table, versus
from benchmarks.matching.engines import ENGINES, OURS, POSTGRES, SEALED, SPLINK
from benchmarks.matching.postgres_peer import plain_search, plain_server, stored
from benchmarks.matching.timing import timed

RECORDS, QUESTIONS = 1_200, 4

GIVEN = {
    "M": "Oliver George Harry Noah Jack Leo Arthur Oscar Theo Archie Samuel Edward Ravi Imran Piotr",
    "F": "Amelia Olivia Isla Emily Ava Lily Mia Freya Grace Sophie Ellen Harriet Priya Zainab Magda",
}
ABROAD = {
    "IN": "Patel Sharma",
    "PL": "Nowak Kowalski",
    "TR": "Demir Kaya",
    "PT": "Silva Costa",
    "CN": "Wang Li",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name lists of the form that the benchmark is given; no FEBRL."""
    folder = tmp_path_factory.mktemp("data") / "names"
    folder.mkdir()
    _write(
        folder / sets.NAMES, "name,sex,n", [(n, s, "50") for s, names in GIVEN.items() for n in names.split()]
    )
    pairs = [(country, name) for country, names in ABROAD.items() for name in names.split()]
    _write(folder / "common-surnames-by-country.csv", "Country,Romanized Name", pairs)
    _write(
        folder / "common-forenames-by-country.csv", "Country,Romanized Name", [("PL", "Kasia"), ("CN", "Mei")]
    )
    return folder.parent


def _write(path: Path, header: str, rows: list[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header.split(","), *rows])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with plain_server(tmp_path_factory.mktemp("plain") / "p") as conninfo:
        yield conninfo


@pytest.fixture(scope="module")
def done(data: Path, tmp_path_factory: pytest.TempPathFactory) -> engines.Run:
    """Everything, once: a small index with a few lookups, and a set whose file is missing."""
    wanted = versus.makers(["febrl3", "lookups"], RECORDS, RECORDS, QUESTIONS)
    return versus.run(data, tmp_path_factory.mktemp("work"), wanted)


def test_every_engine_finds_most_children(done: engines.Run) -> None:
    quality = done.measured["lookups"].quality
    assert set(quality) == set(ENGINES)
    assert all(one.best_f1 is not None and one.best_f1 > 0.7 for one in quality.values())
    assert all(0 < one.candidates < RECORDS / 2 for one in quality.values())
    assert quality[OURS].certain_precision == 1.0
    assert quality[POSTGRES].certain_precision is None


def test_every_engine_is_timed(done: engines.Run) -> None:
    times = done.measured["lookups"].times
    assert set(times) == {OURS, SEALED, SPLINK, POSTGRES}
    assert all(0 < one.p50 <= one.p99 and one.questions == QUESTIONS for one in times.values())
    assert times[SPLINK].p50 > times[OURS].p50


def test_a_set_without_its_file_is_named(done: engines.Run) -> None:
    assert set(done.left_out) == {"febrl3", "febrl3-identified"}
    assert any("febrl3: febrl3.csv is not in the folder given" in note for note in table.notes(done))


def test_the_table_is_whole_and_says_plain_text(done: engines.Run) -> None:
    lines = table.markdown(done.measured).splitlines()
    assert len({line.count("|") for line in lines}) == 1
    for row in ("precision / recall", "show a wrong child", "candidates a question", "(`certain`)"):
        assert any(row in line for line in lines), row
    assert sum("ms p50 / mean / p99" in line for line in lines) == 2
    assert "plain text" in lines[0]
    assert msgspec.json.decode(msgspec.json.encode(done), type=engines.Run).measured.keys() == {"lookups"}


def test_shuffled_labels_are_found_by_nobody(data: Path, server: str, tmp_path: Path) -> None:
    trial = sets.families_set(data, tmp_path, RECORDS, 0.5)
    rows = sets.rows(trial.index)
    labels = [row["cluster_id"] for row in rows]
    random.Random(3).shuffle(labels)
    shuffled = [row | {"cluster_id": label} for row, label in zip(rows, labels, strict=True)]
    _write(trial.index, ",".join(rows[0]), [tuple(row.values()) for row in shuffled])
    measured = engines.measure(trial, (OURS, POSTGRES), server, tmp_path)  # Splink's pairs are judged alike
    assert all(one.best_f1 is not None and one.best_f1 < 0.05 for one in measured.quality.values())


def test_twins_called_one_child_are_counted(data: Path, tmp_path: Path) -> None:
    trial = sets.families_set(data, tmp_path, RECORDS, 0.5)
    samples = judge.read(trial)
    records = samples.index.records
    together = [
        (a, b)
        for a in range(len(records))
        for b in range(a)
        if frozenset((records[a].cluster_id, records[b].cluster_id)) in trial.twins
    ]
    assert together
    one, other = np.array(together, dtype=np.int64).T
    sure = np.where(np.arange(len(one)) == 0, 0.97, 1.0)
    found = judge.judged(trial, samples, judge.as_pairs(samples, one, other, sure, sure), 0.0)
    assert found.twins == judge.Twins(len(together), len(together) - 1, 1)
    assert found.precision == 0.0


def test_the_plain_search_hears_as_soundex_does(server: str) -> None:
    known = {
        "robert": "R163",
        "rupert": "R163",
        "ashcraft": "A261",
        "tymczak": "T522",
        "pfister": "P236",
        "lee": "L000",
    }
    blank = {"given_names": "", "date_of_birth": "", "sex": "", "postcode": "", "nhs_number": ""}
    rows = [blank | {"family_name": name} for name in known]
    with plain_search(server, rows) as search:
        held = search.connection.execute("SELECT family, family_sound FROM person").fetchall()
        assert dict(held) == known
        assert search.ask(stored(blank | {"family_name": "robert", "date_of_birth": "20150101"})) == []


def test_a_question_is_timed_at_its_fastest() -> None:
    waits = iter([0, 0, 0, 400_000, 0, 0, 0, 0])  # two questions: one warm round, then three

    def ask(_: int) -> int:
        return sum(range(next(waits)))

    assert timed(ask, [1, 2]).p99 < 5
