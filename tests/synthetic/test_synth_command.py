"""`fingerpost synth` from the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fingerpost.cli.synth import synth


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(synth, [str(argument) for argument in arguments])


def test_it_writes_both_nights_and_says_so(tmp_path: Path) -> None:
    small = ("--children", "60", "--seed", "1", "--authorities", "2")
    done = _run(*small, "--next-night", tmp_path / "next", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "60 children in 2 authorities" in done.output
    assert "changes overnight" in done.output
    assert (tmp_path / "out" / "manifest.json").exists()
    assert (tmp_path / "next" / "changes.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--children", "0", "--seed", "1"), "--children"),
        (("--children", "ten", "--seed", "1"), "--children"),
        (("--children", "99999999", "--seed", "1"), "--children"),
        (("--children", "10", "--seed", "-1"), "--seed"),
        (("--children", "10"), "--seed"),
        (("--children", "10", "--seed", "1", "--authorities", "154"), "--authorities"),
        (("--children", "10", "--seed", "1", "--as-of", "22/11/2026"), "YYYY-MM-DD"),
        (("--children", "10", "--seed", "1", "--as-of", "1900-01-01"), "2015-01-01"),
    ],
)
def test_bad_numbers_are_refused_by_name(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    refused = _run(*arguments, tmp_path / "out")
    assert refused.exit_code == 2
    assert said in refused.output
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    refused = _run("--children", "10", "--seed", "1", tmp_path)
    assert refused.exit_code == 2
    assert "not empty" in refused.output
    assert [p.name for p in tmp_path.iterdir()] == ["kept.txt"]


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert _run("--children", "10", "--seed", "1", tmp_path / "file").exit_code == 2


def test_the_two_nights_must_lie_apart(tmp_path: Path) -> None:
    refused = _run(
        "--children", "10", "--seed", "1", "--next-night", tmp_path / "out" / "next", tmp_path / "out"
    )
    assert refused.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_another_night_gives_another_country(tmp_path: Path) -> None:
    done = _run(
        "--children", "5", "--seed", "1", "--authorities", "1", "--as-of", "2030-02-28", tmp_path / "out"
    )
    assert done.exit_code == 0, done.output
    assert '"as_of": "2030-02-28"' in (tmp_path / "out" / "manifest.json").read_text("utf-8")
