"""The journeys beside looking, through the application: what each button and form does and records."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest

from fingerpost.access.caller import Caller
from fingerpost.feeds import Held
from fingerpost.ledger.spoken import speakable
from fingerpost.settings import Settings
from fingerpost.shields.request import Ground
from fingerpost.signposts.trails import LinkState
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now, today
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, Publish, form_of, question, write_extract
from tests.web.conftest import Browser, client_of
from tests.web.people import PEOPLE

SignIn = Callable[[str], Browser]
LEEDS, HULL, BIRMINGHAM = "E08000035", "E06000010", "E08000025"
KNOWN = {"given_names": "Zebedee", "family_name": "Featherstonehaugh", "birth": "9 March 2016"}


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found[1]


def _act(text: str, label: str) -> tuple[str, dict[str, str]]:
    """Return where a button that reads `label` sends which fields."""
    for form in re.findall(r"<form .*?</form>", text, re.DOTALL):
        if label in form:
            fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
            fields.pop("form_token")
            return _found(r'action="([^"]+)"', form), fields
    raise AssertionError(f"no button reads {label}")


def _press(browser: Browser, text: str, label: str) -> str:
    address, fields = _act(text, label)
    return browser.read(browser.send(address, **fields))


def _kinds(owner_conninfo: str) -> list[str]:
    with psycopg.connect(owner_conninfo) as owner:
        return [kind for (kind,) in owner.execute("SELECT kind FROM ledger_entry ORDER BY position")]


def _team(browser: Browser) -> str:
    drawn = browser.client.get("/work/signposts").text
    return _found(r'name="team" type="radio" value="([^"]+)"', drawn)


def test_a_team_s_signposts_are_seen_confirmed_ended_and_registered(
    publish: Publish, signed_in: SignIn, owner_conninfo: str
) -> None:
    publish(LEEDS, Child())
    browser = signed_in("social worker")
    team = _team(browser)
    text = browser.read(browser.send("/work/signposts", team=team))
    assert "P1: child in need" in text
    text = _press(browser, text, "Still true")
    assert "Confirmed from today" in text
    end = _found(r'href="(/work/signposts/[^"]+/end)"', text)
    assert "Ended" in browser.read(browser.send(end, ended="1 2 2026"))
    text = browser.read(browser.send("/work/signposts", team=team))
    assert "until 1 February 2026" in text
    # By form: stands beside every feed, and the child is found by it.
    form = {
        "reference": "F1", "given_names": "Imogen", "family_name": "Larkspur", "birth": "5 5 2015",
        "service": "child_in_need", "team": team, "role": "allocated_social_worker", "started": "3 3 2026",
    }  # fmt: skip
    once = "00000000-0000-0000-0000-0000000000aa"
    for _ in range(2):  # pressed twice, it is one signpost
        assert "Registered" in browser.read(browser.send("/work/register", once=once, **form))
    publish(LEEDS, Child())
    with psycopg.connect(owner_conninfo) as owner:
        row = owner.execute("SELECT count(*) FROM signpost WHERE source_table = 'form'").fetchone()
    assert row == (1,)
    assert _kinds(owner_conninfo).count("signpost_kept") == 3
    assert "needed: this service rests on consent" in browser.send(
        "/work/register", **{**form, "reference": "F2", "service": "early_help"}
    ).get_data(as_text=True)


def test_an_authority_without_a_team_is_told_so(signed_in: SignIn) -> None:
    """Nobody is asked to choose among none: there is nobody to ring yet."""
    for who, adds in (("social worker", False), ("manager", True)):
        browser = signed_in(who)
        for path in ("/work/signposts", "/work/register"):
            for text in (browser.client.get(path).text, browser.send(path).text):
                assert "Your authority has no team yet" in text
                assert ("Add or change a team" in text) == adds


def test_another_authority_s_signpost_is_not_there(
    publish: Publish, signed_in: SignIn, owner_conninfo: str
) -> None:
    publish(HULL, Child())
    with psycopg.connect(owner_conninfo) as owner:
        ((signpost, team),) = owner.execute("SELECT id, team_id FROM signpost").fetchall()
    publish(LEEDS, Child())
    browser = signed_in("social worker")
    assert "This team has none" in browser.read(browser.send("/work/signposts", team=str(team)))
    text = browser.read(browser.send(f"/work/signposts/{signpost}/confirm", team=str(team)))
    assert "no longer there" in text
    assert browser.send(f"/work/signposts/{signpost}/end", ended="1 2 2026").status_code == 404


def test_two_people_decide_a_link(
    publish: Publish, service: Service, signed_in: SignIn, owner_conninfo: str
) -> None:
    publish(LEEDS, Child(given="Oliver", family="Smith"))
    publish(HULL, Child(given="Oliver", family="Smith", postcode="HU1 1UU"))
    for who, left in (("manager", LinkState.PROPOSED), ("records officer", LinkState.CONFIRMED)):
        browser = signed_in(who)
        text = _press(browser, browser.read(browser.send("/review/links")), "See the evidence")
        assert "Oliver" not in text
        assert "Noted on the ledger: one child." in _press(browser, text, "One child")
        with psycopg.connect(owner_conninfo) as owner:
            assert owner.execute("SELECT state FROM link").fetchone() == (left.value,)


def test_a_wrong_link_is_broken_from_the_trail_and_both_sides_are_told(
    publish: Publish, signed_in: SignIn, owner_conninfo: str
) -> None:
    for authority in (HULL, BIRMINGHAM, LEEDS):
        publish(authority, Child(nhs_number="9434765919"))
    browser = signed_in("manager")
    assert browser.send("/review/trail", reference="P99").status_code == 404
    text = browser.read(browser.send("/review/trail", reference="P1"))
    assert "Zebedee" not in text
    assert text.count("Status") == text.count("See the evidence") + 1  # of two others it is theirs to break
    text = _press(browser, text, "See the evidence")
    breaks = _found(r'href="(/review/links/[^"]+/break)"', text)
    assert "Tick to confirm: the records are of two children" in browser.send(breaks).text
    for _ in range(2):  # pressed twice, it is broken once
        sent = browser.send(breaks, two="yes", once="00000000-0000-0000-0000-0000000000aa")
        assert "Both authorities are told. Taken back with it: 1 more." in browser.read(sent)
    with psycopg.connect(owner_conninfo) as owner:
        broken = owner.execute("SELECT authority FROM told WHERE kind = 'link_broken'").fetchall()
    assert len(broken) == 2
    assert (LEEDS,) in broken
    assert "Break it" not in browser.read(browser.send(breaks.removesuffix("/break")))
    assert browser.send(breaks, two="yes").text.count("cannot become broken") == 2


def test_a_life_is_kept_apart_whether_it_is_held_or_not(
    publish: Publish, signed_in: SignIn, owner_conninfo: str
) -> None:
    publish(LEEDS, Child())
    browser, said = signed_in("records officer"), list[str]()
    for reference in ("P1", "P99"):
        typed = {"reference": reference, "decided": "yes"}
        assert "are not the same" in browser.send("/records/keep-apart", **typed, again="P11").text
        text = browser.read(browser.send("/records/keep-apart", **typed, again=reference))
        said.append(_found(r"(?s)<main(.*)</main>", text))
    assert said[0] == said[1]
    assert _kinds(owner_conninfo).count("kept_apart") == 2
    with psycopg.connect(owner_conninfo) as owner:
        assert owner.execute("SELECT count(*) FROM apart").fetchone() == (2,)


def test_an_authority_says_where_it_is_told(signed_in: SignIn, owner_conninfo: str) -> None:
    browser = signed_in("manager")
    wrong = browser.send("/admin/notices", managers="x", webhook="http://elsewhere.example").text
    assert "Managers’ e-mail must be an e-mail address" in wrong
    assert "must begin with https://" in wrong
    browser.read(browser.send("/admin/notices", duty="duty@leeds.example", webhook="https://hooks.example/x"))
    shown = browser.client.get("/admin/notices").text
    assert 'value="duty@leeds.example"' in shown
    assert 'value="https://hooks.example/x"' in shown
    assert "notice_route_set" in _kinds(owner_conninfo)


def test_a_shield_from_asking_to_its_evidence(
    publish: Publish, signed_in: SignIn, nurse: Caller, service: Service
) -> None:
    child = Child()
    publish(LEEDS, child)
    asked = {"body": "refuge", "ground": Ground.DOMESTIC_ABUSE.value, "call_back": "0113 496 0009"}
    browser = signed_in("social worker")
    assert "The child is shielded" in browser.read(browser.send("/work/shield", **KNOWN, **asked))
    assert service.lookup.ask(nurse, question(form_of(child))).outcome.value == "not_found"
    service.watch.watch_all()
    browser = signed_in("manager")
    text = browser.read(browser.send("/review/shields"))
    assert "fled from domestic abuse" in text
    evidence = _found(r'href="(/review/shields/[^"]+/evidence)"', text)
    assert "a police report" in browser.read(browser.send(evidence, evidence="police_report"))
    assert "reviewed again" in _press(browser, text, "Reviewed: it stands")
    assert "Noted" in _press(browser, browser.read(browser.send("/review/asked")), "Dealt with")


def test_an_emergency_needs_a_new_sign_in_and_is_reviewed(
    publish: Publish, settings: Settings, owner_conninfo: str
) -> None:
    clock = [now()]
    with opened(settings, lambda: clock[0]) as service, client_of(service) as client:
        browser = Browser(client, service)
        publish(LEEDS, Child())
        browser.sign_in("police officer")
        clock[0] += timedelta(minutes=6)
        form = {"why": "The child is in the river", "purpose": "unscheduled_care", "case_reference": "P-1"}
        text = browser.send("/look/emergency", **form).get_data(as_text=True)
        assert "Sign in again first" in text
        assert 'name="sent.why" value="The child is in the river"' in text
        browser.sign_in("police officer", clock[0])
        look = browser.send("/look/emergency", **form).headers["Location"]
        assert browser.send(look, **KNOWN).headers["Location"].endswith("/answer")
        assert "Assessment Team" in client.get(f"{look}/answer").text
        browser.sign_in("manager")
        text = browser.read(browser.send("/review/emergencies"))
        assert "The child is in the river" in text
        assert "it was justified" in _press(browser, text, "It was justified")
    assert {"emergency_opened", "emergency_reviewed"} <= set(_kinds(owner_conninfo))


def test_the_ledger_is_searched_and_proved_and_that_is_on_it(
    publish: Publish, settings: Settings, owner_conninfo: str
) -> None:
    guarded = msgspec.structs.replace(settings, guard=True)
    with opened(guarded) as service, client_of(service) as client:
        browser = Browser(client, service)
        publish(LEEDS, Child())
        browser.sign_in("social worker")
        look = browser.send("/look", purpose="s17_assessment", case_reference="CASE-77").headers["Location"]
        browser.send(look, **KNOWN)
        service.sequencer.sequence_all()
        text = browser.read(browser.send("/work/looks"))
        assert "CASE-77" in text
        assert "Zebedee" not in text
        proof = _press(browser, text, "Check its proof")
        assert "found it in the tree, as signed" in proof
        assert "data-root=" in proof
        browser.sign_in("records officer")
        days = {"since": str(today() - timedelta(days=1)), "until": str(today())}
        text = browser.read(browser.send("/records/ledger", **days, person="sw"))
        for words in ("A question was answered", "S Worker (sw)", "Section 17 assessment"):
            assert words in text  # names and words, the reference beside them
        for code in (">s17_assessment<", ">E08000035<", "E08000035/"):
            assert code not in text
        assert "Zebedee" not in text
        assert "CASE-77" not in text
        far = {"since": "1 1 2020", "until": str(today())}
        assert "more than 31 days" in browser.send("/records/ledger", **far).get_data(as_text=True)
        browser.sign_in("nurse")
        assert browser.send("/records/ledger", **days).status_code == 403
    assert {"ledger_searched", "own_looks_shown", "records_refused"} <= set(_kinds(owner_conninfo))


def test_a_reference_is_found_among_any_number_of_entries(
    service: Service, signed_in: SignIn, owner_conninfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A nation records more in a day than may be opened for one search; whoever has a reference has one."""
    browser = signed_in("records officer")
    days = {"since": str(today()), "until": str(today())}
    browser.read(browser.send("/records/ledger", **days))
    with psycopg.connect(owner_conninfo) as owner:
        rows = owner.execute("SELECT id FROM ledger_entry WHERE kind = 'ledger_searched'").fetchall()
    (entry,) = rows[0]
    monkeypatch.setattr("fingerpost.oversight.search.MOST_OPENED", 1)
    text, shown = browser.read(browser.send("/records/ledger", **days)), list[str]()
    while "there may be more" in text:  # each search is itself an entry, later than where this one goes on
        shown += re.findall(r'name="entry" value="([^"]+)"', text)
        text = _press(browser, text, "Go on")
    shown += re.findall(r'name="entry" value="([^"]+)"', text)
    assert len(shown) == len(set(shown)) > 1
    assert str(entry) in shown
    for reference in (speakable(entry), str(entry)):
        text = browser.read(browser.send("/records/ledger", **days, reference=reference))
        assert speakable(entry) in text
        assert text.count("Check its proof") == 1


