"""The journeys in a real browser: narrow and wide, with and without scripts, by keyboard, judged by axe-core.

The pictures of `docs/screens/` are made here, so they show what is.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

from fingerpost.access.caller import Practitioner
from fingerpost.instance import Instance
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import DEMO_IDENTITY, found, opened
from fingerpost.words.vocabulary import Role
from tests.cli.serving import Server, free_port
from tests.conftest import Child, go_live, let_in, write_extract

EXECUTABLE = shutil.which("chromium") or ""
AXE = Path(__file__).parent / "stranger" / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = Path(__file__).parents[2] / "docs" / "screens"
CHILD = Child(nhs_number="9434765919")
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}

pytestmark = [
    pytest.mark.skipif(not EXECUTABLE, reason="Chromium is not installed"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of this module's own, whose three people can sign in at the demonstration's provider."""
    folder, port = tmp_path_factory.mktemp("pages"), free_port()
    settings = Settings(instance=folder / "i", environment=Environment.TEST, port=port)
    found(settings)
    with opened(settings) as service:
        let_in(Instance(settings).owner_conninfo())
        go_live(settings)
        service.feeds.load_ssd(write_extract(folder / "leeds", CHILD), "E08000035")
        people = {
            "demo-nurse": ("RJ1", Role.CLINICIAN),
            "demo-social-worker": ("E08000035", Role.SOCIAL_WORKER),
            "demo-manager": ("E08000035", Role.MANAGER),
            "demo-records-officer": ("E08000035", Role.RECORDS_OFFICER),
        }
        for subject, (authority, role) in people.items():
            service.accounts.save_practitioner(
                Practitioner(authority, subject, "A Person", role, active=True)
            )
            service.sessions.name_account(DEMO_IDENTITY.format(settings.url), subject, authority, subject)
    with Server(settings.instance, folder / "log", port=port):
        yield settings.url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """Debian's Chromium, never a test tool's own download."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        yield browser
        browser.close()


class Tab:
    """One browser tab that fails the test on any complaint of the browser's."""

    def __init__(self, chromium: Chromium, address: str, size: dict[str, int], *, scripts: bool) -> None:
        self._context = chromium.new_context(
            viewport=size,  # pyright: ignore[reportArgumentType]
            java_script_enabled=scripts, base_url=address, reduced_motion="reduce",
        )  # fmt: skip
        self.page: Page = self._context.new_page()
        self.complaints: list[str] = []
        self.sent = 0
        self.acts = 0
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def press(self, name: str, role: Any = "button") -> None:
        """Press what a person would read as `name`."""
        self.acts += 1
        self.page.get_by_role(role, name=name, exact=True).click()

    def type(self, label: str, text: str) -> None:
        """Type into the field that a person would read as `label`."""
        self.acts += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def sign_in(self, who: str = "Demo Nurse, A&E") -> None:
        self.page.goto("/")
        self.press("Sign in")
        self.press(who)
        self.acts = 0

    def close(self) -> None:
        self._context.close()
        assert self.complaints == []


@pytest.fixture(params=[(NARROW, True), (NARROW, False), (WIDE, True), (WIDE, False)], ids=str)
def tab(request: pytest.FixtureRequest, chromium: Chromium, address: str) -> Iterator[Tab]:
    """A tab of each width, with and without scripts."""
    size, scripts = request.param
    made = Tab(chromium, address, size, scripts=scripts)
    yield made
    made.close()


@pytest.fixture
def phone(chromium: Chromium, address: str) -> Iterator[Tab]:
    """A phone, with scripts: what axe needs to judge."""
    made = Tab(chromium, address, NARROW, scripts=True)
    yield made
    made.close()


