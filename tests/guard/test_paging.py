"""Every alert reaches whoever is on call, is tried until it is taken, and says nothing of a child."""

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import msgspec
import psycopg
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.guard.desk_store import Alert
from fingerpost.guard.paging import NotTaken, Pager
from fingerpost.instance import Instance
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import found, opened
from fingerpost.words.errors import FingerpostError, Invalid
from fingerpost.words.vocabulary import Role, Scope
from tests.cli.serving import Server, until
from tests.conftest import let_in
from tests.guard.conftest import OFFICER, TRUST, World, child
from tests.notices.servers import webhook


class Receiver(HTTPServer):
    """Takes pages, once it has refused the first."""

    def __init__(self) -> None:
        self.refuse = 1
        self.pages: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Taking)


class _Taking(BaseHTTPRequestHandler):
    server: Receiver  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.refuse -= 1
        refused = self.server.refuse >= 0
        if not refused:
            self.server.pages.append(body)
        self.send_response(503 if refused else 204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def _raise_one(world: World) -> Alert:
    world.ask(child(1))
    world.ask(child(1))
    with pytest.raises(Invalid):
        world.ask(child(1))
    (alert,) = world.service.guard_alerts.waiting(OFFICER)
    return alert


def test_a_page_is_tried_until_it_is_taken(world: World, receiver: Receiver) -> None:
    _raise_one(world)
    told: list[Alert] = []
    failures: list[FingerpostError] = []
    hook = f"http://127.0.0.1:{receiver.server_port}/"
    with opened(msgspec.structs.replace(world.settings, page_webhook=hook), world.now) as service:
        taken = [service.paging.round(told.append, failures.append) for _ in range(3)]
    assert taken == [0, 1, 0]
    assert [type(failure) for failure in failures] == [NotTaken]
    (page,) = receiver.pages
    assert msgspec.json.decode(page)["kind"] == "repeat"
    assert set(msgspec.json.decode(page)) == set(Alert.__struct_fields__)


def test_a_command_takes_a_page_or_has_not(world: World, tmp_path: Path) -> None:
    alert = _raise_one(world)
    taken = tmp_path / "taken"
    write = f"import sys; open({str(taken)!r}, 'w').write(sys.stdin.read())"
    Pager((sys.executable, "-c", write)).take(alert)
    assert msgspec.json.decode(taken.read_bytes())["practitioner"] == "nurse"
    for wrong in (("/no/such/command",), (sys.executable, "-c", "raise SystemExit(3)")):
        with pytest.raises(NotTaken):
            Pager(wrong).take(alert)
    with pytest.raises(NotTaken):
        Pager((), "http://127.0.0.1:1/").take(alert)
    with webhook([0]) as (no_http, _), pytest.raises(NotTaken):
        Pager((), no_http).take(alert)


def test_paging_goes_on_after_the_database_refused_a_statement(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does a standby that has not taken over yet: whoever is on call is told once it has."""
    _raise_one(world)
    receiver.refuse = 0
    monkeypatch.setattr("fingerpost.guard.paging.ROUND", 0.05)
    hook, stopped = f"http://127.0.0.1:{receiver.server_port}/", threading.Event()
    told: list[Alert] = []
    failures: list[FingerpostError] = []
    grant = "{} SELECT ON alert {} fingerpost_admin"
    with (
        psycopg.connect(Instance(world.settings).owner_conninfo(), autocommit=True) as owner,
        opened(msgspec.structs.replace(world.settings, page_webhook=hook), world.now) as service,
    ):
        owner.execute(grant.format("REVOKE", "FROM"))
        run = threading.Thread(
            target=service.paging.run, args=(stopped, told.append, failures.append), daemon=True
        )
        run.start()
        try:
            assert until(lambda: failures, limit=20)
            owner.execute(grant.format("GRANT", "TO"))
            assert until(lambda: receiver.pages, limit=20)
        finally:
            stopped.set()
            run.join(20)


def test_a_real_server_pages_a_real_receiver_within_60_seconds(tmp_path: Path, receiver: Receiver) -> None:
    """The first page is refused, so that what is proved is the second try."""
    settings = Settings(instance=tmp_path / "i", environment=Environment.TEST)
    found(settings)
    with opened(settings) as service:
        let_in(Instance(settings).owner_conninfo())
        service.accounts.save_practitioner(
            Practitioner(TRUST, "nurse", "A Nurse", Role.CLINICIAN, active=True)
        )
        token = service.accounts.issue_client(TRUST, "test", (Scope.LOOKUP,), 1)
    asked = {
        "practitioner": "nurse", "purpose": "unscheduled_care", "case_reference": "AE-1",
        "child": {"given_names": "Ze", "family_name": "Vont", "date_of_birth": "2016-03-09"},
    }  # fmt: skip
    hook = f"http://127.0.0.1:{receiver.server_port}/"
    with Server(settings.instance, tmp_path / "output", guard="on", page_webhook=hook) as server:
        assert [server.ask(token, asked).status for _ in range(3)] == [200, 200, 422]
        assert until(lambda: receiver.pages, limit=60)
    assert b'"level": "critical"' in (tmp_path / "output").read_bytes()
