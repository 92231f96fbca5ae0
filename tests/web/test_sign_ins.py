"""One's own sign-ins: seen, ended, told of; and a fresh sign-in before who may sign in changes."""

import json
import time
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from fingerpost.access.provider import Described
from fingerpost.access.sessions import HANDED, Cookies
from fingerpost.web import reports
from fingerpost.web.admin import people
from fingerpost.web.handed_back import Handed
from fingerpost.wiring import DEMO_IDENTITY, Service
from fingerpost.words.clock import now
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]
OLD = timedelta(minutes=10)
LARGEST_COOKIE = 4096  # bytes of a name and its value: more, and a browser drops it (ASVS 5.0 3.3.5)


def test_sessions_elsewhere_are_seen_and_ended(service: Service, browser: Browser) -> None:
    for _ in range(3):
        browser.sign_in("nurse")
    page = browser.client.get("/work/sign-ins").get_data(as_text=True)
    assert page.count("in another browser") == 2
    session = page.partition('name="session" value="')[2].partition('"')[0]
    after = browser.read(browser.send("/work/sign-ins/end", session=session))
    assert after.count("in another browser") == 1
    gone = browser.read(browser.send("/work/sign-ins/end", session="not one"))
    assert "done already" in gone
    assert "signed in nowhere else" in browser.read(browser.send("/work/sign-ins/end"))
    assert browser.person().reference == "nurse"


def test_what_happened_to_one_s_account_waits_at_my_work(service: Service, browser: Browser) -> None:
    browser.sign_in("nurse")
    assert "another account" not in browser.client.get("/work").get_data(as_text=True)
    issuer = DEMO_IDENTITY.format(service.settings.url)
    service.sessions.name_account(issuer, "second", "RJ1", "nurse")
    for path in ("/work", "/work/sign-ins"):
        assert "nother account of the sign-in service" in browser.client.get(path).get_data(as_text=True)


def test_who_can_sign_in_changes_on_a_fresh_sign_in_alone(service: Service, browser: Browser) -> None:
    """Nothing is done; what was typed goes along to the provider, which is asked to ask again."""
    for path, fields in (
        ("/admin/people/account", {"reference": "boss", "subject": "other"}), ("/work/sign-ins/end", {}),
    ):  # fmt: skip
        browser.sign_in("manager", now() - OLD)
        asked = browser.send(path, **fields)
        text = asked.get_data(as_text=True)
        assert (asked.status_code, "sign-in of the last few minutes" in text) == (401, True)
        assert 'name="afresh" value="yes"' in text
        assert all(f'name="sent.{name}" value="{value}"' in text for name, value in fields.items())
    browser.sign_in("manager")
    assert browser.send("/admin/people/account", reference="boss", subject="other").status_code == 303


def test_a_form_of_administration_comes_back_as_typed(service: Service, browser: Browser) -> None:
    """Each was sent after its session ended; signed in again, it is drawn as it was."""
    browser.sign_in("manager")
    name, seen = (browser.client.get_cookie(cookie) for cookie in ("session", "seen"))
    assert name is not None
    assert seen is not None
    person = service.sessions.who(Cookies(name.value, seen.value))
    assert person is not None
    for form in people.FORMS.values():
        sent = Handed(form.address, (("reference", "typed-before"),))
        service.sessions.keep(person, HANDED, msgspec.msgpack.encode(sent))
        again = browser.client.get("/handed-back").get_data(as_text=True)
        assert f'action="{form.address}"' in again
        assert 'value="typed-before"' in again


def test_no_cookie_is_too_long_for_a_browser(
    service: Service, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = service.sessions.provider  # described beforehand: nobody is asked
    at = provider.registration.issuer
    monkeypatch.setattr(provider, "_read_at", time.monotonic())
    monkeypatch.setattr(provider, "_described", Described(at, f"{at}/auth", f"{at}/token", f"{at}/keys"))
    left = browser.client.post(
        "/sign-in",
        data={"onward": "/" + "x" * 190, "address": "/look", **{f"sent.{n}": "x" * 900 for n in range(40)}},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    browser.sign_in("nurse")
    seen = browser.client.get("/work")
    cookies = left.headers.getlist("Set-Cookie") + seen.headers.getlist("Set-Cookie")
    assert len(cookies) >= 2
    assert all(len(cookie.partition(";")[0].encode()) < LARGEST_COOKIE for cookie in cookies)


def test_a_browser_s_report_is_noted_by_its_directive_alone(
    browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever sends it; and every page says where reports go."""
    assert f"report-uri {reports.ADDRESS}" in browser.client.get("/").headers["Content-Security-Policy"]
    broken = {
        "document-uri": "https://x/secret",
        "effective-directive": "script-src",
        "sample": "secret",
    }
    for sent, noted in (
        (json.dumps({"csp-report": broken}), "script-src"), ("secret", "other"),
        (json.dumps({"csp-report": {"effective-directive": "secret"}}), "other"),
    ):  # fmt: skip
        assert browser.client.post(reports.ADDRESS, data=sent).status_code == 204
        printed = capsys.readouterr().out
        assert f"directive={noted}" in printed
        assert "secret" not in printed


def test_whoever_goes_on_to_the_provider_is_asked_first(browser: Browser) -> None:
    page = browser.client.get("/sign-in").get_data(as_text=True)
    assert "Sign in with your organisation’s own account" in page
    assert "Continue to sign in" in page
