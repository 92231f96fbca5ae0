"""An OpenID Connect provider as this service sees it: where it is, its keys, and what its tokens say.

OpenID Connect Core 1.0 (authorisation code), Discovery 1.0, RP-Initiated Logout 1.0, Back-Channel Logout 1.0;
PKCE is RFC 7636. Authlib speaks to the provider, joserfc checks what it signed.
"""

import base64
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from threading import Lock
from typing import Any

import msgspec
import requests
from authlib.integrations.requests_client import OAuth2Session  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from fingerpost.words.errors import Refused, Unavailable

WAIT = 5.0  # seconds for the provider to answer
KEYS_ARE_KEPT = 300.0  # seconds before the provider's description and keys are read again
KEYS_ARE_ASKED = 10.0  # … and at the soonest, for an unknown key, which anybody can name, or while it is away
SIGNING = ["RS256", "PS256", "ES256", "EdDSA"]  # never a symmetric one, never none (RFC 8725 §3.1)
LEEWAY = 30  # seconds that two clocks may differ
OLDEST_SIGN_IN = 36_000  # seconds: a provider that remembers somebody for longer asks them again
FRESH = 60  # seconds: how old a sign-in may be that was asked for afresh
AT_THE_START = 1.0  # seconds to wait for whoever reads the description, before it was ever read
_AWAY = "the sign-in service does not answer; try again in a minute"
_BACK_CHANNEL = "http://schemas.openid.net/event/backchannel-logout"


class Registration(Struct, frozen=True):
    """What the provider knows this service by. `secret` is empty for a public client, which PKCE protects."""

    issuer: str
    client_id: str
    secret: str = ""
    scope: str = "openid"
    strong: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Registration({self.issuer})"


