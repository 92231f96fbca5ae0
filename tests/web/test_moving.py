"""Pages about children who move, and what those whom the records are about may ask."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.cli import demo
from fingerpost.feeds.sensitive import read
from fingerpost.guard.rules import ASKED_BEFORE
from fingerpost.lookup.answer import Contact
from fingerpost.moves.life import CLOCK_DAYS, LAPSE_DAYS, Kind, Reason
from fingerpost.notices.inbox import Team
from fingerpost.notices.kinds import NoticeKind
from fingerpost.settings import Settings
from fingerpost.signposts.person import Person
from fingerpost.synthetic.numbers import nhs_number
from fingerpost.web.authorities import authority_code
from fingerpost.web.moves.inbox import MOST, rings
from fingerpost.web.pages import day_words
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now, today
from fingerpost.words.errors import Invalid
from fingerpost.words.vocabulary import Role
from fingerpost.words.working_time import working_days_after
from tests.conftest import Child, Publish, form_of, question
from tests.signposts.test_sensitive import listed
from tests.web.conftest import Browser, client_of
from tests.web.test_journeys import _act, _found, _kinds, _press  # pyright: ignore[reportPrivateUsage]

SignIn = Callable[[str], Browser]
LEEDS, HULL = "E08000035", "E06000010"


_KNOWN = {"given_names": "Zebedee", "family_name": "Featherstonehaugh", "birth": "9 March 2016"}


HERE = Child(nhs_number="9990000034")
THERE = msgspec.structs.replace(HERE, reference="H1", postcode="HU1 1UU")


def test_the_inbox_counts_before_it_is_opened_and_names_whom_to_ring(
    publish: Publish, service: Service, signed_in: SignIn, owner_conninfo: str
) -> None:
    publish(LEEDS, HERE)
    publish(HULL, THERE)
    service.moves.beat()
    browser = signed_in("social worker")
    assert "1 item is waiting in your inbox" in browser.client.get("/work").text
    digest = browser.client.get("/inbox").text
    assert "Another authority is, or was, working with this child too" in digest
    assert "Kingston upon Hull" not in digest
    assert "notices_read" not in _kinds(owner_conninfo)
    text = browser.read(browser.send("/inbox"))
    assert "notices_read" in _kinds(owner_conninfo)
    assert "Your reference P1" in text
    assert "Kingston upon Hull, City of, Assessment Team" in text
    assert 'href="tel:+44113496000' in text
    assert "Zebedee" not in text
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        owner.execute("UPDATE team SET left_on = '2026-11-03' WHERE authority = %s", (HULL,))
    assert "contact sheet since 3 November 2026" in browser.read(browser.send("/inbox"))
    text = _press(browser, text, "Mark as seen")
    assert "Nothing is waiting." in text
    assert "Noted on the ledger." in text
    text = browser.read(browser.send("/inbox", seen="yes"))
    assert "by S Worker (sw), " in text
    lost = browser.read(browser.send("/inbox/00000000-0000-0000-0000-0000000000bb/seen"))
    assert "no longer there" in lost


def test_an_inbox_of_many_is_read_by_kind_and_page_by_page(
    publish: Publish, service: Service, signed_in: SignIn
) -> None:
    """Oldest first, and after one is marked as seen its reader is where they were."""
    here = [
        Child(
            reference=f"P{n}", given=f"Zebedee{chr(97 + n)}" if n < 26 else "Ottoline",
            born=f"2016-03-{n + 1:02}", nhs_number=nhs_number(n),
        )
        for n in range(MOST + 3)
    ]  # fmt: skip
    publish(LEEDS, *here)
    publish(HULL, *here)
    service.moves.beat()
    browser = signed_in("social worker")
    digest = browser.client.get("/inbox").text
    assert f">{MOST + 3}<" in digest, re.findall(r">(\d+)<", digest)
    first = browser.read(browser.send("/inbox", kind=NoticeKind.SHARED.value))
    second = _press(browser, first, "Next page")
    of_pages = [re.findall(r"Your reference (P\d+)", text) for text in (first, second)]
    assert [len(some) for some in of_pages] == [MOST, 3]
    assert len({*of_pages[0], *of_pages[1]}) == MOST + 3
    assert "Next page" not in second
    after = _press(browser, second, "Mark as seen")
    assert re.findall(r"Your reference (P\d+)", after) == of_pages[1][1:]
    other = browser.read(browser.send("/inbox", kind=NoticeKind.LOOKED_FOR.value))
    assert "Nothing is waiting." in other
    demo.go_live(service, LEEDS)
    demo.settle_in(service)  # leaves the demonstration an inbox of everyday
    left = browser.read(browser.send("/inbox", kind=NoticeKind.SHARED.value))
    assert len(re.findall(r"Your reference P", left)) == demo.MOST_LEFT


def test_a_hand_over_on_both_sides(
    publish: Publish, service: Service, signed_in: SignIn, owner_conninfo: str
) -> None:
    publish(LEEDS, HERE)
    form = {"reference": "P1", "kind": Kind.RESPONSIBILITY.value, "receiver": "Kingston upon Hull"}
    browser = signed_in("social worker")
    offered = browser.read(browser.send("/work/hand-over", **form))
    due, lapses = (working_days_after(today(), days) for days in (CLOCK_DAYS, LAPSE_DAYS + 1))
    for words in ("0 working days, as both sides count", day_words(due), day_words(lapses), "silent here"):
        assert words in offered
    # Offered already: what was typed comes back with what is said of it.
    again = browser.send("/work/hand-over", **form)
    assert again.status_code == 403
    assert "offered already" in again.text
    assert 'value="Kingston upon Hull"' in again.text
    browser = signed_in("other manager")
    text = browser.read(browser.send("/inbox"))
    assert "A child of another authority" in text
    text = _press(browser, text, "Open the hand-overs")
    assert "From Leeds" in text
    assert "0 working days, as both sides count" in text
    decline = _found(r'href="(/work/hand-overs/[^"]+/decline)"', text)
    assert "Select the reason" in browser.send(decline).text
    declined = browser.read(browser.send(decline, reason=Reason.MORE_NEEDED.value))
    assert "We need more before we can take this on" in declined
    browser = signed_in("social worker")
    assert "We need more before we can take this on" in browser.read(browser.send("/work/hand-overs"))
    browser.read(browser.send("/work/hand-over", **form))
    browser = signed_in("other manager")
    text = browser.read(browser.send("/work/hand-overs"))
    assert "Accepted: your authority holds the child" in _press(browser, text, "Accept: the child is ours")
    assert "is accepted and cannot become" in _press(browser, text, "Accept: the child is ours")
    assert _kinds(owner_conninfo).count("hand_over_moved") == 4


def test_a_number_that_teams_share_is_rung_once() -> None:
    def whom(team: str, authority: str, phone: str) -> Team:
        contact = Contact(
            phone_now=phone, phone_now_is="emergency duty", duty_phone=phone, office_phone="",
            office_hours="", inbox="", proven_on=None, proven_lately=False,
        )  # fmt: skip
        return Team(
            authority=authority, authority_name=authority, team=team, status="current", contact=contact
        )

    shared, own = "0117 496 0516", "0117 496 0517"
    teams = [
        whom("A", "Kent", shared),
        whom("B", "Kent", shared),
        whom("C", "Kent", own),
        whom("D", "Bury", shared),
    ]
    acts = rings([*teams, whom("E", "Bury", "")])
    assert [(act.label, act.about) for act in acts] == [
        (f"Ring Kent, {shared}", "A and B"), (f"Ring Kent, {own}", "C"), (f"Ring Bury, {shared}", "D"),
    ]  # fmt: skip


def test_an_offer_is_taken_back_lapses_and_a_child_leaves_england(
    publish: Publish, settings: Settings
) -> None:
    clock = [now()]
    with opened(settings, lambda: clock[0]) as service, client_of(service) as client:
        browser = Browser(client, service)
        publish(LEEDS, HERE)
        browser.sign_in("social worker")
        form = {"reference": "P1", "kind": "responsibility", "receiver": HULL}
        browser.read(browser.send("/work/hand-over", **form))
        text = browser.read(browser.send("/work/hand-overs"))
        assert "Taken back: your authority holds the child." in _press(browser, text, "Take the offer back")
        browser.read(browser.send("/work/hand-over", **form))
        clock[0] += timedelta(days=30)
        service.moves.hand_overs.pass_time()
        browser.sign_in("social worker", clock[0])
        assert "Overdue" in browser.read(browser.send("/work/hand-overs"))
        clock[0] += timedelta(days=30)
        service.moves.hand_overs.pass_time()
        browser.sign_in("social worker", clock[0])
        assert "Unanswered for thirty working days" in browser.read(browser.send("/work/hand-overs"))
        left = browser.read(browser.send("/work/hand-over", reference="P1", kind="leaving"))
        assert "Away from England" in left


def test_everything_wrong_in_an_offer_is_told_at_once(signed_in: SignIn) -> None:
    browser = signed_in("social worker")
    text = browser.send("/work/hand-over", reference="", kind="x", receiver="on", until="soon").text
    for field in ("reference", "kind", "receiver", "until"):
        assert f'href="#{field}"' in text
    assert "may be one of several" in text
    assert 'value="soon"' in text
    text = browser.send("/work/hand-over", reference="P9", kind="responsibility", receiver="Kent").text
    assert "holds no child by that reference" in text


def test_an_authority_is_found_by_code_or_by_enough_of_its_name() -> None:
    for written in ("e06000010", "Kingston upon Hull, City of", " kingston  upon hull "):
        assert authority_code(written) == HULL
    assert authority_code("Leeds") == LEEDS  # the council, not the trust whose name begins with it
    for written in ("Nowhere", "North", "lancashire"):
        with pytest.raises(Invalid):
            authority_code(written)


def test_orphaned_transfers_are_one_page(
    publish: Publish, service: Service, signed_in: SignIn, owner_conninfo: str
) -> None:
    publish(LEEDS, HERE)
    with psycopg.connect(owner_conninfo) as owner:
        owner.execute("UPDATE signpost SET handed_on = true, ended = current_date - 20")
    service.moves.nightly()
    browser = signed_in("manager")
    text = browser.read(browser.send("/work/orphans"))
    assert "Your reference P1" in text
    assert "working days" in text
    assert signed_in("social worker").send("/work/orphans").status_code == 403


def test_an_alert_of_a_missing_family_is_raised_let_out_and_called_back(
    publish: Publish, settings: Settings
) -> None:
    """Of one's own looks, which the guard knows."""
    publish(HULL, THERE)
    guarded = msgspec.structs.replace(settings, guard=True)
    with opened(guarded) as service, client_of(service) as client:
        browser = Browser(client, service)

        def signed_in(who: str) -> Browser:
            browser.sign_in(who)
            return browser

        browser = signed_in("social worker")
        text = _looked(browser, "missing_child")
        again = ""
        for _ in range(ASKED_BEFORE):
            again = browser.send(browser.begin_look("missing_child"), **_KNOWN).text
        for words in ("Select why you ask", "There is something new about this child since I asked"):
            assert words in again
        assert "I know this family" not in again  # of the reasons, those alone that would do
        form = browser.client.get(_found(r'href="(/look/[^"]+/alert)"', text)).text
        references = _found(r'name="references"[^>]* value="([^"]+)"', form)
        wrong = browser.send("/work/alerts/raise", references="2CDF", until="soon").text
        for field in ("references", "until"):
            assert f'href="#{field}"' in wrong
        until = str(today() + timedelta(days=7))
        strange = browser.send("/work/alerts/raise", references="2222-3333", until=until).text
        assert "Nothing of yours has that reference" in strange
        raised = browser.read(browser.send("/work/alerts/raise", references=references, until=until))
        assert "nobody is told yet" in raised
        assert "Approve it" not in browser.read(browser.send("/work/alerts"))
        browser = signed_in("manager")
        text = _press(browser, browser.read(browser.send("/work/alerts")), "Approve it")
        assert "Approved. All records" in text
        service.moves.beat()
        text = browser.read(browser.send("/work/alerts"))
        assert "1 of 153 local authorities" in text
        swept = _press(browser, text, "See who was searched")
        assert "Kingston upon Hull" in swept.partition("Searched: 1")[2]
        assert signed_in("other manager").send(_act(text, "See who was searched")[0]).status_code == 404
        browser = signed_in("manager")
        end = _found(r'href="(/work/alerts/[^"]+/end)"', text)
        assert "Called back" in browser.read(browser.send(end, reason="found"))
        browser = signed_in("other manager")
        assert "Not so any more" in browser.read(browser.send("/inbox"))


