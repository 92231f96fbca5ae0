"""The issue's list of bad input, file by file: a fault with its row or a refusal; what was accepted stays."""

import io
import logging
from pathlib import Path

import pytest

from fingerpost.feeds import Held, ssd
from fingerpost.words.errors import Invalid
from tests.feeds.conftest import AUTHORITY, Desk, Extract

CANARIES = ("Quillfeather", "Amara", "9434765919", "2018-05-17", "B29 7PE", "B297PE")


def _first_night(desk: Desk, extract: Extract) -> list[tuple[object, ...]]:
    for number in range(3):
        extract.child(f"C{number}", pers_forename=("Amara", "Bea", "Cleo")[number], pers_common_child_id="")
    desk.load(extract)
    extract.write()
    return desk.signposts()


@pytest.mark.parametrize(
    "raw",
    [
        b'C9,"Am',
        b"C9,Amara",
        b"\x00\x00\x00\n",
        b"C9," + b"x" * 10_000_000 + b"\n",
        b'"' + b"y" * 200_000 + b'"\n',
        b"\xff\xfe\x00\n",
        b",,,,,,,,,,\nC9,a,b,c,d,e,f,g,h,i,j,k,l\n",
        "\u202e,\U0001f600\n".encode(),
    ],
    ids=["quote", "cut", "nul", "10M", "long quote", "bytes", "cells", "emoji"],
)
@pytest.mark.parametrize("table", ["ssd_person", "ssd_cin_episodes"])
def test_a_broken_row_never_stops_a_night(desk: Desk, extract: Extract, table: str, raw: bytes) -> None:
    before = _first_night(desk, extract)
    extract.append(table, raw)
    report = desk.load_as_is(extract)
    assert desk.signposts() == before
    assert report.counts.unchanged == 3
    assert report.rows_set_aside >= 1
    assert all(f.table == table and f.row > 4 for f in report.quarantine)


def test_a_truncated_file_takes_nothing_away(desk: Desk, extract: Extract) -> None:
    before = _first_night(desk, extract)
    for table in ("ssd_cin_episodes", "ssd_person"):
        file = extract.folder / f"{table}.csv"
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2])
        report = desk.load_as_is(extract)
        assert (desk.signposts(), report.counts.removed) == (before, 0)
        file.write_bytes(whole)


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"%PDF-1.4\n", b"\xff\xfe"])
def test_a_file_that_is_no_table_is_refused(desk: Desk, extract: Extract, content: bytes) -> None:
    before = _first_night(desk, extract)
    (extract.folder / "ssd_cin_episodes.csv").write_bytes(content)
    with pytest.raises(Invalid, match="ssd_cin_episodes"):
        desk.load_as_is(extract)
    assert desk.signposts() == before


def test_a_folder_that_is_none_is_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="folder"):
        desk.service.feeds.load_ssd(tmp_path / "nowhere", AUTHORITY)
    with pytest.raises(Invalid, match="ssd_person: the table is missing"):
        desk.service.feeds.load_ssd(tmp_path, AUTHORITY)


def test_two_files_of_one_table_are_refused(desk: Desk, extract: Extract) -> None:
    before = _first_night(desk, extract)
    (extract.folder / "SSD_PERSON.CSV").write_bytes((extract.folder / "ssd_person.csv").read_bytes())
    with pytest.raises(Invalid, match="ssd_person: stands in two files"):
        desk.load_as_is(extract)
    assert desk.signposts() == before


