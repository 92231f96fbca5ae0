"""What journeys in a real browser share: a server with people and children, and hands that work its pages.

A hand is a mouse or a keyboard alone, with or without scripts. A journey is written once and walked by each,
and each of its pages is looked at narrow and wide.
"""

import os
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from msgspec import Struct
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

from fingerpost.access.caller import Practitioner
from fingerpost.access.provider import SignedIn
from fingerpost.feeds import Held
from fingerpost.instance import Instance
from fingerpost.oversight.figures import Counted
from fingerpost.settings import Environment, Settings
from fingerpost.web.demo_identity import PEOPLE as DEMO_PEOPLE
from fingerpost.wiring import DEMO_IDENTITY, Service, found, opened
from fingerpost.words.clock import now, today
from fingerpost.words.vocabulary import Role
from tests.cli.serving import Server, free_port
from tests.conftest import CHROMIUM, Child, go_live, let_in, write_extract
from tests.web.judging import AXE, FITS, HAS_ERRORS, OF_WIDTH, first_seen, fits, judged
from tests.web.people import OTHERS, PEOPLE

SCREENS = Path(__file__).parents[2] / "docs" / "screens"
WIDTHS = NARROW, WIDE = 320, 1280  # the narrow one is the wide one at 400 % (WCAG 1.4.10)
LEEDS, HULL = "E08000035", "E06000010"
CHILD = Child(nhs_number="9434765919")
LINKED = (
    Child(
        reference="L1", given="Persephone", family="Quarrington", born="2013-07-21", nhs_number="9434765870"
    ),
    Child(
        reference="L2", given="Montague", family="Silverthorne", born="2012-02-17", nhs_number="9434765889"
    ),
)
UNJUDGED = [
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed"),
]
_GIVEN = ("Amaryllis", "Bartholomew", "Cordelia", "Dunstan", "Euphemia", "Fitzroy", "Gwendolen", "Hezekiah")
_FAMILY = ("Quillfeather", "Ravensworth", "Saltmarsh", "Thistlewood", "Umbershaw")
_DEMO_ROLES = {
    "demo-nurse": ("RJ1", Role.CLINICIAN), "demo-social-worker": (LEEDS, Role.SOCIAL_WORKER),
    "demo-manager": (LEEDS, Role.MANAGER), "demo-records-officer": (LEEDS, Role.RECORDS_OFFICER),
    "demo-second-officer": (LEEDS, Role.RECORDS_OFFICER),
}  # fmt: skip


def children() -> Iterator[Child]:
    """Yield children of Leeds whom no journey has used yet."""
    for place in range(len(_GIVEN) * len(_FAMILY)):
        yield Child(
            reference=f"P{place + 10}", given=_GIVEN[place % len(_GIVEN)],
            family=_FAMILY[place // len(_GIVEN)],
            born=f"20{10 + place % 8}-{place % 12 + 1:02}-{place % 27 + 1:02}", postcode="LS2 7EW",
        )  # fmt: skip


class World(Struct):
    """A server, people who can sign in, and children of Leeds for journeys to use up."""

    address: str
    service: Service
    unused: Iterator[Child]
    linked: Iterator[Child]  # whom Hull holds too, under the same reference

    def hold_a_feed(self) -> None:
        """Send a feed of Leeds that leaves most children out."""
        once = uuid4().hex  # what is decided of the same files stands
        folder = self.service.settings.instance.parent / once
        with pytest.raises(Held):
            self.service.feeds.load_ssd(write_extract(folder, CHILD, Child(reference=once, born="?")), LEEDS)

    def sign_in(self, context: BrowserContext, who: str) -> None:
        """Sign a browser in, as if the provider had vouched for somebody just now."""
        cookies = self.service.sessions.begin(SignedIn(who, now(), "demo", (), "", "token"))
        context.clear_cookies()
        pairs = (("session", cookies.name), ("seen", cookies.seen))
        context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in pairs])


@contextmanager
def serving(folder: Path) -> Generator[World]:
    """Serve the pages from a folder."""
    settings = Settings(instance=folder / "i", environment=Environment.TEST, port=free_port())
    found(settings)
    with opened(settings) as service:
        let_in(Instance(settings).owner_conninfo())
        go_live(settings)
        leeds = write_extract(folder / "leeds", CHILD, *children(), *LINKED, _doubtful("LS1 4DY"))
        service.feeds.load_ssd(leeds, LEEDS)
        service.feeds.load_ssd(write_extract(folder / "hull", *LINKED, _doubtful("HU1 1UU")), HULL)
        named = {
            subject: Practitioner(authority, subject, subject.replace("-", " ").title(), role, active=True)
            for subject, (authority, role) in _DEMO_ROLES.items()
        }
        assert named.keys() == DEMO_PEOPLE.keys()
        for subject, person in {**named, **PEOPLE, **OTHERS}.items():
            service.accounts.save_practitioner(person)
            issuer = DEMO_IDENTITY.format(settings.url)
            service.sessions.name_account(issuer, subject, person.authority, person.reference)
        _as_in_life(Instance(settings).owner_conninfo())
        with Server(settings.instance, folder / "log", port=settings.port, guard="on"):
            yield World(settings.url, service, children(), iter(LINKED))