def test_an_enquiry_is_kept_covert_until_a_day(signed_in: SignIn, owner_conninfo: str) -> None:
    form = {"case_reference": "P-9", "reason": "crime", "until": str(today() + timedelta(days=7))}
    browser = signed_in("manager")
    wrong = browser.send("/work/covert", **{**form, "until": str(today() + timedelta(days=60))}).text
    assert "must be within 28 days" in wrong
    assert "once" in browser.read(browser.send("/work/covert", **form))
    assert "covert_noted" in _kinds(owner_conninfo)
    assert signed_in("social worker").send("/work/covert", **form).status_code == 403


def test_a_pack_takes_two_officers_and_leaves_as_a_file(
    publish: Publish, service: Service, signed_in: SignIn, nurse: Caller
) -> None:
    publish(LEEDS, HERE)
    service.lookup.ask(nurse, question(form_of(HERE)))
    browser = signed_in("records officer")
    wrong = browser.send("/records/subject-access", because="crime", requester="x").text
    for field in ("reference", "requester", "until"):
        assert f'href="#{field}"' in wrong
    day = str(today() + timedelta(days=9))
    form = {"reference": "P1", "requester": "young_person"}
    assert "Select why" in browser.send("/records/subject-access", **form, until=day).text
    browser.read(browser.send("/records/subject-access", **form))
    waiting = browser.client.get("/records/subject-access/waiting").text
    assert "For another officer" in waiting
    request = _found(r"<dd[^>]*>([0-9a-f-]{36})</dd>", waiting)
    assert browser.send(f"/records/subject-access/{request}", reference="P1").status_code == 403
    browser = signed_in("second officer")
    assert "Make the pack" in browser.client.get("/records/subject-access/waiting").text
    mistaken = browser.send(f"/records/subject-access/{request}", reference="P9")
    assert mistaken.status_code == 404
    assert 'value="P9"' in mistaken.text
    text = browser.read(browser.send(f"/records/subject-access/{request}", reference="P1"))
    assert "It tells of 1 look." in text
    assert "Zebedee" not in text
    files = re.findall(r'href="(/records/packs/[^"]+)"', text)
    assert len(files) == 2
    for at in files:
        answer = browser.client.get(at)
        assert "Zebedee" in answer.text
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Cache-Control"] == "no-store"
    assert "No request waits" in browser.client.get("/records/subject-access/waiting").text
    browser = signed_in("records officer")  # another session: the files are not there
    assert browser.client.get(files[0]).status_code == 303