def test_from_sign_in_to_a_phone_number_in_three_screens(tab: Tab) -> None:
    tab.sign_in()
    tab.press("Unscheduled health care", "radio")
    tab.type("Case reference", "AE-1")
    tab.press("Continue")
    tab.type("Given names", CHILD.given)
    tab.type("Family name", CHILD.family)
    tab.type("Date of birth or age", "9 3 2016")
    tab.press("Look")
    number = tab.page.get_by_role("button", name="Ring 0113 496", exact=False)
    assert number.get_attribute("href") in {"tel:+441134960001", "tel:+441134960002"}
    assert tab.acts <= 12
    assert CHILD.family not in tab.page.url + tab.page.title()
    assert _fits(tab.page)


def _fits(page: Page) -> bool:
    """Tell whether nothing is wider than the screen (WCAG 1.4.10)."""
    box = page.locator("body").bounding_box()
    size = page.viewport_size
    return box is not None and size is not None and box["width"] <= size["width"]


def test_by_keyboard_alone(phone: Tab) -> None:
    page = phone.page
    page.goto("/")
    _tab_to(page, "Sign in")
    page.keyboard.press("Enter")
    page.wait_for_url("**/demo-identity/**")
    _tab_to(page, "Demo Nurse, A&E")
    page.keyboard.press("Enter")
    page.wait_for_url("**/look")
    _tab_to(page, "unscheduled_care")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("AE-1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/look/*")
    for words in (CHILD.given, CHILD.family, "9 3 2016"):
        _tab_to(page, "")
        page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/answer")
    _tab_to(page, "Ring 0113 496")


