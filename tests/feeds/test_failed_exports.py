"""Nights on which an export went wrong without looking so: nothing that was accepted is lost by it."""

from datetime import timedelta

import pytest

from fingerpost.feeds import Held
from tests.feeds.conftest import AUTHORITY, Clock, Desk, Extract, details

NUMBERS = ("9434765919", "9000000009", "9990000034")


def _mother(extract: Extract) -> dict[str, str]:
    """Add a child in need who is a mother herself."""
    return extract.child("M1", pers_dob="2009-05-06", pers_is_mother="Y")


def test_a_young_mother_whose_table_is_not_sent_stays(desk: Desk, extract: Extract) -> None:
    _mother(extract)
    desk.load(extract)
    before = desk.signposts()
    del extract.tables["ssd_cin_episodes"]
    extract.tables["ssd_s47_enquiry"] = []
    assert desk.load(extract).counts.kept == 1
    assert desk.signposts() == before


def test_a_young_mother_whose_only_row_cannot_be_read_stays(desk: Desk, extract: Extract) -> None:
    _mother(extract)
    desk.load(extract)
    before = desk.signposts()
    extract.tables["ssd_cin_episodes"].clear()
    extract.write()
    extract.append("ssd_cin_episodes", b"RM1,M1,2025-06-01\n")
    assert desk.load_as_is(extract).counts.kept == 1
    assert desk.signposts() == before


@pytest.mark.parametrize("table", ["ssd_person", "ssd_cin_episodes"])
def test_a_file_cut_off_inside_its_last_cell_takes_nothing_away(
    desk: Desk, extract: Extract, table: str
) -> None:
    for number in range(3):
        extract.child(f"C{number}", pers_forename=("Amara", "Bea", "Cleo")[number], pers_common_child_id="")
    for row in extract.tables["ssd_cin_episodes"]:
        row |= {"cine_close_reason": "RC8"}
    for row in extract.tables["ssd_person"]:
        row |= {"pers_is_mother": "N"}
    desk.load(extract)
    before = desk.signposts()
    extract.write()
    file = extract.folder / f"{table}.csv"
    lines = file.read_bytes().splitlines()
    file.write_bytes(b"\r\n".join(lines[:2]))
    report = desk.load_as_is(extract)
    assert [row[0] for row in desk.signposts()] == [row[0] for row in before]
    assert any(f.table == table for f in report.quarantine)


def test_a_row_shifted_before_its_person_keeps_whom_it_is_of(desk: Desk, extract: Extract) -> None:
    for number in range(3):
        extract.child(f"C{number}", pers_forename=("Amara", "Bea", "Cleo")[number], pers_common_child_id="")
    desk.load(extract)
    before = desk.signposts()
    extract.write()
    (extract.folder / "ssd_person.csv").write_text(
        "pers_surname,pers_forename,pers_dob,pers_person_id,pers_sex\n"
        "Quill,feather,Amara,2018-05-17,C0,F\nQuillfeather,2018-05-17,C1,F\n"
        "Quillfeather,Cleo,2018-05-17,C2,F\n"
    )
    desk.load_as_is(extract)
    assert [row[0] for row in desk.signposts()] == [row[0] for row in before]


def test_a_table_that_came_without_its_rows_is_held(desk: Desk, extract: Extract) -> None:
    for number in range(130):
        extract.child(f"C{number}", pers_common_child_id="")
    for number in range(22):
        extract.add(
            "ssd_cp_plans", cppl_cp_plan_id=f"P{number}", cppl_person_id=f"C{number}",
            cppl_cp_plan_start_date="2026-02-01",
        )  # fmt: skip
    desk.load(extract)
    before = desk.signposts()
    extract.tables["ssd_cp_plans"].clear()
    with pytest.raises(Held, match="remove 22 of 22 signposts from ssd_cp_plans"):
        desk.load(extract)
    assert desk.signposts() == before


@pytest.mark.parametrize("how", ["not sent", "cut off", "a bad row"])
def test_addresses_and_numbers_of_a_table_that_failed_stand(desk: Desk, extract: Extract, how: str) -> None:
    extract.child("C1", pers_common_child_id="")
    extract.add("ssd_address", addr_person_id="C1", addr_address_postcode="B29 7PE")
    extract.add(
        "ssd_linked_identifiers", link_person_id="C1", link_identifier_type="NHS Number",
        link_identifier_value=NUMBERS[0],
    )  # fmt: skip
    desk.load(extract)
    before = desk.records()
    tables = ("ssd_address", "ssd_linked_identifiers")
    if how == "not sent":
        for table in tables:
            del extract.tables[table]
    else:
        for table in tables:
            extract.tables[table].clear()
    extract.write()
    if how != "not sent":
        for table in tables:
            extract.append(table, b'"C1' if how == "cut off" else b"C1,C1,C1\n")
    assert desk.load_as_is(extract).counts.records_corrected == 0
    assert desk.records() == before


def test_a_table_of_addresses_without_rows_says_that_there_are_none(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.add("ssd_address", addr_person_id="C1", addr_address_postcode="B29 7PE")
    desk.load(extract)
    extract.tables["ssd_address"].clear()
    desk.load(extract)
    assert details(desk).postcodes == ()


def test_a_slip_in_a_postcode_leaves_what_was_read_before(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    row = extract.add("ssd_address", addr_person_id="C1", addr_address_postcode="B29 7PE")
    desk.load(extract)
    row["addr_address_postcode"] = "B29 7P"
    assert len(desk.load(extract).quarantine) == 1
    assert details(desk).postcodes == ("B29 7PE",)


def test_a_column_blank_in_every_row_is_an_export_that_failed(desk: Desk, extract: Extract) -> None:
    for number in range(3):
        extract.child(f"C{number}", pers_common_child_id=NUMBERS[number])
    desk.load(extract)
    before = desk.records()
    for row in extract.tables["ssd_person"]:
        row |= {"pers_forename": "", "pers_surname": "", "pers_dob": "", "pers_common_child_id": ""}
    assert desk.load(extract).counts.records_corrected == 0
    assert desk.records() == before


def test_the_mother_of_an_unborn_child_stands_without_her_table(desk: Desk, extract: Extract) -> None:
    extract.child(
        "C1", pers_forename="Unborn", pers_dob="", pers_expected_dob="2026-06-01", pers_common_child_id=""
    )
    extract.add("ssd_person", pers_person_id="M1", pers_forename="Perpetua", pers_dob="1990-01-01")
    extract.add("ssd_mother", moth_person_id="M1", moth_childs_person_id="C1")
    desk.load(extract)
    before = details(desk)
    del extract.tables["ssd_mother"]
    desk.load(extract)
    assert details(desk) == before


@pytest.mark.parametrize(("unread", "failed"), [(21, True), (20, False)])
def test_a_feed_that_says_hardly_anything_is_no_report(
    desk: Desk, clock: Clock, extract: Extract, unread: int, failed: bool
) -> None:
    """More than a fifth of the rows, and more than twenty: answers name the authority as silent."""
    for number in range(40):
        extract.child(f"C{number}", pers_common_child_id="")
    desk.load(extract)
    loaded = clock()
    for row in extract.tables["ssd_cin_episodes"][:unread]:
        row["cine_referral_date"] = "01-Jun-2025"
    clock.day += timedelta(days=1)
    report = desk.load(extract)
    assert report.counts.kept == unread
    assert report.failed == (("ssd_cin_episodes",) if failed else ())
    reported = desk.owner.execute("SELECT reported_at FROM authority WHERE code = %s", (AUTHORITY,))
    assert reported.fetchone() == (loaded if failed else clock(),)