def test_a_folder_without_episodes_is_refused(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    del extract.tables["ssd_cin_episodes"]
    with pytest.raises(Invalid, match="none of the episode tables"):
        desk.load(extract)


@pytest.mark.parametrize(
    "cell", ["", "2025-02-30", "tomorrow", "2027-01-01", "1900-01-01", "\x00", "1" * 10_000]
)
def test_a_bad_start_sets_the_row_aside(desk: Desk, extract: Extract, cell: str) -> None:
    extract.child("C1")
    extract.tables["ssd_cin_episodes"][0]["cine_referral_date"] = cell
    (fault,) = desk.load(extract).quarantine
    assert (fault.row, fault.field, fault.effect) == (2, "cine_referral_date", "set aside")
    assert desk.count("signpost") == 0


@pytest.mark.parametrize("cell", ["2025-02-30", "2020-01-01", "2027-01-01"])
def test_a_bad_end_is_noted_and_the_episode_is_open(desk: Desk, extract: Extract, cell: str) -> None:
    extract.child("C1")
    extract.tables["ssd_cin_episodes"][0]["cine_close_date"] = cell
    (fault,) = desk.load(extract).quarantine
    assert (fault.field, fault.effect, desk.signposts()[0][6]) == ("cine_close_date", "left out", None)


def _care(extract: Extract, row: str, start: str, end: str, entered: str) -> None:
    """Add an episode of care: E1 and E9 end in a move, others at home."""
    reason = "X1" if row in {"E1", "E9"} else "E4A"
    extract.add(
        "ssd_cla_episodes", clae_cla_episode_id=row, clae_person_id="C1", clae_cla_id="P1",
        clae_cla_episode_start_date=start, clae_cla_episode_ceased_date=end,
        clae_cla_episode_ceased_reason=reason, clae_entered_care_date=entered,
    )  # fmt: skip


@pytest.mark.parametrize("entered", ["2025-05-02", "9999-12-31", "1900-01-01", ""])
@pytest.mark.parametrize("first", ["2025-03-01", ""])
def test_an_entry_into_care_that_cannot_be_right_stops_nothing(
    desk: Desk, extract: Extract, first: str, entered: str
) -> None:
    """One period with a move in it: it began with its first episode, and ended with its last."""
    extract.child("C1")
    _care(extract, "E1", "2025-03-01", "2025-05-01", first)
    _care(extract, "E2", "2025-05-01", "2025-08-01", entered)
    desk.load(extract)
    cared_for = [(str(row[5]), str(row[6])) for row in desk.signposts() if row[2] == "looked_after"]
    assert cared_for == [("2025-03-01", "2025-08-01")]


def test_a_move_on_the_day_care_began_does_not_hide_its_end(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    _care(extract, "E9", "2025-03-01", "2025-03-01", "")
    _care(extract, "E10", "2025-03-01", "2025-08-01", "")
    desk.load(extract)
    assert [str(row[6]) for row in desk.signposts() if row[2] == "looked_after"] == ["2025-08-01"]


def test_rows_without_an_id_or_with_one_twice(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.add("ssd_cin_episodes", cine_referral_id="", cine_person_id="C1")
    extract.add("ssd_cin_episodes", cine_referral_id="RC1", cine_person_id="C1")
    extract.add("ssd_cin_episodes", cine_referral_id="R9", cine_person_id="")
    faults = desk.load(extract).quarantine
    assert [(f.row, f.field) for f in faults] == [
        (3, "cine_referral_id"), (4, "cine_referral_id"), (5, "cine_person_id"),
    ]  # fmt: skip
    assert desk.count("signpost") == 1


def test_bad_teams_are_noted_and_the_rest_kept(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.add(
        "teams", duty_phone="call me", office_hours="always", inbox="nobody", last_proven="2027-01-01"
    )
    extract.add("teams", team_id="T2", office_phone="", duty_phone="", inbox="")
    extract.add("teams", team_id="T3", team_name="")
    extract.add("teams", team_id="")
    report = desk.load(extract)
    noted = {(f.row, f.field, f.effect) for f in report.quarantine}
    left_out = {(2, name, "left out") for name in ("duty_phone", "office_hours", "inbox", "last_proven")}
    assert noted == left_out | {
        (3, "office_phone", "set aside"),
        (4, "team_name", "set aside"),
        (5, "team_id", "set aside"),
    }
    assert desk.owner.execute("SELECT reference, office_phone, duty_phone FROM team").fetchall() == [
        ("T1", "0121 496 0001", "")
    ]


def test_a_contact_sheet_that_cannot_be_printed_stops_no_night(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.add("teams", inbox="do\x00or@authority.example")
    (fault,) = desk.load(extract).quarantine
    assert (desk.count("signpost"), desk.count("team"), fault.field) == (1, 1, "inbox")


def test_a_slip_in_the_contact_sheet_leaves_the_number_to_ring(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    team = extract.add("teams")
    desk.load(extract)
    before = desk.service.feeds.teams(AUTHORITY)
    team |= {"duty_phone": "call me", "office_hours": "always", "last_proven": "31/02/2026"}
    assert len(desk.load(extract).quarantine) == 3
    assert desk.service.feeds.teams(AUTHORITY) == before
    team |= {"duty_phone": "", "office_phone": "0121 496 0009"}
    desk.load(extract)
    (after,) = desk.service.feeds.teams(AUTHORITY)
    assert (after.duty_phone, after.office_phone) == ("", "0121 496 0009")


def test_no_value_of_a_child_is_in_any_report_log_or_error(
    desk: Desk, extract: Extract, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
    canary_files: list[Path],
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    said = io.StringIO()
    for number in range(30):
        extract.child(f"C{number}", pers_forename=f"Amara{chr(97 + number % 26)}", pers_sex="Quillfeather")
        extract.add("ssd_address", addr_person_id=f"C{number}", addr_address_postcode="B29 7PE Amara")
    extract.add("ssd_cin_episodes", cine_referral_id="Amara", cine_person_id="Quillfeather")
    extract.tables["ssd_cin_episodes"][0]["cine_referral_date"] = "Quillfeather"
    said.write(repr(desk.load(extract)))
    extract.append("ssd_person", b'Quillfeather,"Amara')
    said.write(repr(desk.load_as_is(extract)))
    extract.tables["ssd_person"].clear()
    with pytest.raises(Held) as held:
        desk.load(extract)
    said.write(str(held.value))
    (extract.folder / "ssd_person.csv").write_bytes(b"Quillfeather,Amara\n9434765919,2018-05-17\n")
    with pytest.raises(Invalid) as refused:
        desk.load_as_is(extract)
    said.write(str(refused.value))
    out, err = capfd.readouterr()
    heard = said.getvalue() + caplog.text + out + err
    assert [canary for canary in CANARIES if canary in heard] == []
    assert [f.name for f in canary_files if f.is_file() and b"Quillfeather" in f.read_bytes()] == []
    assert "Quillfeather" in (extract.folder / "ssd_person.csv").read_text()  # the canary is real


@pytest.mark.parametrize(("bound", "said"), [("MOST_BYTES", "than 1 GB"), ("MOST_IN_ALL", "4 GB in all")])
def test_what_is_larger_than_can_be_read_is_not_begun(
    desk: Desk, extract: Extract, bound: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _first_night(desk, extract)
    monkeypatch.setattr(ssd, bound, 100)
    with pytest.raises(Invalid, match=said):
        desk.load(extract)
    assert desk.signposts() == before
