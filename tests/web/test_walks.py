"""Every page that somebody is led to, judged by axe-core, and opened without scripts."""

import re
from collections.abc import Callable

import pytest

from tests.web.chromium import NARROW, UNJUDGED, WIDE, WIDTHS, Hand, fits, judged

pytestmark = UNJUDGED


def test_axe_finds_nothing_on_what_anybody_may_read(make: Callable[..., Hand]) -> None:
    for width in WIDTHS:
        hand = make(width=width, judge=True)
        for path in (
            "/",
            "/about",
            "/matrix",
            "/figures",
            "/feedback",
            "/cookies",
            "/sign-in",
            "/signed-out",
        ):
            hand.go(path)
            if width == NARROW:
                hand.picture(f"public-{path.strip('/') or 'start'}")
        hand.press("Start")
        hand.press("Sign in")
        if width == NARROW:
            hand.picture("demo-sign-in")


def test_axe_does_find_what_is_wrong(phone: Hand) -> None:
    """The control: a judge that cannot condemn proves nothing."""
    phone.go("/")
    phone.page.evaluate("() => document.documentElement.removeAttribute('lang')")
    assert any(found.startswith("html-has-lang") for found in judged(phone.page))
    phone.page.evaluate("() => { document.querySelector('h1').style.width = '2000px' }")
    assert not fits(phone.page)


PICTURED = {
    "demo-nurse": {"/look": "why"},
    "demo-social-worker": {"/work": "work", "/work/register": "work-register", "/work/shield": "work-shield",
                           "/work/hand-over": "hand-over"},
    "demo-manager": {"/review": "review", "/admin/people": "admin-people", "/admin/teams": "admin-teams",
                     "/admin/quality": "admin-quality", "Emergency access": "review-emergency-access"},
    "demo-records-officer": {"/records": "records", "/records/ledger": "records-ledger",
                             "/records/subject-access": "records-subject-access"},
    "desk officer": {},
    "national officer": {},
}  # fmt: skip
OFFERED = {
    "demo-nurse": {"Why you are looking", "Inbox", "Whom I asked to contact me", "Emergency access"},
    "demo-social-worker": {"Register a signpost", "Ask for a shield", "Hand-overs", "Offer a child"},
    "demo-manager": {"Review", "People", "Teams and their phones", "Data quality", "Emergency access"},
    "demo-records-officer": {"Search the ledger", "Legal holds", "Subject access", "Changed links"},
    "desk officer": {"Look for a caller", "A reference said on the phone"},
    "national officer": {"Feedback, answered in public", "Legal holds", "Search the ledger"},
}


@pytest.mark.parametrize("who", OFFERED)
def test_axe_finds_nothing_wherever_somebody_is_led(make: Callable[..., Hand], who: str) -> None:
    """Every page that links and buttons of the hubs lead to, and each form sent with nothing in it."""
    hand = make(judge=True)
    hand.be(who)
    walked = _walk(hand, PICTURED[who])
    assert set(walked.values()) >= OFFERED[who]


@pytest.mark.parametrize(("who", "width"), [("demo-manager", NARROW), ("demo-records-officer", WIDE)])
def test_everything_opens_without_scripts(make: Callable[..., Hand], who: str, width: int) -> None:
    hand = make(width=width, scripts=False)
    hand.be(who)
    assert set(_walk(hand, {}).values()) >= OFFERED[who]


def _walk(hand: Hand, pictured: dict[str, str]) -> dict[str, str]:
    """Go wherever links lead, one of each kind, and press what opens lists. Return headings by address."""
    waiting, walked = ["/work", *hand.links(".fp-nav a"), "/feedback"], dict[str, str]()
    while waiting:
        path = waiting.pop(0)
        if (kind := re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", path)) in walked:
            continue
        hand.go(path)
        walked[kind] = hand.heading()
        hand.picture(pictured.get(path, ""))
        waiting += hand.links("main a[href^='/']:not([href^='/records/packs'])")
        for name in hand.page.locator(".fp-places button").all_inner_texts():
            hand.press(name)
            walked[name] = hand.heading()
            hand.picture(pictured.get(name, ""))
            waiting += hand.links("main a[href^='/']")
            hand.go(path)
        if hand.page.locator("main form").locator("input:not([type=hidden]), textarea").count():
            hand.page.locator("main form button[type=submit]").last.click()
            hand.page.wait_for_load_state("domcontentloaded")
            hand.look()
            hand.picture(f"{pictured[path]}-errors" if path in pictured else "")
    return walked
