"""R7: the way to the database is cut, or swallows everything. Refused in time, and back by itself."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient
from psycopg.conninfo import conninfo_to_dict

from fingerpost.access.caller import Practitioner
from fingerpost.api.rest.door import build
from fingerpost.settings import Settings
from fingerpost.wiring import opened
from fingerpost.words.vocabulary import Role, Scope
from tests.cli.serving import until
from tests.laws.test_routes import QUESTION

REFUSED_IN, BACK_IN = 5.0, 5.0  # seconds: the most an answer may be waited for, and after the way is whole
NAME = ".s.PGSQL.5432"


class Way:
    """The way between service and database: a Unix socket that passes everything on while it is whole."""

    def __init__(self, folder: Path, onward: str) -> None:
        self._onward = onward
        self._whole = threading.Event()
        self._whole.set()
        self._refusing = False
        self._ends: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / NAME))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Close every connection, and each new one at once."""
        self._refusing = True
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def swallow(self) -> None:
        """Keep every connection open, accept new ones, and pass nothing on."""
        self._whole.clear()

    def mend(self) -> None:
        """Be whole again."""
        self._refusing = False
        self._whole.set()

    def close(self) -> None:
        """End it."""
        self.mend()
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._refusing:
                    near.close()
                else:
                    threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        far = socket.socket(socket.AF_UNIX)
        far.connect(self._onward)
        self._ends += [near, far]
        back = threading.Thread(target=self._pass, args=(far, near), daemon=True)
        back.start()
        self._pass(near, far)
        back.join()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._whole.wait()
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def way(settings: Settings, tmp_path: Path) -> Iterator[Way]:
    assert settings.database_url is not None
    made = Way(tmp_path, f"{conninfo_to_dict(settings.database_url)['host']}/{NAME}")
    yield made
    made.close()


@pytest.fixture
def http(settings: Settings, way: Way, tmp_path: Path) -> Iterator[FlaskClient]:
    """A door whose every connection goes that way, tried once."""
    assert settings.database_url is not None
    direct = str(conninfo_to_dict(settings.database_url)["host"])
    given = msgspec.structs.replace(
        settings, database_url=settings.database_url.replace(direct, str(tmp_path))
    )
    with opened(given) as service:
        service.accounts.save_practitioner(Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, True))
        token = service.accounts.issue_client("RJ1", "test", tuple(Scope), 1)
        with build(service).test_client() as client:
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
            assert _ask(client) == 200
            yield client
        way.mend()


def _ask(http: FlaskClient) -> int:
    return http.post("/api/v1/lookups", json=QUESTION).status_code


def _refused_in_time(http: FlaskClient) -> None:
    for path in ("/api/v1/lookups", "/api/v1/feeds", "/readyz"):
        started = time.monotonic()
        answer = http.post(path, json=QUESTION) if path.endswith("lookups") else http.get(path)
        assert (path, answer.status_code) == (path, 503)
        assert answer.headers["Retry-After"]
        assert time.monotonic() - started < REFUSED_IN
    assert http.get("/healthz").status_code == 200


@pytest.mark.parametrize("broken", [Way.cut, Way.swallow], ids=lambda way: way.__name__)
def test_refused_in_time_and_back_by_itself(http: FlaskClient, way: Way, broken: object) -> None:
    assert callable(broken)
    threads = threading.active_count()
    broken(way)
    _refused_in_time(http)
    way.mend()
    assert until(lambda: _ask(http) == 200, BACK_IN), "not back in time"
    assert until(lambda: http.get("/api/v1/feeds").status_code == 200, BACK_IN)
    assert threading.active_count() <= threads + 8, "a thread was left behind"