class Described(Struct, frozen=True):
    """The provider's own description (Discovery 1.0 §3), as far as it is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""


class Started(Struct, frozen=True):
    """A sign-in that has begun: kept here until the person comes back with `state`."""

    state: str
    nonce: str
    verifier: str

    def __repr__(self) -> str:
        return "Started(…)"


class SignedIn(Struct, frozen=True):
    """Who the provider says has signed in, when, and how (`acr`, `amr`)."""

    subject: str
    at: datetime
    acr: str
    amr: tuple[str, ...]
    session: str
    token: str

    def __repr__(self) -> str:
        return "SignedIn(…)"


class TooWeak(Refused):
    """Somebody signed in less strongly than is asked for. `subject`: with whose account."""

    def __init__(self, subject: str) -> None:
        super().__init__("your sign-in was not strong enough; use a second factor")
        self.subject = subject


class _Claims(Struct, frozen=True):
    sub: str
    nonce: str = ""
    auth_time: int = 0
    acr: str = ""
    amr: tuple[str, ...] = ()
    sid: str = ""
    azp: str = ""


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a PKCE verifier (RFC 7636 §4.2)."""
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Provider:
    """One provider. Its description and keys are read when they are needed, and kept for a while."""

    def __init__(self, registration: Registration, clock: Callable[[], datetime]) -> None:
        self.registration = registration
        self._clock = clock
        self._read_at = self._tried_at = -KEYS_ARE_KEPT
        self._described: Described | None = None
        self._keys = KeySet([])
        self._turn = Lock()

    def address_to_sign_in(self, started: Started, back_to: str, *, afresh: bool) -> str:
        """Return where to send the person. `afresh`: the provider must ask again, whoever it remembers."""
        extra: dict[str, Any] = {
            "code_challenge": challenge_of(started.verifier), "code_challenge_method": "S256",
            "nonce": started.nonce,
            # Asked for, the provider must say when the person signed in (Core §3.1.2.1).
            "max_age": 0 if afresh else OLDEST_SIGN_IN,
        }  # fmt: skip
        if self.registration.strong:
            extra["acr_values"] = " ".join(self.registration.strong)
        with self._session(back_to) as session:
            address, _ = session.create_authorization_url(
                self.described().authorization_endpoint, state=started.state,
                **extra,
            )  # fmt: skip
        return str(address)

    def redeem(self, started: Started, code: str, back_to: str, *, afresh: bool) -> SignedIn:
        """Exchange the code for who signed in, or raise `Refused`: the provider's word did not hold."""
        endpoint = self.described().token_endpoint
        try:
            with self._session(back_to) as session:
                answer: dict[str, Any] = session.fetch_token(
                    endpoint, code=code, code_verifier=started.verifier, timeout=WAIT
                )
        except requests.RequestException:
            raise Unavailable(_AWAY) from None
        except Exception:
            raise Refused("the sign-in service did not accept the code; sign in again") from None
        token = str(answer.get("id_token", ""))
        claims = self._claims(token, {"nonce": {"essential": True, "value": started.nonce}})
        return self._signed_in(token, claims, afresh=afresh)

    def vouched(self, token: str, audience: str) -> SignedIn:
        """Return who somebody is by an access token for `audience` (RFC 9068), or raise `Refused`."""
        signed_in = self._signed_in(token, self._claims(token, {}, audience), afresh=False)
        if (self._clock() - signed_in.at).total_seconds() > OLDEST_SIGN_IN:
            raise Refused("you signed in too long ago; sign in again")
        return signed_in

    def _signed_in(self, token: str, claims: _Claims, *, afresh: bool) -> SignedIn:
        at = datetime.fromtimestamp(claims.auth_time, UTC)
        age = (self._clock() - at).total_seconds()
        if not claims.auth_time or age < -LEEWAY:
            raise Refused("the sign-in service does not say when you signed in; tell your administrator")
        if afresh and age > FRESH:
            raise Refused("you must sign in again to do this")
        if self.registration.strong and claims.acr not in self.registration.strong:
            raise TooWeak(claims.sub)
        return SignedIn(claims.sub, at, claims.acr, claims.amr, claims.sid, token)

    def signed_out(self, logout_token: str) -> tuple[str, str]:
        """Return the subject and session that the provider ended (one may be empty), or raise `Refused`."""
        claims = self._decoded(logout_token, {"iat": {"essential": True}, "events": {"essential": True}})
        if _BACK_CHANNEL not in claims.get("events", {}) or "nonce" in claims:
            raise Refused("that is not a logout token")
        return str(claims.get("sub", "")), str(claims.get("sid", ""))

    def address_to_sign_out(self, token: str, back_to: str) -> str | None:
        """Return where the provider ends its own session, if it has such a place."""
        end = self.described().end_session_endpoint
        if not end:
            return None
        fields = {"id_token_hint": token, "post_logout_redirect_uri": back_to}
        return requests.Request("GET", end, params=fields).prepare().url

    def described(self) -> Described:
        """Return the provider's description, read afresh every few minutes.

        Of all who ask meanwhile one reads it. The others go by the last for a while, and where there is none
        they hear so: whoever waited for a provider that is away would hold a place that a lookup needs.
        """
        age = time.monotonic() - self._read_at
        if self._described is not None and age <= KEYS_ARE_KEPT:
            return self._described
        old = self._described if age <= 2 * KEYS_ARE_KEPT else None
        if not self._turn.acquire(timeout=0 if old else AT_THE_START):
            if old is None:
                raise Unavailable(_AWAY)
            return old
        try:
            self._described = self._read_in_turn()
            return self._described
        except Unavailable:
            if old is None:
                raise
            return old
        finally:
            self._turn.release()

    def _read_in_turn(self) -> Described:
        if self._described is not None and time.monotonic() - self._read_at <= KEYS_ARE_KEPT:
            return self._described  # somebody read it meanwhile
        if time.monotonic() - self._tried_at < KEYS_ARE_ASKED:
            raise Unavailable(_AWAY)
        return self._read()

    def _read(self) -> Described:
        issuer, self._tried_at = self.registration.issuer, time.monotonic()
        try:
            found = requests.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=WAIT)
            described = msgspec.json.decode(found.content, type=Described)
            keys = KeySet.import_key_set(requests.get(described.jwks_uri, timeout=WAIT).json())
        except (requests.RequestException, msgspec.MsgspecError, JoseError, ValueError):
            self._tried_at = time.monotonic()
            raise Unavailable(_AWAY) from None
        if described.issuer != issuer:  # Discovery §4.3: else another provider could speak for this one
            raise Refused("the sign-in service is not the one this service was set up with")
        self._keys, self._read_at = keys, time.monotonic()
        return described

    def _claims(self, token: str, needed: dict[str, Any], audience: str = "") -> _Claims:
        """Read a token for us, or, which another system may hold, one for the `audience` of our API."""
        claims = self._decoded(token, {"exp": {"essential": True}, **needed}, audience)
        try:
            found = msgspec.convert(claims, _Claims)
        except msgspec.ValidationError:
            raise Refused("the sign-in service's answer could not be read") from None
        if not audience and found.azp not in {"", self.registration.client_id}:
            raise Refused("the sign-in service's answer was for somebody else")
        return found

    def _decoded(self, token: str, needed: dict[str, Any], audience: str = "") -> dict[str, Any]:
        self.described()
        try:
            claims = self._verified(token)
            checks = jwt.JWTClaimsRegistry(
                now=lambda: int(self._clock().timestamp()), leeway=LEEWAY,
                iss={"essential": True, "value": self.registration.issuer},
                aud={"essential": True, "value": audience or self.registration.client_id}, **needed,
            )  # fmt: skip
            checks.validate(claims)
        except (JoseError, ValueError):
            raise Refused("the sign-in service's answer did not hold; sign in again") from None
        return claims

    def _verified(self, token: str) -> dict[str, Any]:
        """Check the signature; a key not known yet may be a new one, so the keys are read once more."""
        try:
            return dict(jwt.decode(token, self._keys, algorithms=SIGNING).claims)
        except (JoseError, ValueError):
            if time.monotonic() - self._tried_at < KEYS_ARE_ASKED:
                raise
            self._described = self._read()
            return dict(jwt.decode(token, self._keys, algorithms=SIGNING).claims)

    def _session(self, back_to: str) -> Any:  # Authlib's own has no types
        known = self.registration
        return OAuth2Session(
            known.client_id, known.secret or None, scope=known.scope, redirect_uri=back_to,
            token_endpoint_auth_method="client_secret_basic" if known.secret else "none",
        )  # fmt: skip
