"""`fingerpost feed`, as an operator types it."""

import json
from datetime import date

import pytest
from click.testing import CliRunner, Result

from fingerpost.cli import fingerpost
from fingerpost.settings import Settings
from tests.feeds.conftest import AUTHORITY, DEFAULTS, Extract


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """Run a command against this test's database."""
    monkeypatch.setenv("FINGERPOST_INSTANCE", str(settings.instance))
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", str(settings.database_url))

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(fingerpost, ["feed", *arguments, "--authority", AUTHORITY])

    return invoke


@pytest.fixture
def extract(extract: Extract) -> Extract:
    """An extract of three children whose episodes are recent whatever today is."""
    recent = date.today().replace(day=1).isoformat()  # noqa: DTZ011
    for number in range(3):
        extract.child(f"C{number}", pers_common_child_id="123")
        extract.tables["ssd_cin_episodes"][number]["cine_referral_date"] = recent
    extract.add("teams")
    assert DEFAULTS
    return extract


def test_load_prints_what_was_done(run, extract: Extract) -> None:
    folder = str(extract.write())
    rehearsed = run("load", "ssd", folder, "--dry-run")
    assert (rehearsed.exit_code, "Would load" in rehearsed.output) == (0, True)
    assert "No feed yet." in run("runs").output
    done = run("load", "ssd", folder)
    assert done.exit_code == 0, done.output
    for words in ("3 added", "cin-episode", "child in need", "pers_common_child_id", "left out", "leaves on"):
        assert words in done.output
    again = json.loads(run("load", "ssd", folder, "--json").output)
    assert (again["counts"]["unchanged"], again["counts"]["added"], len(again["quarantine"])) == (3, 0, 3)
    listed = run("runs")
    assert ("3 added" in listed.output, "pers_common_child_id" in listed.output) == (True, True)


def test_a_refusal_exits_1_and_names_the_column(run, extract: Extract) -> None:
    person = extract.write() / "ssd_person.csv"
    person.write_text(person.read_text().replace("pers_surname", "surname"))
    refused = run("load", "ssd", str(extract.folder))
    assert (refused.exit_code, "ssd_person.pers_surname: the column is missing" in refused.output) == (
        1,
        True,
    )


def test_a_held_feed_exits_1_until_accepted(run, extract: Extract) -> None:
    for number in range(3, 30):
        extract.child(f"C{number}")
    run("load", "ssd", str(extract.write()))
    extract.tables["ssd_person"].clear()
    folder = str(extract.write())
    held = run("load", "ssd", folder)
    assert (held.exit_code, "--accept-removals" in held.output) == (1, True)
    assert run("load", "ssd", folder, "--accept-removals").exit_code == 0


def test_json_says_whether_the_feed_was_a_report(run, extract: Extract) -> None:
    for number in range(3, 30):
        extract.child(f"C{number}")
    folder = str(extract.write())
    rehearsed = json.loads(run("load", "ssd", folder, "--dry-run", "--json").output)
    assert (rehearsed["reported"], rehearsed["failed"]) == (False, [])
    good = json.loads(run("load", "ssd", folder, "--json").output)
    assert (good["reported"], good["failed"], good["rows_set_aside"]) == (True, [], 0)
    for row in extract.tables["ssd_cin_episodes"]:
        row["cine_referral_date"] = "01-Jun-2025"
    loaded = run("load", "ssd", str(extract.write()), "--json")
    bad = json.loads(loaded.output)
    assert (loaded.exit_code, bad["reported"], bad["rows_set_aside"]) == (0, False, 30)
    assert bad["failed"] == ["ssd_cin_episodes"]


def test_teams_that_left_are_named_for_people_and_for_programs(run, extract: Extract) -> None:
    for team in ("T2", "T3"):
        extract.add("teams", team_id=team, team_name=f"Team {team}")
    run("load", "ssd", str(extract.write()))
    extract.tables["teams"].pop()
    extract.child("C9")
    assert "Left the contact sheet: T3." in run("load", "ssd", str(extract.write()), "--dry-run").output
    told = json.loads(run("load", "ssd", str(extract.folder), "--json").output)
    assert (told["teams_left"], told["teams_back"], told["teams_missing"]) == (["T3"], [], [])


def test_usage_exits_2(run) -> None:
    assert run("load", "ssd").exit_code == 2