def test_another_authority_s_officer_does_not_see_what_is_not_theirs(
    publish: Publish, service: Service, signed_in: SignIn
) -> None:
    publish(HULL, Child())
    browser = signed_in("records officer")
    days = {"since": str(today()), "until": str(today()), "of_kind": "feed_loaded"}
    assert "Nothing fits" in browser.read(browser.send("/records/ledger", **days))
    browser = signed_in("national officer")
    assert HULL in browser.read(browser.send("/records/ledger", **days))


def test_holds_and_erasures(publish: Publish, signed_in: SignIn, owner_conninfo: str) -> None:
    publish(LEEDS, Child())
    browser = signed_in("records officer")
    until = str(today() + timedelta(days=60))
    hold = {"reference": "P1", "kind": "court", "order": "ZC-1", "until": until}
    assert "Held" in browser.read(browser.send("/records/hold", **hold))
    text = browser.read(browser.send("/records/holds"))
    assert "ZC-1" in text
    renew = _found(r'href="(/records/holds/[^"]+/renew)"', text)
    assert "Renewed" in browser.read(browser.send(renew, until=str(today() + timedelta(days=90))))
    assert "Nothing had to be kept yet" in _press(browser, text, "Open what it kept")
    refused = browser.send("/records/erase", reference="P1", erased="yes")
    assert refused.status_code == 403
    assert "legal hold" in refused.get_data(as_text=True)
    _press(browser, text, "It may end")
    text = signed_in("national officer").read(browser.send("/records/holds"))
    _press(browser, text, "It may end")
    browser = signed_in("records officer")
    assert "1 signposts" in browser.read(browser.send("/records/erase", reference="P1", erased="yes"))
    assert "child_erased" in _kinds(owner_conninfo)


