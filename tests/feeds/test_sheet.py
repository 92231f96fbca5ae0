"""A team that leaves its authority's contact sheet: what is shown, who is reached, and how it comes back."""

# pyright: basic

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.feeds.report import FeedReport
from fingerpost.feeds.teams import Team
from fingerpost.ledger.events import FeedLoaded
from fingerpost.ledger.readings import TeamKept
from fingerpost.lookup.answer import Contact
from fingerpost.lookup.form import ChildForm
from fingerpost.requests.ask import Asking
from fingerpost.shields.watch_store import duty_phones
from fingerpost.signposts.own import Statement
from fingerpost.signposts.person import Person
from fingerpost.signposts.signpost import SignpostRole
from fingerpost.words.child import ChildDetails
from fingerpost.words.errors import Invalid, NotFound
from fingerpost.words.vocabulary import Role, Scope, Service
from tests.conftest import question
from tests.feeds.conftest import AUTHORITY, Clock, Desk, Extract

NORTH, SOUTH, DOOR = "T3", "T2", "T1"
AMARA = ChildForm(given_names="Amara", family_name="Quillfeather", date_of_birth="17/5/2018")
BOSS = Person(AUTHORITY, "boss")


@pytest.fixture
def sheet(extract: Extract) -> dict[str, dict[str, str]]:
    """Three teams on a sheet, and a child whom Safeguarding North works with."""
    extract.child("C1")
    extract.tables["ssd_cin_episodes"][0]["cine_referral_team"] = NORTH
    names = {DOOR: "Front Door", SOUTH: "Safeguarding South", NORTH: "Safeguarding North"}
    return {
        team: extract.add(
            "teams", team_id=team, team_name=name, office_phone=f"0121 496 000{team[1]}",
            duty_phone=f"0121 496 010{team[1]}", inbox=f"{team.lower()}@authority.example",
        )
        for team, name in names.items()
    }  # fmt: skip


@pytest.fixture
def nurse(desk: Desk) -> Caller:
    for person, role in ((Person("RJ1", "nurse"), Role.CLINICIAN), (BOSS, Role.MANAGER)):
        somebody = Practitioner(person.authority, person.reference, "Somebody", role, active=True)
        desk.service.accounts.save_practitioner(somebody)
    return Caller(uuid4(), "test", "RJ1", "Guy's", (Scope.LOOKUP,))


def night(desk: Desk, extract: Extract, clock: Clock, *teams: dict[str, str]) -> FeedReport:
    """Load the extract of the next day, with these teams on the sheet."""
    clock.day += timedelta(days=1)
    extract.tables["teams"] = list(teams)
    return desk.load(extract, accept_older=True)


def contact(desk: Desk, nurse: Caller) -> tuple[str, Contact]:
    """Ask about the child. Return the team that is named, and its contact."""
    (match,) = desk.service.lookup.ask(nurse, question(AMARA)).matches
    return match.signposts[0].team, match.signposts[0].contact


def team(desk: Desk, reference: str) -> UUID:
    row = desk.owner.execute("SELECT id FROM team WHERE reference = %s", (reference,)).fetchone()
    assert row
    return row[0]


def left(desk: Desk) -> dict[str, date]:
    return dict(
        desk.owner.execute("SELECT reference, left_on FROM team WHERE left_on IS NOT NULL").fetchall()
    )


def test_a_team_that_left_is_shown_as_left_and_the_front_door_is_rung(
    desk: Desk, extract: Extract, clock: Clock, sheet: dict[str, dict[str, str]], nurse: Caller
) -> None:
    desk.load(extract)
    name, before = contact(desk, nurse)
    assert (name, before.phone_now, before.left) == ("Safeguarding North", "0121 496 0003", None)
    report = night(desk, extract, clock, sheet[DOOR], sheet[SOUTH])
    assert (report.teams_left, report.teams_back, report.teams_missing) == ((NORTH,), (), ())
    name, now = contact(desk, nurse)
    assert (name, now.phone_now, now.inbox) == ("Safeguarding North", "0121 496 0001", "t1@authority.example")
    assert now.left
    assert (now.left.ring, now.left.since, now.left.numbers) == (
        "Front Door", date(2026, 3, 3), "office 0121 496 0003, emergency duty 0121 496 0103",
    )  # fmt: skip
    assert now.left.words == (
        "No longer on its authority’s contact sheet since 3 March 2026. Ring Front Door instead."
    )
    clock.day += timedelta(days=5)
    night(desk, extract, clock, sheet[DOOR], sheet[SOUTH])
    assert left(desk) == {NORTH: date(2026, 3, 3)}  # since the first sheet without it
    report = night(desk, extract, clock, *sheet.values())
    assert (report.teams_left, report.teams_back) == ((), (NORTH,))
    assert contact(desk, nurse) == ("Safeguarding North", before)
    found = [e.event for _, e in desk.service.ledger.checked(desk.service.records_database) if e]
    loaded = [event for event in found if isinstance(event, FeedLoaded)]
    north = (team(desk, NORTH),)
    assert [(e.teams_left, e.teams_back) for e in loaded] == [((), ()), (north, ()), ((), ()), ((), north)]