def _as_in_life(conninfo: str) -> None:
    """Give people papers of today, and last month figures, one of them small: pictures are made of them."""
    month = (today().replace(day=1) - timedelta(days=1)).replace(day=1)
    counts = (1204, 3871, 212, 38, 12, 0, 3, 17, 4590)
    with psycopg.connect(conninfo) as owner:
        owner.execute("UPDATE practitioner SET dbs_on = now(), trained_on = now(), used_on = now()")
        for what, count in zip(Counted, counts, strict=True):
            owner.execute(
                "INSERT INTO figure (month, what, count) VALUES (%s, %s, %s)", (month, what.value, count)
            )


def _doubtful(postcode: str) -> Child:
    """A child in whom two authorities' records are alike, but not surely."""
    return Child(reference="D1", given="Oliver", family="Smith", postcode=postcode)


class Hand:
    """Works the pages as one person does; the test fails on any complaint of the browser's.

    A page wider than the screen, narrow or wide, is a fault at every step (WCAG 1.4.10); with `judge`,
    so is whatever axe-core finds on a page it has not seen at this width.
    """

    def __init__(self, world: World, context: BrowserContext, width: int, *, judge: bool = False) -> None:
        self.world, self.context, self.width = world, context, width
        self.page: Page = context.new_page()
        self.page.set_viewport_size({"width": width, "height": 740})
        self.wrong: list[str] = []
        self.acts = 0
        self._judges = judge
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.wrong.append(message.text)

    def be(self, who: str, path: str = "/work") -> None:
        """Sign in as somebody and open a page."""
        self.world.sign_in(self.context, who)
        self.go(path)

    def go(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(f"{self.world.address}{path}", wait_until="domcontentloaded")
        self.look()

    def read(self, path: str) -> tuple[str, list[str]]:
        """Read a page without drawing it: what it is called, and where its own links lead."""
        answer = self.context.request.get(f"{self.world.address}{path}")
        main = answer.text().partition("<main")[2].partition("</main>")[0]
        called = re.search(r"<h1[^>]*>(.*?)</h1>", main, re.DOTALL)
        assert answer.ok, path
        assert called, path
        return unescape(called[1]), re.findall(r'<a [^>]*href="(/[^"]*)"', main)

    def press(self, name: str) -> None:
        """Press the first button or link that begins to read as `name`, and wait for the page it leads to."""
        self.acts += 1
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self._press(self._pressed(name))
        self.look()

    def press_twice(self, name: str, until: str) -> None:
        """Press a button twice at once, as the impatient do, and wait for a page that says `until`.

        Chromium drops the first on its way, at times as a navigation that failed: none is waited for.
        """
        self._pressed(name).dblclick(no_wait_after=True)
        self.page.get_by_text(until).first.wait_for()
        self.page.wait_for_load_state("networkidle")

    def press_key(self, key: str) -> None:
        """Press an access key, as Chromium has them: Alt and the digit, wherever on the page one is."""
        pressed = {
            "type": "keyDown", "modifiers": 1, "key": key, "code": f"Digit{key}", "text": key,
            "unmodifiedText": key, "windowsVirtualKeyCode": ord(key),
        }  # fmt: skip
        session: Any = self.context.new_cdp_session(self.page)  # Playwright's own keys carry no text with Alt
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            session.send("Input.dispatchKeyEvent", pressed)
        self.look()

    def open(self, words: str) -> None:
        """Open what is folded away under these words."""
        self._press(self.page.locator("summary", has_text=words).first)

    def type(self, label: str, text: str) -> None:
        """Type into the field that a person would read as `label`."""
        self.acts += 1
        self._type(self.page.get_by_label(label, exact=True), text)

    def choose(self, label: str) -> None:
        """Choose a button of a row, or tick a box."""
        self.acts += 1
        self._choose(self.page.get_by_label(label, exact=True).first)

    def see(self, words: str) -> None:
        """Require words to be on the page."""
        assert words in self.page.locator("main").inner_text(), (
            words,
            self.page.locator("main").inner_text(),
        )

    def save(self, name: str) -> str:
        """Press what saves a file, and return the file's text."""
        with self.page.expect_download() as saved:
            self._press(self._pressed(name))
        return saved.value.path().read_text("utf-8")

    def heading(self) -> str:
        """Return what the page is called."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def links(self, where: str) -> list[str]:
        """Return the addresses that links lead to."""
        found = self.page.locator(where).evaluate_all("es => es.map(e => e.getAttribute('href'))")
        return list(dict.fromkeys(found))

    def picture(self, name: str) -> None:
        """Make the picture anew, if that is asked for and it is one that is listed."""
        if os.environ.get("FINGERPOST_SCREENS") and (SCREENS / f"{name}.png").exists():
            self.page.evaluate("() => document.activeElement.blur()")
            height = min(self.page.evaluate("() => document.documentElement.scrollHeight"), 1500)
            self.page.screenshot(
                path=SCREENS / f"{name}.png", full_page=True,
                clip={"x": 0, "y": 0, "width": self.width, "height": height},
            )  # fmt: skip

    def _pressed(self, name: str) -> Locator:
        """Return what reads exactly so; else what begins so; of the page's own before its frame's."""
        for place in (self.page.locator("main"), self.page.locator("body")):
            for words in (re.compile(f"^{re.escape(name)}$"), re.compile(f"^{re.escape(name)}")):
                for role in ("button", "link"):
                    found = place.get_by_role(role, name=words)
                    if found.count():
                        return found.first
        raise AssertionError(f"{self.page.url} has nothing that reads {name}")

    def _press(self, place: Locator) -> None:
        place.click()

    def _type(self, place: Locator, text: str) -> None:
        place.fill(text)

    def _choose(self, place: Locator) -> None:
        place.check()

    def look(self) -> None:
        """Judge the page as it stands; one of a kind not seen before, on the other screen too."""
        *kind, fitting = self.page.evaluate(f"[document.title, {HAS_ERRORS}, {FITS}]")
        self._fits(self.width, fitting)
        if first_seen(id(self.context), *kind):
            other = WIDE if self.width == NARROW else NARROW
            self.page.set_viewport_size({"width": other, "height": 740})
            self._fits(other, fits(self.page))
            self._judge(other, kind, OF_WIDTH)
            self.page.set_viewport_size({"width": self.width, "height": 740})
        self._judge(self.width, kind)

    def _judge(self, width: int, kind: list[Any], rules: tuple[str, ...] = ()) -> None:
        if self._judges and first_seen(width, *kind):
            self.wrong += [f"{self.page.url} at {width}: {fault}" for fault in judged(self.page, rules)]

    def _fits(self, width: int, fitting: bool) -> None:
        if not fitting:
            self.wrong.append(f"{self.page.url} is wider than a screen of {width}")


# How many stops the Tab key is before an element, from where it stands: so often it is pressed unlooked.
_STOPS_TO = """wanted => {
  const stops = []
  const same = (one, other) => one === other || (one.type === 'radio' && one.name === other.name)
  for (const one of document.querySelectorAll('a[href], button, input, summary, textarea, [tabindex="0"]'))
    if (one.checkVisibility() && !stops.some(stop => same(one, stop))) stops.push(one)
  const after = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING
  const last = stops.find(stop => same(wanted, stop)) ?? wanted
  return stops.filter(stop => after(document.activeElement, stop) && !after(last, stop)).length
}"""


class Keys(Hand):
    """A keyboard alone: Tab to what is wanted, then Enter, Space, arrows and letters."""

    MOST_TABS = 300

    def _press(self, place: Locator) -> None:
        self._reach(place)
        self.page.keyboard.press("Enter")

    def _type(self, place: Locator, text: str) -> None:
        self._reach(place)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)  # at once: no page listens to single keys

    def _choose(self, place: Locator) -> None:
        if place.get_attribute("type") == "checkbox":
            self._reach(place)
            self.page.keyboard.press("Space")
            return
        group = self.page.locator(f'input[type=radio][name="{place.get_attribute("name")}"]')
        self._reach(group.locator("xpath=self::*[@checked]").or_(group).first)
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if place.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError("the arrows never reach the choice")

    def _reach(self, place: Locator) -> None:
        wanted = place.element_handle()
        for _ in range(self.page.evaluate(_STOPS_TO, wanted)):
            self.page.keyboard.press("Tab")
        for _ in range(self.MOST_TABS):
            if self.page.evaluate("e => document.activeElement === e", wanted):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {place}")


def context_of(chromium: Browser, world: World, *, scripts: bool) -> BrowserContext:
    """Open a browser's own world: its cookies, its cache."""
    return chromium.new_context(
        base_url=world.address, java_script_enabled=scripts, reduced_motion="reduce",
        viewport={"width": WIDTHS[0], "height": 740},
    )  # fmt: skip
