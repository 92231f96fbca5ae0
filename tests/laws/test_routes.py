"""Laws 1 and 2: every route declares its guard, keeps it for every kind of caller, and GET never writes."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask.testing import FlaskClient

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.access.switches import Because, Subject
from fingerpost.api.rest.door import ROUTES, build
from fingerpost.api.rest.route import Guard, Route
from fingerpost.instance import Instance
from fingerpost.requests.ask import Asking
from fingerpost.settings import Settings
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now
from fingerpost.words.vocabulary import Role, Scope
from tests.conftest import Child, form_of, question, write_extract
from tests.ledger.witness import cosign_latest

NURSE = Caller(uuid4(), "test", "RJ1", "Guy's", (Scope.LOOKUP,))
QUESTION = {
    "practitioner": "nurse",
    "purpose": "unscheduled_care",
    "case_reference": "AE-1",
    "child": {"given_names": "Zebedee", "family_name": "Nobody", "date_of_birth": "9/3/2016"},
}

# What is sent to routes that take another form than a question; by the path, or by its end.
BODIES: dict[str, dict[str, str]] = {
    "open": {"practitioner": "nurse"}, "end": {"practitioner": "nurse", "outcome": "spoke"},
}  # fmt: skip

# What each kind of caller gets of each kind of guard. A new guard or caller must be declared here.
DECLARED: dict[Guard, dict[str, int]] = {
    Guard.OPEN: dict.fromkeys(
        (
            "nobody", "wrong token", "expired", "revoked", "suspended", "not assured", "feed client",
            "lookup client", "both",
        ),
        200,
    ),
    Guard.LOOKUP: {
        "nobody": 401, "wrong token": 401, "expired": 401, "revoked": 401,
        "suspended": 403, "not assured": 403,
        "feed client": 403, "lookup client": 200, "both": 200,
    },
    Guard.FEED: {
        "nobody": 401, "wrong token": 401, "expired": 401, "revoked": 401,
        "suspended": 403, "not assured": 403,
        "feed client": 200, "lookup client": 403, "both": 200,
    },
    Guard.NOTICES: {
        "nobody": 401, "wrong token": 401, "expired": 401, "revoked": 401,
        "suspended": 403, "not assured": 403,
        "feed client": 403, "lookup client": 403, "both": 200,
    },
}  # fmt: skip
CALLERS = tuple(DECLARED[Guard.LOOKUP])
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW")


def _named(value: object) -> str:
    return f"{value.method} {value.path}" if isinstance(value, Route) else str(value)


def _expired(settings: Settings) -> str:
    """Return a token that was issued two days ago for one."""
    with opened(settings, lambda: now() - timedelta(days=2)) as earlier:
        return earlier.accounts.issue_client("RJ1", "expired", tuple(Scope), 1)


def _revoked(service: Service) -> str:
    token = service.accounts.issue_client("RJ1", "revoked", tuple(Scope), 1)
    (row,) = [c for c in service.accounts.clients() if c.name == "revoked"]
    service.accounts.revoke_client(row.id)
    return token


def _suspended(service: Service) -> str:
    token = service.accounts.issue_client("RJ1", "suspended", tuple(Scope), 1)
    (row,) = [c for c in service.accounts.clients() if c.name == "suspended"]
    service.switches.suspend(Subject.CLIENT, str(row.id), Because.INCIDENT)
    return token


def _not_assured(service: Service, settings: Settings) -> str:
    token = service.accounts.issue_client("RJ1", "not assured", tuple(Scope), 1)
    _change(settings, "UPDATE client SET assured_on = NULL WHERE name = 'not assured'")
    return token


def _change(settings: Settings, sql: str) -> None:
    with psycopg.connect(Instance(settings).owner_conninfo()) as owner:
        owner.execute(sql.encode())


# What each kind of person gets of a question in unscheduled care, which is a clinician's to ask.
PAPERS = {
    "in order": "", "suspended": "active = false", "left": "leaves_on = current_date - 1",
    "no DBS": "dbs_on = NULL", "old DBS": "dbs_on = current_date - 1100", "untrained": "trained_on = NULL",
    "dormant": "used_on = current_date - 62",
}  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_each_person_gets_what_is_declared(
    http: FlaskClient,
    headers: Callable[[str], dict[str, str]],
    service: Service,
    settings: Settings,
    role: Role,
) -> None:
    bearer, given = headers("lookup client"), {}
    for papers, change in PAPERS.items():
        who = f"{role} {papers}"
        service.accounts.save_practitioner(Practitioner("RJ1", who, "A Person", role, active=True))
        if change:
            _change(settings, f"UPDATE practitioner SET {change} WHERE reference = '{who}'")  # noqa: S608
        asked = {**QUESTION, "practitioner": who}
        given[papers] = http.post("/api/v1/lookups", headers=bearer, json=asked).status_code
    let_in = role is Role.CLINICIAN
    assert given == {papers: 200 if let_in and not change else 403 for papers, change in PAPERS.items()}


def test_another_authoritys_people_are_not_registered_here(
    http: FlaskClient, headers: Callable[[str], dict[str, str]], service: Service
) -> None:
    """One client sees one organisation's rights (features, row 49)."""
    service.accounts.save_practitioner(
        Practitioner("E08000035", "theirs", "A Person", Role.CLINICIAN, active=True)
    )
    body = {**QUESTION, "practitioner": "theirs"}
    answer = http.post("/api/v1/lookups", json=body, headers=headers("lookup client"))
    assert answer.status_code == 403
    assert "not registered with this authority" in answer.get_json()["detail"]