def test_where_the_front_door_itself_left_the_next_team_is_the_front_door(
    desk: Desk, extract: Extract, clock: Clock, sheet: dict[str, dict[str, str]], nurse: Caller
) -> None:
    extract.tables["ssd_cin_episodes"][0]["cine_referral_team"] = DOOR
    desk.load(extract)
    night(desk, extract, clock, sheet[SOUTH], sheet[NORTH])
    _, now = contact(desk, nurse)
    assert now.left
    assert (now.left.ring, now.phone_now) == ("Safeguarding South", "0121 496 0002")
    extract.tables["ssd_cin_episodes"][0]["cine_referral_team"] = "nobody knows it"
    night(desk, extract, clock, sheet[SOUTH], sheet[NORTH])
    name, now = contact(desk, nurse)
    assert (name, now.phone_now, now.left) == ("Safeguarding South", "0121 496 0002", None)


@pytest.mark.parametrize(
    "case",
    [
        ("", True),
        ("T4,Night Team,,,,\n", True),  # set aside, but it says whose row it is
        ("T3,Safeguarding North,,,,\n", False),
        ("T3,Safeguarding North\n", False),
        (",A team without an id,0121 496 0009,,,\n", False),
        ("T4,Night Team,0121 496 0009,,,", False),  # no line end: it may be cut off
        ('T4,"Night Team,0121 496 0009,,,\n', False),
    ],
)
def test_a_damaged_sheet_takes_nobody_away(
    desk: Desk, extract: Extract, clock: Clock, sheet: dict[str, dict[str, str]], case: tuple[str, bool]
) -> None:
    broken, leaves = case
    desk.load(extract)
    clock.day += timedelta(days=1)
    extract.tables["teams"] = [sheet[DOOR], sheet[SOUTH]]
    extract.write()
    written = extract.folder / "teams.csv"
    written.write_text(written.read_text("utf-8").replace(",last_proven", "").replace(",2026-02-20", ""))
    extract.append("teams", broken.encode())
    report = desk.load_as_is(extract)
    assert (report.teams_left == (NORTH,), set(left(desk)) == {NORTH}) == (leaves, leaves)


def test_a_sheet_that_was_not_sent_or_lacks_most_takes_nobody_away(
    desk: Desk, extract: Extract, clock: Clock, sheet: dict[str, dict[str, str]]
) -> None:
    desk.load(extract)
    for few in ((), (sheet[SOUTH],)):
        report = night(desk, extract, clock, *few)
        assert (report.teams_left, left(desk)) == ((), {})
        assert report.teams_missing == tuple(sorted({DOOR, SOUTH, NORTH} - {t["team_id"] for t in few}))
    del extract.tables["teams"]
    report = desk.load(extract)
    assert (report.teams_left, report.teams_missing, left(desk)) == ((), (), {})


def test_a_dry_run_says_which_teams_would_leave(
    desk: Desk, extract: Extract, clock: Clock, sheet: dict[str, dict[str, str]]
) -> None:
    desk.load(extract)
    extract.tables["teams"].remove(sheet[NORTH])
    report = desk.service.feeds.plan_ssd(extract.write(), AUTHORITY)
    assert (report.teams_left, left(desk)) == ((NORTH,), {})
    assert report.for_programs()["teams_left"] == (NORTH,)


