"""Over REST too a person is who their provider says: a token of their own, or no answer."""

import time
from collections.abc import Iterator
from typing import Any

import msgspec
import psycopg
import pytest
from flask.testing import FlaskClient
from joserfc import jwt

from fingerpost.access.caller import Practitioner
from fingerpost.access.provider import OLDEST_SIGN_IN
from fingerpost.api.rest.door import build
from fingerpost.instance import Instance
from fingerpost.settings import Settings
from fingerpost.wiring import opened
from fingerpost.words.vocabulary import Role, Scope
from tests.access.idp import OURS, STRONG, THEIRS, Idp
from tests.laws.test_routes import QUESTION

API = "fingerpost-api"


@pytest.fixture
def http(settings: Settings, idp: Idp) -> Iterator[FlaskClient]:
    """A door at which whoever is named must prove it; a system's token is brought with each call."""
    given = msgspec.structs.replace(
        settings, oidc_issuer=_issuer(idp), oidc_strong=(STRONG,), person_tokens=True
    )
    with opened(given) as service:
        for authority, reference in (("RJ1", "nurse"), ("RJ1", "sister"), ("E08000035", "nurse")):
            service.accounts.save_practitioner(
                Practitioner(authority, reference, "A Nurse", Role.CLINICIAN, active=True)
            )
            service.sessions.name_account(_issuer(idp), f"{authority}/{reference}", authority, reference)
        token = service.accounts.issue_client("RJ1", "test", tuple(Scope), 1)
        with build(service).test_client() as client:
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
            yield client


def _issuer(idp: Idp) -> str:
    return f"http://127.0.0.1:{idp.server_port}"


def _token(idp: Idp, key: Any = OURS, **changes: object) -> str:
    now = int(time.time())
    right = {
        "iss": _issuer(idp), "aud": API, "sub": "RJ1/nurse", "client_id": "patient-record",
        "azp": "patient-record",
        "exp": now + 60, "iat": now, "auth_time": now, "acr": STRONG,
    }  # fmt: skip
    claims = {name: value for name, value in {**right, **changes}.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "ours", "typ": "at+jwt"}, claims, key)


def _ask(http: FlaskClient, token: str, **changes: object) -> tuple[int, str]:
    answer = http.post("/api/v1/lookups", json=QUESTION | changes, headers={"Person-Token": token})
    return answer.status_code, answer.json.get("detail", "") if answer.json else ""


def _refused(settings: Settings) -> int:
    with psycopg.connect(Instance(settings).owner_conninfo()) as owner:
        row = owner.execute("SELECT count(*) FROM ledger_entry WHERE kind = 'lookup_refused'").fetchone()
    return row[0] if row else 0


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "a colleague's": ({"sub": "RJ1/sister"}, "another person's"),
    "of another authority's nurse": ({"sub": "E08000035/nurse"}, "another person's"),
    "of an account that nobody named": ({"sub": "RJ1/nobody"}, "nobody has said yet who you are"),
    "for the pages": ({"aud": "fingerpost"}, "did not hold"),
    "of another provider": ({"iss": "https://evil.example"}, "did not hold"),
    "that has ended": ({"exp": 1}, "did not hold"),
    "of a weak sign-in": ({"acr": "urn:weak"}, "not strong enough"),
    "that says not when": ({"auth_time": None}, "does not say when"),
    "of long ago": ({"auth_time": int(time.time()) - OLDEST_SIGN_IN - 600}, "too long ago"),
}


def test_whoever_is_named_proves_it_or_nothing_is_answered(
    http: FlaskClient,
    idp: Idp,
    settings: Settings,
) -> None:
    """Each refusal says why and is on the ledger; the control is the right token."""
    assert _ask(http, _token(idp)) == (200, "")
    answer = http.post("/api/v1/lookups", json=QUESTION)
    assert answer.status_code == 403
    assert "in the header Person-Token" in str(answer.json)
    for name, (changes, why) in WRONG.items():
        status, detail = _ask(http, _token(idp, **changes))
        assert (name, status) == (name, 403)
        assert why in detail, name
    assert _ask(http, _token(idp, THEIRS))[0] == 403
    assert _ask(http, "nonsense")[0] == 403
    assert _refused(settings) == len(WRONG) + 3


def test_every_act_in_somebody_s_name_needs_it(http: FlaskClient, idp: Idp) -> None:
    mine = {"practitioner": "nurse", "whose": "mine"}
    assert http.post("/api/v1/challenges/list", json=mine).status_code == 403
    right = {"Person-Token": _token(idp)}
    assert http.post("/api/v1/challenges/list", json=mine, headers=right).status_code == 200
    other = {**mine, "practitioner": "sister"}
    assert http.post("/api/v1/challenges/list", json=other, headers=right).status_code == 403
    asked = "/api/v1/contact-requests/asked?practitioner="
    assert http.get(f"{asked}sister", headers=right).status_code == 403
    assert http.get("/api/v1/coverage").status_code == 200  # in nobody's name


def test_an_emergency_opens_by_the_token_s_moment_and_not_by_the_client_s_word(
    http: FlaskClient,
    idp: Idp,
) -> None:
    said = {"reason": "cannot wait", "signed_in_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    question: dict[str, Any] = {"purpose": "s47_enquiry", "emergency": said}
    status, detail = _ask(http, _token(idp, auth_time=int(time.time()) - 600), **question)
    assert status == 403
    assert "sign-in of the last five minutes" in detail
    assert _ask(http, _token(idp), **question)[0] == 200


def test_where_it_is_not_asked_for_one_that_is_brought_must_still_be_right(
    settings: Settings,
    idp: Idp,
) -> None:
    with opened(msgspec.structs.replace(settings, oidc_issuer=_issuer(idp))) as service:
        service.accounts.save_practitioner(
            Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True)
        )
        token = service.accounts.issue_client("RJ1", "test", tuple(Scope), 1)
        with build(service).test_client() as http:
            http.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
            assert http.post("/api/v1/lookups", json=QUESTION).status_code == 200
            assert _ask(http, _token(idp, THEIRS))[0] == 403
