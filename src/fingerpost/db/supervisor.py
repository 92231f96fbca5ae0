"""Keeps one embedded server alive: `python -m fingerpost.db.supervisor FOLDER`.

Holds `supervisor.lock` for life, so that there is one. Restarts the server when it dies. Stops it, and
itself, once nobody has held `users.lock` for a moment. If this process is itself killed, the kernel
sends the server SIGQUIT (PR_SET_PDEATHSIG), and a user starts a new supervisor within a second.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from fingerpost.db.embedded import Embedded

IDLE_GRACE = 3.0  # seconds without a user before stopping; commands in a row then share one start
POLL = 0.2
STOP_LIMIT = 60.0
GIVE_UP_AFTER = 20  # quick deaths in a row: something is wrong that a restart will not mend
QUICK = 2.0


def main(folder: Path) -> int:
    """Run until nobody uses the server. Return the exit code."""
    server = Embedded(folder)
    own = os.open(server.supervisor_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0  # another supervisor lives
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the user's command
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return _keep_alive(server)


def _keep_alive(server: Embedded) -> int:
    quick_deaths = 0
    while quick_deaths < GIVE_UP_AFTER:
        _wait_for_leftover(server)
        process = _start(server)
        started = time.monotonic()
        if _run_until_idle(server, process):
            return 0
        quick_deaths = quick_deaths + 1 if time.monotonic() - started < QUICK else 0
        time.sleep(min(0.05 * quick_deaths, 1.0))
    return 1


def _wait_for_leftover(server: Embedded) -> None:
    """Wait for the server of a killed supervisor: it was sent SIGQUIT and is on its way out."""
    pid_file = server.data / "postmaster.pid"
    deadline = time.monotonic() + STOP_LIMIT
    while pid_file.exists() and time.monotonic() < deadline:
        pid, _, rest = pid_file.read_text().partition("\n")
        command = _command_of(pid) if pid.isdigit() else b"nobody's"  # a power cut may leave it empty
        if command is None:
            return
        if command and str(server.data).encode() not in command:
            # After a boot the number is somebody else's, and the server would wait for them without end. Its
            # parent's number it passes over; what the file says of its memory it still looks at.
            pid_file.write_text(f"{os.getpid()}\n{rest}")
            return
        time.sleep(POLL)


def _command_of(pid: str) -> bytes | None:
    """Return the command line of a process, None where there is none. A zombie's is empty: it goes soon."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None


def _start(server: Embedded) -> subprocess.Popen[bytes]:
    socket = server.prepare_socket_folder()
    line = server.command(
        "postgres", "-D", str(server.data), "-k", str(socket), "-c", f"shared_buffers={server.cache()}MB",
        dies_with_parent=True,
    )  # fmt: skip
    return subprocess.Popen(line, cwd="/")


def _run_until_idle(server: Embedded, process: subprocess.Popen[bytes]) -> bool:
    """Return True once stopped for want of users, False when the server died by itself."""
    users = os.open(server.users_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    idle_since: float | None = None
    try:
        while process.poll() is None:
            if not _take(users):
                idle_since = None
            elif idle_since is None or time.monotonic() - idle_since < IDLE_GRACE:
                idle_since = idle_since or time.monotonic()
                fcntl.flock(users, fcntl.LOCK_UN)
            else:
                _stop(process)  # still holding the lock: newcomers wait until the server is gone
                return True
            time.sleep(POLL)
        return False
    finally:
        os.close(users)


def _take(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # fast shutdown: roll back, checkpoint, leave
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(STOP_LIMIT)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