def test_an_authority_keeps_its_people(service: Service, signed_in: SignIn, owner_conninfo: str) -> None:
    browser = signed_in("manager")
    new = {"reference": "kim", "name": "Kim Lee", "role": Role.SOCIAL_WORKER.value}
    assert "Kim Lee is a social worker" in browser.read(browser.send("/admin/people/save", **new))
    papers = {"reference": "kim", "dbs_on": "1 2 2026", "trained_on": "1 2 2026"}
    assert "Recorded" in browser.read(browser.send("/admin/people/papers", **papers))
    gone = browser.read(browser.send("/admin/people/suspend", reference="kim", because="left"))
    assert "Switched off" in gone
    assert "Switched on" in _press(browser, gone, "Restore access")
    leaver = {"reference": "kim", "leaves_on": str(today())}
    assert "Left" in browser.read(browser.send("/admin/people/leaver", **leaver))
    assert (
        browser.send("/admin/people/suspend", reference="boss", because="left").status_code == 403
    )  # oneself
    nation = {**new, "role": Role.SERVICE_RECORDS_OFFICER.value}
    assert "operator" in browser.send("/admin/people/save", **nation).get_data(as_text=True)
    signed_in("national officer")
    signed_in("records officer")
    assert browser.send("/admin/people/save", **{**new, "reference": "sro"}).status_code == 403
    with psycopg.connect(owner_conninfo) as owner:
        assert owner.execute("SELECT role FROM practitioner WHERE reference = 'kim'").fetchone() == (
            "social_worker",
        )


