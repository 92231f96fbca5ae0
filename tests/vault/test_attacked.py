"""The vault's socket under attack: whatever comes, nothing is given away and the others are served."""

import grp
import os
import pwd
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog
from hypothesis import given
from hypothesis import settings as trying

from fingerpost.settings import Settings
from fingerpost.vault import Question, serve, wire
from fingerpost.vault.messages import Caller
from fingerpost.vault.own import StartedAnew
from fingerpost.vault.remote import RemoteVault, connect
from fingerpost.vault.serve import group_id, listen, user_id
from fingerpost.vault.vault import LocalVault
from fingerpost.wiring import opened_vault
from fingerpost.words.clock import now
from fingerpost.words.errors import FingerpostError, Misconfigured, Refused, Unavailable
from tests.conftest import Child, form_of, question
from tests.vault.conftest import serving
from tests.vault.test_wire import FRAMES


def test_a_user_without_a_row_is_hung_up_on_and_told_of(vault: LocalVault, tmp_path: Path) -> None:
    with (
        structlog.testing.capture_logs() as logged,
        serving(vault, tmp_path / "s") as path,
        pytest.raises(Unavailable),
    ):
        connect(path).verifying_key()
    assert [line["what"] for line in logged] == ["a user without a row"]


@pytest.fixture(scope="module")
def attacked(vault: LocalVault, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with serving(vault, tmp_path_factory.mktemp("a") / "s", Caller.WEB) as path:
        yield path


def _spoken(path: Path, *frames: bytes, raw: bytes = b"", greeted: bool = True) -> socket.socket:
    end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    end.settimeout(10)
    end.connect(str(path))
    if greeted:
        wire.send(end, wire.encode(wire.Hello(wire.VERSION)), 5)
        assert wire.read_hello(wire.receive(end, first=5, rest=5)).version == wire.VERSION
    with suppress(ConnectionError):  # hung up on already
        for frame in frames:
            wire.send(end, frame, 5)
        end.sendall(raw)
    return end


def _read_out(end: socket.socket) -> bytes:
    """What still comes until the vault hangs up."""
    content = b""
    with suppress(ConnectionError, OSError):
        end.shutdown(socket.SHUT_WR)
        while piece := end.recv(1 << 16):
            content += piece
    return content


@trying(max_examples=60, deadline=None)
@given(frame=FRAMES)
def test_whatever_comes_others_are_served(attacked: Path, frame: bytes) -> None:
    for end in (_spoken(attacked, frame), _spoken(attacked, frame, greeted=False)):
        with end:
            _read_out(end)
    assert len(connect(attacked).verifying_key()) == 32


@pytest.mark.parametrize(
    "raw", [b"\xff\xff\xff\xff", b"\x00\x00\x00\x04Zyxw", b"\x00\x00\x00\x00", b"GET / HTTP/1.1\r\n\r\n"]
)
def test_one_that_speaks_garbage_is_hung_up_on(attacked: Path, raw: bytes) -> None:
    with structlog.testing.capture_logs(), _spoken(attacked, raw=raw) as end:
        assert _read_out(end) == b""
    assert len(connect(attacked).verifying_key()) == 32


def test_one_that_is_slow_is_hung_up_on(attacked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "FRAME_SECONDS", 0.2)
    for slow in (_spoken(attacked, greeted=False), _spoken(attacked, raw=b"\x00\x00\x00\x09half")):
        with slow:
            assert slow.recv(1) == b""


def test_a_kept_connection_that_was_hung_up_on_is_not_used(
    vault: LocalVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "IDLE_SECONDS", 0.05)
    with serving(vault, tmp_path / "s", Caller.WEB) as path:
        far = connect(path)
        for _ in range(3):
            assert len(far.verifying_key()) == 32
            time.sleep(0.2)


def test_one_of_another_version_is_told(attacked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "VERSION", "another")
    with _spoken(attacked, greeted=False) as end:
        wire.send(end, wire.encode(wire.Hello("older")), 5)
        assert wire.read_hello(wire.receive(end, first=5, rest=5)).version == "another"
        assert end.recv(1) == b""

    hello = wire.Hello("older")

    def older(_: str) -> wire.Hello:
        return hello

    monkeypatch.setattr(wire, "Hello", older)
    with pytest.raises(Misconfigured, match="another version"):
        connect(attacked).verifying_key()


def test_a_flood_of_connections_is_bounded(
    attacked: Path, monkeypatch: pytest.MonkeyPatch, vault: LocalVault, tmp_path: Path
) -> None:
    monkeypatch.setattr(serve, "MOST_CONNECTIONS", 3)
    with serving(vault, tmp_path / "s", Caller.WEB) as path:
        held = [_spoken(path) for _ in range(3)]
        with pytest.raises(Unavailable):
            connect(path).verifying_key()
        held.pop().close()
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:  # the place is free a moment after
            try:
                assert len(connect(path).verifying_key()) == 32
                break
            except Unavailable:
                time.sleep(0.05)
        else:
            pytest.fail("no place became free")
        for end in held:
            end.close()


def test_too_large_a_message_or_answer_is_refused(attacked: Path) -> None:
    far = connect(attacked)
    with pytest.raises(Refused, match="4 MiB"):
        far.enter(uuid4(), now(), bytes(wire.MOST_BYTES))
    much = wire.STRUCTS["guard_tokens"](use="tie", texts=[""] * 240_000)
    with pytest.raises(Refused, match="too much"):
        RemoteVault(attacked).ask("guard_tokens", wire.encode(much), 30)
    assert len(far.verifying_key()) == 32


def test_a_vault_started_anew_opens_nothing_of_before(
    place: Settings, attacked: Path, tmp_path: Path
) -> None:
    held = connect(attacked).question(question(form_of(Child())).child)
    assert b"Zebedee" not in held.own
    with (
        opened_vault(place) as anew,
        serving(anew, tmp_path / "s", Caller.WEB) as path,
        pytest.raises(StartedAnew),
    ):
        connect(path).weigh(Question(held.own, held.tokens), [])


def test_only_one_vault_answers_at_a_socket(vault: LocalVault, attacked: Path, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="answers at"):
        listen(attacked, None)
    with pytest.raises(Misconfigured, match="cannot be made"):
        listen(tmp_path / "nowhere" / "s", None)
    assert attacked.stat().st_mode & 0o777 == 0o600
    path = tmp_path / "dead"
    with listen(path, None):
        pass
    with listen(path, 0 if path.stat().st_gid == 0 else None):  # one left by a dead vault
        assert path.is_socket()


def test_what_nobody_foresaw_is_told_by_its_kind_alone(vault: LocalVault, tmp_path: Path) -> None:
    with (
        structlog.testing.capture_logs() as logged,
        serving(vault, tmp_path / "s", Caller.RETENTION) as path,
    ):
        far = connect(path)
        with pytest.raises(FingerpostError, match="its log says at what"):
            far.destroy_keys(["index/1"])
        assert len(far.verifying_key()) == 32
        assert repr(far) == f"RemoteVault({path})"
    assert [(line["message"], line["error"]) for line in logged] == [("destroy_keys", "ValueError")]


def test_a_machine_without_threads_or_descriptors_comes_back(
    attacked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched, structlog.testing.capture_logs() as logged:
        patched.setattr(threading.Thread, "start", none_left)
        with pytest.raises(Unavailable):
            connect(attacked).verifying_key()
        assert [line["what"] for line in logged] == ["too many connections"]
    assert len(connect(attacked).verifying_key()) == 32


def test_an_accept_that_fails_is_tried_again(vault: LocalVault) -> None:
    class Failing:
        calls = 0

        def settimeout(self, _: float) -> None: ...

        def accept(self) -> Any:
            self.calls += 1
            if self.calls == 3:
                stopped.set()
            raise OSError(24, "Too many open files")

    stopped, listener = threading.Event(), Failing()
    serve.Server(vault, {}).run(listener, stopped)  # type: ignore[arg-type]
    assert listener.calls >= 1


def test_users_and_groups_by_name_or_number() -> None:
    me, mine = pwd.getpwuid(os.getuid()), grp.getgrgid(os.getgid())
    assert (user_id(me.pw_name), user_id("61001")) == (me.pw_uid, 61001)
    assert (group_id(mine.gr_name), group_id("61001")) == (mine.gr_gid, 61001)
    for unknown in (user_id, group_id):
        with pytest.raises(Misconfigured, match="has no"):
            unknown("no such one")


def test_a_process_that_cannot_close_itself_does_not_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    class Kernel:
        answer = 0

        def prctl(self, *_: int) -> int:
            return self.answer

    def kernel(*_: object, **__: object) -> Kernel:
        return Kernel()

    def unlimited(*_: object) -> None:
        pass

    monkeypatch.setattr(serve.ctypes, "CDLL", kernel)
    monkeypatch.setattr(serve.resource, "setrlimit", unlimited)
    serve.close_to_others()
    Kernel.answer = -1
    with pytest.raises(Misconfigured, match="prctl"):
        serve.close_to_others()
