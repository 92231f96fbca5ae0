"""Nights of one authority, against the real database."""

# pyright: basic, reportAttributeAccessIssue=false

from datetime import date
from uuid import uuid4

import msgspec
import pytest

from fingerpost.feeds import Held
from fingerpost.ledger import event
from fingerpost.ledger.event import MOST_NAMED
from fingerpost.ledger.events import FeedContinued, FeedLoaded, FeedRefused
from fingerpost.vault.wire import MOST_BYTES
from fingerpost.words.errors import Invalid, NotFound
from tests.feeds.conftest import AUTHORITY, Clock, Desk, Extract


def _events(desk: Desk) -> list[FeedLoaded | FeedContinued | FeedRefused]:
    found = desk.service.ledger.checked(desk.service.records_database)
    events = [entry.event for _, entry in found if entry]
    return [event for event in events if isinstance(event, FeedLoaded | FeedContinued | FeedRefused)]


def test_a_child_in_need_becomes_a_signpost_with_its_team_and_leaving_date(
    desk: Desk, extract: Extract
) -> None:
    extract.child("C1")
    extract.add("teams")
    report = desk.load(extract)
    (signpost,) = desk.signposts()
    team = desk.owner.execute("SELECT id FROM team").fetchone()
    assert team
    assert signpost[2:] == (
        "child_in_need", team[0], "team", date(2025, 6, 1), None, date(2026, 3, 2), date(2027, 3, 31),
        "cin-episode",
    )  # fmt: skip
    assert (report.added, report.without_team, report.let_in) == (1, 0, {"cin-episode": 1})
    assert report.next_leave == date(2027, 3, 31)