def test_an_account_of_another_authority_is_not_taken_over(service: Service, signed_in: SignIn) -> None:
    signed_in("nurse")
    browser = signed_in("manager")
    answer = browser.send("/admin/people/account", reference="boss", subject="nurse")
    assert "another authority" in answer.get_data(as_text=True)
    assert "can sign in" in browser.read(
        browser.send("/admin/people/account", reference="boss", subject="new")
    )


def test_a_manager_becomes_nobody_else_by_an_account(
    service: Service, signed_in: SignIn, owner_conninfo: str
) -> None:
    """Neither a records officer, by any account, nor a colleague of theirs, by their own."""
    signed_in("records officer")
    signed_in("social worker")
    browser = signed_in("manager")
    named, officer = "/admin/people/account", PEOPLE["records officer"].reference
    for subject in ("new", "manager", "records officer"):
        assert browser.send(named, reference=officer, subject=subject).status_code == 403
    colleague = PEOPLE["social worker"].reference
    own = browser.send(named, reference=colleague, subject="manager").get_data(as_text=True)
    assert "is your own account" in own
    with psycopg.connect(owner_conninfo) as owner:
        held = owner.execute(
            "SELECT s.subject, p.reference FROM sign_in_account s JOIN practitioner p"
            " ON p.id = s.practitioner_id ORDER BY s.subject"
        ).fetchall()
    assert held == [(who, PEOPLE[who].reference) for who in ("manager", "records officer", "social worker")]
    assert "can sign in" in browser.read(browser.send(named, reference=colleague, subject="new"))


