"""The demonstration's own sign-in service: choose who you are, no password. On loopback, never in production.

It speaks enough OpenID Connect for the code that signs people in at a real provider: authorisation code
with PKCE, one key pair made at start and written nowhere. It signs in only whom `fingerpost demo` named.
"""

import secrets
import threading
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Response, request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from msgspec import Struct

from fingerpost.access.provider import challenge_of
from fingerpost.web.pages import go, page
from fingerpost.web.route import Visit
from fingerpost.wiring import DEMO_IDENTITY
from fingerpost.words.errors import Refused

PEOPLE = {  # what each is called, and what there is to try as them
    "demo-nurse": ("Demo Nurse, A&E", "Meets a child at 3 a.m. and looks for who else works with it."),
    "demo-social-worker": (
        "Demo Social Worker",
        "Keeps a team’s signposts, hands children over, asks for shields.",
    ),
    "demo-manager": ("Demo Manager", "Reviews links and looks, and administers people, teams and feeds."),
    "demo-records-officer": (
        "Demo Records Officer",
        "Searches the ledger, answers subject access, holds and erases.",
    ),
    "demo-second-officer": (
        "Demo Second Officer",
        "Is the second of two people, where an officer’s act takes two: subject access, holds, erasures.",
    ),
}
CODE_SECONDS = 60


class _Code(Struct, frozen=True):
    """What a code stands for until it is redeemed, once."""

    subject: str
    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    issued: int


_codes: dict[str, _Code] = {}
_turn = threading.Lock()


@lru_cache
def _key() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)


def description(visit: Visit) -> Response:
    """Describe the provider (Discovery 1.0)."""
    issuer = _issuer(visit)
    return _json(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "end_session_endpoint": f"{issuer}/end",
        }
    )


def keys(_visit: Visit) -> Response:
    """Give the public key."""
    return _json(dict(KeySet([_key()]).as_dict(private=False)))


def choose(visit: Visit) -> Response:
    """Ask who somebody wants to be."""
    _require_ours(visit, request.args.get("redirect_uri", ""))
    asked = {name: request.args.get(name, "") for name in _ASKED}
    return page(visit, "demo_identity.html", people=PEOPLE, asked=asked)


def chosen(visit: Visit) -> Response:
    """Send the person back with a code."""
    back, subject = request.form.get("redirect_uri", ""), request.form.get("subject", "")
    _require_ours(visit, back)
    if subject not in PEOPLE:
        raise Refused("choose who you are")
    code = secrets.token_urlsafe(32)
    now = int(visit.service.now().timestamp())
    form = request.form
    with _turn:
        for old in [c for c, held in _codes.items() if held.issued < now - CODE_SECONDS]:
            del _codes[old]
        _codes[code] = _Code(
            subject,
            form.get("client_id", ""),
            back,
            form.get("code_challenge", ""),
            form.get("nonce", ""),
            now,
        )
    return go(f"{back}?code={code}&state={request.form.get('state', '')}")


def token(visit: Visit) -> Response:
    """Redeem a code for who signed in."""
    with _turn:
        code = _codes.pop(request.form.get("code", ""), None)
    now = int(visit.service.now().timestamp())
    verifier = request.form.get("code_verifier", "")
    if (
        code is None
        or code.issued < now - CODE_SECONDS
        or code.redirect_uri != request.form.get("redirect_uri")
        or challenge_of(verifier) != code.challenge
    ):
        return _json({"error": "invalid_grant"}, HTTPStatus.BAD_REQUEST)
    claims = {
        "iss": _issuer(visit), "sub": code.subject, "aud": code.client_id, "nonce": code.nonce, "iat": now,
        "exp": now + CODE_SECONDS, "auth_time": code.issued, "acr": "demo", "amr": ["demo"],
    }  # fmt: skip
    signed = jwt.encode({"alg": "ES256", "kid": _key().kid}, claims, _key(), algorithms=["ES256"])
    return _json({"access_token": "none", "token_type": "Bearer", "id_token": signed})


def end(_visit: Visit) -> Response:
    """End nothing: this provider remembers nobody."""
    return go("/signed-out")


_ASKED = ("client_id", "redirect_uri", "code_challenge", "nonce", "state")


def _issuer(visit: Visit) -> str:
    return DEMO_IDENTITY.format(visit.service.settings.url)


def _require_ours(visit: Visit, back: str) -> None:
    if back != f"{visit.service.settings.url}/sign-in/back":
        raise Refused("that is not a way back to this service")


def _json(content: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(msgspec.json.encode(content), status, content_type="application/json")
