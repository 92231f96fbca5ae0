"""`review`, `trail` and `told`: every command, right and wrong; nothing of a child in what they say."""

import json
import re

import psycopg
import pytest
from psycopg import sql

from fingerpost.access.caller import Practitioner
from fingerpost.ledger.events import LinkDecided
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Role
from tests.cli.conftest import Run
from tests.conftest import Child, Publish

LEEDS, HULL, YORK = "E08000035", "E06000010", "E06000014"
ANN, BEN, CAT, SUE = f"{LEEDS}/ann", f"{HULL}/ben", f"{YORK}/cat", f"{LEEDS}/sue"
DESK = f"{YORK}/desk"
OLIVER = Child(given="Oliver", family="Smith", reference="LREF1")
ELSEWHERE = Child(given="Oliver", family="Smith", reference="HREF1", postcode="HU1 1UU")
NUMBER = "9990000034"
SURE = Child(reference="LREF1", nhs_number=NUMBER)
SURE_ELSEWHERE = Child(reference="HREF1", nhs_number=NUMBER, postcode="HU1 1UU")
NOBODY = "00000000-0000-4000-8000-000000000000"
OF_A_CHILD = (
    "Oliver", "Smith", "Zebedee", "Featherstone", "LS1", "HU1", "2016", "03-09", "999000", "999 000", "REF1",
)  # fmt: skip


@pytest.fixture(autouse=True)
def people(service: Service) -> None:
    roles = {
        ANN: Role.RECORDS_OFFICER, BEN: Role.MANAGER, CAT: Role.RECORDS_OFFICER, SUE: Role.SOCIAL_WORKER,
        DESK: Role.SERVICE_RECORDS_OFFICER,
    }  # fmt: skip
    for person, role in roles.items():
        code, reference = person.split("/")
        service.accounts.save_practitioner(Practitioner(code, reference, "An Officer", role, active=True))


def _id(owner_conninfo: str, table: str) -> str:
    with psycopg.connect(owner_conninfo) as owner:
        query = sql.SQL("SELECT id FROM {} LIMIT 1").format(sql.Identifier(table))
        row = owner.execute(query).fetchone()
    assert row is not None
    return str(row[0])


@pytest.fixture
def doubtful(publish: Publish, owner_conninfo: str) -> str:
    """A link that waits."""
    publish(LEEDS, OLIVER)
    publish(HULL, ELSEWHERE)
    return _id(owner_conninfo, "link")


@pytest.fixture
def linked(publish: Publish, owner_conninfo: str) -> str:
    """A link that stands."""
    publish(LEEDS, SURE)
    publish(HULL, SURE_ELSEWHERE)
    return _id(owner_conninfo, "link")


def _says_nothing(*texts: str) -> None:
    found = [value for text in texts for value in OF_A_CHILD if value in text]
    assert found == []


def _last(service: Service) -> str:
    return next(row.kind for row, _ in service.ledger.checked(service.records_database, last=1))


def test_the_queue_is_shown_to_those_who_hold_a_record(run: Run, doubtful: str, service: Service) -> None:
    for person in (ANN, BEN, DESK):
        shown = run("review", "list", "--by", person).output
        assert (doubtful in shown, LEEDS in shown, HULL in shown, "0 same, 0 different" in shown) == (
            True,
        ) * 4
        _says_nothing(shown)
    assert run("review", "list", "--by", CAT).output == "Nothing waits.\n"
    assert _last(service) == "links_shown"
    (row,) = json.loads(run("review", "list", "--by", ANN, "--json").output)
    assert (row["id"], row["band"], row["same"]) == (doubtful, "possible", 0)
    _says_nothing(json.dumps(row))


def test_show_gives_the_evidence_and_no_value(run: Run, doubtful: str) -> None:
    shown = run("review", "show", doubtful, "--by", ANN).output
    for word in ("Waits for two people", "given name", "match weight", "bits"):
        assert word in shown
    assert re.search(r"birth\.exact +[+-][0-9.]+", shown)
    as_json = run("review", "show", doubtful, "--by", BEN, "--json").output
    levels = [c["level"] for c in json.loads(as_json)["compared"]["comparisons"]]
    assert "birth.exact" in levels
    _says_nothing(shown, as_json)