def test_the_source_row_can_be_shown_and_is_sealed(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    desk.load(extract)
    row = desk.owner.execute("SELECT id, cohort, sealed_source FROM signpost").fetchone()
    assert row
    assert desk.service.vault.open_source(row[0], AUTHORITY, row[1], row[2]) == "RC1"


def test_the_same_folder_twice_changes_nothing(desk: Desk, extract: Extract) -> None:
    for number in range(5):
        extract.child(f"C{number}", pers_surname=f"Quill{'abcde'[number]}")
    extract.add("teams")
    desk.load(extract)
    before = desk.signposts(), desk.records()
    versions = desk.owner.execute("SELECT xmin::text FROM signpost ORDER BY id").fetchall()
    report = desk.load(extract)
    assert (desk.signposts(), desk.records()) == before
    assert desk.owner.execute("SELECT xmin::text FROM signpost ORDER BY id").fetchall() == versions
    counts = report.counts
    assert (counts.unchanged, counts.added, counts.changed, counts.removed) == (5, 0, 0, 0)
    assert [type(event) for event in _events(desk)] == [FeedLoaded, FeedLoaded]


def test_the_next_day_only_confirms(desk: Desk, extract: Extract, clock: Clock) -> None:
    extract.child("C1")
    desk.load(extract)
    before = desk.records()
    clock.day = date(2026, 3, 3)
    report = desk.load(extract)
    assert desk.signposts()[0][7] == date(2026, 3, 3)
    assert desk.records() == before
    assert report.counts.unchanged == 1
    assert _events(desk)[-1].changed == ()  # type: ignore[union-attr]


def test_the_next_month_renews_and_seals_anew(desk: Desk, extract: Extract, clock: Clock) -> None:
    extract.child("C1")
    desk.load(extract)
    clock.day = date(2026, 4, 1)
    report = desk.load(extract)
    (record,), (signpost,) = desk.records(), desk.signposts()
    assert (report.counts.renewed, report.counts.records_sealed_anew) == (1, 1)
    assert (record[1], signpost[8]) == (date(2027, 4, 1), date(2027, 4, 30))
    source = desk.owner.execute("SELECT cohort, sealed_source FROM signpost").fetchone()
    assert source
    assert desk.service.vault.open_source(signpost[0], AUTHORITY, *source) == "RC1"  # type: ignore[arg-type]
    assert _events(desk)[-1].keys_made == ("data/E08000025/2027-04",)  # type: ignore[union-attr]


def test_an_ending_is_followed(desk: Desk, extract: Extract, clock: Clock) -> None:
    extract.child("C1")
    desk.load(extract)
    (first,) = desk.signposts()
    extract.tables["ssd_cin_episodes"][0]["cine_close_date"] = "03/03/2026"
    clock.day = date(2026, 3, 4)
    report = desk.load(extract)
    (second,) = desk.signposts()
    assert report.counts.ended == 1
    assert (second[0], second[6], second[8]) == (first[0], date(2026, 3, 3), date(2032, 3, 3))
    assert _events(desk)[-1].changed == (first[0],)  # type: ignore[union-attr]


def test_a_corrected_name_seals_the_same_record_anew(desk: Desk, extract: Extract) -> None:
    person = extract.child("C1")
    desk.load(extract)
    ((before, *_),) = desk.records()
    person["pers_surname"] = "Quillfether"
    report = desk.load(extract)
    ((after, *_),) = desk.records()
    assert before == after
    assert (report.counts.records_corrected, report.counts.changed) == (1, 1)
    assert len(_events(desk)[-1].changed) == 1  # type: ignore[union-attr]


def test_a_changed_worker_moves_the_contact_the_same_night(
    desk: Desk, extract: Extract, clock: Clock
) -> None:
    extract.child("C1")
    extract.add("teams")
    extract.add("teams", team_id="T2", team_name="Safeguarding North")
    invo = {"invo_person_id": "C1", "invo_professional_role_id": "Allocated Case Worker"}
    first = extract.add(
        "ssd_involvements", **invo, invo_professional_id="W1", invo_professional_team="T1",
        invo_involvement_start_date="2025-06-02",
    )  # fmt: skip
    desk.load(extract)
    first["invo_involvement_end_date"] = "2026-03-02"
    extract.add(
        "ssd_involvements", **invo, invo_professional_id="W2", invo_professional_team="safeguarding  NORTH",
        invo_involvement_start_date="2026-03-02",
    )  # fmt: skip
    clock.day = date(2026, 3, 3)
    report = desk.load(extract)
    (signpost,) = desk.signposts()
    team = desk.owner.execute("SELECT reference FROM team WHERE id = %s", (signpost[3],)).fetchone()
    assert (team, signpost[4], report.counts.changed) == (("T2",), "allocated_social_worker", 1)


def test_vanished_rows_and_people_go(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.child("C2", pers_surname="Other", pers_common_child_id="")
    extract.add(
        "ssd_s47_enquiry", s47e_s47_enquiry_id="S1", s47e_person_id="C1", s47e_s47_start_date="2026-01-05"
    )
    desk.load(extract)
    assert desk.services() == ["child_in_need", "child_in_need", "section_47"]
    extract.tables["ssd_s47_enquiry"].clear()
    extract.tables["ssd_person"].pop()
    report = desk.load(extract)
    assert desk.services() == ["child_in_need"]
    assert (desk.count("record"), report.counts.removed, report.counts.records_removed) == (1, 2, 1)
    assert [(f.table, f.row, f.reason) for f in report.quarantine] == [
        ("ssd_cin_episodes", 3, "is not in ssd_person")
    ]
    left = desk.owner.execute(
        "SELECT count(*) FROM token WHERE record_id NOT IN (SELECT id FROM record)"
    ).fetchone()
    assert left == (0,)


def test_a_death_takes_everything_away_at_once(desk: Desk, extract: Extract) -> None:
    person = extract.child("C1")
    desk.load(extract)
    person["pers_death_date"] = "2026-02-28"
    report = desk.load(extract)
    assert (desk.count("signpost"), desk.count("record"), report.kept_out) == (0, 0, {"died": 1})


def test_an_unborn_child_is_born_as_the_same_record(desk: Desk, extract: Extract, clock: Clock) -> None:
    person = extract.unborn("C1")
    extract.add(
        "ssd_cp_plans", cppl_cp_plan_id="P1", cppl_person_id="C1", cppl_cp_plan_start_date="2026-02-01"
    )
    desk.load(extract)
    ((record, *_),), (signpost,) = desk.records(), desk.signposts()
    assert signpost[2] == "unborn_protection_plan"
    person |= {"pers_forename": "Iris", "pers_dob": "2026-05-28"}
    clock.day = date(2026, 6, 2)
    report = desk.load(extract)
    ((record_after, *_),), (born,) = desk.records(), desk.signposts()
    assert (record_after, born[0], born[2]) == (record, signpost[0], "child_protection_plan")
    assert (report.counts.changed, report.counts.added, report.quarantine) == (1, 0, ())


def test_a_row_set_aside_tonight_keeps_what_an_earlier_night_accepted(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.child("C2", pers_forename="Other", pers_common_child_id="")
    desk.load(extract)
    before = desk.signposts()
    extract.tables["ssd_cin_episodes"][0]["cine_referral_date"] = "2025-02-30"
    report = desk.load(extract)
    assert desk.signposts() == before
    assert (report.counts.kept, report.counts.unchanged, report.rows_set_aside) == (1, 1, 1)


def test_a_person_who_cannot_be_read_tonight_keeps_record_and_signposts(desk: Desk, extract: Extract) -> None:
    person = extract.child("C1")
    desk.load(extract)
    before = desk.signposts(), desk.records()
    person |= {
        "pers_forename": "\U0001f600",
        "pers_surname": "",
        "pers_dob": "31/02/2018",
        "pers_common_child_id": "1",
    }
    report = desk.load(extract)
    assert (desk.signposts(), desk.records()) == before
    assert {f.field for f in report.quarantine} == {"pers_forename", "pers_dob", "pers_common_child_id"}


def test_a_person_who_could_never_be_found_is_set_aside_whole(desk: Desk, extract: Extract) -> None:
    extract.child("C1", pers_forename="\U0001f600", pers_surname="", pers_dob="", pers_common_child_id="")
    report = desk.load(extract)
    assert desk.count("record") == 0
    assert ("ssd_person", 2, "the row", "set aside") in {
        (f.table, f.row, f.field, f.effect) for f in report.quarantine
    }


def test_a_doubtful_end_leaves_the_earlier_reading(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    row = extract.tables["ssd_cin_episodes"][0]
    row["cine_close_date"] = "2026-01-05"
    desk.load(extract)
    before = desk.signposts()
    row["cine_close_date"] = "2026-01-50"
    assert desk.load(extract).counts.kept == 1
    assert desk.signposts() == before
    extract.tables["ssd_person"].clear()
    extract.tables["ssd_cin_episodes"].clear()
    extract.child("C2")
    extract.tables["ssd_cin_episodes"][0]["cine_close_date"] = "2026-01-50"
    desk.load(extract)
    assert [row[6] for row in desk.signposts()] == [None]  # a new one counts as open rather than be lost


def test_a_table_that_is_not_sent_says_nothing(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.add(
        "ssd_s47_enquiry", s47e_s47_enquiry_id="S1", s47e_person_id="C1", s47e_s47_start_date="2026-01-05"
    )
    desk.load(extract)
    rows = extract.tables.pop("ssd_s47_enquiry")
    report = desk.load(extract)
    assert (desk.services(), report.counts.kept) == (["child_in_need", "section_47"], 1)
    extract.tables["ssd_s47_enquiry"] = []
    assert rows
    assert desk.load(extract).counts.removed == 1


def test_a_feed_that_takes_too_much_away_is_held(desk: Desk, extract: Extract) -> None:
    for number in range(30):
        extract.child(f"C{number}", pers_forename=f"Ama{chr(97 + number % 26)}", pers_common_child_id="")
    desk.load(extract)
    before = desk.signposts()
    going_on = [dict(row) for row in extract.tables["ssd_cin_episodes"]]
    for row in extract.tables["ssd_cin_episodes"][5:]:
        row |= {"cine_close_date": "2026-03-01", "cine_close_reason": "RC8"}
    with pytest.raises(Held, match="end 25 of 30 signposts that go on"):
        desk.load(extract)
    assert desk.signposts() == before
    extract.tables["ssd_cin_episodes"][:] = going_on
    del extract.tables["ssd_person"][5:]
    del extract.tables["ssd_cin_episodes"][5:]
    with pytest.raises(Held, match="25 of 30 signposts"):
        desk.load(extract)
    assert desk.signposts() == before
    last = _events(desk)[-1]
    assert isinstance(last, FeedRefused)
    assert last.reason == "held: it would remove 25 of 30 signposts, more than a fifth"
    assert desk.load(extract, accept_removals=True).counts.removed == 25
    assert desk.count("signpost") == 5


def test_twenty_removals_are_a_nights_work(desk: Desk, extract: Extract) -> None:
    for number in range(21):
        extract.child(f"C{number}", pers_forename=f"Ama{chr(97 + number)}", pers_common_child_id="")
    desk.load(extract)
    del extract.tables["ssd_person"][1:]
    del extract.tables["ssd_cin_episodes"][1:]
    assert desk.load(extract).counts.removed == 20


def test_a_dry_run_loads_nothing(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.add("teams")
    keys = desk.service.vault._keyring.names()
    report = desk.service.feeds.plan_ssd(extract.write(), AUTHORITY)
    assert (report.added, report.run) == (1, None)
    assert [desk.count(t) for t in ("record", "signpost", "team", "feed_run")] == [0, 0, 0, 0]
    made = desk.service.vault._keyring.names() - keys
    assert {name.partition("/")[0] for name in made} == {"audit"}  # that there was one is on the ledger
    assert _events(desk) == []


def test_what_has_left_is_cleared_and_is_no_removal(desk: Desk, extract: Extract, clock: Clock) -> None:
    extract.child("C1", pers_dob="2008-03-05")
    desk.load(extract)
    assert desk.signposts()[0][8] == date(2026, 3, 5)
    clock.day = date(2026, 3, 5)
    report = desk.load(extract)
    assert (report.counts.left, report.counts.removed, desk.count("record")) == (1, 0, 0)
    assert report.kept_out == {"time_is_up": 1}


def test_an_unknown_authority_is_refused(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    with pytest.raises(NotFound):
        desk.service.feeds.load_ssd(extract.write(), "E99999999")


def test_a_missing_table_or_column_refuses_the_load_by_name(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    desk.load(extract)
    person = extract.folder / "ssd_person.csv"
    person.write_text(person.read_text().replace("pers_dob,", "birthday,", 1))
    with pytest.raises(Invalid, match=r"ssd_person\.pers_dob: the column is missing"):
        desk.load_as_is(extract)
    person.unlink()
    with pytest.raises(Invalid, match="ssd_person: the table is missing"):
        desk.load_as_is(extract)
    assert desk.count("signpost") == 1
    assert [type(event) for event in _events(desk)] == [FeedLoaded, FeedRefused, FeedRefused]


def test_a_team_once_known_survives_a_night_without_the_sheet(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.add("teams")
    desk.load(extract)
    before = desk.signposts()
    del extract.tables["teams"]
    assert desk.load(extract).counts.unchanged == 1
    assert desk.signposts() == before


def test_an_unknown_team_never_loses_the_signpost(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.add("teams", team_id="OTHER", team_name="Other")
    report = desk.load(extract)
    assert (desk.signposts()[0][3], report.without_team) == (None, 1)


def test_the_run_and_its_quarantine_can_be_read_back(desk: Desk, extract: Extract) -> None:
    extract.child("C1", pers_common_child_id="9434765918")
    report = desk.load(extract)
    (run,) = desk.service.feeds.runs(AUTHORITY)
    assert (run.id, run.added, run.quarantined) == (report.run, 1, 1)
    (row,) = desk.service.feeds.quarantine(run.id)
    assert (row.source_table, row.row_number, row.field) == ("ssd_person", 2, "pers_common_child_id")
    assert row.reason == "does not have the right check digit (left out)"


def test_a_large_feed_is_recorded_in_entries_that_a_message_can_hold(
    desk: Desk, extract: Extract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The largest authorities add three hundred thousand signposts at once, and the vault may be apart."""
    named = tuple(uuid4() for _ in range(MOST_NAMED))
    run = uuid4()
    full = FeedContinued(authority=AUTHORITY, run=run, added=named, changed=(), removed=())
    assert 3 * len(msgspec.json.encode(full)) < MOST_BYTES
    monkeypatch.setattr(event, "MOST_NAMED", 2)
    for number in range(5):
        extract.child(f"C{number}", pers_surname=f"Quill{'abcde'[number]}")
    desk.load(extract)
    first, *more = _events(desk)
    assert isinstance(first, FeedLoaded)
    assert {type(one) for one in more} == {FeedContinued}
    assert {getattr(one, "run", None) for one in more} == {first.run}
    added = [signpost for one in (first, *more) if not isinstance(one, FeedRefused) for signpost in one.added]
    assert sorted(added) == sorted(signpost[0] for signpost in desk.signposts())
    assert len(more) == 2
