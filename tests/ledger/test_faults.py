"""R14: the three holes known of another vault's audit (sink deleted, black-holed, disk full) are closed here.

In each case every question is refused within five seconds, and no answer leaves that is not on the ledger.
Controls: a service that answers all the same, and one that waits for ever, are found by the same measures.
"""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from msgspec import Struct

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.api.rest.door import build
from fingerpost.db.database import Database, Session
from fingerpost.instance import Instance
from fingerpost.ledger import Ledger, Receipt
from fingerpost.ledger.events import Event
from fingerpost.ledger.reconcile import Reconciliation, reconcile
from fingerpost.ledger.store import Ending
from fingerpost.ledger.verify import verify_receipt
from fingerpost.ledger.verify_tree import verify_tree
from fingerpost.lookup import Answer, Lookup
from fingerpost.settings import Environment, Settings
from fingerpost.vault.release import Unrecorded, Words
from fingerpost.vault.values import Entered
from fingerpost.wiring import Service, found, opened
from fingerpost.words.clock import now
from fingerpost.words.errors import FingerpostError, Unavailable
from fingerpost.words.vocabulary import Role, Scope
from tests.conftest import Child, Owner, Publish, form_of, go_live, let_in, question, write_extract

LIMIT = 5.0  # seconds to a refusal
CHILD = Child()


class Asked(Struct):
    """How one question ended, and how long it took."""

    seconds: float
    answer: Answer | None
    error: FingerpostError | None


def ask(lookup: Lookup, nurse: Caller) -> Asked:
    started = time.monotonic()
    answer, error = None, None
    try:
        answer = lookup.ask(nurse, question(form_of(CHILD)))
    except FingerpostError as failure:
        error = failure
    return Asked(time.monotonic() - started, answer, error)


def unlogged(service: Service, asked: list[Asked]) -> list[Receipt]:
    """Return the receipts of answers that left and are not on the ledger."""
    receipts = [a.answer.receipt for a in asked if a.answer]
    key = service.vault.verifying_key()
    return [r for r in receipts if verify_receipt(service.ledger, service.records_database, r, key)]


def counted(service: Service) -> Reconciliation:
    return reconcile(service.records_database, now().replace(year=2020), now())


@pytest.fixture
def lookup(service: Service, publish: Publish, nurse: Caller) -> Lookup:
    """A service that knows the child, tried once."""
    publish("E08000035", CHILD)
    assert ask(service.lookup, nurse).answer is not None
    return service.lookup


DELETED = {
    "table gone": ("ALTER TABLE ledger_entry RENAME TO gone", "ALTER TABLE gone RENAME TO ledger_entry"),
    "right taken": (
        "REVOKE INSERT ON ledger_entry FROM fingerpost_lookup",
        "GRANT INSERT ON ledger_entry TO fingerpost_lookup",
    ),
    "queue gone": ("ALTER TABLE ledger_waiting RENAME TO gone", "ALTER TABLE gone RENAME TO ledger_waiting"),
    "count gone": ("ALTER TABLE vault_release RENAME TO gone", "ALTER TABLE gone RENAME TO vault_release"),
}  # fmt: skip


@pytest.mark.parametrize("case", DELETED)
def test_sink_deleted(service: Service, lookup: Lookup, nurse: Caller, owner: Owner, case: str) -> None:
    delete, restore = DELETED[case]
    owner.execute(delete.encode())
    asked = [ask(lookup, nurse) for _ in range(5)]
    assert [a.answer for a in asked] == [None] * 5
    assert max(a.seconds for a in asked) < LIMIT
    owner.execute(restore.encode())
    after = ask(lookup, nurse)
    assert after.answer is not None
    assert unlogged(service, [after]) == []
    assert counted(service).unrecorded == ()