def test_a_dispute_is_shown_with_the_answer_until_it_was_looked_into(
    publish: Publish, service: Service, signed_in: SignIn, nurse: Caller
) -> None:
    publish(LEEDS, HERE)
    browser = signed_in("records officer")
    team = _found(r'name="team" type="radio" value="([^"]+)"', browser.client.get("/work/signposts").text)
    text = browser.read(browser.send("/work/signposts", team=team))
    text = _press(browser, text, "Somebody disputes it")
    assert "Now and disputed" in text
    assert "marked as disputed is wrong" in _looked(signed_in("nurse"))
    browser = signed_in("records officer")
    text = browser.read(browser.send("/work/signposts", team=team))
    assert "the mark is gone" in _press(browser, text, "It was looked into")
    assert "disputed" not in _looked(signed_in("nurse")).lower()
    browser = signed_in("social worker")
    text = browser.read(browser.send("/work/signposts", team=team))
    with pytest.raises(AssertionError):
        _act(text, "Somebody disputes it")


def _looked(browser: Browser, purpose: str = "unscheduled_care") -> str:
    return browser.read(browser.send(browser.begin_look(purpose), **_KNOWN))


def test_a_team_that_is_not_named_can_be_asked(service: Service, signed_in: SignIn, tmp_path: Path) -> None:
    broker = Practitioner("RP4", "broker", "Somebody", Role.MANAGER, active=True)
    service.accounts.save_practitioner(broker)
    service.sensitive.state(read(listed(tmp_path, HERE), today()), Person("RP4", "broker"))
    browser = signed_in("social worker")
    text = _looked(browser, "s47_enquiry")
    for words in ("A team that is not named", "can be asked to contact you", "Why this child: "):
        assert words in text
    for words in ("and e-mail", "Never proven", "RP4", "Before"):
        assert words not in text
    ask = _found(r'href="(/look/[^"]+/contact/[^"]+)"', text)
    assert "Asked" in browser.read(browser.send(ask, phone="0113 496 0000"))


def test_whoever_found_nobody_is_told_if_the_child_is_registered(
    publish: Publish, service: Service, signed_in: SignIn, owner_conninfo: str
) -> None:
    browser = signed_in("nurse")
    text = _looked(browser)
    assert "does not mean safe" in text
    told = _press(browser, text, "Tell me if this child is registered in the next 30 days")
    assert "is told in its inbox if this child is registered" in told
    _press(browser, text, "Tell me if this child is registered in the next 30 days")  # pressed twice
    assert _kinds(owner_conninfo).count("question_stands") == 1
    publish(LEEDS, HERE)
    service.moves.beat()
    inbox = browser.read(browser.send("/inbox"))
    assert "Your look " in inbox
    assert "was registered since" in inbox
    assert "Zebedee" not in inbox
    # Where whoever asks goes on being concerned, the question stands by itself: nothing to press.
    worker = signed_in("social worker")
    look = worker.begin_look("s17_assessment")
    nobody = worker.send(look, given_names="Imogen", family_name="Larkspur", birth="5 5 2015")
    text = worker.read(nobody)
    assert "is told in its inbox if this child is registered" in text
    assert "Tell me if" not in text
