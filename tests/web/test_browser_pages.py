"""What holds of the pages in a real browser whatever the journey, and every page that somebody is led to.

Signing in, "back", two tabs, an ended session, a double click and a paste of megabytes; what a page weighs;
and, judged by axe-core, wherever links and buttons lead. Run after `test_browser_journeys.py` in one process,
it has the same server and browser, and what was judged there is not judged again.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser

from fingerpost.access.switches import Because, Subject
from fingerpost.signposts.person import Person
from tests.web.chromium import (
    NARROW,
    UNJUDGED,
    WIDE,
    WIDTHS,
    Hand,
    Keys,
    World,
    context_of,
)
from tests.web.judging import fits, judged, unmarked
from tests.web.looking import begin, describe, nobody

pytestmark = UNJUDGED


def test_from_sign_in_to_a_phone_number_in_three_screens(phone: Hand) -> None:
    phone.go("/")
    phone.press("Sign in")
    phone.press("Demo Nurse, A&E")
    phone.acts = 0
    phone.choose("Unscheduled health care")
    phone.type("Case reference", "AE-1")
    phone.press("Continue")
    describe(phone, next(phone.world.unused))
    phone.press("Look for this child")
    number = phone.page.get_by_role("button", name="Ring 0113 496", exact=False).first
    assert number.get_attribute("href") in {"tel:+441134960001", "tel:+441134960002"}
    assert phone.acts <= 12
    folded = phone.page.get_by_text("E-mail: ").first
    assert not folded.is_visible()
    phone.page.emulate_media(
        media="print"
    )  # on paper the number is not white on green, and nothing is folded
    assert folded.is_visible()
    assert not phone.page.locator(".fp-nav").is_visible()
    assert number.evaluate("e => getComputedStyle(e).color") == "rgb(11, 12, 12)"
    phone.page.emulate_media(media="screen")


def test_focus_is_seen_and_what_to_ring_stands_first_in_forced_colours_too(phone: Hand) -> None:
    phone.page.emulate_media(forced_colors="active")
    phone.be("demo-nurse", "/look")
    assert unmarked(phone.page) == []
    begin(phone)
    phone.press("Look for this child")
    assert unmarked(phone.page) == []  # with every fault, and the list of them
    describe(phone, next(phone.world.unused))
    phone.press("Look for this child")
    assert unmarked(phone.page) == []
    ring = phone.page.get_by_role("button", name="Ring ").first
    hours = phone.page.get_by_text(re.compile("^(Out of hours|Office, )")).first
    box = ring.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 740  # seen without scrolling, on the narrowest screen
    assert hours.is_visible()
    phone.page.evaluate(
        "() => document.querySelector('main a').style.setProperty('outline', 'none', 'important')"
    )
    assert len(unmarked(phone.page)) == 1  # the control
    phone.page.emulate_media(forced_colors="none")


def test_signing_in_by_keyboard_alone(make: Callable[..., Hand]) -> None:
    keys = make(Keys)
    keys.go("/")
    keys.press("Sign in")
    keys.press("Demo Nurse, A&E")
    assert keys.heading() == "Why are you looking for a child?"
    keys.press("Sign out")
    assert keys.heading() == "You are signed out"


def test_an_ended_session_loses_nothing(phone: Hand) -> None:
    child = next(phone.world.unused)
    phone.be("demo-nurse", "/look")
    begin(phone)
    phone.picture("whom")
    describe(phone, child)
    phone.context.clear_cookies()
    phone.press("Look for this child")
    assert phone.heading() == "Sign in again"
    phone.wrong.clear()  # the browser notes the 401 itself
    phone.press("Continue to sign in")
    phone.press("Demo Nurse, A&E")
    assert phone.page.url.endswith("/handed-back")
    assert phone.page.get_by_label("Family name", exact=True).input_value() == child.family
    phone.press("Look for this child")  # the look itself is begun again: nothing was lost
    phone.see("Ring them now")


def test_a_form_of_an_ended_session_comes_back_as_typed(phone: Hand) -> None:
    phone.be("demo-social-worker", "/work/shield")
    phone.type("Family name", "Featherstonehaugh")
    phone.choose("A refuge")
    phone.context.clear_cookies()
    phone.press("Shield this child")
    phone.wrong.clear()
    phone.press("Continue to sign in")
    phone.press("Demo Social Worker")
    assert phone.page.get_by_label("Family name", exact=True).input_value() == "Featherstonehaugh"
    assert phone.page.get_by_role("radio", name="A refuge").is_checked()


def test_back_and_reload_ask_nothing_again(phone: Hand) -> None:
    child = next(phone.world.unused)
    phone.be("demo-nurse", "/look")
    begin(phone)
    describe(phone, child)
    phone.press("Look for this child")
    receipt = phone.page.locator(".fp-receipt").inner_text()
    phone.page.reload()
    assert phone.page.locator(".fp-receipt").inner_text() == receipt
    phone.page.go_back()
    phone.page.go_forward()
    assert phone.page.locator(".fp-receipt").inner_text() == receipt
    phone.press("Back to what you know")
    assert phone.page.get_by_label("Given names", exact=True).input_value() == child.given


def test_back_onto_the_reason_shows_it_as_it_was_last_given(phone: Hand) -> None:
    phone.be("demo-nurse", "/look")
    phone.type("Case reference", "AE-1")
    phone.press("Continue")
    phone.see("There is a problem")
    phone.page.reload()
    phone.see("There is a problem")
    phone.choose("Unscheduled health care")
    phone.press("Continue")
    phone.page.go_back()
    assert "There is a problem" not in phone.page.locator("main").inner_text()
    assert phone.page.get_by_label("Case reference", exact=True).input_value() == "AE-1"
    assert phone.page.get_by_role("radio", name="Unscheduled health care").is_checked()


def test_back_from_an_answer_shows_the_corrected_look(phone: Hand) -> None:
    child = next(phone.world.unused)
    phone.be("demo-nurse", "/look")
    begin(phone)
    describe(phone, child, born="yesterday-ish")
    phone.press("Look for this child")
    phone.see("There is a problem")
    phone.type("Date of birth or age", child.born)
    phone.press("Look for this child")
    phone.see("Ring them now")
    phone.page.go_back()
    birth = phone.page.get_by_label("Date of birth or age", exact=True)
    assert birth.input_value() == child.born
    assert "There is a problem" not in phone.page.locator("main").inner_text()
    phone.press("Back")  # by the page's own link too, and the reason stands as it was given
    assert phone.page.get_by_role("radio", name="Unscheduled health care").is_checked()
    phone.press("Continue")
    phone.press("Look for this child")  # with the child as it was typed
    phone.see("Ring them now")


def test_back_from_any_refused_form_shows_what_was_typed(phone: Hand) -> None:
    phone.be("demo-social-worker", "/work/shield")
    name = phone.page.get_by_label("Family name", exact=True)
    phone.type("Family name", "Featherstonehaugh")
    phone.press("Shield this child")
    phone.see("There is a problem")
    phone.page.go_back()  # Chromium keeps one entry for one address, others two: both show it
    if phone.page.url.endswith("/work"):
        phone.page.go_forward()
    assert name.input_value() == "Featherstonehaugh"
    phone.go("/work/shield")  # a menu's address shows the last child to nobody
    assert not name.input_value()


def test_everything_wrong_at_once_is_listed_and_each_fault_leads_to_its_field(
    make: Callable[..., Hand],
) -> None:
    wrong = {
        "Given names": "123", "Family name": "<b>", "Date of birth or age": "yesterday-ish",
        "Postcode": "nowhere 1", "NHS number or unique pupil number": "12", "Other given names": "456",
        "Date the baby is due": "soon",
    }  # fmt: skip
    hand = make(Keys)
    hand.be("demo-nurse", "/look")
    begin(hand)
    hand.open("Sex, or another name")
    hand.open("The child is not born yet")
    for label, text in wrong.items():
        hand.type(label, text)
    hand.press("Look for this child")
    assert hand.page.title().startswith("Error: ")
    listed = hand.page.locator(".govuk-error-summary a")
    assert listed.count() == len(wrong)
    for place, (label, text) in enumerate(wrong.items()):
        field = hand.page.get_by_label(label, exact=True)
        assert field.input_value() == text
        assert field.is_visible()  # what was folded away is open
        assert listed.nth(place).get_attribute("href") == f"#{field.get_attribute('id')}"
    listed.nth(3).focus()
    hand.page.keyboard.press("Enter")
    assert hand.page.get_by_label("Postcode", exact=True).evaluate("e => e === document.activeElement")


def test_pressed_twice_without_scripts_it_is_done_once(make: Callable[..., Hand]) -> None:
    """Nothing of the page holds the second press back: the server takes both, and asks one question."""
    hand = make(width=WIDE, scripts=False)
    hand.be("demo-nurse", "/look")
    begin(hand)
    describe(hand, next(hand.world.unused))
    looks = hand.world.service.offices.oversight.mine.looks
    nurse = Person("RJ1", "demo-nurse")
    before = len(looks(nurse))
    hand.press_twice("Look for this child", "Ring them now")
    assert len(looks(nurse)) == before + 1
    hand.press("Ask them to contact me")
    hand.type("Your phone", "020 7188 7188")
    asked = hand.world.service.requests.ask.mine
    before = len(asked(nurse))
    hand.press_twice("Ask them", "You find it again under My work")
    assert len(asked(nurse)) == before + 1


def test_a_paste_of_megabytes_is_refused_in_words(phone: Hand) -> None:
    """A server that stops reading is a broken connection in a browser, and no page of ours."""
    phone.be("demo-nurse", "/look")
    begin(phone)
    phone.page.get_by_label("Given names", exact=True).evaluate("e => { e.value = 'x'.repeat(5_000_000) }")
    phone.press("Look for this child")
    phone.wrong.clear()  # the browser notes the 413 itself
    phone.see("far longer than what is known of one child")
    phone.page.go_back()
    describe(phone, nobody())
    phone.press("Look for this child")
    phone.see("does not mean safe")


def test_a_paste_into_one_field_keeps_the_others(make: Callable[..., Hand]) -> None:
    keys = make(Keys)  # pastes, as a person does; a script's own writing is not held to a field's length
    keys.be("demo-nurse", "/look")
    begin(keys)
    keys.type("Given names", "x" * 5_000_000)
    keys.type("Family name", "Featherstonehaugh")
    keys.press("Look for this child")
    keys.see("Given names is longer than 100 characters")
    assert keys.page.get_by_label("Family name", exact=True).input_value() == "Featherstonehaugh"


def test_two_tabs_are_two_looks(phone: Hand) -> None:
    phone.be("demo-nurse", "/look")
    other = Hand(phone.world, phone.context, NARROW)  # another tab of the same browser
    for tab, child in ((phone, next(phone.world.unused)), (other, nobody())):
        begin(tab)
        describe(tab, child)
    phone.press("Look for this child")
    other.press("Look for this child")
    other.see("does not mean safe")
    phone.page.reload()
    phone.see("Ring them now")
    other.page.close()


def test_whoever_is_switched_off_is_out_at_the_next_press(phone: Hand) -> None:
    phone.be("nurse", "/look")
    begin(phone)
    describe(phone, next(phone.world.unused))
    switches, who = phone.world.service.switches, (Subject.PERSON, "RJ1/nurse")
    switches.suspend(*who, Because.LEFT)
    phone.press("Look for this child")
    phone.wrong.clear()
    assert phone.heading() == "Sign in again"
    assert "Ring" not in phone.page.locator("main").inner_text()
    switches.restore(*who)


@pytest.mark.parametrize("path", ["/", "/matrix", "/look", "answer"])
def test_a_page_weighs_little(chromium: Browser, world: World, path: str) -> None:
    """At most 100 kB over the wire for a first visit, styles and scripts included."""
    context = context_of(chromium, world, scripts=True)
    hand = Hand(world, context, WIDE)
    hand.be("demo-nurse", "/look")
    if path == "answer":
        begin(hand)
        describe(hand, next(world.unused))
        hand.press("Look for this child")
        path = hand.page.url.removeprefix(world.address)
    session: Any = context.new_cdp_session(hand.page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))  # pyright: ignore
    hand.page.goto(f"{world.address}{path}", wait_until="networkidle")
    context.close()
    assert len(sizes) >= 4
    assert sum(sizes) <= 100_000


def test_a_proof_is_checked_in_the_page_itself(phone: Hand) -> None:
    phone.be("demo-records-officer", "/records/ledger")
    phone.press("Search")
    phone.picture("records-ledger-found")
    phone.page.get_by_role("button", name="Check its proof").last.click()
    phone.page.wait_for_url("**/opened/*")
    phone.see("found it in the tree, as signed")
    asked: list[str] = []
    phone.page.on("request", lambda r: asked.append(r.url) if "/assets/" not in r.url else None)
    check = phone.page.get_by_role("button", name="Check in this browser")
    check.click()
    status = phone.page.get_by_role("status")
    status.filter(has_text="Your browser checked it").wait_for()
    assert asked == []  # with what stands in the page, and nobody's help
    phone.page.evaluate("() => { const d = document.querySelector('[data-proof]').dataset; d.index = '0' }")
    check.click()
    status.filter(has_text="could not find").wait_for()  # the control


# --- Every page that somebody is led to.


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
        hand.go("/")
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
                     "/admin/quality": "admin-quality"},
    "demo-records-officer": {"/records": "records", "/records/ledger": "records-ledger",
                             "/records/subject-access": "records-subject-access"},
    "desk officer": {},
    "national officer": {},
}  # fmt: skip
OFFERED = {
    "demo-nurse": {
        "Why are you looking for a child?",
        "Inbox",
        "Contact requests I made",
        "Emergency access",
    },
    "demo-social-worker": {"Register a signpost", "Ask for a shield", "Hand-overs", "Offer a hand-over"},
    "demo-manager": {
        "Review",
        "People",
        "Teams and their phones",
        "Data quality",
        "Emergency access",
        "What a child is linked to",
        "Where notices are sent",
    },
    "demo-records-officer": {
        "Search the ledger",
        "Legal holds",
        "Subject access",
        "Changed links",
        "Keep a life apart",
    },
    "desk officer": {"Look for a caller", "Look up a reference"},
    "national officer": {"Feedback, answered in public", "Legal holds", "Search the ledger"},
}


@pytest.mark.parametrize("who", OFFERED)
def test_axe_finds_nothing_wherever_somebody_is_led(make: Callable[..., Hand], who: str) -> None:
    """Every page that links and buttons of the hubs lead to, and each form sent with nothing in it."""
    hand = make(judge=True)
    hand.be(who)
    assert set(_walk(hand, PICTURED[who]).values()) >= OFFERED[who]


def test_everything_opens_without_scripts(make: Callable[..., Hand]) -> None:
    for who in ("demo-manager", "demo-records-officer"):
        hand = make(width=WIDE, scripts=False)
        hand.be(who)
        assert set(_walk(hand, {}).values()) >= OFFERED[who]


_OPENED: set[str] = (
    set()
)  # what kind of address: everybody is shown it alike, and a browser without scripts too


def _walk(hand: Hand, pictured: dict[str, str]) -> dict[str, str]:
    """Go wherever links lead, one of each kind, and press what opens lists. Return headings by address.

    What somebody before was shown is read and not drawn again, but for the parts of the service: they differ.
    """
    parts = ["/work", *hand.links(".fp-nav a"), "/feedback"]
    waiting, walked = list(parts), dict[str, str]()
    while waiting:
        path = waiting.pop(0)
        if (kind := re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", path)) in walked:
            continue
        if kind in _OPENED and path not in {*parts, *pictured}:
            walked[kind], links = hand.read(path)
            waiting += links
            continue
        _OPENED.add(kind)
        hand.go(path)
        walked[kind] = hand.heading()
        hand.picture(pictured.get(path, ""))
        waiting += hand.links("main a[href^='/']:not([href^='/records/packs'])")
        for place, name in enumerate(hand.page.locator(".fp-places button").all_inner_texts()):
            if place:
                hand.go(path)
            hand.press(name)
            walked[name] = hand.heading()
            hand.picture(pictured.get(name, ""))
            waiting += hand.links("main a[href^='/']")
        if hand.page.locator("main form").locator("input:not([type=hidden]), textarea").count():
            hand.page.locator("main form button[type=submit]").last.click()
            hand.page.wait_for_load_state("domcontentloaded")
            hand.look()
            hand.picture(f"{pictured[path]}-errors" if path in pictured else "")
    return walked
