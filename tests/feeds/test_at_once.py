"""Feeds at once, of one authority and of several, against the real database."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fingerpost.access.caller import Practitioner
from fingerpost.feeds import Feeds
from fingerpost.feeds.teams import Team
from fingerpost.signposts.person import Person
from fingerpost.words.vocabulary import Role
from tests.feeds.conftest import AUTHORITY, DEFAULTS, Desk, Extract


def test_writers_in_other_processes_take_turns_too(desk: Desk, extract: Extract) -> None:
    """Each has a `Feeds` of its own, so that only the database's lock stands between them."""
    extract.child("C1")
    folder, service = extract.write(), desk.service
    pool = service.feeds._database

    def load(_: int) -> int:
        return Feeds(pool, pool, service.vault, service.ledger, service.now).load_ssd(folder, AUTHORITY).added

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(load, range(24))) == 1
    assert (desk.count("record"), desk.count("signpost")) == (1, 1)


def test_two_authorities_at_once_do_not_stop_each_other(desk: Desk, extract: Extract, tmp_path: Path) -> None:
    """They hold the same children, so that both take the same tokens out of the index as too common."""
    for number in range(40):
        extract.child(f"C{number}", pers_common_child_id="")
    folder = extract.write()
    others = [AUTHORITY, "E08000026", "E08000027", "E08000028"]
    for _ in range(3):
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda code: desk.service.feeds.load_ssd(folder, code), others))
        for row in extract.tables["ssd_person"]:
            row["pers_surname"] = f"{row['pers_surname']}x"
        extract.write()
    assert desk.count("record") == 160
    crowded = "SELECT count(*) FROM (SELECT token FROM token GROUP BY token HAVING count(*) > 100) c"
    assert desk.owner.execute(crowded).fetchone() == (0,)


def test_a_team_added_on_the_pages_meanwhile_is_no_failure(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.add("teams")
    boss = Person(AUTHORITY, "boss")
    desk.service.accounts.save_practitioner(
        Practitioner(AUTHORITY, "boss", "Boss", Role.MANAGER, active=True)
    )
    sheet = DEFAULTS["teams"]
    added = Team(
        reference=sheet["team_id"], name="Of the Pages", office_phone=sheet["office_phone"],
        office_hours=sheet["office_hours"], duty_phone=sheet["duty_phone"], inbox=sheet["inbox"],
        proven_on=None,
    )  # fmt: skip

    def meanwhile(phase: str, _: int, __: int) -> None:
        if phase == "comparing" and not desk.count("team"):  # the feed has read the teams: there was none
            desk.service.offices.administration.teams.save(added, boss)

    report = desk.service.feeds.load_ssd(extract.write(), AUTHORITY, progress=meanwhile)
    assert (report.added, report.without_team) == (1, 0)
    (team,) = desk.owner.execute("SELECT id, name FROM team").fetchall()
    assert team[1] == "Front Door"
    assert desk.owner.execute("SELECT team_id FROM signpost").fetchall() == [(team[0],)]