@pytest.mark.parametrize(("answer", "state"), [("--same", "confirmed"), ("--different", "dismissed")])
def test_two_different_people_decide(
    run: Run, doubtful: str, service: Service, answer: str, state: str
) -> None:
    for person in (ANN, ANN):
        said = run("review", "decide", doubtful, answer, "--by", person).output
        assert "waits for two people" in said
    assert f"1 {answer[2:]}" in run("review", "list", "--by", ANN).output
    assert "two people agreed" in run("review", "decide", doubtful, answer, "--by", BEN).output
    entries = [e.event for _, e in service.ledger.checked(service.records_database) if e]
    decided = [e for e in entries if isinstance(e, LinkDecided)]
    assert [(e.by, e.state) for e in decided] == [(ANN, "proposed"), (ANN, "proposed"), (BEN, state)]
    assert all(e.evidence for e in decided)
    assert "link: is" in run("review", "decide", doubtful, "--same", "--by", ANN, code=2).stderr


def test_a_disagreement_is_marked(run: Run, doubtful: str) -> None:
    run("review", "decide", doubtful, "--same", "--by", ANN)
    run("review", "decide", doubtful, "--different", "--by", BEN)
    assert "1 same, 1 different  DISAGREED" in run("review", "list", "--by", ANN).output


def test_a_trail_is_shown_by_record_and_by_signpost(run: Run, linked: str, owner_conninfo: str) -> None:
    for table in ("record", "signpost"):
        shown = run("trail", "show", _id(owner_conninfo, table), "--by", ANN).output
        assert (shown.count("record "), f"link   {linked}" in shown) == (2, True)
        _says_nothing(shown)
    as_json = json.loads(run("trail", "show", _id(owner_conninfo, "record"), "--by", BEN, "--json").output)
    assert sorted(as_json["records"].values()) == [HULL, LEEDS]


def test_a_link_is_broken_and_both_sides_are_told(run: Run, linked: str, service: Service) -> None:
    done = run("trail", "break", linked, "--by", ANN, "--reason", "wrong_match").output
    assert "Broken for good. 0 other links" in done
    for person, own, other in ((ANN, "LREF1", "HREF1"), (BEN, "HREF1", "LREF1")):
        shown = run("told", "list", "--by", person).output
        assert (own in shown, other in shown, "a link of this record was broken" in shown) == (
            True,
            False,
            True,
        )
        _says_nothing(shown.replace(own, ""))
        code = {ANN: HULL, BEN: LEEDS}[person]
        assert code not in shown
    assert run("told", "list", "--by", CAT).output == "Nothing to tell.\n"
    (item,) = json.loads(run("told", "list", "--by", ANN, "--json").output)
    assert (item["kind"], item["reference"], item["acknowledged_by"]) == ("link_broken", "LREF1", None)
    assert run("told", "acknowledge", item["id"], "--by", ANN).output == "Noted on the ledger.\n"
    assert _last(service) == "told_acknowledged"
    assert run("told", "list", "--by", ANN).output == "Nothing to tell.\n"
    assert "(seen by ann on 20" in run("told", "list", "--by", ANN, "--all").output
    assert "no item" in run("told", "acknowledge", item["id"], "--by", ANN, code=1).stderr


@pytest.mark.parametrize("loaded", [True, False])
def test_never_join_says_the_same_of_records_that_are_there_and_not(
    run: Run, publish: Publish, loaded: bool
) -> None:
    if loaded:
        publish(LEEDS, SURE)
        publish(HULL, SURE_ELSEWHERE)
    said = "Noted on the ledger. It is never joined to another life that is kept apart.\n"
    for child, by in ((f"{LEEDS}/LREF1", ANN), (f"{LEEDS}/LREF1", ANN), (f"{HULL}/HREF1", DESK)):
        assert run("trail", "never-join", child, "--by", by).output == said


