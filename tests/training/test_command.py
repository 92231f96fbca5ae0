"""`fingerpost train`, `fingerpost relink` and `fingerpost evaluate --model`, as typed."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from fingerpost.cli import fingerpost
from fingerpost.cli.written import as_text
from fingerpost.evaluation import Sample, read_sample
from fingerpost.matching import load, shipped
from fingerpost.training import learn, split
from tests.training.conftest import family_rows, one_round, write

SEED = 2


@pytest.fixture(scope="module", autouse=True)
def in_one_round() -> Iterator[None]:
    """The commands are tried here, what two rounds learn in `test_learn`."""
    with one_round():
        yield


def run(*arguments: object) -> Result:
    return CliRunner().invoke(fingerpost, [str(argument) for argument in arguments])


def values(path: Path) -> set[str]:
    """Return every value of a child in a sample that is long enough to be looked for."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    fields = ("given_names", "family_name", "date_of_birth", "postcode", "nhs_number")
    return {value for row in rows for field in fields if len(value := row[field]) > 5}


@pytest.fixture(scope="module")
def trained(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    out = tmp_path_factory.mktemp("trained") / "model.json"
    return out, run("train", sample_file, "--out", out, "--seed", SEED)


def test_a_model_is_learnt_written_and_measured_on_a_part_kept_apart(trained: tuple[Path, Result]) -> None:
    out, result = trained
    assert result.exit_code == 0, result.output
    assert "pairs of one child" in result.output
    assert "kept apart" in result.output
    assert all(word in result.output for word in ("before", "learnt", "precision", "best threshold"))
    assert load(out).written.provenance.trained_on.endswith(f"seed {SEED}")


def test_the_model_holds_no_value_of_the_sample_and_no_path(
    trained: tuple[Path, Result], sample_file: Path
) -> None:
    written, of_children = trained[0].read_text("utf-8"), values(sample_file)
    told = trained[1].output.replace(str(trained[0]), "")
    assert len(of_children) > 1000
    assert [value for value in of_children if value in written or value in told] == []
    assert str(sample_file.parent) not in written
    # The known-bad control: a value would be seen.
    bad = written + min(of_children)
    assert [value for value in of_children if value in bad]


def test_the_same_seed_gives_the_same_model_and_labels_are_not_looked_at(
    trained: tuple[Path, Result], sample_file: Path
) -> None:
    learnt_from = split(read_sample(sample_file), SEED).learnt_from.records
    blind = [msgspec.structs.replace(record, cluster_id=record.record_id) for record in learnt_from]
    assert learn(shipped(), Sample(blind, []), SEED).written == load(trained[0]).written


def test_the_model_can_be_measured_by(trained: tuple[Path, Result], tmp_path: Path) -> None:
    few = write(tmp_path / "few.csv", family_rows(150, seed=7))
    usual = json.loads(run("evaluate", few, "--json").output)
    learnt = json.loads(run("evaluate", few, "--json", "--model", trained[0]).output)
    assert learnt["best"]["quality"]["f1"] > 0.97
    assert learnt["best"]["threshold"] != usual["best"]["threshold"]


def test_labels_are_counted_when_asked(sample_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    result = run("train", sample_file, "--labelled", "--out", out)
    assert result.exit_code == 0, result.output
    assert " labelled records" in load(out).written.provenance.trained_on


def test_pairs_are_ids_weights_and_bands_and_no_value(
    trained: tuple[Path, Result], sample_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "pairs.csv"
    result = run("relink", sample_file, "--out", out, "--model", trained[0])
    assert result.exit_code == 0, result.output
    assert "certain" in result.output
    text = out.read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert list(rows[0]) == ["record_id", "other_id", "match_weight", "band"]
    assert {row["band"] for row in rows} == {"certain", "probable", "possible"}
    assert [value for value in values(sample_file) if value in text] == []
    same = [row["record_id"].rpartition("-")[0] == row["other_id"].rpartition("-")[0] for row in rows]
    assert sum(same) / len(same) > 0.95


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_an_id_is_never_a_formula(cell: str) -> None:
    assert as_text(cell) == f"'{cell}"
    assert as_text(f"A{cell}") == f"A{cell}"


def test_without_labels_nothing_is_claimed(tmp_path: Path) -> None:
    columns = ("record_id", "given_names", "family_name", "date_of_birth", "postcode")
    path = write(tmp_path / "sample.csv", family_rows(450, seed=8), columns)
    result = run("train", path, "--out", tmp_path / "model.json")
    assert result.exit_code == 0, result.output
    assert "no labels" in result.output
    assert "precision" not in result.output
    refused = run("train", path, "--labelled", "--out", tmp_path / "other.json")
    assert refused.exit_code == 2
    assert "cluster_id" in refused.output
    assert not (tmp_path / "other.json").exists()


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (("record_id", "cluster_id", "family_name", "date_of_birth"), "given_names: is filled in 0%"),
        (("record_id", "cluster_id", "given_names", "family_name"), "date_of_birth: is filled in 0%"),
        (("cluster_id", "given_names"), "has no column record_id"),
    ],
)
def test_a_sample_that_cannot_teach_is_refused(columns: tuple[str, ...], told: str, tmp_path: Path) -> None:
    path = write(tmp_path / "sample.csv", family_rows(450, seed=8), columns)
    result = run("train", path, "--out", tmp_path / "model.json")
    assert (result.exit_code, told in result.output) == (2, True), result.output
    assert not (tmp_path / "model.json").exists()


def test_a_small_sample_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "sample.csv", family_rows(50, seed=8))
    result = run("train", path, "--out", tmp_path / "model.json")
    assert result.exit_code == 2
    assert "at least 1000 are needed" in result.output


@pytest.mark.parametrize("broken", ["", "{}", "not json", '{"version": 1}'])
def test_a_file_that_is_no_model_is_refused(broken: str, sample_file: Path, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(broken, "utf-8")
    result = run("evaluate", sample_file, "--model", tmp_path / "model.json")
    assert result.exit_code == 2
    assert "model.json: is not a model" in result.output
    assert shipped().written.version == 1


def test_an_extract_without_pairs_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "sample.csv", family_rows(1, seed=8)[:1])
    result = run("relink", path, "--out", tmp_path / "pairs.csv")
    assert result.exit_code == 2
    assert "no two records share a blocking key" in result.output
    assert not (tmp_path / "pairs.csv").exists()
