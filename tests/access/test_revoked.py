"""Over a real server: whoever is switched off, revoked or lapsed is out within a second, and back as fast."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.access.switches import ENGLAND, Because, Subject
from fingerpost.instance import Instance
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import Service, found, opened
from fingerpost.words.clock import today
from fingerpost.words.vocabulary import Role, Scope
from tests.cli.serving import Server, until
from tests.conftest import let_in

ROUNDS = 3
QUESTION: dict[str, Any] = {
    "practitioner": "nurse", "purpose": "unscheduled_care", "case_reference": "AE-1",
    "child": {"given_names": "Zebedee", "family_name": "Nobody", "date_of_birth": "9/3/2016"},
}  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(instance=tmp_path_factory.mktemp("revoked") / "i", environment=Environment.TEST)
    found(made)
    return made


@pytest.fixture(scope="module")
def service(settings: Settings) -> Iterator[Service]:
    with opened(settings) as made:
        let_in(Instance(settings).owner_conninfo())
        _nurse(made, Role.CLINICIAN)
        for who in ("one", "two"):
            person = Practitioner("RJ1", who, "An Officer", Role.SERVICE_RECORDS_OFFICER, active=True)
            made.accounts.save_practitioner(person)
        yield made


@pytest.fixture(scope="module")
def server(
    settings: Settings, service: Service, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    assert service
    with Server(settings.instance, tmp_path_factory.mktemp("output") / "output") as running:
        yield running


def _nurse(service: Service, role: Role) -> None:
    service.accounts.save_practitioner(Practitioner("RJ1", "nurse", "A Nurse", role, active=True))


def _set(settings: Settings, column: str, days: int | None) -> None:
    day = None if days is None else today() - timedelta(days=days)
    with psycopg.connect(Instance(settings).owner_conninfo()) as owner:
        owner.execute(f"UPDATE practitioner SET {column} = %s WHERE reference = 'nurse'".encode(), (day,))  # noqa: S608


Turn = Callable[[Service, Settings], object]


def _switch(subject: Subject, which: str) -> tuple[Turn, Turn]:
    def on(service: Service, _: Settings) -> None:
        if subject is Subject.NATION:
            service.switches.restore_nation("RJ1", "one")
            service.switches.restore_nation("RJ1", "two")
        else:
            service.switches.restore(subject, which or _client(service))

    def off(service: Service, _: Settings) -> None:
        service.switches.suspend(subject, which or _client(service), Because.REHEARSAL)

    return off, on


def _client(service: Service) -> str:
    (client,) = service.accounts.clients()
    return str(client.id)


TURNS: dict[str, tuple[Turn, Turn]] = {
    "person": _switch(Subject.PERSON, "RJ1/nurse"),
    "client": _switch(Subject.CLIENT, ""),
    "authority": _switch(Subject.AUTHORITY, "RJ1"),
    "nation": _switch(Subject.NATION, ENGLAND),
    "role": (lambda s, _: _nurse(s, Role.SOCIAL_WORKER), lambda s, _: _nurse(s, Role.CLINICIAN)),
    "DBS": (lambda _, s: _set(s, "dbs_on", 4 * 366), lambda _, s: _set(s, "dbs_on", 0)),
    "training": (lambda _, s: _set(s, "trained_on", 367), lambda _, s: _set(s, "trained_on", 0)),
    "leaver": (lambda _, s: _set(s, "leaves_on", 0), lambda _, s: _set(s, "leaves_on", None)),
}


def test_the_very_next_question_is_refused_and_answered_again(
    service: Service, settings: Settings, server: Server, record_property: Callable[[str, object], None]
) -> None:
    """Nothing is remembered between questions, so "within a second" (ASVS 5.0, 8.3.2) is "the next one"."""
    token = service.accounts.issue_client("RJ1", "test", (Scope.LOOKUP,), 1)
    assert server.ask(token, QUESTION).status == 200
    slowest = 0.0
    for what, (off, on) in TURNS.items():
        for _ in range(ROUNDS):
            off(service, settings)
            started = time.perf_counter()
            refused = server.ask(token, QUESTION)
            slowest = max(slowest, time.perf_counter() - started)
            assert (what, refused.status) == (what, 403), refused.body
            assert "ring the desk on 01632 960999" in refused.json()["detail"]
            on(service, settings)
            assert (what, server.ask(token, QUESTION).status) == (what, 200)
    record_property("slowest_refusal_seconds", slowest)


def test_a_rotated_token_overlaps_and_ends(service: Service, server: Server) -> None:
    for row in service.accounts.clients():
        service.accounts.revoke_client(row.id)
    old = service.accounts.issue_client("RJ1", "test", (Scope.LOOKUP,), 1)
    (live,) = [c for c in service.accounts.clients() if c.revoked_at is None]
    new = service.accounts.rotate_client(live.id, 30, 1)
    assert [server.ask(token, QUESTION).status for token in (old, new)] == [200, 200]
    newest = service.accounts.rotate_client(
        next(c.id for c in service.accounts.clients() if c.revoked_at is None and c.id != live.id), 30, 0
    )
    assert [server.ask(token, QUESTION).status for token in (old, new, newest)] == [200, 401, 200]


_BODY = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked", b"Content-Length: 4\r\nContent-Length: 6",
        b"Transfer-Encoding: xchunked", b"Transfer-Encoding: chunked, identity", b"Content-Length: +4",
        b"Content-Length: 4\r\n Transfer-Encoding: chunked",
    ],
)  # fmt: skip
def test_a_request_that_is_framed_twice_is_one_or_none(server: Server, headers: bytes) -> None:
    """What a proxy and we could read differently (RFC 9112, section 6.3) smuggles no second request in."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as end:
        end.sendall(b"POST /api/v1/lookups HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n\r\n" + _BODY)
        end.settimeout(0.3)
        answer = b""
        with suppress(TimeoutError, ConnectionError):
            while part := end.recv(65_536):
                answer += part
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert b"HTTP/1.1 200" not in answer


def test_a_token_that_is_not_ours_is_noted_without_it(server: Server) -> None:
    assert server.call("GET", "/api/v1/coverage", headers={"Authorization": "Bearer fp_wrong"}).status == 401
    assert until(lambda: "token_refused" in server.output.read_text(), 5)
    assert "fp_wrong" not in server.output.read_text()
