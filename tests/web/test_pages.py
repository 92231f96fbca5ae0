"""The pages without a browser: guards, forms, what a browser is told to do, and what is never said."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest
from flask.testing import FlaskClient

from fingerpost.access.caller import Caller
from fingerpost.access.rules import may_keep
from fingerpost.access.sessions import IDLE, LONGEST, Cookies
from fingerpost.access.switches import Because, Subject
from fingerpost.settings import Environment, Settings
from fingerpost.vault.messages import Caller as VaultCaller
from fingerpost.web.door import pages_of
from fingerpost.web.route import Guard, Page
from fingerpost.web.routes import WRITES
from fingerpost.wiring import Service, opened, opened_vault, sunset
from fingerpost.words.clock import now
from tests.conftest import Child, Publish
from tests.decommission.paper import authorised
from tests.laws.test_routes import written_by
from tests.vault.conftest import serving
from tests.web.conftest import SAME_ORIGIN, Browser, client_of
from tests.web.people import PEOPLE

SignIn = Callable[[str], Browser]
LOOK = "00000000-0000-0000-0000-000000000001"
MINUTE = timedelta(minutes=1)
ELSEWHERE = ("https://evil.example", "//evil.example", "/\\evil.example", "evil", "/x\r\nY: z", "/" * 300)
CHILD = {"given_names": "Zebedee", "family_name": "Featherstonehaugh", "birth": "9 March 2016"}
NOBODY = {"given_names": "Nobody", "family_name": "Known", "birth": "2/2/2012"}


@pytest.fixture(scope="module")
def settings(shared_settings: Settings) -> Settings:
    """One database for the file: each test is a browser of its own."""
    return shared_settings


@pytest.fixture(scope="module")
def service(shared_service: Service) -> Service:
    return shared_service


def _at(page: Page) -> str:
    path = re.sub(r"<uuid:\w+>", LOOK, page.path).replace("<digest>", "0")
    return path.replace("<name>", "save" if "people" in path else "pages.css")


def _pages(service: Service, method: str, guard: Guard | None = None) -> list[Page]:
    return [p for p in pages_of(service) if p.method == method and guard in {None, p.guard}]


def test_each_page_keeps_its_guard(service: Service, browser: Browser) -> None:
    for page in _pages(service, "GET", Guard.SIGNED_IN):
        assert (page.path, browser.client.get(_at(page)).status_code) == (page.path, 401)
    for page in _pages(service, "POST", Guard.SIGNED_IN):
        answer = browser.client.post(_at(page), headers=SAME_ORIGIN)
        assert (page.path, answer.status_code) == (page.path, 401)


@pytest.mark.parametrize("who", PEOPLE)
def test_each_role_is_shown_what_its_acts_allow(service: Service, signed_in: SignIn, who: str) -> None:
    """Every page × every role: 403 exactly where none of the page's acts is the role's, whatever is sent."""
    browser, moment = signed_in(who), now()
    person = browser.person()
    for page in _pages(service, "GET", Guard.SIGNED_IN):
        if not page.acts and page.path != "/work":
            continue  # of everybody, or decided by what somebody may look for
        allowed = not page.acts or any(
            may_keep(person, act, {person.authority}, moment).allowed for act in page.acts
        )
        status = browser.client.get(
            _at(page)
        ).status_code  # 303: back to the beginning, where the look is none
        assert (page.path, status) in {(page.path, code) for code in ((200, 303) if allowed else (403,))}
    for page in _pages(service, "POST", Guard.SIGNED_IN):
        if page.acts and not any(
            may_keep(person, act, {person.authority}, moment).allowed for act in page.acts
        ):
            assert (page.path, browser.send(_at(page)).status_code) == (page.path, 403)


@pytest.mark.parametrize("who", ["nurse", "manager", "records officer", "desk officer"])
def test_get_never_writes(service: Service, browser: Browser, owner_conninfo: str, who: str) -> None:
    browser.sign_in(who)
    pages = [page for page in _pages(service, "GET") if page.path not in WRITES]

    def read() -> None:
        for page in pages:
            browser.client.get(_at(page))

    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        assert written_by(owner, read) == set()
        sent = browser.form_token()  # the control: opening a list is recorded
        assert written_by(owner, lambda: browser.post("/work/looks", sent)) >= {"web_kept", "ledger_entry"}


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
)
def test_a_form_of_another_site_does_nothing(
    service: Service, signed_in: SignIn, headers: dict[str, str], owner_conninfo: str
) -> None:
    browser = signed_in("nurse")
    token = browser.form_token()

    def send() -> None:
        for page in _pages(service, "POST"):
            if not page.foreign:
                answer = browser.client.post(_at(page), data={"form_token": token}, headers=headers)
                assert (page.path, answer.status_code) == (page.path, 403)

    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        assert written_by(owner, send) == set()


def test_a_form_without_the_session_s_token_is_handed_back(signed_in: SignIn) -> None:
    browser = signed_in("nurse")
    answer = browser.post("/look", "stale", purpose="unscheduled_care", case_reference="AE-<1>")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert 'name="case_reference" value="AE-&lt;1&gt;"' in text
    assert f'value="{browser.form_token()}"' in text


def test_a_form_sent_after_the_session_ended_is_not_lost(browser: Browser) -> None:
    answer = browser.client.post("/look", data={"case_reference": "AE-1"}, headers=SAME_ORIGIN)
    assert answer.status_code == 401
    assert 'value="AE-1"' in answer.get_data(as_text=True)


def test_every_page_says_what_a_browser_must_do(service: Service, signed_in: SignIn) -> None:
    browser = signed_in("nurse")
    for page in _pages(service, "GET"):
        answer = browser.client.get(_at(page))
        headers = answer.headers
        assert "script-src 'self';" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] in {"no-store", "public, max-age=31536000, immutable"}
        assert headers["Cache-Control"] == "no-store" or page.path.startswith("/assets/")
        assert "Strict-Transport-Security" not in headers  # this one speaks plain HTTP on loopback
        if answer.status_code != 303 and answer.mimetype == "text/html":
            assert "Every child here is made up" in answer.text, page.path
            assert 'href="/feedback"' in answer.text, page.path


def test_tls_binds_cookies_and_browsers(settings: Settings) -> None:
    tls = msgspec.structs.replace(settings, public_url="https://fingerpost.example")
    with opened(tls) as service, client_of(service) as client:
        browser = Browser(client, service)
        browser.sign_in("nurse")
        name, seen = (client.get_cookie(n) for n in ("session", "seen"))
        assert name is not None
        assert seen is not None
        client.set_cookie("__Host-session", name.value, domain="fingerpost.example", secure=True)
        client.set_cookie("__Host-seen", seen.value, domain="fingerpost.example", secure=True)
        answer = client.get("/look", base_url="https://fingerpost.example")
    assert answer.status_code == 200
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-seen=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_nobody_who_is_out_stays_in(service: Service, settings: Settings, signed_in: SignIn) -> None:
    browser = signed_in("nurse")
    assert browser.client.get("/look").status_code == 200
    service.switches.suspend(Subject.PERSON, "RJ1/nurse", Because.LEFT)
    assert browser.client.get("/look").status_code == 401


@pytest.mark.parametrize(
    ("away", "in_"), [(IDLE - timedelta(minutes=1), True), (IDLE + timedelta(minutes=1), False)]
)
def test_an_idle_session_ends(settings: Settings, away: timedelta, in_: bool) -> None:
    _stays(settings, away, in_, refreshed=False)


@pytest.mark.parametrize(("away", "in_"), [(LONGEST - MINUTE, True), (LONGEST + MINUTE, False)])
def test_a_busy_session_ends_too(settings: Settings, away: timedelta, in_: bool) -> None:
    _stays(settings, away, in_, refreshed=True)


def _stays(settings: Settings, away: timedelta, in_: bool, *, refreshed: bool) -> None:
    clock = [now()]
    with opened(settings, lambda: clock[0]) as service, client_of(service) as client:
        browser = Browser(client, service)
        browser.sign_in("nurse")
        name = client.get_cookie("session")
        person = service.sessions.who(Cookies(name.value if name else "", _seen(client)))
        assert person is not None
        clock[0] += away
        if refreshed:
            client.set_cookie("seen", person.seen_at(clock[0]))
        assert (client.get("/look").status_code == 200) is in_


def _seen(client: FlaskClient) -> str:
    cookie = client.get_cookie("seen")
    return cookie.value if cookie else ""


@pytest.mark.parametrize("seen", ["", "1", "x.y", "99999999999999.0", "²³.0", "1.é"])
def test_a_made_up_time_is_no_time(signed_in: SignIn, seen: str) -> None:
    browser = signed_in("nurse")
    browser.client.set_cookie("seen", seen)
    assert browser.client.get("/look").status_code == 401


def test_signing_out_ends_every_copy_of_the_cookie(service: Service, signed_in: SignIn) -> None:
    browser = signed_in("nurse")
    name = browser.client.get_cookie("session")
    copy = Cookies(name.value if name else "", _seen(browser.client))
    assert service.sessions.who(copy) is not None

    def nowhere(*_: object) -> None:
        """Stand for the provider's own page, which is the browser tests' business."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(service.sessions.provider), "address_to_sign_out", nowhere)
        answer = browser.send("/sign-out")
    assert answer.headers["Location"] == "/signed-out"
    assert "storage" in answer.headers["Clear-Site-Data"]
    assert service.sessions.who(copy) is None


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_signing_in_goes_on_to_no_other_site(browser: Browser, onward: str) -> None:
    text = browser.client.get("/sign-in", query_string={"onward": onward}).get_data(as_text=True)
    assert 'name="onward" value="/work"' in text