def test_teams_feeds_and_quality(publish: Publish, signed_in: SignIn, owner_conninfo: str) -> None:
    publish(LEEDS, Child(), Child(reference="P2", born="not a date"))
    browser = signed_in("manager")
    changed = {
        "reference": "T1", "name": "Assessment Team", "office_phone": "0113 496 0003",
        "office_hours": "Mon-Fri 09:00-17:00", "duty_phone": "0113 496 0002", "inbox": "a@leeds.example",
    }  # fmt: skip
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:  # of the tests of each month
        owner.execute("UPDATE team SET tested_on = '2026-11-02', answered_minutes = 12")
        owner.execute("INSERT INTO contact_test SELECT gen_random_uuid(), id, now() FROM team")
    text = browser.read(browser.send("/admin/teams/save", **changed))
    assert "Not proven lately" in text
    assert "Answered in 12 minutes as a rule, last on 2 November 2026." in text
    assert "Nobody has answered the one sent at" in text
    assert "proven today" in _press(browser, text, "Both numbers answered today")
    wrong = browser.send("/admin/teams/save", **{**changed, "office_phone": "ring me", "inbox": "x"})
    assert wrong.get_data(as_text=True).count("govuk-error-message") == 2
    assert "ssd_person, row 3" in browser.client.get("/admin/feeds").text
    assert "Signposts to mend" in browser.client.get("/admin/quality").text