class _Careless(Ledger):
    """Goes on when it cannot write: what the other vault did."""

    def record(
        self, session: Session, event: Event, also: Callable[[Receipt], Ending | None] | None = None
    ) -> Receipt:
        kept: list[Receipt] = []
        enter = self._vault.enter

        def remember(entry: UUID, moment: datetime, content: bytes) -> Entered:
            made = enter(entry, moment, content)
            kept.append(Receipt(entry, moment, made.leaf.hex(), made.signature.hex()))
            return made

        self._vault.enter = remember  # type: ignore[method-assign]
        try:
            return super().record(session, event, also)
        except psycopg.Error:
            return kept[-1]
        finally:
            self._vault.enter = enter  # type: ignore[method-assign]


def _careless(service: Service) -> Lookup:
    ledger = _Careless(service.vault, now)
    return Lookup(
        service.lookup_database,
        service.vault,
        ledger,
        service.guard,
        now,
        desk_phone="1",
        silent_after=timedelta(hours=48),
    )


def test_a_ledger_that_goes_on_lets_nothing_out(
    service: Service, lookup: Lookup, nurse: Caller, owner: Owner
) -> None:
    """The vault sees for itself that the entry stands, so a fault in the ledger's code is not enough."""
    owner.execute(DELETED["right taken"][0].encode())
    asked = ask(_careless(service), nurse)
    assert (asked.answer, type(asked.error)) == (None, Unrecorded)


