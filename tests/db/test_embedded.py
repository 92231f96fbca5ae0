"""The embedded server: survives kill -9 of either side, and stops when nobody is left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from fingerpost.db.embedded import OWNER, Embedded, is_locked
from fingerpost.words.errors import Misconfigured, Unavailable

PASSWORD = "of this test alone"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    # Longer than a socket's path may be, so that the short folder elsewhere is exercised too.
    made = Embedded(tmp_path_factory.mktemp("a" * 80) / "postgres")
    made.create(PASSWORD)
    with made:
        yield made


def _connect(server: Embedded) -> psycopg.Connection[tuple[object, ...]]:
    deadline = time.monotonic() + 20
    while True:
        try:
            return psycopg.connect(server.conninfo(OWNER, PASSWORD), autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _postmaster(server: Embedded) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def _only_supervisor(server: Embedded) -> int:
    """Return the one that stays: one that lost the race for the lock, or a child about to exec, goes."""
    deadline = time.monotonic() + 20
    while len(found := _supervisors(server)) != 1:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found[0]


def _supervisors(server: Embedded) -> list[int]:
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"fingerpost.db.supervisor" in words and str(server.folder).encode() in words:
            found.append(int(folder.name))
    return found


def test_durable_private_and_closed_to_the_network(server: Embedded) -> None:
    with _connect(server) as connection:
        shown = {
            name: connection.execute(f"SHOW {name}").fetchone()
            for name in ("fsync", "synchronous_commit", "listen_addresses", "log_min_error_statement")
        }
    assert shown == {
        "fsync": ("on",), "synchronous_commit": ("on",), "listen_addresses": ("",),
        "log_min_error_statement": ("panic",),
    }  # fmt: skip
    assert server.socket_folder().stat().st_mode & 0o077 == 0
    assert server.data.stat().st_mode & 0o077 == 0


def test_a_larger_database_is_given_more_memory(server: Embedded) -> None:
    """What it holds decides at each start: one that grew is not left with what was enough at first."""
    assert _cached(server) == 256
    grown = server.data / "base/1/1000001"
    with grown.open("wb") as sparse:  # takes no room
        sparse.truncate(300 * 2**20)
    os.kill(_postmaster(server), signal.SIGKILL)
    assert 600 <= _cached(server) < 1_000
    with grown.open("wb") as sparse:
        sparse.truncate(2**40)
    assert server.cache() == os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**22
    grown.unlink()


def _cached(server: Embedded) -> int:
    """Return how many MiB a running server caches."""
    with _connect(server) as connection:
        setting = "SELECT setting::int / 128 FROM pg_settings WHERE name = 'shared_buffers'"
        row = connection.execute(setting).fetchone()
    assert row is not None
    return int(str(row[0]))


def test_a_wrong_password_is_refused(server: Embedded) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.conninfo(OWNER, "wrong"))


def test_restarted_when_killed_and_nothing_acknowledged_lost(server: Embedded) -> None:
    with _connect(server) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n integer)")
    for number in range(3):
        with _connect(server) as connection:
            connection.execute("INSERT INTO kept VALUES (%s)", (number,))
            os.kill(_postmaster(server), signal.SIGKILL)
    with _connect(server) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (3,)


def test_one_supervisor_and_a_new_one_when_it_is_killed(server: Embedded) -> None:
    server.wait_until_up()
    supervisor = _only_supervisor(server)
    os.kill(supervisor, signal.SIGKILL)
    gone = time.monotonic() + 20
    while is_locked(server.supervisor_lock) and time.monotonic() < gone:
        time.sleep(0.01)
    _connect(server).close()  # nobody came anew: who uses it already saw to it
    assert _only_supervisor(server) != supervisor


def test_a_slow_start_is_waited_for_and_not_made_slower(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A supervisor that is long in taking its lock is not joined by dozens more."""
    made = Embedded(tmp_path / "postgres")
    made.folder.mkdir()
    started: list[subprocess.Popen[bytes]] = []

    def slow() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(["sleep", "30"]))
        return started[-1]

    monkeypatch.setattr(made, "_start_supervisor", slow)
    monkeypatch.setattr(made, "accepts", lambda: False)
    monkeypatch.setattr("fingerpost.db.embedded.START_LIMIT", 2.0)
    with pytest.raises(Unavailable):
        made.wait_until_up()
    assert len(started) == 1
    started[0].kill()
    started[0].wait()


def test_stops_when_its_last_user_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Embedded(tmp_path / "postgres")
    server.create(PASSWORD)
    hold = (
        "import sys, pathlib, time; from fingerpost.db.embedded import Embedded\n"
        "with Embedded(pathlib.Path(sys.argv[1])):\n  print('up', flush=True); time.sleep(600)"
    )
    user = subprocess.Popen([sys.executable, "-c", hold, str(server.folder)], stdout=subprocess.PIPE)
    assert user.stdout is not None
    assert user.stdout.readline() == b"up\n"
    assert is_locked(server.supervisor_lock)
    with monkeypatch.context() as hurried:
        hurried.setattr("fingerpost.db.embedded.STOP_LIMIT", 0.2)
        with pytest.raises(Unavailable, match="something holds it up"):
            server.wait_until_stopped()
    user.kill()
    user.wait()
    server.wait_until_stopped()
    assert not is_locked(server.supervisor_lock)
    assert not (server.data / "postmaster.pid").exists()


@pytest.mark.parametrize("torn", [None, "", "\0" * 90], ids=["reused", "empty", "zeros"])
def test_starts_after_a_power_cut_though_its_number_is_lost_or_somebody_elses(
    torn: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a boot, and in a container at each start, numbers are given out anew."""
    server = Embedded(tmp_path / "postgres")
    server.create(PASSWORD)
    with server:
        left = (server.data / "postmaster.pid").read_text()
    server.wait_until_stopped()
    somebody = subprocess.Popen(["sleep", "60"], user="nobody" if os.geteuid() == 0 else None)
    pid_file = server.data / "postmaster.pid"
    reused = left.replace(left.split("\n", 1)[0], str(somebody.pid), 1)
    pid_file.write_text(reused if torn is None else torn)
    server._give_away(pid_file)  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr("fingerpost.db.embedded.START_LIMIT", 20.0)
    try:
        with server:
            assert _postmaster(server) != somebody.pid
    finally:
        somebody.kill()
        somebody.wait()


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    server = Embedded(tmp_path / "postgres")
    server.folder.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    server.socket_folder().unlink(missing_ok=True)
    server.socket_folder().symlink_to(elsewhere)
    with pytest.raises(Misconfigured, match="somebody else"):
        server.prepare_socket_folder()
    server.socket_folder().unlink()


def test_a_folder_that_is_named_from_here_is_the_same_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL's own programs are started from the root of the file system."""
    monkeypatch.chdir(tmp_path)
    named = Embedded(Path("postgres"))
    monkeypatch.chdir("/")
    assert named.data == tmp_path / "postgres/data"
    assert named.socket_folder() == Embedded(tmp_path / "postgres").socket_folder()
