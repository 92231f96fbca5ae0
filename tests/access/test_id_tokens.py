"""What a provider signs, and what somebody else does: only a token right in every claim lets anybody in."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from fingerpost.access.provider import FRESH, Provider, Registration, SignedIn, Started
from fingerpost.words.errors import Refused

OURS, THEIRS = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("ours", "theirs"))
STARTED = Started(state="s", nonce="n", verifier="v" * 43)
STRONG = "urn:strong"


class Idp(ThreadingHTTPServer):
    """A provider that hands out whatever token it is told to."""

    token = ""
    issuer = ""

    def answer(self, path: str) -> dict[str, Any]:
        at = f"http://127.0.0.1:{self.server_port}"
        if path.endswith("openid-configuration"):
            return {
                "issuer": self.issuer or at, "authorization_endpoint": f"{at}/auth",
                "token_endpoint": f"{at}/token", "jwks_uri": f"{at}/keys",
            }  # fmt: skip
        if path == "/error":
            return {"error": "invalid_grant"}
        if path == "/keys":
            return {"keys": [OURS.as_dict(private=False)]}
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.token}


class Answers(BaseHTTPRequestHandler):
    def _reply(self) -> None:
        assert isinstance(self.server, Idp)
        body = json.dumps(self.server.answer(self.path)).encode()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _reply  # noqa: N815

    def log_message(self, *_: object, **__: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def idp() -> Iterator[Idp]:
    with Idp(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def _claims(idp: Idp, **changes: object) -> dict[str, object]:
    now = int(time.time())
    right = {
        "iss": f"http://127.0.0.1:{idp.server_port}", "aud": "fingerpost", "sub": "somebody", "nonce": "n",
        "exp": now + 60, "iat": now, "auth_time": now, "acr": STRONG,
    }  # fmt: skip
    return {name: value for name, value in {**right, **changes}.items() if value is not None}


def _redeem(idp: Idp, token: str, *, afresh: bool = False) -> SignedIn:
    idp.token = token
    at = f"http://127.0.0.1:{idp.server_port}"
    known = Registration(at, "fingerpost", strong=(STRONG,))
    provider = Provider(known, lambda: datetime.now(UTC))
    return provider.redeem(STARTED, "code", f"{at}/back", afresh=afresh)


def _signed(claims: dict[str, object], key: RSAKey = OURS, kid: str = "ours") -> str:
    return jwt.encode({"alg": "RS256", "kid": kid}, claims, key)


def _unsigned(claims: dict[str, object]) -> str:
    """Return the same with the signature of nobody: alg none (RFC 8725 §3.1)."""
    head, body, _ = _signed(claims).split(".")
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{head}.{body}."


def test_the_right_one_does(idp: Idp) -> None:
    """The control."""
    assert _redeem(idp, _signed(_claims(idp)), afresh=True).subject == "somebody"
    several = _claims(idp, aud=["fingerpost", "other"], azp="fingerpost")
    assert _redeem(idp, _signed(several)).acr == STRONG


WRONG: dict[str, dict[str, object]] = {
    "another issuer": {"iss": "https://evil.example"}, "no issuer": {"iss": None},
    "another's": {"aud": "other"}, "nobody's": {"aud": None}, "for another of two": {"azp": "other"},
    "another's nonce": {"nonce": "m"}, "no nonce": {"nonce": None},
    "ended": {"exp": 1}, "never ends": {"exp": None}, "of nobody": {"sub": None},
    "no time of sign-in": {"auth_time": None}, "of tomorrow": {"auth_time": 2**33},
    "weak": {"acr": "urn:weak"}, "of no strength": {"acr": None}, "a subject that is no text": {"sub": 7},
}  # fmt: skip


@pytest.mark.parametrize("changes", WRONG.values(), ids=list(WRONG))
def test_a_token_that_is_wrong_lets_nobody_in(idp: Idp, changes: dict[str, object]) -> None:
    with pytest.raises(Refused):
        _redeem(idp, _signed(_claims(idp, **changes)))


def test_a_signature_that_is_not_the_provider_s_lets_nobody_in(idp: Idp) -> None:
    claims = _claims(idp)
    # The public key as if it were a shared secret (RFC 8725 §2.1).
    shared = OctKey.import_key({"kty": "oct", "k": str(OURS.as_dict(private=False)["n"])})
    confused = jwt.encode({"alg": "HS256", "kid": "ours"}, claims, shared)
    right = _signed(claims)
    changed = f"{right[:-6]}{'AAAAAA' if not right.endswith('AAAAAA') else 'BBBBBB'}"
    for token in (_signed(claims, THEIRS), _signed(claims, THEIRS, "theirs"), _unsigned(claims), confused,
                  changed, "", "x.y.z"):  # fmt: skip
        with pytest.raises(Refused):
            _redeem(idp, token)


def test_a_sign_in_asked_for_afresh_is_of_this_minute(idp: Idp) -> None:
    old = _signed(_claims(idp, auth_time=int(time.time()) - FRESH - 5))
    _redeem(idp, old)
    with pytest.raises(Refused):
        _redeem(idp, old, afresh=True)


def test_a_description_of_another_provider_is_refused(idp: Idp) -> None:
    idp.issuer = "https://evil.example"
    try:
        with pytest.raises(Refused):
            _redeem(idp, _signed(_claims(idp)))
    finally:
        idp.issuer = ""