def test_an_unlogged_answer_would_be_found(
    service: Service, lookup: Lookup, nurse: Caller, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with a careless vault too the answer leaves, and the measure finds it."""

    def let_out(receipt: Receipt, withheld: list[Words]) -> list[str]:
        return [""] * len(withheld)

    monkeypatch.setattr(service.vault, "release", let_out)
    owner.execute(DELETED["right taken"][0].encode())
    asked = ask(_careless(service), nurse)
    assert asked.answer is not None
    assert unlogged(service, [asked]) == [asked.answer.receipt]


@contextmanager
def _locked(owner: Owner, table: str) -> Generator[None]:
    with owner.transaction():
        owner.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_waiting", "vault_release"])
def test_black_hole_of_a_lock(
    service: Service, lookup: Lookup, nurse: Caller, owner: Owner, table: str
) -> None:
    with _locked(owner, table):
        asked = _side_by_side(lookup, nurse)
    _refused_in_time(asked)
    after = ask(lookup, nurse)
    assert after.answer is not None
    assert unlogged(service, [after]) == []
    assert counted(service).unrecorded == ()


def _side_by_side(lookup: Lookup, nurse: Caller) -> list[Asked]:
    asked: list[Asked] = []
    threads = [threading.Thread(target=lambda: asked.append(ask(lookup, nurse))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(asked) == 6
    return asked


def _refused_in_time(asked: list[Asked]) -> None:
    assert [a.answer for a in asked] == [None] * len(asked)
    assert {type(a.error) for a in asked} == {Unavailable}
    assert max(a.seconds for a in asked) < LIMIT


def _postmaster(instance: Instance) -> int:
    assert instance.server is not None
    return int((instance.server.data / "postmaster.pid").read_text().split()[0])


def _children(pid: int) -> list[int]:
    return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def _frozen(instance: Instance) -> Generator[None]:
    """The whole server stands still: it holds its connections, takes new ones, and says nothing."""
    server = _postmaster(instance)
    os.kill(server, signal.SIGSTOP)
    still = _children(server)
    for pid in still:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in (*still, server):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def test_black_hole_of_a_frozen_server(
    service: Service, lookup: Lookup, nurse: Caller, instance: Instance
) -> None:
    with _frozen(instance):
        first = _side_by_side(lookup, nurse)
        again = ask(lookup, nurse)
    _refused_in_time([*first, again])
    time.sleep(0.5)
    after = [ask(lookup, nurse) for _ in range(20)]
    assert after[-1].answer is not None
    assert unlogged(service, after) == []
    assert counted(service).unrecorded == ()


def test_every_page_of_a_practitioner_gives_up_in_time(
    service: Service, lookup: Lookup, nurse: Caller, instance: Instance
) -> None:
    """Over HTTP: every route that reads the database; none keeps a thread of the server."""
    service.sequencer.sequence_all()
    token = service.accounts.issue_client("RJ1", "test", tuple(Scope), 1)
    bearer = {"Authorization": f"Bearer {token}"}
    paths = (
        "/api/v1/coverage",
        "/api/v1/feeds",
        "/readyz",
        "/ledger/checkpoint",
        "/ledger/tile/0/000.p/1",
        f"/api/v1/ledger/proofs/{uuid4()}",
    )
    app, asked = build(service), [*(("GET", path) for path in paths), ("POST", "/api/v1/lookups")]

    def ask_once(line: tuple[str, str]) -> tuple[int, bool]:
        started = time.monotonic()
        answer = app.test_client().open(line[1], method=line[0], json={}, headers=bearer)
        return answer.status_code, time.monotonic() - started < LIMIT

    with _frozen(instance), ThreadPoolExecutor(len(asked)) as pool:
        answers = dict(zip(asked, pool.map(ask_once, asked), strict=True))
    assert answers == dict.fromkeys(asked, (503, True))


def test_without_patience_it_would_wait(settings: Settings, instance: Instance) -> None:
    """The control: the same freeze, and a pool as it was before."""
    with Database(Instance(settings).conninfo("fingerpost_lookup"), most=1) as database:
        ended = threading.Event()

        def read() -> None:
            with suppress(FingerpostError), database.statement() as session:
                session.value("SELECT 1")
            ended.set()

        with database.statement() as session:
            assert session.value("SELECT 1") == 1
        with _frozen(instance):
            threading.Thread(target=read, daemon=True).start()
            assert not ended.wait(LIMIT + 1)
        assert ended.wait(LIMIT)


# Disk full: an instance of its own on a small file system, its keyring elsewhere.

SIZE = 220  # MiB; a new instance takes about 100


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of `SIZE`."""
    folder = tmp_path / "small"
    folder.mkdir()
    line = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=755", "small", str(folder)]
    if not shutil.which("mount") or subprocess.run(line, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small file system to be filled")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _fill(ballast: Path) -> None:
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


def test_disk_full(small: Path, tmp_path: Path) -> None:
    made = Settings(
        instance=small / "i", keyring=tmp_path / "keyring", environment=Environment.TEST, threads=2,
        guard=False,
    )  # fmt: skip
    found(made)
    with opened(made) as service:
        let_in(Instance(made).owner_conninfo())
        go_live(made)
        service.accounts.save_practitioner(
            Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True)
        )
        service.feeds.load_ssd(write_extract(tmp_path / "extract", CHILD), "E08000035")
        nurse = _nurse()
        _fill(small / "ballast")
        full = _until(lambda a: a.answer is None, service.lookup, nurse)
        full += [ask(service.lookup, nurse) for _ in range(3)]
        assert max(a.seconds for a in full) < LIMIT
        assert {type(a.error) for a in full if a.answer is None} == {Unavailable}
        (small / "ballast").unlink()
        after = _until(lambda a: a.answer is not None, service.lookup, nurse)
        assert unlogged(service, full + after) == []
        assert counted(service).unrecorded == ()
        service.sequencer.sequence_all()
        assert verify_tree(service.tree_database, service.tree.log).sound


def _nurse() -> Caller:
    return Caller(uuid4(), "test", "RJ1", "Guy's", (Scope.LOOKUP,))


def _until(true: Callable[[Asked], bool], lookup: Lookup, nurse: Caller) -> list[Asked]:
    """Ask until an answer is so; give up after a minute."""
    asked: list[Asked] = []
    deadline = time.monotonic() + 60
    while not asked or not true(asked[-1]):
        assert time.monotonic() < deadline
        asked.append(ask(lookup, nurse))
    return asked
