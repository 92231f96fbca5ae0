"""`ask`: the same answer as the API's, and errors that repeat nothing of a child."""

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from fingerpost.access.caller import Caller
from fingerpost.api.rest.door import build
from fingerpost.cli import FILES
from fingerpost.ledger.events import LookupRefused
from fingerpost.settings import Settings
from fingerpost.wiring import Service
from fingerpost.words.clock import today
from fingerpost.words.vocabulary import Scope
from tests.cli.conftest import Run
from tests.conftest import Child, Publish

ZEBEDEE = Child(nhs_number="9434765919")
WHO = ("ask", "--practitioner", "RJ1/nurse", "--purpose", "unscheduled_care", "--case-reference", "AE-1")
WHOM = ("--given-names", "Zebedee", "--family-name", "Featherstonehaugh", "--date-of-birth", "9/3/2016")
SOMEBODY_ELSE = ("--given-names", "Mary", "--family-name", "Unthank", "--date-of-birth", "2/2/2012")


@pytest.fixture(scope="module")
def settings(shared_settings: Settings) -> Settings:
    """One database for the file: one child is known in it, whoever asks."""
    return shared_settings


@pytest.fixture(scope="module")
def service(shared_service: Service) -> Service:
    return shared_service


@pytest.fixture(autouse=True)
def _registered(nurse: Caller) -> None:
    """RJ1/nurse may ask."""


def _shape(value: object) -> object:
    """Return the names and types of a JSON value: of a list, of its first item."""
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value[:1]]
    return type(value).__name__


def test_a_known_child_is_found(run: Run, publish: Publish) -> None:
    publish("E08000035", ZEBEDEE)
    shown = run(*WHO, *WHOM, "--postcode", "LS1 4DY", "--sex", "M").output
    for words in (
        "Somebody is, or was, working",
        "Leeds",
        "working with the child now",
        "0113 496",
        "receipt",
    ):
        assert words in shown


def test_an_unknown_child_is_not_found_and_not_safe(run: Run, publish: Publish) -> None:
    publish("E08000035", ZEBEDEE)
    shown = " ".join(run(*WHO, *SOMEBODY_ELSE).output.split())
    assert "not the same as safe" in shown
    assert "152 have never reported" in shown


@pytest.mark.parametrize("known", [True, False])
def test_json_is_what_the_api_answers(run: Run, service: Service, publish: Publish, known: bool) -> None:
    publish("E08000035", ZEBEDEE)
    whom = WHOM if known else SOMEBODY_ELSE
    token = service.accounts.issue_client("RJ1", "test", (Scope.LOOKUP,), 1)
    http: FlaskClient = build(service).test_client()
    child = dict(zip(("given_names", "family_name", "date_of_birth"), whom[1::2], strict=True))
    body = {"practitioner": "nurse", "purpose": "unscheduled_care", "case_reference": "A", "child": child}
    by_api = http.post("/api/v1/lookups", json=body, headers={"Authorization": f"Bearer {token}"}).get_json()
    by_console = json.loads(run(*WHO, *whom, "--json").stdout)
    assert by_console["outcome"] == ("found" if known else "not_found")
    assert _shape(by_console) == _shape(by_api)
    for told in ("outcome", "matches", "clause"):
        assert by_console[told] == by_api[told]


def test_an_unborn_child_and_other_names_are_understood(run: Run) -> None:
    expected = ("--expected-on", (today() + timedelta(days=30)).isoformat(), "--mother", "Eve/Quill")
    assert json.loads(run(*WHO, *expected, "--json").stdout)["outcome"] == "not_found"
    others = ("--other-name", "Zeb/Smith", "--other-name", "Zeb/Jones", "--born-from", "2015-01-01")
    run(*WHO, *WHOM[:4], *others, "--born-to", "2016-12-31", "--upn", "G199731846025")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (("--date-of-birth", "99/3/2016"), "child.date_of_birth: is not a day of the calendar"),
        (("--nhs-number", "9434765910"), "child.nhs_number: does not have the right check digit"),
        (("--upn", "Zebedee"), "child.upn:"),
        (("--postcode", "Zebedee"), "child.postcodes[0]: is not a postcode"),
        (("--sex", "Zebedee"), "child.sex: is not M, F, I or U"),
        (("--given-names", "Zebedee" * 20), "child.given_names: is longer than 100 characters"),
        (("--given-names", "Zebedee\udcff"), "child.given_names: holds a character"),
        (("--mother", "Zebedee" * 20), "child.mother.given_names: is longer"),
        (("--other-name", "Zebedee/" + "Z" * 101), "child.other_names[0].family_name: is longer"),
        (("--born-from", "2016-01-01"), "child.born_to: is needed"),
        (("--case-reference", ""), "case_reference: must not be empty"),
        (("--case-reference", "Zebedee" * 20), "case_reference: is longer than 60 characters"),
        (("--family-name", "", "--date-of-birth", ""), "child: is not enough to look for one child; add "),
        (("--other-name", "Zeb/Smith") * 9, "child.other_names"),
    ],
)
def test_a_wrong_field_is_named_never_quoted_and_on_the_ledger(
    run: Run, service: Service, changes: tuple[str, ...], words: str
) -> None:
    done = run(*WHO, *WHOM, *changes, code=2)
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)
    assert words in done.stderr
    for value in ("Zebedee", "Featherstone", "9434765910", "99/3"):
        assert value not in done.stderr
    ((_, entry),) = service.ledger.checked(service.records_database, last=1)
    assert entry is not None
    assert isinstance(entry.event, LookupRefused)
    assert entry.event.fields


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*WHO, "--given-names", "Mary", "Zebedee"), "put quotation marks around"),
        ((*WHO, *WHOM, "--purpose", "Zebedee"), "'--purpose': must be one of s47_enquiry"),
        ((*WHO, *WHOM, "--practitioner", "Zebedee"), "write it as CODE/REFERENCE"),
        ((*WHO, *WHOM, "--practitioner", "/Zebedee"), "write it as CODE/REFERENCE"),
        ((*WHO[:5], *WHOM), "Missing option '--case-reference'"),
        ((*WHO, *WHOM, "--nhs-nmber", "Zebedee"), "--nhs-nmber"),
        ((*WHO, *WHOM, "--nhs-number"), "requires an argument"),
        ((*WHO, *WHOM, "--json=Zebedee"), "--json"),
    ],
)
def test_a_wrong_command_line_quotes_no_value(run: Run, arguments: tuple[str, ...], words: str) -> None:
    done = run(*arguments, code=2)
    assert words in done.stderr
    assert "Zebedee" not in done.output


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (("--practitioner", "RJ1/Zebedee"), "not registered"),
        (("--practitioner", "E99999999/nurse"), "no authority of that code"),
        (("--purpose", "s17_assessment"), "may not ask for the purpose"),
    ],
)
def test_a_refusal_says_which_rule(run: Run, changes: tuple[str, ...], words: str) -> None:
    done = run(*WHO, *WHOM, *changes, code=1)
    assert words in done.stderr
    assert "Zebedee" not in done.output


def test_help_lists_every_command(run: Run) -> None:
    shown = run("--help").output
    assert all(f"  {name}" in shown for names in FILES.values() for name in names.split())
    assert "No such command" in run("aks", code=2).stderr