def test_a_way_back_that_nobody_left_by_is_refused(browser: Browser) -> None:
    for query in ("", "?code=x&state=y", "?error=access_denied&error_description=<b>"):
        answer = browser.client.get(f"/sign-in/back{query}")
        assert answer.status_code == 403
        assert "<b>" not in answer.get_data(as_text=True)


def test_a_look_from_reason_to_number(publish: Publish, signed_in: SignIn) -> None:
    publish("E08000035", Child())
    browser = signed_in("nurse")
    look = browser.begin_look()
    answer = browser.send(look, **CHILD)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{look}/answer")
    text = browser.client.get(f"{look}/answer").get_data(as_text=True)
    assert 'href="tel:+44113496000' in text
    assert "Assessment Team" in text
    title = text.partition("<title>")[2].partition("</title>")[0]
    assert "Featherstonehaugh" not in title
    assert "Featherstonehaugh" not in text  # the answer points; it never repeats


def test_the_same_form_sent_twice_is_one_question(
    publish: Publish, signed_in: SignIn, owner_conninfo: str
) -> None:
    publish("E08000035", Child())
    browser = signed_in("nurse")
    look = browser.begin_look()
    answered = "SELECT id FROM ledger_entry WHERE kind = 'lookup_answered'"
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        before = set(owner.execute(answered))
        for _ in range(2):
            browser.send(look, **CHILD)
        assert len(set(owner.execute(answered)) - before) == 1