def test_it_is_said_who_took_over_from_a_team_and_every_answer_shows_it(
    publish: Publish, signed_in: SignIn, owner_conninfo: str
) -> None:
    publish(LEEDS, Child())
    browser = signed_in("manager")
    night = {"name": "Night Team", "duty_phone": "0113 496 0004", "inbox": "night@leeds.example"}
    text = browser.read(browser.send("/admin/teams/save", reference="T9", **night))
    assert "Kept on the pages" in text
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        named = dict(owner.execute("SELECT reference, id::text FROM team").fetchall())
        at = f"/admin/teams/{named['T1']}"
        refused = browser.send(f"{at}/close", successor=named["T9"]).get_data(as_text=True)
        assert "take it off there" in refused
        owner.execute("UPDATE team SET left_on = '2026-11-03' WHERE reference = 'T1'")
    quality = browser.client.get("/admin/quality").text
    assert _facts(quality)["Of a team that left your contact sheet"] == "1"
    text = browser.client.get("/admin/teams").text
    assert "Left the contact sheet" in text
    assert "your front door" in text
    drawn = browser.client.get(f"{at}/close").text
    assert "Who took over from Assessment Team?" in drawn
    assert f'value="{named["T1"]}"' not in drawn
    text = browser.read(browser.send(f"{at}/close", successor=named["T9"]))
    assert _facts(text)["Rung instead"] == "Night Team"
    assert _facts(text)["Signposts that lead to it"] == "1"
    assert "Assessment Team (left" not in browser.client.get("/work/register").text
    nurse = signed_in("nurse")
    answer = nurse.read(nurse.send(nurse.begin_look(), **KNOWN))
    assert (
        "No longer on its authority’s contact sheet since 3 November 2026. Ring Night Team instead." in answer
    )
    assert "Ring 0113 496 0004" in answer
    assert "Its own last numbers, not to rely on: office 0113 496 0001" in answer
    asked = {"purpose": "unscheduled_care", "case_reference": "AE-9", **KNOWN}
    desk = signed_in("desk officer")
    said = desk.read(desk.send("/work/phone", authority="rj1", caller="nurse", rung_back="yes", **asked))
    assert _facts(said)["The team"].endswith("Ring Night Team instead.")
    browser = signed_in("manager")
    text = browser.read(browser.send(f"{at}/stand"))
    assert "It stands." in text
    assert "Rung instead" not in text
    elsewhere = "/admin/teams/00000000-0000-0000-0000-0000000000bb/close"
    assert browser.send(elsewhere, successor="front-door").status_code == 404


def _facts(text: str) -> dict[str, str]:
    """Return what is known of the first thing of a list."""
    return dict(reversed(re.findall(r"<dt[^>]*>([^<]+)</dt><dd[^>]*>([^<]+)</dd>", text)))


def test_a_feed_that_is_held_is_shown_and_decided(
    publish: Publish, signed_in: SignIn, service: Service, tmp_path: Path
) -> None:
    many = [Child(reference=f"P{n}", given=f"Ama{chr(97 + n)}", nhs_number="") for n in range(24)]
    publish(LEEDS, *many)
    fewer = write_extract(tmp_path / "fewer", *many[:2], Child(reference="P99", born="not a date"))
    with pytest.raises(Held):
        service.feeds.load_ssd(fewer, LEEDS)
    browser = signed_in("manager")
    text = browser.client.get("/admin/feeds").text
    for words in ("It would remove 22 of 24 signposts", "ssd_person, row 4", "Waits for you"):
        assert words in text
    assert "Ama" not in text
    assert "Noted as a mistake" in _press(browser, text, "It is a mistake")
    assert "no longer there" in browser.read(browser.send("/admin/feeds/decide", digest="00", accepted="yes"))
    text = _press(browser, text, "It is right: let it in")
    assert "by A Manager (boss) at" in text
    service.feeds.load_ssd(fewer, LEEDS)
    assert "held" not in browser.client.get("/admin/feeds").text


