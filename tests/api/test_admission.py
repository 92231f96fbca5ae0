"""R8 and R10, small: what is beyond the line hears "try again" within a second, and nothing else changes."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import psycopg
import pytest
from werkzeug.test import Client, TestResponse

from fingerpost.api.rest.admission import WAITING_FOR_EACH, Admission, threads_for
from fingerpost.api.rest.door import build
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Scope
from tests.laws.test_routes import QUESTION

STUCK = 50  # callers at once, on a database that stands still


def _together(http: Client, times: int, **request: Any) -> list[tuple[float, TestResponse]]:
    done: list[tuple[float, TestResponse]] = []

    def call() -> None:
        started = time.monotonic()
        answer = http.open(**request)
        done.append((time.monotonic() - started, answer))

    threads = [threading.Thread(target=call) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return done


class _Slow:
    """An application that answers when it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.inside = 0

    def __call__(self, _: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.inside += 1
        self.go.wait(20)
        start_response("200 OK", [])
        return [b"done"]


def test_the_rest_is_refused_in_time_and_no_more_are_inside_than_may_be() -> None:
    slow = _Slow()
    threading.Timer(2.0, slow.go.set).start()
    answers = _together(Client(Admission(slow, 2)), 40, path="/", method="GET")
    refused = [(took, a) for took, a in answers if a.status_code == 503]
    assert slow.inside == len(answers) - len(refused) == 2
    assert {a.headers["Retry-After"] for _, a in refused} == {"2"}
    assert {a.headers["Content-Type"] for _, a in refused} == {"application/problem+json"}
    assert sum(took < 0.5 for took, _ in refused) >= 40 - 2 - 2 * WAITING_FOR_EACH - 5
    assert max(took for took, _ in refused) < 1.9, "refused before the application let anybody go"


def test_places_are_given_back_whatever_happens_inside() -> None:
    def fails(environ: dict[str, Any], _: Callable[..., Any]) -> Iterable[bytes]:
        raise RuntimeError(environ["PATH_INFO"])

    http = Client(Admission(fails, 1))
    for _ in range(3):
        with pytest.raises(RuntimeError, match="/x"):
            http.get("/x")


def test_a_server_has_threads_for_all_of_them() -> None:
    assert threads_for(8) == 8 + 32 + 2


def test_a_database_that_stands_still_takes_no_thread_for_long(
    service: Service, owner_conninfo: str, nurse: object
) -> None:
    """50 callers at once on a locked ledger: each refused, health told truly, and all well afterwards."""
    token = service.accounts.issue_client("RJ1", "test", (Scope.LOOKUP,), 1)
    headers = {"Authorization": f"Bearer {token}"}
    http = Client(build(service))
    assert (
        http.post("/api/v1/lookups", json=QUESTION, headers=headers).status_code == 200
    )  # connections are open
    assert http.get("/healthz").status_code == 200
    before = threading.active_count()
    with psycopg.connect(owner_conninfo) as owner:
        owner.execute("LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        answers = _together(
            http, STUCK, path="/api/v1/lookups", method="POST", json=QUESTION, headers=headers
        )
        assert http.get("/healthz").status_code == 200
        assert time.monotonic() - began < 10
    assert {a.status_code for _, a in answers} == {503}
    assert all(a.headers["Retry-After"] for _, a in answers)
    turned_away = [took for took, a in answers if b"Too many" in a.data]
    assert len(turned_away) >= STUCK - 8 * (1 + WAITING_FOR_EACH)
    after = http.post("/api/v1/lookups", json=QUESTION, headers=headers)
    assert after.status_code == 200
    assert threading.active_count() <= before + 2, "a thread was left behind"