def test_two_tabs_never_show_each_other_s_answer(publish: Publish, signed_in: SignIn) -> None:
    publish("E08000035", Child())
    browser = signed_in("nurse")
    one, other = browser.begin_look(), browser.begin_look()
    browser.send(one, **CHILD)
    browser.send(other, **NOBODY)
    assert "Assessment Team" in browser.client.get(f"{one}/answer").get_data(as_text=True)
    assert "Nothing found" in browser.client.get(f"{other}/answer").get_data(as_text=True)


def test_a_look_is_its_session_s_alone(publish: Publish, service: Service, signed_in: SignIn) -> None:
    publish("E08000035", Child())
    browser = signed_in("nurse")
    look = browser.begin_look()
    browser.send(look, **CHILD)
    with client_of(service) as client:
        other = Browser(client, service)
        other.sign_in("social worker")
        assert other.client.get(f"{look}/answer").headers["Location"] == "/look"


def test_nothing_found_never_reads_as_safe(signed_in: SignIn) -> None:
    browser = signed_in("nurse")
    look = browser.begin_look()
    browser.send(look, **NOBODY)
    text = browser.client.get(f"{look}/answer").get_data(as_text=True)
    assert "That does not mean safe" in text
    assert "tel:" in text
    assert "have never reported" in text


