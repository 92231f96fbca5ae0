"""Two processes of two users: the door answers without a key, and what happens when the vault dies or hangs.

As root the two are users without rights, as docs/deployment.md has it; else both are this user, and what
only the kernel can hold apart is left out.
"""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.instance import Instance
from fingerpost.ledger import Receipt
from fingerpost.ledger.reconcile import reconcile
from fingerpost.ledger.verify import verify, verify_receipt
from fingerpost.settings import Settings
from fingerpost.vault.messages import Caller
from fingerpost.wiring import opened
from fingerpost.words.clock import now
from fingerpost.words.vocabulary import Role, Scope
from tests.cli.serving import Reply, Server, environment, until
from tests.conftest import Child, copy_of, write_extract
from tests.vault.apart import Apart, User, apart, can_be

LEEDS = "E08000035"
CHILD = Child(nhs_number="9990000034")
QUESTION: dict[str, Any] = {
    "practitioner": "nurse",
    "purpose": "unscheduled_care",
    "case_reference": "AE-1",
    "child": {"given_names": CHILD.given, "family_name": CHILD.family, "date_of_birth": CHILD.born},
}
LIMIT = 5.0  # seconds: to a refusal, and to the first answer after the vault is back
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two other users")


class Scene(msgspec.Struct):
    """What runs, and what the tests know of it."""

    apart: Apart
    server: Server
    token: str
    settings: Settings

    def ask(self) -> Reply:
        return self.server.ask(self.token, QUESTION)

    def answered(self) -> Receipt:
        reply = self.ask()
        assert reply.status == 200, reply.body
        answer = reply.json()
        assert [s["authority_name"] for m in answer["matches"] for s in m["signposts"]] == ["Leeds"]
        assert answer["matches"][0]["explanation"]
        return msgspec.convert(answer["receipt"], Receipt)


@pytest.fixture(scope="module")
def scene(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("apart")
    if not can_be(User(61_001, 61_001)):
        pytest.skip("this interpreter cannot be run by a user without rights")
    with copy_of(instance, folder) as settings:
        with opened(settings) as service:
            service.feeds.load_ssd(write_extract(folder / "leeds", CHILD), LEEDS)
            service.accounts.save_practitioner(Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, True))
            token = service.accounts.issue_client("RJ1", "test", (Scope.LOOKUP,), 1)
        with apart(settings) as made:
            server = Server(
                made.web_folder, folder / "output", python=made.web.command(sys.executable),
                database_url=made.database_url, vault=made.vault.socket, threads=4,
            )  # fmt: skip
            with server:
                yield Scene(made, server, token, settings)


def _unlogged(scene: Scene, receipts: list[Receipt]) -> list[Receipt]:
    """Return the receipts whose entry is not on the ledger, which as a whole must be sound."""
    with opened(scene.settings) as service:
        assert verify(service.ledger, service.records_database).sound
        assert reconcile(service.records_database, now().replace(year=2020), now()).unrecorded == ()
        key = service.vault.verifying_key()
        return [r for r in receipts if verify_receipt(service.ledger, service.records_database, r, key)]


def test_a_question_is_answered_by_a_door_without_keys(scene: Scene) -> None:
    assert scene.server.call("GET", "/api/v1/coverage").status == 401
    assert _unlogged(scene, [scene.answered() for _ in range(3)]) == []


def _as(user: User, *line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        user.command(*line), cwd="/", capture_output=True, text=True, timeout=60, check=False
    )


@as_root
def test_the_doors_user_can_read_no_key(scene: Scene) -> None:
    """The kernel says no, and says yes to what the door may read."""
    keyring, web = scene.apart.keyring, scene.apart.web
    (wrapping,) = (keyring.parents[1] / "wrapping-key").glob("*.key")
    for closed in (keyring, wrapping, Path(f"/proc/{scene.apart.vault.pid}/environ")):
        done = _as(web, "cat", str(closed))
        assert (done.returncode, done.stdout) == (1, "")
        assert "Permission denied" in done.stderr
    assert _as(web, "ls", str(keyring.parent)).returncode != 0
    assert _as(web, "cat", str(scene.apart.web_folder / "database.json")).returncode == 0


def _processes(scene: Scene) -> list[int]:
    assert scene.server.process is not None
    return [scene.server.process.pid, *scene.server.workers()]


def test_the_door_has_no_keyring_open_or_named(scene: Scene) -> None:
    for pid in _processes(scene):
        open_files = [os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir() if fd.is_symlink()]
        assert not [name for name in open_files if "keyring" in name or "wrapping" in name]
        assert b"keyring" not in Path(f"/proc/{pid}/environ").read_bytes()
        assert b"keyring" not in Path(f"/proc/{pid}/maps").read_bytes()
        uid = next(
            line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line[:4] == "Uid:"
        )
        assert set(uid.split()[1:]) == {str(scene.apart.web.number)}


@as_root
def test_the_door_has_no_key_in_its_memory(scene: Scene) -> None:
    """The keys of the index, of references, of signing and of data; the control finds them in the vault."""
    scene.answered()
    with opened(scene.settings) as service:
        ring = Instance(service.settings).keyring()
        keys = [ring.key(name) for name in ring.names()]
    assert len(keys) > 3
    assert _held(scene.apart.vault.pid, keys)
    for pid in _processes(scene):
        assert _held(pid, keys) == 0


def _held(pid: int, keys: list[bytes]) -> int:
    """Return how many of the keys stand in a process's memory."""
    found: set[bytes] = set()
    with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            start, end = (int(place, 16) for place in span.split("-"))
            if rights.startswith("rw"):
                try:
                    memory.seek(start)
                    content = memory.read(end - start)
                except (OSError, OverflowError):
                    continue
                found |= {key for key in keys if key in content}
    return len(found)


