"""kill -9 of whoever follows moves and sends notices, small; the whole is `python -m assurance.moves`."""

import random
from pathlib import Path

import psycopg
import pytest
from assurance.moves import killed, worker

from fingerpost.instance import Instance
from fingerpost.settings import Settings
from fingerpost.wiring import opened

PAIRS, EACH = 3, 50  # 300 notices


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An instance of its own: a worker is another process, and opens it by itself."""
    return killed.made(tmp_path_factory.mktemp("killed"))


def test_a_killed_worker_loses_and_doubles_nothing(settings: Settings, tmp_path: Path) -> None:
    random.seed(6)
    killer, faults = killed.campaign(settings, tmp_path, pairs=PAIRS, each=EACH, work=worker.work)
    assert faults == []
    assert killer.felt >= 1, "no kill was felt, so nothing was tested"


def test_the_judge_sees_a_notice_that_is_gone(settings: Settings) -> None:
    """The control."""
    with opened(settings) as service, psycopg.connect(Instance(settings).owner_conninfo()) as owner:
        owner.execute("DELETE FROM notice WHERE id = (SELECT id FROM notice WHERE kind = 'shared' LIMIT 1)")
        found = killed.wrong(service, owner, PAIRS * EACH, set())
        owner.rollback()
    assert any(fault.startswith("1 of ") for fault in found)
    assert len(found) == 3
