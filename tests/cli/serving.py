"""A real server in a process of its own, on a free port of this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

import msgspec
from msgspec import Struct

START_LIMIT = 60.0  # seconds; a busy machine starts a worker in ten
STOP_LIMIT = 20.0


class Reply(Struct, frozen=True):
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


def free_port() -> int:
    """Return a port that nobody held a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **settings: object) -> dict[str, str]:
    """Return this process's environment with an instance of its own and nothing left of any other."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("FINGERPOST_", "PYTEST_"))
    }
    given = {f"FINGERPOST_{name.upper()}": str(value) for name, value in settings.items()}
    return {**kept, **given, "FINGERPOST_INSTANCE": str(folder)}


def until(true: Any, limit: float = START_LIMIT) -> bool:
    """Wait until `true()` holds; tell whether it did."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


class Server:
    """`fingerpost serve`, with what it prints in a file. `python` is the interpreter's command line."""

    def __init__(
        self,
        folder: Path,
        output: Path,
        *,
        port: int = 0,
        python: Sequence[str] = (sys.executable,),
        **settings: object,
    ) -> None:
        self.port = port or free_port()
        self.output = output
        self._line = [*python, "-m", "fingerpost", "serve"]
        # Most tests ask far more than a person may; tests/guard/ turns the guard on.
        self._environment = environment(
            folder, **{"port": self.port, "threads": 2, "environment": "test", "guard": "off", **settings}
        )
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self.output.open("ab") as out:
            self.process = subprocess.Popen(
                self._line, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self._environment, cwd="/"
            )
        assert until(self.is_ready), self.output.read_text()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def is_ready(self) -> bool:
        """Tell whether it answers and its database does."""
        assert self.process is not None
        assert self.process.poll() is None, self.output.read_text()
        try:
            return self.call("GET", "/readyz").status == 200
        except OSError:
            return False

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Reply:
        """Make one request on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def ask(self, token: str, question: Any) -> Reply:
        """Ask one question."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return self.call("POST", "/api/v1/lookups", msgspec.json.encode(question), headers)

    def workers(self) -> list[int]:
        """Return the processes that the server started."""
        assert self.process is not None
        own = self.process.pid
        return [int(pid) for pid in Path(f"/proc/{own}/task/{own}/children").read_text().split()]