def test_figures_are_counted_from_the_ledger_and_masked(
    publish: Publish, settings: Settings, nurse: Caller
) -> None:
    clock = [now()]
    with opened(settings, lambda: clock[0]) as service, client_of(service) as client:
        publish(LEEDS, Child())
        for _ in range(11):
            service.lookup.ask(nurse, question(form_of(Child())))
        service.lookup.ask(
            nurse, question(form_of(Child(given="Nobody", family="Known", postcode="LS2 7EW")))
        )
        clock[0] = now() + timedelta(days=32)
        service.offices.oversight.figures.publish(today())
        text = " ".join(client.get("/figures").text.split())
    assert 'Looks that found somebody to ring</dt><dd class="govuk-summary-list__value">11</dd>' in text
    assert 'Looks that found nothing</dt><dd class="govuk-summary-list__value">fewer than 10</dd>' in text
    with opened(settings) as service, pytest.raises(Exception, match="not over yet"):
        service.offices.oversight.figures.publish(date(2999, 1, 1))


def test_the_desk_looks_for_a_caller_who_is_on_the_ledger_too(
    publish: Publish, signed_in: SignIn, owner_conninfo: str, service: Service
) -> None:
    publish(LEEDS, Child())
    signed_in("nurse")
    browser = signed_in("desk officer")
    form = {
        "authority": "rj1", "caller": "nurse", "rung_back": "yes", "purpose": "unscheduled_care",
        "case_reference": "AE-9", **KNOWN,
    }  # fmt: skip
    text = browser.read(browser.send("/work/phone", **form))
    assert "Assessment Team" in text
    reference = _found(r"Reference (\w{4}-\w{4})", text)
    assert "Nobody has to be rung" in browser.read(browser.send("/work/desk", reference=reference))
    assert "Tick" in browser.send("/work/phone", **{**form, "rung_back": ""}).get_data(as_text=True)
    assert browser.send("/work/phone", **{**form, "purpose": "s47_enquiry"}).status_code == 403
    entry = service.ledger.checked(service.records_database, last=30)
    clients = [e.event.asker.client for _, e in entry if e and e.kind == "lookup_answered"]  # type: ignore[union-attr]
    assert clients == [f"desk, by {PEOPLE['desk officer'].authority}/desk"]


def test_a_caller_whose_details_fit_many_is_not_told_that_nothing_was_found(
    publish: Publish, signed_in: SignIn
) -> None:
    births = [f"2016-0{month}-1{month}" for month in range(1, 9)]
    publish(LEEDS, *(
        Child(reference=f"N{born}", given="Oliver", family="Smith", born=born, postcode="LS1 4DY")
        for born in births
    ))  # fmt: skip
    signed_in("nurse")
    browser = signed_in("desk officer")
    told = browser.send(
        "/work/phone", authority="RJ1", caller="nurse", rung_back="yes", purpose="unscheduled_care",
        case_reference="AE-9", given_names="Oliver", family_name="Smith", birth="2016", postcode="LS1 4DY",
    )  # fmt: skip
    text = browser.read(told)
    assert "Add detail and ask again" in text
    assert "Nothing found" not in text


def test_them_asked_to_contact_me_from_the_card_to_the_outcome(publish: Publish, signed_in: SignIn) -> None:
    publish(LEEDS, Child())
    browser = signed_in("nurse")
    look = browser.begin_look()
    browser.send(look, **KNOWN)
    card = browser.client.get(f"{look}/answer").text
    ask = _found(r'href="(/look/[^"]+/contact/[^"]+)"', card)
    assert "Asked" in browser.read(browser.send(ask, phone="0113 496 0100"))
    browser = signed_in("social worker")
    assert "clinician in unscheduled care of" in browser.client.get("/work/requests").text
    text = _press(browser, browser.client.get("/work/requests").text, "Open it")
    assert "0113 496 0100" in text
    assert "P1" in text
    end = _found(r'href="(/work/requests/[^"]+/end)"', text)
    assert "answered" in browser.read(browser.send(end, outcome="spoke"))
    browser = signed_in("nurse")
    assert "they spoke to you" in browser.client.get("/work/contact").text


def test_a_program_is_slowed_and_a_person_is_not(signed_in: SignIn) -> None:
    browser = signed_in("nurse")
    answered = 0
    while browser.client.get("/cookies").status_code == 200 and answered < 1000:  # a slow machine fills up
        answered += 1
    assert 200 <= answered < 1000
