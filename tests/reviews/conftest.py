"""All timelines, replayed once."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from fingerpost.instance import Instance
from fingerpost.settings import Settings
from fingerpost.wiring import opened
from tests.conftest import copy_of
from tests.reviews.replay import Clock, Replay
from tests.reviews.timeline import Timeline, timelines


@contextmanager
def replayed(settings: Settings, folder: Path, told: dict[str, Timeline]) -> Generator[Replay]:
    """Replay timelines in a database of their own."""
    clock = Clock()
    with (
        opened(settings, clock) as service,
        psycopg.connect(Instance(settings).owner_conninfo(), autocommit=True) as owner,
    ):
        replay = Replay(service, clock, owner, folder, told)
        replay.run()
        yield replay


@pytest.fixture(scope="module")
def replay(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    folder = tmp_path_factory.mktemp("reviews")
    with copy_of(instance, folder) as settings, replayed(settings, folder, timelines()) as done:
        yield done
