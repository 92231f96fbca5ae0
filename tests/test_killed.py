"""Promise 8: what was acknowledged survives kill -9 of the database, again and again."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.instance import Instance
from fingerpost.ledger import Receipt
from fingerpost.ledger.verify import verify, verify_receipt
from fingerpost.ledger.verify_tree import verify_tree
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import Service, found, opened
from fingerpost.words.errors import Unavailable
from fingerpost.words.vocabulary import Role, Scope
from tests.conftest import Child, form_of, go_live, let_in, question, write_extract

LOADS, LOOKUPS, KILLS = 100, 400, 4  # `assurance/killed` loads, asks and kills by the thousand
AUTHORITIES = ("E08000035", "E06000010")
T = TypeVar("T")
NURSE = Caller(uuid4(), "test", "RJ1", "", (Scope.LOOKUP,))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An instance of this module's own, to be killed."""
    made = Settings(
        instance=tmp_path_factory.mktemp("killed") / "i", environment=Environment.TEST, guard=False
    )
    found(made)
    with Instance(made).running():
        go_live(made)
    return made


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    with opened(settings) as made:
        let_in(Instance(settings).owner_conninfo())
        made.accounts.save_practitioner(Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True))
        yield made


def _child(number: int) -> Child:
    born = date(2012, 1, 1) + timedelta(days=11 * number)
    return Child(reference=f"P{number}", given="Ada", family="Quill", born=born.isoformat())


class _Run:
    """Loads and lookups in threads, and what was acknowledged of them."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.service, self.folder = service, folder
        self.receipts: list[Receipt] = []
        self.loaded: list[tuple[str, int]] = []
        self.refused = 0
        self.surprises: list[BaseException] = []

    def load(self, authority: str) -> None:
        for night in range(1, LOADS // len(AUTHORITIES) + 1):
            extract = write_extract(self.folder / authority / str(night), *(_child(n) for n in range(night)))
            self.insist(partial(self.service.feeds.load_ssd, extract, authority))
            self.loaded.append((authority, night))

    def ask(self, times: int) -> None:
        asked = question(form_of(_child(0)))
        for _ in range(times):
            answer = self.insist(lambda: self.service.lookup.ask(NURSE, asked))
            self.receipts.append(answer.receipt)

    def insist(self, act: Callable[[], T]) -> T:
        while True:
            try:
                return act()
            except Unavailable:
                self.refused += 1
                time.sleep(0.05)

    def guarded(self, work: Callable[..., None], *arguments: object) -> None:
        try:
            work(*arguments)
        except BaseException as error:
            self.surprises.append(error)
            raise


def _kill_server(settings: Settings) -> None:
    server = Instance(settings).server
    assert server is not None
    server.wait_until_up()  # a stale pid file names a process that is gone, or somebody else's
    os.kill(int((server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


def test_nothing_acknowledged_is_lost(service: Service, settings: Settings, tmp_path: Path) -> None:
    run = _Run(service, tmp_path)
    work: list[tuple[Any, ...]] = [(run.load, a) for a in AUTHORITIES] + [(run.ask, LOOKUPS // 4)] * 4
    threads = [threading.Thread(target=run.guarded, args=job, daemon=True) for job in work]
    stopped = threading.Event()
    sequencer = threading.Thread(target=service.sequencer.run, args=(stopped, print), daemon=True)
    for thread in (*threads, sequencer):
        thread.start()
    killed = 0
    while any(thread.is_alive() for thread in threads):
        time.sleep(1.0)
        if killed < KILLS:
            _kill_server(settings)
            killed += 1
    stopped.set()
    sequencer.join()
    assert run.surprises == []
    assert killed >= 3, "the run ended before it was disturbed"
    assert run.refused > 0, "no kill was felt, so nothing was tested"
    assert len(run.receipts) == LOOKUPS
    run.insist(service.lookup.coverage)  # the last kill may have been a moment ago
    run.insist(lambda: verify(service.ledger, service.records_database))
    key = service.vault.verifying_key()
    lost = [r for r in run.receipts if verify_receipt(service.ledger, service.records_database, r, key)]
    assert lost == []
    verdict = verify(service.ledger, service.records_database)
    assert verdict.sound
    assert verdict.kinds["feed_loaded"] >= LOADS
    service.sequencer.sequence_all()
    tree = verify_tree(service.tree_database, service.tree.log)
    assert (tree.faults, tree.leaves, tree.waiting) == ((), verdict.entries, 0)
    assert tree.checkpoints > 10
    _every_child_is_found(service)


def _every_child_is_found(service: Service) -> None:
    for number in range(LOADS // len(AUTHORITIES)):
        answer = service.lookup.ask(NURSE, question(form_of(_child(number))))
        assert {s.authority for m in answer.matches for s in m.signposts} == set(AUTHORITIES)