def test_relink_does_what_is_due(run: Run, linked: str, owner_conninfo: str) -> None:
    assert run("trail", "relink").output == ""
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        owner.execute("DELETE FROM link")
        owner.execute("INSERT INTO link_due SELECT id, gen_random_uuid() FROM record")
    shown = run("trail", "relink").output
    assert "1 linked, 0 for review" in shown
    _says_nothing(shown)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("review", "list", "--by", SUE), "a social worker may not see or decide"),
        (("review", "show", "LINK", "--by", CAT), "only those whose authority holds one of the records"),
        (("review", "decide", "LINK", "--same", "--by", CAT), "only those whose authority holds"),
        (("review", "decide", "LINK", "--same", "--by", f"{LEEDS}/nobody"), "not registered"),
        (("trail", "show", "RECORD", "--by", CAT), "only those whose authority holds"),
        (("trail", "break", "LINK", "--by", CAT, "--reason", "wrong_match"), "only those whose authority"),
        (("trail", "never-join", f"{HULL}/REF1", "--by", BEN), "a team manager may not order"),
        (("trail", "never-join", f"{LEEDS}/REF1", "--by", CAT), "only those whose"),
        (("trail", "never-join", "E99999999/REF1", "--by", DESK), "there is no authority"),
        (("told", "list", "--by", SUE), "a social worker may not read or acknowledge"),
        (("told", "list", "--by", DESK), "may not read or acknowledge"),
        (("told", "acknowledge", NOBODY, "--by", SUE), "may not read or acknowledge"),
        (("told", "acknowledge", NOBODY, "--by", ANN), "no item with that id"),
        (("review", "show", NOBODY, "--by", ANN), "no link with that id"),
        (("review", "decide", NOBODY, "--same", "--by", ANN), "no link with that id"),
        (("trail", "show", NOBODY, "--by", ANN), "no record or signpost"),
        (("trail", "break", NOBODY, "--by", ANN, "--reason", "wrong_match"), "no link with that id"),
    ],
)  # fmt: skip
def test_who_may_not_and_what_is_not_there(
    run: Run, doubtful: str, owner_conninfo: str, arguments: tuple[str, ...], words: str
) -> None:
    ids = {"LINK": doubtful, "RECORD": _id(owner_conninfo, "record")}
    done = run(*(ids.get(argument, argument) for argument in arguments), code=1)
    assert (words in done.stderr, done.stdout) == (True, "")
    _says_nothing(done.output)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("review", "list"), "'--by'"),
        (("review", "list", "--by", "ann"), "write it as CODE/REFERENCE"),
        (("review", "list", "--by", ANN, "--most", "0"), "'--most'"),
        (("review", "show", "--by", ANN), "LINK"),
        (("review", "show", "that", "--by", ANN), "LINK"),
        (("review", "decide", NOBODY, "--by", ANN), "'--same'"),
        (("review", "decide", NOBODY, "--same"), "'--by'"),
        (("trail", "show", "--by", ANN), "RECORD-OR-SIGNPOST-ID"),
        (("trail", "show", NOBODY), "'--by'"),
        (("trail", "break", NOBODY, "--by", ANN), "'--reason'"),
        (("trail", "break", NOBODY, "--by", ANN, "--reason", "because"), "'--reason'"),
        (("trail", "never-join", "--by", ANN), "CODE/CHILD"),
        (("trail", "never-join", "REF1", "--by", ANN), "write it as CODE/REFERENCE"),
        (("trail", "never-join", f"{LEEDS}/REF1", f"{HULL}/REF1", "--by", ANN), "without its option"),
        (("trail", "never-join", f"{LEEDS}/REF1"), "'--by'"),
        (("trail", "relink", "now"), "unexpected extra argument"),
        (("told", "list"), "'--by'"),
        (("told", "list", "--by", ANN, "--most", "many"), "'--most'"),
        (("told", "acknowledge", "that", "--by", ANN), "ITEM"),
        (("told", "acknowledge", NOBODY), "'--by'"),
        (("told",), "Usage"),
    ],
)
def test_what_is_wrong_is_named(run: Run, arguments: tuple[str, ...], words: str) -> None:
    done = run(*arguments, code=2)
    assert (words.casefold() in done.stderr.casefold(), done.stdout) == (True, "")
    assert "REF1" not in done.output
