"""Every form: everything wrong at once, a paste of megabytes, a session or a person that ends in mid-form.

A new form is in here by itself: they are read from the route table.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fingerpost.access.rules import RECORDS
from fingerpost.access.switches import Because, Subject
from fingerpost.api.rest.door import LARGEST_BODY
from fingerpost.instance import Instance
from fingerpost.signposts.person import Person
from fingerpost.web.route import Page
from fingerpost.web.routes import PAGES
from fingerpost.wiring import Service, opened
from tests.conftest import Child, copy_of, write_extract
from tests.web.conftest import SAME_ORIGIN, Browser, client_of
from tests.web.people import PEOPLE
from tests.web.test_pages import _at  # pyright: ignore[reportPrivateUsage]

FORMS = tuple(page for page in PAGES if page.method == "POST" and page.again)
# Drawn only after another form or an answer: `test_pages` and `test_journeys` send them wrong.
LATER = {"/look/<uuid:look>", "/look/<uuid:look>/contact/<uuid:signpost>"}
FIRST = tuple(page for page in FORMS if page.path not in LATER)
GARBAGE = "<&\u05d0'x"
# What is wrong in each form: but where whatever is written is right, or leaving everything empty is.
WRONG = {"/feedback/give": ("",), "/records/keep-apart": ("",), "/admin/notices": (GARBAGE,)}
Send = Callable[[Page, str], TestResponse]


def _path(page: Page) -> str:
    return page.path


@pytest.fixture(scope="module")
def shared(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for every form: none of them does anything here."""
    folder = tmp_path_factory.mktemp("forms")
    with copy_of(instance, folder) as settings, opened(settings) as made:
        made.feeds.load_ssd(write_extract(folder / "leeds", Child()), "E08000035")  # so that there is a team
        yield made


@pytest.fixture(scope="module")
def client(shared: Service) -> Iterator[FlaskClient]:
    with client_of(shared) as made:
        yield made


def _somebody(page: Page) -> str:
    """Return who is let in: by the page's acts, or whoever may look in an emergency too."""
    for who, person in PEOPLE.items():
        if any(person.role in RECORDS[act].holders | RECORDS[act].anywhere for act in page.acts):
            return who
    return "police officer"


@pytest.fixture(scope="module")
def filled(shared: Service, client: FlaskClient) -> Send:
    """Send a page's own form with the same text in every field that a person fills in."""

    def send(page: Page, text: str) -> TestResponse:
        browser = Browser(client, shared)
        browser.sign_in(_somebody(page))
        drawn = browser.client.get(_at(page)).text.partition("<main")[2]
        form = re.search(r"<form .*?</form>", drawn, re.DOTALL)
        assert form, page.path
        hidden = re.findall(r'type="hidden" name="(\w+)"', form[0])
        fields = dict.fromkeys(re.findall(r'name="(\w+)"', form[0]), text)
        asked = {name: value for name, value in fields.items() if name not in hidden}
        return browser.send(_at(page), **{name: text[: 60_000 // len(asked)] for name in asked})

    return send


@pytest.mark.parametrize("page", FIRST, ids=_path)
def test_everything_wrong_at_once_is_told_at_once_and_keeps_what_was_typed(filled: Send, page: Page) -> None:
    for text in WRONG.get(page.path, (GARBAGE, "")):
        drawn = filled(page, text).text
        assert "There is a problem" in drawn
        listed = re.findall(r'<a href="#([\w-]+)">', drawn.partition("<main")[2])
        for name in listed:  # each leads to its field, and stands beside it
            assert f'id="{name}"' in drawn, name
            assert f'id="{name}-error"' in drawn, name
        assert listed == sorted(listed, key=lambda name: drawn.index(f'id="{name}-error"'))
        for field in re.findall(r'<input[^>]* type="text"[^>]*>|<textarea.*?</textarea>', drawn, re.DOTALL):
            assert text in unescape(field)
        assert GARBAGE not in drawn  # shown, never obeyed


@pytest.mark.parametrize("page", FIRST, ids=_path)
def test_a_paste_is_refused_in_words(filled: Send, client: FlaskClient, page: Page) -> None:
    sent = client.post(_at(page), data={"words": "x" * 5_000_000}, headers=SAME_ORIGIN)
    answer = client.get(sent.headers["Location"])  # shown at an address of its own
    assert answer.status_code == 413
    assert "far longer than" in answer.text
    just_small_enough = filled(page, "x" * LARGEST_BODY)
    assert just_small_enough.status_code < 500
    assert "There is a problem" in just_small_enough.text


@pytest.mark.parametrize("page", FORMS, ids=_path)
def test_a_form_of_an_ended_session_goes_along_to_sign_in(client: FlaskClient, page: Page) -> None:
    client.delete_cookie("session")
    sent = {"words": GARBAGE, "form_token": "old"}
    answer = client.post(_at(page), data=sent, headers=SAME_ORIGIN)
    assert answer.status_code == 401
    assert f'name="sent.words" value="{GARBAGE}"' in unescape(answer.text)
    assert f'name="address" value="{_at(page)}"' in answer.text


def test_whoever_is_switched_off_in_mid_form_does_nothing_more(shared: Service, client: FlaskClient) -> None:
    browser = Browser(client, shared)
    browser.sign_in("social worker")
    token = browser.form_token()
    shared.switches.suspend(Subject.PERSON, "E08000035/sw", Because.LEFT)
    for page in FORMS:
        assert (page.path, browser.post(_at(page), token).status_code) == (page.path, 401)
    shared.switches.restore(Subject.PERSON, "E08000035/sw")


def test_a_form_sent_again_altered_is_another_and_shows_what_was_sent(
    shared: Service, client: FlaskClient
) -> None:
    """Sent again as it was, it is done once; and its own address shows it whatever came of it."""
    browser = Browser(client, shared)
    browser.sign_in("national officer")  # reads what was given
    browser.sign_in("social worker")
    official = PEOPLE["national officer"]
    waiting, by = shared.offices.oversight.feedback.waiting, Person(official.authority, official.reference)
    before = len(waiting(by))
    menu = "/feedback/give"
    at = client.get(menu, follow_redirects=False).request.full_path
    once = at.partition("form=")[2]
    assert once
    sent = [
        browser.post(menu, browser.form_token(), words=words, once=once).headers["Location"]
        for words in ("The first", "The first", "The second", "The second")
    ]
    assert sent[0] == sent[1] != sent[2] == sent[3]
    assert len(waiting(by)) == before + 2
    assert "The first" in client.get(at).text
    assert "The first" not in client.get(menu).text


def test_what_was_typed_outlives_a_refusal_that_is_no_fault_of_the_form(
    service: Service, browser: Browser
) -> None:
    browser.sign_in("nurse")
    at, token = browser.begin_look(), browser.form_token()
    service.switches.suspend(Subject.NATION, "", Because.REHEARSAL)
    refused = browser.post(at, token, given_names="Zebedee", family_name="Featherstonehaugh")
    assert refused.status_code == 403
    assert "Featherstonehaugh" in browser.client.get(at).text
