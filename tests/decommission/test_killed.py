"""A small form of `assurance/decommission/killed.py`: the whole procedure, killed a few times, and its
control.
"""

from pathlib import Path

import pytest
from assurance.decommission.killed import campaign

from fingerpost.decommission.certify import CHECKPOINT, KEYS
from fingerpost.decommission.folder import Procedure
from tests.decommission.means import means


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that the stand-in's server can reach."""
    tmp_path.chmod(0o755)
    return tmp_path


def test_killed_again_and_again_it_comes_to_its_end(folder: Path) -> None:
    outcome = campaign(folder, means(), kills=7, seed=3)
    assert outcome.violations == []
    assert outcome.kills == 7
    state = Procedure(folder / "procedure").state
    assert state.switched_off is not None
    assert state.switched_off.sessions >= 2
    assert state.no_access is not None
    assert state.no_access.let_in == 0
    assert state.no_access.refused >= 3
    assert state.twin is not None
    assert state.twin.found == state.twin.planted == 20 * 14
    assert state.scanned is not None
    assert (state.scanned.hits, state.scanned.unread) == (0, 0)
    assert not list((folder / "procedure").glob("scan.key"))
    public = folder / "out" / "public"
    assert {CHECKPOINT, KEYS, "summary.html", "summary.pdf"} <= {path.name for path in public.iterdir()}
