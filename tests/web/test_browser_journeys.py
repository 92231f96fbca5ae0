"""The journeys in a real browser: narrow and wide, with and without scripts, by keyboard, judged by axe-core.

Each journey is one person's, or two people's who meet over a child. It is written once and walked twice, by
a keyboard alone with scripts, and without scripts; each page of it is looked at on a narrow screen and on a
wide one. The pictures of `docs/screens/` are made here and in `test_browser_pages.py` (FINGERPOST_SCREENS=1).
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from fingerpost.instance import Instance
from fingerpost.words.clock import today
from tests.web.chromium import LEEDS, NARROW, UNJUDGED, WIDE, Hand, Keys
from tests.web.judging import judged
from tests.web.looking import begin, describe, nobody

pytestmark = UNJUDGED

HANDS = {"keyboard": (Keys, NARROW, True, True), "no scripts": (Hand, WIDE, False, False)}


@pytest.fixture(params=HANDS, ids=str)
def hand(request: pytest.FixtureRequest, make: Callable[..., Hand]) -> Hand:
    kind, width, scripts, judge = HANDS[request.param]
    return make(kind, width, scripts=scripts, judge=judge)


def test_a_child_is_looked_for_and_a_team_asked_to_make_contact(hand: Hand) -> None:
    child = next(hand.world.unused)
    hand.be("demo-nurse", "/look")
    begin(hand)
    describe(hand, child)
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
    child = nobody()
    hand.be("demo-nurse", "/look")
    begin(hand)
    describe(hand, child, "yesterday-ish")
    hand.press("Look for this child")
    hand.see("There is a problem")
    hand.picture("whom-errors")
    hand.page.go_back()
    assert hand.page.get_by_label("Family name", exact=True).input_value() == child.family
    describe(hand, child, "9 March 2016")
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
    describe(hand, next(hand.world.unused))
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
    describe(hand, child)
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
    describe(hand, child)
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
        hand.press("Open all, oldest first")
        hand.picture("inbox")
        hand.press("Open the hand-overs")
        hand.picture("hand-overs")
        if answer == "decline":
            hand.press("Decline")
            hand.choose("We need more before we can take this on; offer again")
            hand.press("Decline")
            hand.be("demo-social-worker", "/inbox")
            hand.press("Open all, oldest first")
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
    begin(hand, "Missing child")
    describe(hand, next(hand.world.unused))
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


def test_an_answer_says_that_a_team_left_and_rings_another(hand: Hand) -> None:
    """Of the front door: whoever comes after it answers."""
    child = next(hand.world.unused)
    conninfo = Instance(hand.world.service.settings).owner_conninfo()
    with psycopg.connect(conninfo, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO team (id, authority, reference, name, office_phone, office_hours, duty_phone, inbox)"
            " VALUES (%s, %s, 'T2', 'Help', '0113 496 0005', 'Mon-Fri 09:00-17:00', '0113 496 0006', '')",
            (team := uuid4(), LEEDS),
        )
        left = "UPDATE team SET left_on = %s WHERE authority = %s AND reference = 'T1'"
        owner.execute(left, ("2026-11-03", LEEDS))
        try:
            hand.be("demo-nurse", "/look")
            begin(hand)
            describe(hand, child)
            hand.press("Look for this child")
            hand.see("No longer on its authority’s contact sheet since 3 November 2026. Ring Help instead.")
            hand.see("Its own last numbers, not to rely on: office 0113 496 0001")
            assert not isinstance(hand, Keys) or judged(hand.page) == []
            hand.picture("answer-left")
        finally:
            owner.execute(left, (None, LEEDS))
            owner.execute("DELETE FROM team WHERE id = %s", (team,))


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
    hand.press("It has closed of Night Team")
    hand.choose("Assessment Team")
    hand.press("Save")
    hand.see("Left the contact sheet")
    hand.press("It still stands of Night Team")
    hand.see("It stands.")
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
    with_scripts = isinstance(hand, Keys)
    assert hand.page.get_by_text("Check in this browser").is_visible() is with_scripts
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
    describe(hand, next(hand.world.unused))
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
