"""The REST door: the same answer, problem+json for every error, and nothing typed in any message or log."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from fingerpost import __version__
from fingerpost.access.caller import Caller
from fingerpost.api.rest.door import ROUTES, build
from fingerpost.api.rest.openapi import document
from fingerpost.api.rest.route import Guard
from fingerpost.ledger.events import LookupRefused
from fingerpost.settings import Settings
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Scope
from tests.conftest import Child, Publish

ZEBEDEE = Child(nhs_number="9990000034")
BODY = {
    "practitioner": "nurse",
    "purpose": "unscheduled_care",
    "case_reference": "AE-1",
    "child": {"given_names": "Zebedee", "family_name": "Featherstonehaugh", "date_of_birth": "9/3/2016"},
}


@pytest.fixture(scope="module")
def settings(shared_settings: Settings) -> Settings:
    """One database for the file: each test asks as a client of its own."""
    return shared_settings


@pytest.fixture(scope="module")
def service(shared_service: Service) -> Service:
    return shared_service


@pytest.fixture
def http(service: Service) -> Iterator[FlaskClient]:
    with build(service).test_client() as client:
        yield client


@pytest.fixture
def bearer(service: Service, nurse: Caller) -> dict[str, str]:
    token = service.accounts.issue_client(nurse.authority, "test", (Scope.LOOKUP,), 1)
    return {"Authorization": f"Bearer {token}"}


def _with(**changes: Any) -> dict[str, Any]:
    return {**BODY, "child": {**BODY["child"], **changes}}  # type: ignore[dict-item]


def test_finds(http: FlaskClient, bearer: dict[str, str], publish: Publish) -> None:
    publish("E08000035", ZEBEDEE)
    response = http.post("/api/v1/lookups", json=BODY, headers=bearer)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    answer = response.get_json()
    assert answer["outcome"] == "found"
    assert answer["matches"][0]["signposts"][0]["authority_name"] == "Leeds"
    assert len(answer["receipt"]["signature"]) == 128


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"date_of_birth": "31/02/2016"}, "child.date_of_birth"),
        ({"nhs_number": "9990000035"}, "child.nhs_number"),
        ({"given_names": "Zeb\x00"}, "child.given_names"),
        ({"given_names": "Z" * 500}, "child.given_names"),
        ({"given_names": ["Zebedee"]}, "child.given_names"),
        ({"postcodes": ["nowhere"]}, "child.postcodes[0]"),
        ({"shoe_size": "4"}, "child"),
    ],
)
def test_a_wrong_field_is_named_and_never_quoted(
    http: FlaskClient, bearer: dict[str, str], changes: dict[str, Any], field: str
) -> None:
    response = http.post("/api/v1/lookups", json=_with(**changes), headers=bearer)
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    problem = response.get_json()
    assert [error["field"] for error in problem["errors"]] == [field]
    (typed,) = changes.values()
    assert json.dumps(typed) not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"\xff\xfe{}", b'{"purpose": "\xed\xa0\x80"}', b'"' + b"x" * 60_000 + b'"'],
)
def test_a_body_that_is_no_question(http: FlaskClient, bearer: dict[str, str], body: bytes) -> None:
    response = http.post("/api/v1/lookups", data=body, headers=bearer, content_type="application/json")
    assert response.status_code == 422
    assert response.get_json()["errors"]


def test_ten_million_characters(http: FlaskClient, bearer: dict[str, str]) -> None:
    response = http.post("/api/v1/lookups", json=_with(given_names="Z" * 10_000_000), headers=bearer)
    assert (response.status_code, response.mimetype) == (413, "application/problem+json")


def test_an_unreadable_question_is_on_the_ledger(
    http: FlaskClient, bearer: dict[str, str], service: Service
) -> None:
    http.post("/api/v1/lookups", json=_with(nhs_number="1"), headers=bearer)
    ((_, entry),) = service.ledger.checked(service.records_database, last=1)
    assert entry is not None
    assert isinstance(entry.event, LookupRefused)
    assert entry.event.fields == ("child.nhs_number",)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic dTpw", "Bearer  "])
def test_without_a_token_nobody_is_answered(http: FlaskClient, header: str) -> None:
    response = http.post("/api/v1/lookups", json=BODY, headers={"Authorization": header})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_client_is_out_at_once(http: FlaskClient, service: Service) -> None:
    token = service.accounts.issue_client("RJ1", "goes", (Scope.LOOKUP,), 1)
    bearer = {"Authorization": f"Bearer {token}"}
    assert http.get("/api/v1/coverage", headers=bearer).status_code == 200
    (row,) = (client for client in service.accounts.clients() if client.name == "goes")
    service.accounts.revoke_client(row.id)
    assert http.get("/api/v1/coverage", headers=bearer).status_code == 401


def test_a_client_may_do_what_its_scopes_say(http: FlaskClient, service: Service) -> None:
    token = service.accounts.issue_client("RJ1", "feeder", (Scope.FEED,), 1)
    response = http.post("/api/v1/lookups", json=BODY, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 403
    assert "scope" in response.get_json()["detail"]


def test_an_authority_sees_its_own_feeds_and_rows_to_mend(
    http: FlaskClient, service: Service, publish: Publish
) -> None:
    publish("E06000014", Child(given="Mary", family="Unthank", born="2012-02-02", nhs_number="9990000035"))
    for authority, runs in (("E06000014", 1), ("E06000010", 0)):
        token = service.accounts.issue_client(authority, "data team", (Scope.FEED,), 1)
        seen = http.get("/api/v1/feeds", headers={"Authorization": f"Bearer {token}"}).get_json()
        assert len(seen["runs"]) == len(seen["quarantine"]) == runs
    assert "9990000035" not in str(seen)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/v1/lookups", 405), ("POST", "/healthz", 405), ("GET", "/nothing", 404)],
)
def test_flasks_own_errors_are_problems_too(http: FlaskClient, method: str, path: str, status: int) -> None:
    response = http.open(path, method=method)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")


def test_a_surprise_gives_a_reference_and_no_words(
    http: FlaskClient, bearer: dict[str, str], service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Zebedee Featherstonehaugh")

    monkeypatch.setattr(service.lookup, "ask", fail)
    response = http.post("/api/v1/lookups", json=BODY, headers=bearer)
    assert response.status_code == 500
    assert len(response.get_json()["reference"]) == 8
    assert "Zebedee" not in response.get_data(as_text=True)


def test_open_pages(http: FlaskClient, service: Service) -> None:
    assert http.get("/healthz").get_json() == {"status": "ok"}
    assert http.get("/readyz").get_json() == {"status": "ready"}
    assert http.get("/api/v1/ledger/key").get_json()["key"] == service.vault.verifying_key().hex()
    described = msgspec.json.decode(msgspec.json.encode(document()))
    assert http.get("/api/v1/openapi.json").get_json() == described


def test_every_route_is_described_and_guarded() -> None:
    described = {
        (method.upper(), path): "security" in operation
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
    }
    assert described == {(r.method, r.template): r.guard is Guard.OPEN for r in ROUTES}


def test_a_question_by_a_client_that_may_not_ask_is_on_the_ledger(
    http: FlaskClient, service: Service
) -> None:
    token = service.accounts.issue_client("RJ1", "feeder", (Scope.FEED,), 1)
    http.post("/api/v1/lookups", json=BODY, headers={"Authorization": f"Bearer {token}"})
    ((_, entry),) = service.ledger.checked(service.records_database, last=1)
    assert entry is not None
    assert isinstance(entry.event, LookupRefused)
    assert "scope" in entry.event.clause


def test_the_description_tells_no_release(http: FlaskClient) -> None:
    answer = http.get("/api/v1/openapi.json")
    assert answer.get_json()["info"]["version"] == "1"
    assert __version__ not in f"{answer.get_data(as_text=True)} {answer.headers}"
