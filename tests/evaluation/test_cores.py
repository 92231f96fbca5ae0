"""Work shared out to processes: in order, never a hang, and nothing of the parent taken apart in a child."""

import gc
import os
import signal
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from fingerpost.evaluation.cores import shared_out

pytestmark = pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="one core shares nothing out")


def test_stretches_come_back_in_order():
    found = shared_out(lambda start, stop: list(range(start, stop)), 1_003, chunk=100, fewest=1)
    assert [number for stretch in found for number in stretch] == list(range(1_003))


def test_a_process_that_dies_is_told_and_not_waited_for():
    def die(start: int, stop: int) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(BrokenProcessPool):
        shared_out(die, 10, chunk=1, fewest=1)


class _Native:
    """As a database library's connection: in a ring, so that only the collector takes it apart."""

    def __init__(self, told: Path) -> None:
        self.ring, self.told, self.owner = self, told, os.getpid()

    def __del__(self) -> None:
        if os.getpid() != self.owner:
            self.told.write_text("taken apart in a child")


def test_a_child_takes_nothing_of_its_parent_apart(tmp_path: Path):
    told = tmp_path / "told"

    def collect(start: int, stop: int) -> int:
        return gc.collect()

    gc.disable()
    try:
        _Native(told)
        shared_out(collect, 4, chunk=1, fewest=1)
    finally:
        gc.enable()
    assert not told.exists()