def test_the_vault_leaves_no_core_and_its_socket_is_closed_to_others(scene: Scene) -> None:
    limits = Path(f"/proc/{scene.apart.vault.pid}/limits").read_text().splitlines()
    assert next(line for line in limits if line.startswith("Max core")).split()[4:6] == ["0", "0"]
    mode = stat.S_IMODE(scene.apart.vault.socket.stat().st_mode)
    assert mode == (0o660 if os.geteuid() == 0 else 0o600)


ASK = (
    "import sys; from datetime import date; from pathlib import Path; from uuid import uuid4;"
    " from fingerpost.vault.remote import connect;"
)


def _sent(user: User, scene: Scene, message: str) -> subprocess.CompletedProcess[str]:
    """Have a user send a message by itself, with whatever code it likes."""
    code = f"{ASK} v = connect(Path(sys.argv[1])); print({message})"
    return _as(user, sys.executable, "-c", code, str(scene.apart.vault.socket))


@as_root
def test_a_user_without_a_row_is_turned_away_and_told_of(scene: Scene) -> None:
    outside = msgspec.structs.replace(scene.apart.stranger, group=scene.apart.stranger.number)
    for user, told in ((outside, 0), (scene.apart.stranger, 1)):
        done = _sent(user, scene, "v.verifying_key()")
        assert done.returncode == 1
        assert "Unavailable" in done.stderr
        assert scene.apart.vault.said().count("a user without a row") == told


def test_what_the_door_may_not_ask_is_refused_and_told_of(scene: Scene) -> None:
    for message, sent in (
        ("open_event", "open_event(uuid4(), date(2026, 1, 1), b'')"),
        ("data_keys", "data_keys()"),
    ):
        done = _sent(scene.apart.web, scene, f"v.{sent}")
        assert done.returncode == 1
        assert "does not do that for" in done.stderr
        assert f'"what": "{message}"' in scene.apart.vault.said()
    assert CHILD.given not in scene.apart.vault.said()


class _Askers:
    """Practitioners who keep asking while the vault dies under them."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.receipts: list[Receipt] = []
        self.refused: list[tuple[float, Reply]] = []
        self.last = 0.0  # when the latest answer came
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._keep_asking) for _ in range(3)]

    def _keep_asking(self) -> None:
        while not self._stop.is_set():
            started = time.monotonic()
            reply = self._scene.ask()
            if reply.status == 200:
                self.receipts.append(msgspec.convert(reply.json()["receipt"], Receipt))
                self.last = time.monotonic()
            else:
                self.refused.append((time.monotonic() - started, reply))
                self._stop.wait(0.02)

    def __enter__(self) -> "_Askers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def _refused_rightly(refused: list[tuple[float, Reply]]) -> None:
    assert refused
    assert {reply.status for _, reply in refused} == {503}
    assert all(reply.headers["retry-after"] for _, reply in refused)
    told = [reply.json() for _, reply in refused if "vault" in reply.json()["detail"]]
    assert told
    assert all(len(document["reference"]) == 8 for document in told)
    assert max(took for took, _ in refused) < LIMIT
    assert not [
        reply for _, reply in refused if CHILD.family.encode() in reply.body or b"Leeds" in reply.body
    ]


def test_kill_9_of_the_vault_in_the_middle_and_recovery(scene: Scene) -> None:
    vault = scene.apart.vault
    with _Askers(scene) as askers:
        for _ in range(2):
            before = len(askers.receipts)
            while len(askers.receipts) < before + 5:
                time.sleep(0.01)
            vault.kill()
            time.sleep(0.3)
            vault.start()
            back = time.monotonic()
            while askers.last < back:
                assert time.monotonic() - back < LIMIT
                time.sleep(0.01)
    _refused_rightly(askers.refused)
    assert _unlogged(scene, askers.receipts) == []


def test_a_vault_that_hangs_is_given_up_in_time_and_found_again(scene: Scene) -> None:
    scene.answered()
    os.kill(scene.apart.vault.pid, signal.SIGSTOP)
    try:
        with _Askers(scene) as askers:
            time.sleep(2.5)
        assert askers.receipts == []
    finally:
        os.kill(scene.apart.vault.pid, signal.SIGCONT)
    _refused_rightly(askers.refused)
    assert _unlogged(scene, [scene.answered()]) == []


def test_status_tells_each_process_what_it_may_know(scene: Scene) -> None:
    """As the deployment page has it checked: by the door's own user, who may not know what was erased."""
    given = environment(
        scene.apart.web_folder, database_url=scene.apart.database_url, vault=scene.apart.vault.socket
    )
    line = scene.apart.web.command(sys.executable, "-m", "fingerpost", "status")
    told = subprocess.run(line, env=given, cwd="/", capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert f"apart, at {scene.apart.vault.socket}" in told.stdout
    assert " of 153" in told.stdout


def test_the_tree_is_grown_by_a_process_that_may(scene: Scene, tmp_path: Path) -> None:
    receipt = scene.answered()
    Instance(scene.settings).give([Caller.LEDGER], tmp_path / "ledger")
    given = environment(
        tmp_path / "ledger", database_url=scene.apart.database_url, vault=scene.apart.vault.socket
    )
    line = [sys.executable, "-m", "fingerpost", "work", "sequencer"]
    work = subprocess.Popen(line, env=given, stdin=subprocess.DEVNULL, cwd="/")
    try:
        assert until(
            lambda: scene.server.call("GET", f"/api/v1/ledger/proofs/{receipt.entry}").status == 200, 20
        )
    finally:
        work.terminate()
        assert work.wait(10) == 0