@pytest.fixture(scope="module")
def settings(shared_settings: Settings) -> Settings:
    """One database for the file: who asks, and what is asked about, are made once."""
    return shared_settings


@pytest.fixture(scope="module")
def service(shared_service: Service) -> Service:
    shared_service.accounts.save_practitioner(
        Practitioner(NURSE.authority, "nurse", "A Nurse", Role.CLINICIAN, active=True)
    )
    return shared_service


@pytest.fixture(scope="module")
def headers(service: Service, settings: Settings) -> Callable[[str], dict[str, str]]:
    """Return the headers of a kind of caller."""
    issue = service.accounts.issue_client
    tokens = {
        "wrong token": "fp_wrong",
        "expired": _expired(settings),
        "revoked": _revoked(service),
        "suspended": _suspended(service),
        "not assured": _not_assured(service, settings),
        "feed client": issue("RJ1", "feeder", (Scope.FEED,), 1),
        "lookup client": issue("RJ1", "asker", (Scope.LOOKUP,), 1),
        "both": issue("RJ1", "both", tuple(Scope), 1),
    }
    return lambda kind: {} if kind == "nobody" else {"Authorization": f"Bearer {tokens[kind]}"}


@pytest.fixture(scope="module")
def http(service: Service) -> Iterator[FlaskClient]:
    """The door over a service that has something to show on every route: a tree, cosigned."""
    service.sequencer.sequence_all()
    cosign_latest(service)
    with build(service).test_client() as client:
        yield client


@pytest.fixture(scope="module")
def request_id(service: Service, tmp_path_factory: pytest.TempPathFactory) -> UUID:
    """A contact request from the nurse to the nurse's own trust."""
    service.feeds.load_ssd(write_extract(tmp_path_factory.mktemp("extract") / "trust", Child()), "RJ1")
    answer = service.lookup.ask(NURSE, question(form_of(Child())))
    shown = answer.matches[0].signposts[0].id
    asking = Asking(entry=answer.receipt.entry, signpost=shown, phone="0113 496 0000")
    BODIES["/api/v1/contact-requests"] = {
        "practitioner": "nurse", "entry": str(asking.entry), "signpost": str(shown), "phone": asking.phone,
    }  # fmt: skip
    return service.requests.ask.ask(Person("RJ1", "nurse"), asking).id


@pytest.fixture(scope="module")
def at(http: FlaskClient, service: Service, request_id: UUID) -> Callable[[str], str]:
    """Put an argument that exists in the place of each in a path."""
    service.sequencer.sequence_all()
    first, _ = next(service.ledger.checked(service.records_database))
    known = {"<path:tile>": "0/000.p/1", "<uuid:entry>": str(first.id), "<uuid:request_id>": str(request_id)}

    def path(template: str) -> str:
        for argument, value in known.items():
            template = template.replace(argument, value)
        assert "<" not in template
        return template

    return path