def test_whoever_took_over_is_rung_and_when_that_one_leaves_whoever_took_over_from_it(
    desk: Desk, extract: Extract, clock: Clock, sheet: dict[str, dict[str, str]], nurse: Caller
) -> None:
    desk.load(extract)
    teams = desk.service.offices.administration.teams
    with pytest.raises(Invalid):
        teams.close(team(desk, NORTH), team(desk, SOUTH), BOSS)  # the newest sheet names it
    night(desk, extract, clock, sheet[DOOR], sheet[SOUTH])
    for wrong in (team(desk, NORTH), uuid4()):
        with pytest.raises((Invalid, NotFound)):
            teams.close(team(desk, NORTH), wrong, BOSS)
    teams.close(team(desk, NORTH), team(desk, SOUTH), BOSS)
    _, now = contact(desk, nurse)
    assert now.left
    assert (now.left.ring, now.phone_now, now.left.since) == (
        "Safeguarding South", "0121 496 0002", date(2026, 3, 3),
    )  # fmt: skip
    new = extract.add("teams", team_id="T9", team_name="Family Help", office_phone="0121 496 0009")
    night(desk, extract, clock, sheet[DOOR], new)
    assert contact(desk, nurse)[1].phone_now == "0121 496 0001"  # nobody took over from South yet
    teams.close(team(desk, SOUTH), team(desk, "T9"), BOSS)
    assert contact(desk, nurse)[1].phone_now == "0121 496 0009"
    found = [e.event for _, e in desk.service.ledger.checked(desk.service.records_database) if e]
    kept = [(e.team, e.left_on, e.successor) for e in found if isinstance(e, TeamKept)]
    assert kept == [
        (team(desk, NORTH), date(2026, 3, 3), team(desk, SOUTH)),
        (team(desk, SOUTH), date(2026, 3, 4), team(desk, "T9")),
    ]
    night(desk, extract, clock, sheet[DOOR], new, sheet[NORTH])
    assert contact(desk, nurse)[1].left is None


def test_what_people_say_still_stands_no_sheet_takes_away(
    desk: Desk, extract: Extract, clock: Clock, sheet: dict[str, dict[str, str]], nurse: Caller
) -> None:
    desk.load(extract)
    night(desk, extract, clock, sheet[DOOR], sheet[SOUTH])
    desk.service.offices.administration.teams.stand(team(desk, NORTH), BOSS)
    report = night(desk, extract, clock, sheet[DOOR], sheet[SOUTH])
    assert (report.teams_left, report.teams_missing, left(desk)) == ((), (), {})
    assert contact(desk, nurse)[1].left is None
    desk.service.offices.administration.teams.close(team(desk, NORTH), None, BOSS)  # closed on the pages
    _, now = contact(desk, nurse)
    assert now.left
    assert (now.left.ring, now.left.since) == ("Front Door", date(2026, 3, 4))


def test_a_team_that_left_and_is_written_anew_on_the_pages_stands(
    desk: Desk, extract: Extract, clock: Clock, sheet: dict[str, dict[str, str]], nurse: Caller
) -> None:
    desk.load(extract)
    night(desk, extract, clock, sheet[DOOR], sheet[SOUTH])
    anew = Team(
        reference=NORTH, name="Safeguarding North", office_phone="0121 496 0033", office_hours="",
        duty_phone="", inbox="", proven_on=None,
    )  # fmt: skip
    desk.service.offices.administration.teams.save(anew, BOSS)
    report = night(desk, extract, clock, sheet[DOOR], sheet[SOUTH])
    assert (report.teams_left, left(desk)) == ((), {})
    assert contact(desk, nurse)[1].phone_now == "0121 496 0033"


def test_nothing_new_leads_to_a_team_that_left(
    desk: Desk, extract: Extract, clock: Clock, sheet: dict[str, dict[str, str]], nurse: Caller
) -> None:
    desk.load(extract)
    night(desk, extract, clock, sheet[SOUTH], sheet[NORTH])
    stated = Statement(
        reference="C9", details=ChildDetails(), team=team(desk, DOOR),
        service=Service.MISSING, role=SignpostRole.TEAM, started=date(2026, 3, 1),
    )  # fmt: skip
    with pytest.raises(Invalid, match="that is rung"):
        desk.service.offices.own.register(stated, BOSS)
    with desk.service.feeds._reading.statement() as session:
        assert duty_phones(session, [AUTHORITY])[AUTHORITY][1] == "0121 496 0102"  # as the desk rings


