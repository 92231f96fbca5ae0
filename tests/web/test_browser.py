"""The journeys in a real browser: narrow and wide, with and without scripts, by keyboard, judged by axe-core.

Each journey is written once and walked twice, by a keyboard alone with scripts, and without scripts; each
page of it is looked at on a narrow screen and on a wide one. The pictures of `docs/screens/` are made here
(FINGERPOST_SCREENS=1), so they show what is.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from fingerpost.access.switches import Because, Subject
from fingerpost.signposts.person import Person
from fingerpost.words.clock import today
from tests.conftest import Child
from tests.web.chromium import (
    NARROW,
    UNJUDGED,
    WIDE,
    WIDTHS,
    Hand,
    Keys,
    World,
    context_of,
    fits,
    judged,
)

pytestmark = UNJUDGED


# --- Journeys: each is one person's, or two people's who meet over a child.

HANDS = {"keyboard": (Keys, NARROW, True, True), "no scripts": (Hand, WIDE, False, False)}


@pytest.fixture(params=HANDS, ids=str)
def hand(request: pytest.FixtureRequest, make: Callable[..., Hand]) -> Hand:
    kind, width, scripts, judge = HANDS[request.param]
    return make(kind, width, scripts=scripts, judge=judge)


def _begin(hand: Hand, reason: str = "Unscheduled health care") -> None:
    hand.go("/look")
    hand.choose(reason)
    hand.type("Case reference", "AE-1")
    hand.press("Continue")


_STRANGERS = iter((
    ("Isolde", "Pumphrey"), ("Caspian", "Drinkwater"), ("Ottoline", "Zellweger"), ("Barnaby", "Fothergill"),
    ("Xanthe", "Mulholland"), ("Lysander", "Okonkwo"), ("Petronella", "Hathersage"),
))  # fmt: skip


def _nobody() -> Child:
    """A child whom no authority knows, and nobody has asked about yet: the guard asks why of whoever did."""
    given, family = next(_STRANGERS)
    return Child(given=given, family=family)


def _describe(hand: Hand, child: Child, born: str = "") -> None:
    hand.type("Given names", child.given)
    hand.type("Family name", child.family)
    hand.type("Date of birth or age", born or child.born)


def test_a_child_is_looked_for_and_a_team_asked_to_make_contact(hand: Hand) -> None:
    child = next(hand.world.unused)
    hand.be("demo-nurse", "/look")
    _begin(hand)
    _describe(hand, child)
    hand.press("Look for this child")
    hand.see("Ring them now")
    hand.picture("answer-found")
    assert child.family not in hand.page.url + hand.page.title()
    hand.press("Ask them to contact me")
    hand.type("Your phone", "020 7188 7188")
    hand.press("Ask them")
    hand.press("Answer")
    hand.go("/work/contact")
    hand.see("AE-1")
    hand.be("demo-manager", "/work/requests")
    hand.press("Open it")
    hand.see("020 7188 7188")
    hand.press("Say how it ended")
    hand.choose("They spoke to you")
    hand.press("Save")
    hand.see("It is now")


def test_nothing_found_is_not_safe_and_the_question_may_stand(hand: Hand) -> None:
    child = _nobody()
    hand.be("demo-nurse", "/look")
    _begin(hand)
    _describe(hand, child, "yesterday-ish")
    hand.press("Look for this child")
    hand.see("There is a problem")
    hand.picture("whom-errors")
    hand.page.go_back()
    assert hand.page.get_by_label("Family name", exact=True).input_value() == child.family
    _describe(hand, child, "9 March 2016")
    hand.press("Look for this child")
    hand.see("does not mean safe")
    hand.picture("answer-nothing-found")
    hand.press("Tell me if this child is registered")
    hand.see("is told in its inbox")
    hand.press("Add or change a detail")
    hand.open("Sex, or another name")
    hand.type("Other family name", f"{child.family}e")
    hand.press("Look for this child")
    hand.see("does not mean safe")


def test_an_emergency_is_opened_and_reviewed(hand: Hand) -> None:
    hand.be("police officer", "/look")
    hand.press("A child is in danger now")
    hand.type("Why it cannot wait", "The child is on the bridge now")
    hand.choose("Missing child")
    hand.type("Case reference", "P-1")
    hand.press("Continue")
    _describe(hand, next(hand.world.unused))
    hand.press("Look for this child")
    hand.see("Ring them now")
    hand.be("demo-manager", "/review")
    hand.press("Emergency access")
    hand.see("on the bridge")
    hand.picture("review-emergency-access")
    hand.press("It was justified")
    hand.see("it was justified")


def test_a_signpost_is_registered_confirmed_ended_and_disputed(hand: Hand) -> None:
    child = next(hand.world.unused)
    hand.be("demo-social-worker")
    hand.press("Register a signpost")
    hand.type("Your own reference of the child", f"F{child.reference}")
    _describe(hand, child)
    hand.choose("Child in need")
    hand.choose("Assessment Team")
    hand.choose("Allocated social worker")
    hand.type("Day it started", str(today() - timedelta(days=400)))
    hand.press("Register it")
    hand.see("It leaves on")
    hand.go("/work/signposts")
    hand.choose("Assessment Team")
    hand.press("Show them")
    hand.picture("work-team")
    hand.press("Still true")
    hand.see("Confirmed from today")
    hand.press("It has ended")
    hand.type("Last day", str(today()))
    hand.press("End it")
    hand.see("It leaves the service on")
    hand.be("demo-records-officer", "/records")
    hand.press("Disputes")
    hand.choose("Assessment Team")
    hand.press("Show them")
    hand.press("Somebody disputes it")
    hand.press("It was looked into")
    hand.see("the mark is gone")


def test_a_shield_is_asked_for_and_kept(hand: Hand) -> None:
    child = next(hand.world.unused)
    hand.be("demo-social-worker", "/work/shield")
    _describe(hand, child)
    hand.choose("A refuge")
    hand.choose("Fled from domestic abuse")
    hand.type("Their phone", "0113 496 0009")
    hand.press("Shield this child")
    hand.see("The child is shielded")
    hand.be("demo-manager", "/review")
    hand.press("Shields your authority keeps")
    hand.press("Note evidence")
    hand.choose("A police report")
    hand.press("Note it")
    hand.go("/review")
    hand.press("Shields your authority keeps")
    hand.press("Reviewed: it stands")
    hand.see("reviewed again")


def test_a_child_is_handed_over(hand: Hand) -> None:
    child = next(hand.world.unused)
    hand.be("demo-social-worker")
    for answer in ("decline", "accept"):
        hand.go("/work/hand-over")
        hand.type("Your own reference of the child", child.reference)
        hand.choose("Responsibility for the child")
        hand.type("Other authority", "Kingston upon Hull")
        hand.press("Offer")
        hand.see("as both sides count")
        hand.picture("hand-over-offered")
        hand.be("other manager")
        hand.see("in your inbox")
        hand.press("Inbox")
        hand.press("Open the inbox")
        hand.picture("inbox")
        hand.press("Open the hand-overs")
        hand.picture("hand-overs")
        if answer == "decline":
            hand.press("Decline")
            hand.choose("We need more before we can take this on; offer again")
            hand.press("Decline")
            hand.be("demo-social-worker", "/inbox")
            hand.press("Open the inbox")
            hand.press("Mark as seen")
            hand.see("Noted on the ledger")
        else:
            hand.press("Accept: the child is ours")
            hand.see("holds the child from now on")
    hand.be("demo-manager")
    hand.press("Closed here, opened nowhere")
    hand.see("as far as is known")


def test_an_alert_of_a_missing_family_is_raised_let_out_and_ended(hand: Hand) -> None:
    hand.be("demo-social-worker", "/look")
    _begin(hand, "Missing child")
    _describe(hand, next(hand.world.unused))
    hand.press("Look for this child")
    hand.press("Raise an alert of a missing family")
    hand.type("Last day", str(today() + timedelta(days=7)))
    hand.press("Raise it")
    hand.see("nobody is told yet")
    hand.be("demo-manager")
    hand.press("Alerts of missing families")
    hand.press("Approve it")
    hand.see("Approved. All records")
    hand.picture("alerts")
    hand.press("See who was searched")
    hand.press("My work")
    hand.press("Alerts of missing families")
    hand.press("End it")
    hand.choose("The family was found")
    hand.press("End it")
    hand.see("Called back")


def test_an_enquiry_is_kept_covert(hand: Hand) -> None:
    hand.be("demo-social-worker")
    assert "/work/covert" not in hand.links("main a")  # who answers for the authority decides it
    hand.be("demo-manager")
    hand.press("Keep an enquiry covert")
    hand.press("Note it")
    hand.see("There is a problem")
    hand.type("Case reference", "AE-77")
    hand.choose("The family would flee with the child")
    hand.type("Last day", str(today() + timedelta(days=7)))
    hand.press("Note it")
    hand.see("The case is covert")


def test_a_held_feed_is_decided(hand: Hand) -> None:
    hand.world.hold_a_feed()
    hand.be("demo-manager", "/admin")
    hand.press("Feeds")
    hand.see("Waits for you")
    hand.picture("admin-feeds")
    hand.press("It is a mistake")
    hand.see("Noted as a mistake")
    hand.press("It is right: let it in")
    hand.see("loaded when they are sent again")


def test_links_are_weighed_and_looks_looked_over(hand: Hand) -> None:
    hand.be("demo-manager", "/review")
    hand.press("Records that may be of one child")
    hand.press("See the evidence")
    hand.picture("review-link")
    hand.press_key("1")
    hand.see("Noted on the ledger: one child.")
    hand.press("See the evidence")
    hand.press_key("2")
    hand.see("Noted on the ledger: two children.")
    hand.go("/review")
    hand.press("What a child is linked to")
    hand.type("Your authority’s own reference of the child", next(hand.world.linked).reference)
    hand.press("Show the links")
    hand.picture("review-trail")
    hand.press("See the evidence")
    hand.press("Break it")
    hand.picture("review-break")
    hand.choose("The records are of two children")
    hand.press("Break it for good")
    hand.see("Both authorities are told")
    for name in ("Looks chosen to be checked", "Alerts", "Who asked about shielded children"):
        hand.go("/review")
        hand.press(name)
    hand.go("/work")
    hand.press("Changed links")
    hand.go("/work")
    hand.press("My looks")


def test_an_authority_keeps_its_people_and_teams(hand: Hand) -> None:
    hand.be("demo-manager", "/admin")
    hand.press("People")
    hand.press("Add or change a person")
    hand.type("Staff reference", "kim")
    hand.type("Name", "Kim Lee")
    hand.choose("Social worker")
    hand.press("Save")
    hand.see("Kim Lee")
    hand.go("/admin/people/papers")
    hand.type("Staff reference", "kim")
    for label in ("Day of the enhanced DBS certificate", "Day of the last training"):
        hand.type(label, "1 2 2026")
    hand.press("Record them")
    hand.see("Recorded")
    hand.go("/admin/teams/save")
    for label, words in (
        ("Your reference of the team", "T9"), ("Name", "Night Team"), ("Office phone", "0113 496 0003"),
        ("Office hours", "Mon-Fri 08:45-17:00"), ("Emergency duty phone", "0113 496 0004"),
        ("E-mail", "night@leeds.example"),
    ):  # fmt: skip
        hand.type(label, words)
    hand.press("Save")
    hand.go("/admin/teams")
    hand.press("Both numbers answered today")
    hand.go("/admin/notices")
    hand.type("Duty team’s e-mail", "duty@leeds.example")
    hand.picture("admin-notices")
    hand.press("Save")
    hand.see("from the next message on")
    hand.go("/admin/feeds")
    hand.go("/admin/quality")


def test_records_are_searched_held_handed_out_and_erased(hand: Hand) -> None:
    child = next(hand.world.unused)
    hand.be("demo-records-officer", "/records")
    hand.press("Search the ledger")
    hand.press("Search")
    hand.press("Check its proof")
    hand.see("Checked here")
    hand.picture("records-proof")
    hand.go("/records/hold")
    hand.type("Your authority’s own reference of the child", child.reference)
    hand.choose("Proceedings before a court")
    hand.type("The order’s reference", f"ZC-{child.reference}")
    hand.type("Last day", str(today() + timedelta(days=60)))
    hand.press("Hold this child")
    hand.go("/records")
    hand.press("Legal holds")
    hand.press("Open what it kept")
    hand.go("/records/subject-access")
    hand.type("Your authority’s own reference of the child", child.reference)
    hand.choose("The young person themselves")
    hand.press("Take it down")
    hand.be("second officer", "/records/subject-access/waiting")
    hand.press("Make the pack")
    hand.type("Your authority’s own reference of the child", child.reference)
    hand.press("Make it")
    hand.see("The files are here until you sign out")
    hand.picture("records-pack")
    assert child.family in hand.save("Save the page to read")
    hand.go("/records/erase")
    hand.type("Your authority’s own reference of the child", next(hand.world.unused).reference)
    hand.choose("The child is erased in our own system")
    hand.press("Erase this child")
    hand.see("makes every older backup unreadable")
    hand.go("/records/keep-apart")
    kept_apart = next(hand.world.unused).reference
    hand.type("Your authority’s own reference of the child", kept_apart)
    hand.type("The same reference again", kept_apart)
    hand.picture("records-keep-apart")
    hand.choose("An adoption, or a new identity, is on our own file")
    hand.press("Keep it apart for good")
    hand.see("never joined to another life")


def test_the_desk_answers_a_caller(hand: Hand) -> None:
    hand.be("desk officer", "/work/phone")
    hand.type("The caller’s authority", "RJ1")
    hand.type("The caller’s staff reference", "demo-nurse")
    hand.choose("I rang the caller back on a number that I did not get from them")
    hand.choose("Unscheduled health care")
    hand.type("The caller’s case reference", "AE-2")
    _describe(hand, next(hand.world.unused))
    hand.press("Look")
    hand.see("Say this to the caller")
    hand.go("/work/desk")
    hand.type("Reference", "2CDF-3GHJ")
    hand.press("Look it up")
    hand.see("Ask the caller to say it again")
    hand.go("/work/overdue")


def test_feedback_is_given_and_answered_in_public(hand: Hand) -> None:
    hand.be("demo-nurse", "/feedback")
    hand.press("Give feedback")
    hand.type("What happened, or what would help", "A larger print")
    hand.press("Send it")
    hand.be("national officer", "/feedback/waiting")
    hand.press("Answer")
    hand.type("Answer", "It is larger now")
    hand.choose("It names nobody: show both in public")
    hand.press("Answer")
    hand.go("/feedback")
    hand.see("It is larger now")


# --- What holds beside the journeys.


def test_from_sign_in_to_a_phone_number_in_three_screens(phone: Hand) -> None:
    phone.go("/")
    phone.press("Sign in")
    phone.press("Demo Nurse, A&E")
    phone.acts = 0
    phone.choose("Unscheduled health care")
    phone.type("Case reference", "AE-1")
    phone.press("Continue")
    _describe(phone, next(phone.world.unused))
    phone.press("Look for this child")
    number = phone.page.get_by_role("button", name="Ring 0113 496", exact=False).first
    assert number.get_attribute("href") in {"tel:+441134960001", "tel:+441134960002"}
    assert phone.acts <= 12
    folded = phone.page.get_by_text("(emergency duty)")
    assert not folded.is_visible()
    phone.page.emulate_media(
        media="print"
    )  # on paper the number is not white on green, and nothing is folded
    assert folded.is_visible()
    assert not phone.page.locator(".fp-nav").is_visible()
    assert number.evaluate("e => getComputedStyle(e).color") == "rgb(11, 12, 12)"
    phone.page.emulate_media(media="screen")


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
    _begin(phone)
    phone.picture("whom")
    _describe(phone, child)
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
    _begin(phone)
    _describe(phone, child)
    phone.press("Look for this child")
    receipt = phone.page.locator(".fp-receipt").inner_text()
    phone.page.reload()
    assert phone.page.locator(".fp-receipt").inner_text() == receipt
    phone.page.go_back()
    phone.page.go_forward()
    assert phone.page.locator(".fp-receipt").inner_text() == receipt
    phone.press("Back to what you know")
    assert phone.page.get_by_label("Given names", exact=True).input_value() == child.given


def test_back_onto_a_form_that_came_back_shows_it_again(phone: Hand) -> None:
    phone.be("demo-nurse", "/look")
    phone.type("Case reference", "AE-1")
    phone.press("Continue")
    phone.see("There is a problem")
    phone.choose("Unscheduled health care")
    phone.press("Continue")
    phone.page.go_back()
    phone.see("There is a problem")
    assert phone.page.get_by_label("Case reference", exact=True).input_value() == "AE-1"
    phone.page.reload()
    phone.see("There is a problem")


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
    _begin(hand)
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
    _begin(hand)
    _describe(hand, next(hand.world.unused))
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
    _begin(phone)
    phone.page.get_by_label("Given names", exact=True).evaluate("e => { e.value = 'x'.repeat(5_000_000) }")
    phone.press("Look for this child")
    phone.wrong.clear()  # the browser notes the 413 itself
    phone.see("far longer than what is known of one child")
    phone.page.go_back()
    _describe(phone, _nobody())
    phone.press("Look for this child")
    phone.see("does not mean safe")


def test_a_paste_into_one_field_keeps_the_others(make: Callable[..., Hand]) -> None:
    keys = make(Keys)  # pastes, as a person does; a script's own writing is not held to a field's length
    keys.be("demo-nurse", "/look")
    _begin(keys)
    keys.type("Given names", "x" * 5_000_000)
    keys.type("Family name", "Featherstonehaugh")
    keys.press("Look for this child")
    keys.see("Given names is longer than 100 characters")
    assert keys.page.get_by_label("Family name", exact=True).input_value() == "Featherstonehaugh"


def test_two_tabs_are_two_looks(phone: Hand) -> None:
    phone.be("demo-nurse", "/look")
    other = Hand(phone.world, phone.context, NARROW)  # another tab of the same browser
    for tab, child in ((phone, next(phone.world.unused)), (other, _nobody())):
        _begin(tab)
        _describe(tab, child)
    phone.press("Look for this child")
    other.press("Look for this child")
    other.see("does not mean safe")
    phone.page.reload()
    phone.see("Ring them now")
    other.page.close()


def test_whoever_is_switched_off_is_out_at_the_next_press(phone: Hand) -> None:
    phone.be("nurse", "/look")
    _begin(phone)
    _describe(phone, next(phone.world.unused))
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
        _begin(hand)
        _describe(hand, next(world.unused))
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