def test_every_field_wrong_at_once_keeps_what_was_typed(signed_in: SignIn) -> None:
    browser = signed_in("nurse")
    wrong = {
        "given_names": "<script>", "family_name": "123", "birth": "yesterday-ish", "number": "12",
        "postcode": "nowhere at all 1", "other_given_names": "\u0000x", "expected": "never", "sex": "Z",
    }  # fmt: skip
    look = browser.begin_look()
    answer = browser.send(look, **wrong)
    text = answer.get_data(as_text=True)
    assert "There is a problem" in text
    assert "<script>" not in text
    for field in (
        "given_names",
        "family_name",
        "birth",
        "postcode",
        "number",
        "other_given_names",
        "expected",
        "sex",
    ):
        assert f'href="#{field}"' in text, field
        assert f'id="{field}-error"' in text, field
    assert 'value="&lt;script&gt;"' in text
    assert 'value="yesterday-ish"' in text


def test_a_reason_of_another_role_is_not_offered_and_not_taken(signed_in: SignIn) -> None:
    browser = signed_in("nurse")
    assert "s47_enquiry" not in browser.client.get("/look").get_data(as_text=True)
    text = browser.send("/look", purpose="s47_enquiry", case_reference="1").get_data(as_text=True)
    assert "Select why you are looking" in text


def test_five_megabytes_are_refused_in_words(signed_in: SignIn) -> None:
    browser = signed_in("nurse")
    answer = browser.send(browser.begin_look(), given_names="x" * 5_000_000)
    assert answer.status_code == 413
    assert "too long" in answer.get_data(as_text=True)


def test_an_unknown_look_begins_again(signed_in: SignIn) -> None:
    browser = signed_in("nurse")
    assert browser.client.get(f"/look/{LOOK}").headers["Location"] == "/look"
    assert browser.send(f"/look/{LOOK}").headers["Location"] == "/look"
    assert browser.client.get("/look/not-one").status_code == 404


def test_an_address_that_is_nobodys_still_shows_who_is_signed_in(signed_in: Callable[[str], Browser]) -> None:
    browser = signed_in("nurse")
    lost = browser.client.get("/nowhere", headers={"Accept": "text/html"})
    assert lost.status_code == 404
    assert "A Nurse" in lost.text
    assert "/work" in lost.text


@pytest.mark.parametrize(("path", "code"), [("/nowhere", 404), ("/work/orphans", 405)])
def test_an_address_that_is_nobodys_is_told_to_each_in_its_own_way(
    browser: Browser, path: str, code: int
) -> None:
    shown = browser.client.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (shown.status_code, "Page not found" in shown.text) == (code, True)
    assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for accepts in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        assert browser.client.get(path, headers=accepts).mimetype == "application/problem+json"


def test_styles_are_compressed_once_and_kept_for_ever(browser: Browser) -> None:
    text = browser.client.get("/").get_data(as_text=True)
    address = text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    sizes = {}
    for coding in ("br", "gzip", "identity"):
        answer = browser.client.get(address, headers={"Accept-Encoding": coding})
        assert answer.headers.get("Content-Encoding", "identity") == coding
        sizes[coding] = len(answer.data)
    assert sizes["br"] < sizes["gzip"] < sizes["identity"]
    assert browser.client.get(address.replace("/assets/", "/assets/x")).status_code == 404


def test_the_demonstration_s_sign_in_is_never_in_production(settings: Settings, tmp_path: Path) -> None:
    production = msgspec.structs.replace(
        settings, environment=Environment.PRODUCTION, authorisation=tmp_path / "authorisations.jsonl"
    )
    sunset(production).add(authorised(settings.ledger_origin))
    assert settings.demo_identity
    assert not production.demo_identity
    assert not msgspec.structs.replace(settings, host="0.0.0.0").demo_identity  # noqa: S104
    with (
        opened_vault(settings) as vault,
        serving(vault, tmp_path / "v.sock", *VaultCaller) as socket,
        opened(msgspec.structs.replace(production, vault=socket)) as service,
        client_of(service) as client,
    ):
        assert client.get("/demo-identity/keys").status_code == 404
        assert client.post("/sign-in", headers=SAME_ORIGIN).status_code == 403


def test_the_rest_door_is_as_it_was(browser: Browser, nurse: Caller) -> None:
    assert browser.client.get("/healthz").json == {"status": "ok"}
    assert browser.client.post("/api/v1/lookups").status_code == 401
