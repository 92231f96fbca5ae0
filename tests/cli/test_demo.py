"""`demo` makes its folder anew, and takes away nothing that is not its own or that is in use."""

import fcntl
from pathlib import Path

import pytest
from click.testing import CliRunner

from fingerpost.cli import fingerpost


@pytest.mark.parametrize(
    ("left", "said"),
    [(("letter",), "no demonstration made"), ((".fingerpost-demo",), "something holds it up")],
    ids=["somebody else's", "still running"],
)
def test_it_takes_away_only_what_it_made_and_nobody_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: tuple[str], said: str
) -> None:
    monkeypatch.setattr("fingerpost.db.embedded.STOP_LIMIT", 0.2)
    lock = tmp_path / "instance/postgres/supervisor.lock"
    lock.parent.mkdir(parents=True)
    (tmp_path / left[0]).touch()
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = CliRunner().invoke(fingerpost, ["demo", "--once", "--folder", str(tmp_path)])
    assert done.exit_code != 0
    assert said in done.output
    assert lock.exists()
    assert (tmp_path / left[0]).exists()
