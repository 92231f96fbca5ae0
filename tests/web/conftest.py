"""The pages as a person meets them: through the application itself, or a real server and a real browser."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext
from werkzeug.test import TestResponse

from fingerpost.access.caller import Practitioner
from fingerpost.access.provider import SignedIn
from fingerpost.access.sessions import Cookies
from fingerpost.app import application
from fingerpost.wiring import DEMO_IDENTITY, Service
from fingerpost.words.clock import now
from tests.web.chromium import NARROW, Hand, World, context_of, serving
from tests.web.people import OTHERS, PEOPLE

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class Client(FlaskClient):
    """Goes on from a menu's address to the form's own, as a browser does; nothing else is followed."""

    def get(self, *given: Any, **named: Any) -> TestResponse:
        answer = super().get(*given, **named)
        at = answer.headers.get("Location", "")
        return super().get(at, **named) if re.search(r"[?&]form=[0-9a-f-]{36}$", at) else answer


def client_of(service: Service) -> FlaskClient:
    """Return a client of this service's pages."""
    app = application(service)
    app.test_client_class = Client
    return app.test_client()


class Browser:
    """A browser without a screen: keeps cookies, sends forms as a real one does."""

    def __init__(self, client: FlaskClient, service: Service) -> None:
        self.client = client
        self._service, self._token = service, ""

    def sign_in(self, who: str, moment: datetime | None = None) -> None:
        """Sign in as one of these people, as if the provider had vouched for them, now or at a moment."""
        person, issuer = {**PEOPLE, **OTHERS}[who], DEMO_IDENTITY.format(self._service.settings.url)
        self._service.accounts.save_practitioner(person)
        self._service.sessions.name_account(issuer, who, person.authority, person.reference)
        cookies = self._service.sessions.begin(SignedIn(who, moment or now(), "demo", (), "", "token"))
        self._token = ""
        self.client.set_cookie("session", cookies.name)
        self.client.set_cookie("seen", cookies.seen)

    def person(self) -> Practitioner:
        """Return who is signed in, as they stand."""
        name, seen = (self.client.get_cookie(cookie) for cookie in ("session", "seen"))
        found = self._service.sessions.who(Cookies(name.value if name else "", seen.value if seen else ""))
        assert found is not None
        return found.practitioner

    def form_token(self) -> str:
        """Return what the session's forms carry; it is the same for all of them."""
        if not self._token:
            text = self.client.get("/work").get_data(as_text=True)
            self._token = text.partition('name="form_token" value="')[2].partition('"')[0]
        return self._token

    def send(self, path: str, **fields: str) -> TestResponse:
        """Send a form of this session's own."""
        return self.post(path, self.form_token(), **fields)

    def post(self, path: str, form_token: str, **fields: str) -> TestResponse:
        """Send a form with this token; a page that answers it is shown at an address of its own."""
        answer = self.client.post(path, data={"form_token": form_token, **fields}, headers=SAME_ORIGIN)
        at = answer.headers.get("Location", "")
        back = at.startswith("/returned/") or at == path or "form=" in at
        return self.client.get(at) if back else answer

    def read(self, answer: TestResponse) -> str:
        """Follow where a form led, and return the page's text."""
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return self.client.get(answer.headers["Location"]).get_data(as_text=True)

    def begin_look(self, purpose: str = "unscheduled_care") -> str:
        """Say why; return the page that asks whom."""
        return self.send("/look", purpose=purpose, case_reference="AE-1").headers["Location"]


@pytest.fixture
def browser(service: Service) -> Iterator[Browser]:
    """A browser at the pages of this test's service, nobody signed in."""
    with client_of(service) as client:
        yield Browser(client, service)


@pytest.fixture
def signed_in(browser: Browser) -> Callable[[str], Browser]:
    """Sign somebody in."""

    def sign_in(who: str) -> Browser:
        browser.sign_in(who)
        return browser

    return sign_in


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with serving(tmp_path_factory.mktemp("pages")) as made:
        yield made


@pytest.fixture(scope="session")
def contexts(chromium: Chromium, world: World) -> dict[bool, BrowserContext]:
    """A context with scripts and one without, kept for all tests: only who is signed in changes."""
    return {scripts: context_of(chromium, world, scripts=scripts) for scripts in (True, False)}


@pytest.fixture
def make(world: World, contexts: dict[bool, BrowserContext]) -> Iterator[Callable[..., Hand]]:
    """Make a hand; at the end it must have met no complaint."""
    made: list[Hand] = []

    def hand(
        kind: type[Hand] = Hand, width: int = NARROW, *, scripts: bool = True, judge: bool = False
    ) -> Hand:
        contexts[scripts].clear_cookies()
        made.append(kind(world, contexts[scripts], width, judge=judge))
        return made[-1]

    yield hand
    for one in made:
        one.page.close()
    assert [fault for one in made for fault in one.wrong] == []


@pytest.fixture
def phone(make: Callable[..., Hand]) -> Hand:
    """A phone, with scripts."""
    return make()