def _tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is on what reads as `wanted` (anything to type in, where it is empty)."""
    for _ in range(30):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => { const e = document.activeElement; return [e.innerText || e.value || '', e.type || ''] }"
        )
        if (wanted and found[0].startswith(wanted)) or (not wanted and found == ["", "text"]):
            return
    raise AssertionError(f"Tab never reaches {wanted or 'a field'}")


def _judged(page: Page) -> list[str]:
    """Return what axe finds wrong with the page as it stands."""
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{v['id']}: {n['html']}" for v in result["violations"] for n in v["nodes"]]


def _begin(tab: Tab) -> None:
    tab.page.goto("/look")
    tab.press("Unscheduled health care", "radio")
    tab.type("Case reference", "AE-1")
    tab.press("Continue")


def test_axe_finds_nothing_on_any_page_or_state(phone: Tab) -> None:
    wrong: dict[str, list[str]] = {}

    def judge(name: str) -> None:
        found = _judged(phone.page)
        if found:
            wrong[name] = found
        _picture(phone.page, name)

    for path in ("/", "/about", "/cookies", "/sign-in", "/signed-out"):
        phone.page.goto(path)
        judge(f"public-{path.strip('/') or 'start'}")
    phone.press("Start", "link")
    phone.press("Sign in")
    judge("demo-sign-in")
    phone.press("Demo Nurse, A&E")
    judge("why")
    phone.press("Continue")
    judge("why-errors")
    _begin(phone)
    judge("whom")
    phone.type("Given names", "<1>")
    phone.type("Date of birth or age", "yesterday-ish")
    phone.press("Look")
    judge("whom-errors")
    phone.type("Given names", CHILD.given)
    phone.type("Family name", CHILD.family)
    phone.type("Date of birth or age", "9 March 2016")
    phone.press("Look")
    judge("answer-found")
    _begin(phone)
    phone.type("Given names", "Nobody")
    phone.type("Family name", "Known")
    phone.type("Date of birth or age", "about 7")
    phone.press("Look")
    judge("answer-nothing-found")
    assert wrong == {}


def test_axe_does_find_what_is_wrong(phone: Tab) -> None:
    """The control: a judge that cannot condemn proves nothing."""
    phone.page.goto("/")
    phone.page.evaluate("() => document.documentElement.removeAttribute('lang')")
    assert any(found.startswith("html-has-lang") for found in _judged(phone.page))


def test_an_ended_session_loses_nothing(phone: Tab) -> None:
    phone.sign_in()
    _begin(phone)
    phone.type("Given names", CHILD.given)
    phone.type("Family name", CHILD.family)
    phone.type("Date of birth or age", "9 March 2016")
    phone.page.context.clear_cookies()
    phone.press("Look")
    assert phone.page.get_by_role("heading", level=1).inner_text() == "Sign in again"
    phone.complaints.clear()  # the browser notes the 401 itself
    phone.press("Go on to sign in")
    phone.press("Demo Nurse, A&E")
    assert phone.page.url.endswith("/handed-back")
    assert phone.page.get_by_label("Family name", exact=True).input_value() == CHILD.family
    phone.press("Look")  # the look itself is begun again: nothing was lost
    assert phone.page.get_by_role("button", name="Ring 0113 496", exact=False).is_visible()


def test_a_form_of_an_ended_session_comes_back_as_typed(phone: Tab) -> None:
    phone.sign_in("Demo Social Worker")
    phone.page.goto("/work/shield")
    phone.type("Family name", "Featherstonehaugh")
    phone.press("A refuge", "radio")
    phone.page.context.clear_cookies()
    phone.press("Shield this child")
    phone.complaints.clear()
    phone.press("Go on to sign in")
    phone.press("Demo Social Worker")
    assert phone.page.get_by_label("Family name", exact=True).input_value() == "Featherstonehaugh"
    assert phone.page.get_by_role("radio", name="A refuge").is_checked()


def test_back_and_reload_ask_nothing_again(phone: Tab) -> None:
    phone.sign_in()
    _begin(phone)
    phone.type("Given names", CHILD.given)
    phone.type("Family name", CHILD.family)
    phone.type("Date of birth or age", "9 March 2016")
    phone.press("Look")
    receipt = phone.page.locator(".fp-receipt").inner_text()
    phone.page.reload()
    assert phone.page.locator(".fp-receipt").inner_text() == receipt
    phone.press("Back to what you know", "link")
    assert phone.page.get_by_label("Given names", exact=True).input_value() == CHILD.given


def test_a_page_weighs_little(chromium: Chromium, address: str) -> None:
    """At most 100 kB over the wire for a first visit, styles and scripts included."""
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto("/", wait_until="networkidle")
    context.close()
    assert len(sizes) >= 4
    assert sum(sizes) <= 100_000


def _open_all(tab: Tab, who: str) -> dict[str, str]:
    """Walk through every page that somebody is offered. Return their headings by address or button."""
    page, seen = tab.page, {}
    tab.sign_in(who)
    for part in _links(page, ".fp-nav a"):
        page.goto(part)
        seen[part] = _heading(page)
        for link in _links(page, ".fp-places a"):
            page.goto(link)
            seen[link] = _heading(page)
            for inner in _links(page, 'main .fp-acts a:not([href^="tel:"])'):
                page.goto(inner)
                seen[inner] = _heading(page)
        page.goto(part)
        for place in range(page.locator(".fp-places button").count()):
            page.goto(part)
            button = page.locator(".fp-places button").nth(place)
            name = button.inner_text()
            button.click()
            seen[name] = _heading(page)
    return seen


def _links(page: Page, where: str) -> list[str]:
    return list(dict.fromkeys(a.get_attribute("href") or "" for a in page.locator(where).all()))


def _heading(page: Page) -> str:
    assert _fits(page), page.url
    return page.get_by_role("heading", level=1).inner_text()


EVERY_PAGE = [
    ("Demo Manager", WIDE, False), ("Demo Manager", NARROW, True),
    ("Demo Records Officer", NARROW, False), ("Demo Records Officer", WIDE, True),
]  # fmt: skip
OFFERED = {
    "Demo Manager": {"Review", "People", "Inbox", "Hand-overs", "Emergency access", "Data quality"},
    "Demo Records Officer": {"Search the ledger", "Legal holds", "Erase a child", "Inbox", "Subject access"},
}


@pytest.mark.parametrize(("who", "size", "scripts"), EVERY_PAGE, ids=str)
def test_every_page_that_somebody_is_offered_opens(
    chromium: Chromium, address: str, who: str, size: dict[str, int], scripts: bool
) -> None:
    tab = Tab(chromium, address, size, scripts=scripts)
    offered = _open_all(tab, who)
    assert len(offered) >= 20
    assert set(offered.values()) >= OFFERED[who]
    tab.close()


def test_axe_finds_nothing_at_work_in_review_in_administration_or_in_records(phone: Tab) -> None:
    wrong: dict[str, list[str]] = {}
    judged: set[str] = set()

    def judge(name: str) -> None:
        judged.add(name)
        if found := _judged(phone.page):
            wrong[name] = found
        _picture(phone.page, name)

    for path in ("/matrix", "/figures", "/feedback"):
        phone.page.goto(path)
        judge(f"public{path.replace('/', '-')}")
    phone.sign_in("Demo Social Worker")
    for path in ("work", "work/signposts", "work/register", "work/shield", "work/contact", "work/requests"):
        phone.page.goto(f"/{path}")
        judge(path.replace("/", "-"))
        if phone.page.locator("main form button[type=submit]:not(.fp-link-button)").count():
            phone.page.locator("main form button[type=submit]:not(.fp-link-button)").first.click()
            judge(f"{path.replace('/', '-')}-errors")
    phone.page.goto("/work/signposts")
    phone.press("Assessment Team", "radio")
    phone.press("Show them")
    judge("work-team")
    phone.press("Sign out")
    phone.sign_in("Demo Manager")
    for path in (
        "review",
        "admin",
        "admin/people",
        "admin/people/save",
        "admin/teams",
        "admin/feeds",
        "admin/quality",
    ):
        phone.page.goto(f"/{path}")
        judge(path.replace("/", "-"))
    for list_ in (
        "Records that may be of one child",
        "Looks chosen to be checked",
        "Alerts",
        "Emergency access",
    ):
        phone.page.goto("/review")
        phone.press(list_)
        judge(f"review-{list_.lower().replace(' ', '-')}")
    phone.press("Sign out")
    phone.sign_in("Demo Records Officer")
    for path in ("records", "records/ledger", "records/hold", "records/erase"):
        phone.page.goto(f"/{path}")
        judge(path.replace("/", "-"))
    phone.page.goto("/records/ledger")
    phone.press("Search")
    judge("records-ledger-found")
    assert wrong == {}
    assert len(judged) >= 28


def test_a_proof_is_checked_in_the_page_itself(phone: Tab) -> None:
    phone.sign_in("Demo Records Officer")
    phone.page.goto("/records/ledger")
    phone.press("Search")
    phone.page.get_by_role("button", name="Check its proof").last.click()
    assert "found it in the tree, as signed" in phone.page.content()
    _picture(phone.page, "records-proof")
    asked: list[str] = []
    phone.page.on("request", lambda r: asked.append(r.url) if "/assets/" not in r.url else None)
    phone.press("Check in this browser")
    status = phone.page.get_by_role("status")
    status.filter(has_text="Your browser checked it").wait_for()
    assert asked == []  # with what stands in the page, and nobody's help
    phone.page.evaluate("() => { const d = document.querySelector('[data-proof]').dataset; d.index = '0' }")
    phone.press("Check in this browser")
    status.filter(has_text="could not find").wait_for()  # the control


def test_review_by_keyboard_alone(phone: Tab) -> None:
    page = phone.page
    phone.sign_in("Demo Manager")
    page.goto("/review")
    _tab_to(page, "Emergency access")
    page.keyboard.press("Enter")
    page.wait_for_url("**/opened/*")
    _tab_to(page, "Read it again")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert _heading(page) == "Emergency access"


def _picture(page: Page, name: str) -> None:
    if os.environ.get("FINGERPOST_SCREENS") and (SCREENS / f"{name}.png").exists():  # those that are listed
        height = min(page.evaluate("() => document.documentElement.scrollHeight"), 1500)
        clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height}  # pyright: ignore
        page.screenshot(path=SCREENS / f"{name}.png", full_page=True, clip=clip)  # pyright: ignore
