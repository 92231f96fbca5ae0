"""The server as it runs: killed, stopped, started twice, and as a user with no rights. Promise 8."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.db.embedded import is_locked
from fingerpost.instance import Instance
from fingerpost.ledger import Receipt
from fingerpost.ledger.note import read_vkey
from fingerpost.ledger.proof import proves, read_proof
from fingerpost.ledger.verify import verify, verify_receipt
from fingerpost.ledger.verify_tree import verify_tree
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import found, opened
from fingerpost.words.clock import today
from fingerpost.words.vocabulary import Role, Scope
from tests.cli.serving import Reply, Server, environment, free_port, until
from tests.conftest import Child, go_live, let_in, write_extract

DAY = today().isoformat()
CHILD = Child(nhs_number="9434765919")
QUESTION: dict[str, Any] = {
    "practitioner": "nurse",
    "purpose": "unscheduled_care",
    "case_reference": "AE-1",
    "child": {"given_names": CHILD.given, "family_name": CHILD.family, "date_of_birth": CHILD.born},
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An instance of this module's own, to be killed."""
    made = Settings(instance=tmp_path_factory.mktemp("served") / "i", environment=Environment.TEST)
    found(made)
    with Instance(made).running():
        go_live(made)
    return made


@pytest.fixture(scope="module")
def token(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A bearer token of an NHS trust; Leeds knows the child."""
    extract = write_extract(tmp_path_factory.mktemp("extract") / "leeds", CHILD)
    with opened(settings) as service:
        let_in(Instance(settings).owner_conninfo())
        service.feeds.load_ssd(extract, "E08000035")
        service.accounts.save_practitioner(Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, True))
        return service.accounts.issue_client("RJ1", "test", (Scope.LOOKUP,), 1)


@pytest.fixture
def server(settings: Settings, token: str, tmp_path: Path) -> Iterator[Server]:
    with Server(settings.instance, tmp_path / "output") as running:
        yield running


def _asked(server: Server, token: str) -> Receipt:
    """Ask, and return the receipt of the answer, which names Leeds."""
    reply = server.ask(token, QUESTION)
    assert reply.status == 200, reply.body
    answer = reply.json()
    assert [s["authority_name"] for m in answer["matches"] for s in m["signposts"]] == ["Leeds"]
    return msgspec.convert(answer["receipt"], Receipt)


def _lost(settings: Settings, receipts: list[Receipt]) -> list[Receipt]:
    """Return the receipts whose entry is not on the ledger; ledger and tree as a whole must be sound."""
    with opened(settings) as service:
        assert verify(service.ledger, service.records_database).sound
        service.sequencer.sequence_all()
        assert verify_tree(service.tree_database, service.tree.log).faults == ()
        assert all(service.tree.prove(receipt) for receipt in receipts[-20:])
        key = service.vault.verifying_key()
        return [r for r in receipts if verify_receipt(service.ledger, service.records_database, r, key)]


def test_each_answer_is_proved_within_a_second(server: Server, settings: Settings, token: str) -> None:
    """By the server alone: its own sequencer, its own page, while it answers."""
    key = server.call("GET", "/api/v1/ledger/key").json()["vkey"]
    log = read_vkey(key)
    assert log is not None
    for _ in range(5):
        receipt = _asked(server, token)
        found: list[Reply] = []

        def proved(receipt: Receipt = receipt, found: list[Reply] = found) -> bool:
            found.append(server.call("GET", f"/api/v1/ledger/proofs/{receipt.entry}"))
            return found[-1].status == 200

        assert until(proved, 1.0)
        proof = read_proof(found[-1].body)
        assert proof is not None
        assert proves(proof, receipt.entry_bytes(), log)
    assert _lost(settings, [receipt]) == []


class _Askers:
    """Practitioners who keep asking while something is killed under them."""

    def __init__(self, server: Server, token: str) -> None:
        self.server, self.token = server, token
        self.receipts: list[Receipt] = []
        self.failed = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(2)]

    def _ask(self) -> None:
        while not self._stop.is_set():
            try:
                self.receipts.append(_asked(self.server, self.token))
            except (OSError, HTTPException, msgspec.DecodeError, ValueError):
                self.failed += 1
                self._stop.wait(0.05)

    def __enter__(self) -> "_Askers":
        for thread in self._threads:
            thread.start()
        assert until(lambda: len(self.receipts) >= 5)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def test_a_killed_worker_is_replaced_and_loses_nothing(
    server: Server, settings: Settings, token: str
) -> None:
    (worker,) = server.workers()
    with _Askers(server, token) as askers:
        os.kill(worker, signal.SIGKILL)
        assert until(lambda: askers.failed > 0)
        before = len(askers.receipts)
        assert until(lambda: len(askers.receipts) >= before + 5), server.output.read_text()
    assert server.workers() not in ([], [worker])
    assert _lost(settings, askers.receipts) == []


def test_a_killed_server_leaves_no_worker_and_can_be_started_again(
    server: Server, settings: Settings, token: str, tmp_path: Path
) -> None:
    (worker,) = server.workers()
    assert server.process is not None
    with _Askers(server, token) as askers:
        server.process.kill()
        server.process.wait()
        assert until(lambda: askers.failed > 0)
    assert until(lambda: not _runs(worker)), "the orphaned worker still serves"
    with Server(settings.instance, tmp_path / "again", port=server.port) as again:
        askers.receipts.append(_asked(again, token))
    assert _lost(settings, askers.receipts) == []


def _runs(pid: int) -> bool:
    """Tell whether a process lives; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_sigterm_ends_it_cleanly_and_the_database_stops(server: Server, settings: Settings) -> None:
    assert server.process is not None
    workers = server.workers()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(20) == 0, server.output.read_text()
    assert until(lambda: not any(map(_runs, workers)), 5)
    database = Instance(settings).server
    assert database is not None
    assert until(lambda: not database.accepts() and not is_locked(database.supervisor_lock), 20)
    assert "Traceback" not in server.output.read_text()


@pytest.mark.parametrize(
    "command",
    [
        ("serve",),
        ("work", "sequencer"),
        ("vault", "serve", "s", "--allow", f"web={os.geteuid()}"),
        ("status",),
    ],
)
def test_a_schema_of_another_version_is_refused_with_its_exit_status(
    settings: Settings, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """A worker starts the embedded server: what it finds out ends the server that started it as well."""
    conninfo = Instance(settings).owner_conninfo()
    with Instance(settings).running(), psycopg.connect(conninfo, autocommit=True) as owner:
        (note,) = owner.execute("DELETE FROM schema_migration WHERE number = 12 RETURNING *").fetchall()
        try:
            done = subprocess.run(
                [sys.executable, "-m", "fingerpost", *command], cwd=tmp_path, capture_output=True, text=True,
                env=environment(settings.instance, port=free_port(), environment="test"), timeout=60,
                check=False,
            )  # fmt: skip
        finally:
            owner.execute("INSERT INTO schema_migration VALUES (%s, %s, %s, %s)", note)
    assert done.returncode == 2, done.stderr
    assert "run `fingerpost db migrate`" in done.stdout + done.stderr


def test_a_second_server_on_the_same_port_is_refused(server: Server, settings: Settings) -> None:
    given = environment(settings.instance, port=server.port)
    second = subprocess.run(
        [sys.executable, "-m", "fingerpost", "serve"], env=given, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert (second.returncode, second.stdout) == (2, "")
    assert f"port {server.port}: address already in use; set FINGERPOST_HOST" in second.stderr
    assert server.is_ready()


def test_it_says_only_what_may_be_said(server: Server, token: str) -> None:
    """One line for each request: method, route, status, time. No path, no query, no name."""
    _asked(server, token)
    server.call("GET", "/api/v1/Featherstonehaugh?name=Featherstonehaugh")
    server.call("FEATHERSTONEHAUGH", "/healthz")
    assert until(lambda: '"other"' in server.output.read_text(), 5)
    lines = [line for line in server.output.read_text().splitlines() if line.startswith("{")]
    known = {"event", "level", "method", "ms", "route", "status", "timestamp"}
    assert all(set(msgspec.json.decode(line)) == known for line in lines)
    assert {"unmatched", "/api/v1/lookups"} <= {msgspec.json.decode(line)["route"] for line in lines}
    assert "featherstonehaugh" not in server.output.read_text().casefold()


NOBODY = pwd.getpwnam("nobody")
BECOME = ["setpriv", f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups", "--"]
# Starts a second interpreter too: one inside root's own folder can be started once, before rights are gone.
PROBE = "import subprocess, sys, fingerpost.app; subprocess.run([sys.executable, '-c', ''], check=True)"


@pytest.fixture
def nobodys_python(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command line of an interpreter that a user without rights can run."""
    if os.geteuid() != 0:
        pytest.skip("every other test here runs without rights already")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        probe = [*BECOME, python, "-c", PROBE]
        given = environment(Path("/nowhere"))
        if not subprocess.run(probe, env=given, capture_output=True, cwd="/", check=False).returncode:
            return [*BECOME, python]
    pytest.skip("neither this interpreter nor the system's can be run by a user without rights")


@pytest.fixture
def nobodys_folder() -> Iterator[Path]:
    """A folder of a user with no rights, outside pytest's own, which only its owner may enter."""
    folder = Path(tempfile.mkdtemp(prefix="fingerpost-test-"))
    shutil.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)
    yield folder
    shutil.rmtree(folder)


def test_a_user_without_rights_may_run_all_of_it(
    nobodys_python: list[str], nobodys_folder: Path, tmp_path: Path
) -> None:
    folder = nobodys_folder / "i"

    def run(*arguments: str) -> str:
        line = [*nobodys_python, "-m", "fingerpost", *arguments]
        done = subprocess.run(
            line, env=environment(folder), capture_output=True, text=True, cwd="/", check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    run("init", str(folder))
    assert {folder.stat().st_uid, (folder / "postgres" / "data").stat().st_uid} == {NOBODY.pw_uid}
    token = run("client", "issue", "--authority", "RJ1", "--name", "test", "--scope", "lookup",
                "--assured-on", DAY)  # fmt: skip
    run("authority", "accredit", "--authority", "RJ1", "--owner", "Olive Owner", "--checked-on", DAY)
    run("practitioner", "add", "--authority", "RJ1", "--reference", "nurse", "--name", "N", "--role",
        "clinician", "--dbs-on", DAY, "--trained-on", DAY)  # fmt: skip
    with Server(folder, tmp_path / "output", python=nobodys_python) as server:
        assert server.ask(token, QUESTION).json()["outcome"] == "not_found"
    assert "0 wrong" in run("ledger", "verify")
    database = Instance(Settings(instance=folder)).server
    assert database is not None
    assert until(lambda: not is_locked(database.supervisor_lock), 20)
