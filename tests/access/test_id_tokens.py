"""What a provider signs, and what somebody else does: only a token right in every claim lets anybody in."""

import base64
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from typing import Never

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey

from fingerpost.access.provider import FRESH, Provider, Registration, SignedIn, Started
from fingerpost.words.errors import Refused, Unavailable
from tests.access.idp import OURS, STRONG, THEIRS, Idp, claims_of, signed

STARTED = Started(state="s", nonce="n", verifier="v" * 43)


def _redeem(idp: Idp, token: str, *, afresh: bool = False) -> SignedIn:
    idp.token = token
    at = f"http://127.0.0.1:{idp.server_port}"
    known = Registration(at, "fingerpost", strong=(STRONG,))
    provider = Provider(known, lambda: datetime.now(UTC))
    return provider.redeem(STARTED, "code", f"{at}/back", afresh=afresh)


def _unsigned(claims: dict[str, object]) -> str:
    """Return the same with the signature of nobody: alg none (RFC 8725 §3.1)."""
    head, body, _ = signed(claims).split(".")
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{head}.{body}."


def test_the_right_one_does(idp: Idp) -> None:
    """The control."""
    assert _redeem(idp, signed(claims_of(idp)), afresh=True).subject == "somebody"
    several = claims_of(idp, aud=["fingerpost", "other"], azp="fingerpost")
    assert _redeem(idp, signed(several)).acr == STRONG


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
        _redeem(idp, signed(claims_of(idp, **changes)))


def test_a_signature_that_is_not_the_provider_s_lets_nobody_in(idp: Idp) -> None:
    claims = claims_of(idp)
    # The public key as if it were a shared secret (RFC 8725 §2.1).
    shared = OctKey.import_key({"kty": "oct", "k": str(OURS.as_dict(private=False)["n"])})
    confused = jwt.encode({"alg": "HS256", "kid": "ours"}, claims, shared)
    right = signed(claims)
    changed = f"{right[:-6]}{'AAAAAA' if not right.endswith('AAAAAA') else 'BBBBBB'}"
    for token in (signed(claims, THEIRS), signed(claims, THEIRS, "theirs"), _unsigned(claims), confused,
                  changed, "", "x.y.z"):  # fmt: skip
        with pytest.raises(Refused):
            _redeem(idp, token)


def test_a_sign_in_asked_for_afresh_is_of_this_minute(idp: Idp) -> None:
    old = signed(claims_of(idp, auth_time=int(time.time()) - FRESH - 5))
    _redeem(idp, old)
    with pytest.raises(Refused):
        _redeem(idp, old, afresh=True)


def test_a_description_of_another_provider_is_refused(idp: Idp) -> None:
    idp.issuer = "https://evil.example"
    try:
        with pytest.raises(Refused):
            _redeem(idp, signed(claims_of(idp)))
    finally:
        idp.issuer = ""


def test_who_sends_any_token_makes_us_ask_the_provider_no_more(
    idp: Idp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may say that a session is over: one unknown key is no reason to read all each time."""
    at = f"http://127.0.0.1:{idp.server_port}"
    provider = Provider(Registration(at, "fingerpost", strong=(STRONG,)), lambda: datetime.now(UTC))
    before = idp.keys_asked
    for token in ("x.y.z", signed(claims_of(idp), THEIRS, "theirs")) * 10:
        with pytest.raises(Refused):
            provider.signed_out(token)
    assert idp.keys_asked - before == 1
    monkeypatch.setattr("fingerpost.access.provider.KEYS_ARE_ASKED", 0)  # the control: then it is each time
    with pytest.raises(Refused):
        provider.signed_out("x.y.z")
    assert idp.keys_asked - before == 2


def test_while_the_provider_is_away_one_asks_and_nobody_waits(
    idp: Idp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may begin to sign in; each who waited for the provider held a place that a lookup needs."""
    at = f"http://127.0.0.1:{idp.server_port}"
    provider = Provider(Registration(at, "fingerpost"), lambda: datetime.now(UTC))
    known, asked, begun, away = provider.described(), [0], Event(), Event()

    def nothing(*_: object, **__: object) -> Never:
        asked[0] += 1
        begun.set()
        away.wait(60)
        raise requests.ConnectTimeout

    monkeypatch.setattr("fingerpost.access.provider.requests.get", nothing)
    monkeypatch.setattr("fingerpost.access.provider.AT_THE_START", 0.0)
    monkeypatch.setattr(provider, "_tried_at", -1000.0)
    monkeypatch.setattr(provider, "_read_at", time.monotonic() - 301)
    with ThreadPoolExecutor(1) as pool:
        one = pool.submit(provider.described)
        assert begun.wait(60)
        assert provider.described() == known  # read lately enough
        monkeypatch.setattr(provider, "_read_at", time.monotonic() - 601)
        with pytest.raises(Unavailable):
            provider.described()
        away.set()
        assert one.result(60) == known  # it had been read lately enough when that one began
    monkeypatch.setattr(provider, "_read_at", time.monotonic() - 301)
    assert provider.described() == known  # between two tries too
    monkeypatch.setattr(provider, "_read_at", time.monotonic() - 601)
    with pytest.raises(Unavailable):
        provider.redeem(STARTED, "code", f"{at}/back", afresh=False)
    with pytest.raises(Unavailable):
        provider.signed_out("x.y.z")
    assert asked == [1]
    monkeypatch.setattr("fingerpost.access.provider.KEYS_ARE_ASKED", 0)  # the control: then it is each time
    with pytest.raises(Unavailable):
        provider.described()
    assert asked == [2]


def test_at_the_start_one_asks_and_who_came_meanwhile_goes_by_it(
    idp: Idp, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Provider(
        Registration(f"http://127.0.0.1:{idp.server_port}", "fingerpost"), lambda: datetime.now(UTC)
    )
    ask, asked, begun, go = requests.get, [0], Event(), Event()

    def slowly(address: str, **how: float) -> requests.Response:
        asked[0] += 1
        begun.set()
        go.wait(60)
        return ask(address, **how)

    monkeypatch.setattr("fingerpost.access.provider.requests.get", slowly)
    monkeypatch.setattr("fingerpost.access.provider.AT_THE_START", 60.0)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(provider.described)
        assert begun.wait(60)
        other = pool.submit(provider.described)
        time.sleep(0.2)  # it waits for its turn
        go.set()
        assert one.result(60) == other.result(60)
    assert asked == [2]  # the description and the keys