def test_of_another_authority_nobody_says_how_a_team_stands(
    desk: Desk, extract: Extract, sheet: dict[str, dict[str, str]], nurse: Caller
) -> None:
    desk.load(extract)
    elsewhere = Person("E06000010", "ben")
    somebody = Practitioner(elsewhere.authority, elsewhere.reference, "Ben", Role.MANAGER, active=True)
    desk.service.accounts.save_practitioner(somebody)
    teams = desk.service.offices.administration.teams
    for act in (lambda: teams.stand(team(desk, NORTH), elsewhere),
                lambda: teams.close(team(desk, NORTH), None, elsewhere)):  # fmt: skip
        with pytest.raises(NotFound):
            act()


def test_of_one_name_episodes_mean_the_team_that_stands(
    desk: Desk, extract: Extract, clock: Clock, sheet: dict[str, dict[str, str]], nurse: Caller
) -> None:
    extract.tables["ssd_cin_episodes"][0]["cine_referral_team"] = "Safeguarding North"
    desk.load(extract)
    moved = {**sheet[NORTH], "team_id": "T9", "office_phone": "0121 496 0030"}
    night(desk, extract, clock, sheet[DOOR], sheet[SOUTH], moved)
    assert set(left(desk)) == {NORTH}
    assert contact(desk, nurse)[1].phone_now == "0121 496 0030"


def test_contact_requests_reach_whoever_is_rung_instead(
    desk: Desk, extract: Extract, clock: Clock, sheet: dict[str, dict[str, str]], nurse: Caller
) -> None:
    desk.load(extract)
    answer = desk.service.lookup.ask(nurse, question(AMARA))
    asking = Asking(
        entry=answer.receipt.entry, signpost=answer.matches[0].signposts[0].id, phone="020 7946 0000"
    )
    asked = desk.service.requests.ask.ask(Person("RJ1", "nurse"), asking)
    assert asked.team == "Safeguarding North"
    night(desk, extract, clock, sheet[DOOR], sheet[SOUTH])
    (mine,) = desk.service.requests.ask.mine(Person("RJ1", "nurse"))
    (waiting,) = desk.service.requests.inbox.waiting(BOSS)
    assert mine.team == waiting.team == "Front Door (for Safeguarding North)"
    assert waiting.team_reference == DOOR
    somebody = Practitioner("E06000014", "desk", "Somebody", Role.DESK_OFFICER, active=True)
    desk.service.accounts.save_practitioner(somebody)
    (overdue,) = desk.service.requests.due.overdue(Person("E06000014", "desk"))
    assert overdue.duty_phone == "0121 496 0101"


def test_no_message_goes_to_an_inbox_that_nobody_reads(
    desk: Desk, extract: Extract, clock: Clock, sheet: dict[str, dict[str, str]], nurse: Caller
) -> None:
    """And no test of numbers: one that waits is taken back."""
    for row in sheet.values():
        row["last_proven"] = "2026-01-01"
    desk.load(extract)
    clock.day = date(2026, 3, 2)
    assert desk.service.notices.proving.run() == 3
    reader = "SELECT recipient FROM notice_reader ORDER BY recipient"
    assert [r for (r,) in desk.owner.execute(reader)] == [f"t{n}@authority.example" for n in (1, 2, 3)]
    night(desk, extract, clock, sheet[DOOR], sheet[SOUTH])
    assert [r for (r,) in desk.owner.execute(reader)] == [f"t{n}@authority.example" for n in (1, 1, 2)]
    clock.day = date(2026, 4, 7)
    assert desk.service.notices.proving.run() == 2
    items = desk.service.notices.inbox.items(BOSS)
    assert {item.ring[0].team for item in items} == {"Front Door", "Safeguarding South"}
    assert {item.kind.value for item in items} == {"contact_test"}


def test_where_every_team_left_its_own_numbers_are_shown(
    desk: Desk, extract: Extract, sheet: dict[str, dict[str, str]], nurse: Caller
) -> None:
    desk.load(extract)
    desk.owner.execute("UPDATE team SET left_on = '2026-03-02'")
    _, now = contact(desk, nurse)
    assert now.left
    assert (now.phone_now, now.left.ring) == ("0121 496 0003", "")
    assert now.left.words.endswith("No other number is known.")
