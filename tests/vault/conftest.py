"""A vault on a database of its own, answering in a thread of the tests: callers are played by this user."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fingerpost.instance import Instance
from fingerpost.settings import Settings
from fingerpost.vault.messages import Caller
from fingerpost.vault.serve import Server, listen
from fingerpost.vault.vault import LocalVault
from fingerpost.wiring import opened_vault
from tests.conftest import copy_of


@contextmanager
def serving(vault: LocalVault, path: Path, *callers: Caller) -> Iterator[Path]:
    """Answer on a socket in a thread: this user is these callers."""
    stopped = threading.Event()
    with listen(path, None) as listener:
        server = Server(vault, {os.getuid(): frozenset(callers)} if callers else {})
        thread = threading.Thread(target=server.run, args=(listener, stopped))
        thread.start()
        try:
            yield path
        finally:
            stopped.set()
            thread.join()


@pytest.fixture(scope="module")
def place(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with copy_of(instance, tmp_path_factory.mktemp("callers")) as made:
        yield made


@pytest.fixture(scope="module")
def vault(place: Settings) -> Iterator[LocalVault]:
    with opened_vault(place) as made:
        yield made