def _send(http: FlaskClient, method: str, path: str, headers: dict[str, str]) -> Any:
    json = BODIES.get(path, BODIES.get(path.rpartition("/")[2], QUESTION)) if method == "POST" else None
    query = {"practitioner": "nurse"} if path.startswith("/api/v1/contact-requests/") else None
    return http.open(path, method=method, headers=headers, json=json, query_string=query)


def test_every_guard_says_who_may_pass() -> None:
    assert set(DECLARED) == set(Guard)
    assert {route.guard for route in ROUTES} <= set(Guard)
    assert all(set(outcomes) == set(CALLERS) for outcomes in DECLARED.values())
    assert {scope for guard in Guard if (scope := guard.scope)} == set(Scope)


def test_every_path_of_the_application_is_in_the_table(service: Service) -> None:
    """Nothing is served beside the table: no static folder, no debugging page."""
    served = {
        (method, rule.rule) for rule in build(service).url_map.iter_rules() for method in rule.methods or ()
    }
    heads = {("HEAD", route.path) for route in ROUTES if route.method == "GET"}
    assert served == {(route.method, route.path) for route in ROUTES} | heads


@pytest.mark.parametrize("route", ROUTES, ids=_named)
def test_each_caller_gets_what_is_declared(
    http: FlaskClient, headers: Callable[[str], dict[str, str]], at: Callable[[str], str], route: Route
) -> None:
    given = {caller: _send(http, route.method, at(route.path), headers(caller)) for caller in CALLERS}
    assert {caller: _let_in(answer) for caller, answer in given.items()} == DECLARED[route.guard]


def _let_in(answer: Any) -> int:
    """Return what the guard said: a body that is not this route's is found wrong only behind it."""
    return 200 if answer.status_code == 422 else int(answer.status_code)


@pytest.mark.parametrize("route", ROUTES, ids=_named)
def test_every_other_method_is_not_allowed(
    http: FlaskClient, headers: Callable[[str], dict[str, str]], at: Callable[[str], str], route: Route
) -> None:
    """HEAD is GET without the body (RFC 9110 §9.3.2); all others are refused, whoever asks."""
    allowed = {r.method for r in ROUTES if r.path == route.path}
    if "GET" in allowed:
        allowed.add("HEAD")
    bearer = headers("both")
    for method in METHODS:
        if method not in allowed:
            answer = _send(http, method, at(route.path), bearer)
            assert (method, answer.status_code) == (method, 405)
            assert set(answer.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/v1/", "/api/v1/lookups/", "//healthz", "/healthz/..", "/static/x"]
)
def test_every_other_path_is_not_found(http: FlaskClient, path: str) -> None:
    assert http.get(path).status_code == 404


def _state(owner: psycopg.Connection[Any]) -> dict[str, tuple[Any, ...]]:
    """Return, for each table, how many rows it holds and a digest of all of them."""
    listed = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    state: dict[str, tuple[Any, ...]] = {}
    for (name,) in listed:
        whole = f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t"  # noqa: S608
        state[name] = owner.execute(whole.encode()).fetchone() or ()
    return state


def written_by(owner: psycopg.Connection[Any], act: Callable[[], object]) -> set[str]:
    before = _state(owner)
    act()
    after = _state(owner)
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize("route", [r for r in ROUTES if r.method == "GET"], ids=_named)
def test_get_never_writes(
    http: FlaskClient,
    headers: Callable[[str], dict[str, str]],
    owner_conninfo: str,
    at: Callable[[str], str],
    route: Route,
) -> None:
    callers = [headers(caller) for caller in CALLERS]

    def read() -> None:
        for method in ("GET", "HEAD"):
            for caller in callers:
                _send(http, method, at(route.path), caller)

    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        written = written_by(owner, read)
    assert written == set()


def test_a_lookup_writes_to_the_ledger_and_its_count_alone(
    http: FlaskClient, headers: Callable[[str], dict[str, str]], owner_conninfo: str
) -> None:
    """The control: the same measure sees a write, and a lookup makes one only."""
    bearer = headers("lookup client")
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        written = written_by(owner, lambda: _send(http, "POST", "/api/v1/lookups", bearer))
    assert written == {"ledger_entry", "ledger_waiting", "vault_release", "watch_waiting", "asked_waiting"}
