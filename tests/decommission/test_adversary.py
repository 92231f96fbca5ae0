"""The small form of `assurance/decommission/adversary.py`: one seed, 50 hidden, 50 found, no decoy met."""

from pathlib import Path

import pytest
from assurance.decommission.adversary import COPIES, Hidden, Outcome, hide, judge, people, scan_list

from fingerpost.decommission.legacy.place import Legacy
from fingerpost.decommission.scan import scan
from fingerpost.decommission.scanners.listed import new_key

SEED = 2010


@pytest.fixture(scope="module")
def hidden(legacy: Legacy, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Hidden]:
    folder = tmp_path_factory.mktemp("hidden") / "h"
    return folder, hide(folder, SEED, people(SEED), legacy)


def _outcome(hidden: tuple[Path, Hidden], listed_seed: int, journal: Path) -> Outcome:
    key = new_key()
    return judge(hidden[1], scan([hidden[0]], scan_list(people(listed_seed), key), key, journal))


def test_fifty_hidden_fifty_found_no_decoy(hidden: tuple[Path, Hidden], tmp_path: Path) -> None:
    outcome = _outcome(hidden, SEED, tmp_path / "journal")
    assert len(hidden[1].copies) == COPIES
    assert outcome == Outcome((), (), ())


def test_another_list_finds_nothing(hidden: tuple[Path, Hidden], tmp_path: Path) -> None:
    assert len(_outcome(hidden, SEED + 1, tmp_path / "journal").missed) == COPIES
