"""A typing slip costs the field it is in, not the child."""

from datetime import date

import pytest

from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.vocabulary import Sex
from tests.feeds.conftest import AUTHORITY, Desk, Extract, details


def test_a_whole_person(desk: Desk, extract: Extract) -> None:
    extract.child("C1", pers_upn_unknown="UN3")
    for row, (kind, value, until) in enumerate(
        [
            ("Former Unique Pupil Number", "H801200001001", "2024-01-01"),
            ("Unique Pupil Number", "A123456789012", ""),
            ("Case Number", "A1", ""),
        ]
    ):
        extract.add(
            "ssd_linked_identifiers", link_table_id=str(row), link_person_id="C1", link_identifier_type=kind,
            link_identifier_value=value, link_valid_to_date=until,
        )  # fmt: skip
    for postcode, start, end in [
        ("b1 1aa", "2019-01-01", "2023-01-01"),
        ("B29 7PE", "2023-01-01", ""),
        ("ZZ99 3VZ", "2018-01-01", "x"),
        ("CV1 2GT", "2015-01-01", "2019-01-01"),
    ]:  # fmt: skip
        extract.add(
            "ssd_address", addr_person_id="C1", addr_address_postcode=postcode, addr_address_start_date=start,
            addr_address_end_date=end,
        )  # fmt: skip
    report = desk.load(extract)
    found = details(desk)
    assert found.names == (PersonName("Amara", "Quillfeather"),)
    assert (found.date_of_birth, found.sex) == (date(2018, 5, 17), Sex.FEMALE)
    assert found.postcodes == ("B29 7PE", "B1 1AA", "CV1 2GT")
    assert found.nhs_number == "9434765919"
    assert [f.field for f in report.quarantine] == ["link_identifier_value"] * len(report.quarantine)


def test_the_nhs_number_may_come_from_the_linked_identifiers(desk: Desk, extract: Extract) -> None:
    extract.child("C1", pers_common_child_id="")
    extract.add(
        "ssd_linked_identifiers", link_person_id="C1", link_identifier_type="NHS Number",
        link_identifier_value="943 476 5919",
    )  # fmt: skip
    desk.load(extract)
    assert details(desk).nhs_number == "9434765919"


def test_an_unborn_child_carries_the_mothers_name(desk: Desk, extract: Extract) -> None:
    extract.unborn("C1")
    extract.add("ssd_cin_episodes", cine_referral_id="RC1", cine_person_id="C1")
    assert desk.load(extract).quarantine == ()
    found = details(desk)
    assert (found.mother, found.expected_on) == (PersonName("Perpetua", "Quillfeather"), date(2026, 6, 1))


@pytest.mark.parametrize(
    ("column", "cell", "detail"),
    [
        ("pers_common_child_id", "9434765918", "nhs_number"),
        ("pers_common_child_id", "0000000000", "nhs_number"),
        ("pers_common_child_id", "12345", "nhs_number"),
        ("pers_upn_unknown", "A123456789013", "upn"),
        ("pers_dob", "2018-02-30", "date_of_birth"),
        ("pers_dob", "2031-01-01", "date_of_birth"),
        ("pers_dob", "1901-01-01", "date_of_birth"),
        ("pers_sex", "both", "sex"),
    ],
)
def test_a_bad_field_is_left_out_and_the_child_kept(
    desk: Desk, extract: Extract, column: str, cell: str, detail: str
) -> None:
    numbered = {"pers_common_child_id": "9434765919"} if column != "pers_common_child_id" else {}
    extract.child("C1", **{**numbered, column: cell})
    extract.add("ssd_address", addr_person_id="C1", addr_address_postcode="B29 7PE")
    report = desk.load(extract)
    assert getattr(details(desk), detail) is None
    (fault,) = report.quarantine
    assert (fault.table, fault.row, fault.field, fault.effect) == ("ssd_person", 2, column, "left out")
    assert cell not in fault.reason


@pytest.mark.parametrize(
    "name",
    [
        "\U0001f476 Amara",
        "\u0623\u0645\u0627\u0631\u0627",
        "A" * 500,
        "Am\x00ara",
        "12345",
        "Ama\ufffdra",
    ],
)
def test_a_bad_forename_leaves_the_family_name(desk: Desk, extract: Extract, name: str) -> None:
    extract.child("C1", pers_forename=name)
    (fault,) = desk.load(extract).quarantine
    assert details(desk).names == (PersonName("", "Quillfeather"),)
    assert fault.field == "pers_forename"


@pytest.mark.parametrize("name", ["A", "Zoë", "O’Brien-Smith", "Łucja"])
def test_a_good_forename(desk: Desk, extract: Extract, name: str) -> None:
    extract.child("C1", pers_forename=name)
    assert desk.load(extract).quarantine == ()
    assert details(desk).names[0].given == name


def test_what_cannot_be_read_tonight_was_read_before(desk: Desk, extract: Extract) -> None:
    person = extract.child("C1")
    desk.load(extract)
    before = details(desk)
    person |= {"pers_common_child_id": "9434765918", "pers_forename": "\U0001f476", "pers_sex": "?"}
    assert desk.load(extract).counts.unchanged == 1
    assert details(desk) == before
    person |= {"pers_surname": "Newname"}
    desk.load(extract)
    assert details(desk).names == (PersonName("Amara", "Newname"),)


def test_an_identifier_taken_away_is_gone(desk: Desk, extract: Extract) -> None:
    person = extract.child("C1")
    desk.load(extract)
    person["pers_common_child_id"] = ""
    extract.add("ssd_person", pers_person_id="C2")  # the column is not blank for all
    assert desk.load(extract).counts.records_corrected == 1
    assert details(desk).nhs_number is None


def test_the_same_person_twice_counts_once(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.add("ssd_person", pers_person_id="C1", pers_forename="Another")
    (fault,) = desk.load(extract).quarantine
    assert (fault.row, fault.field, fault.effect) == (3, "pers_person_id", "set aside")
    assert desk.service.feeds.runs(AUTHORITY)[0].added == 1


def test_grown_ups_without_an_episode_are_no_fault(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.add("ssd_person", pers_person_id="P1", pers_dob="1980-01-01", pers_common_child_id="9434765918")
    assert desk.load(extract).quarantine == ()


def test_a_superseded_number_still_finds_the_child(desk: Desk, extract: Extract) -> None:
    """The present number comes from the person's row, the merged one from the linked identifiers."""
    extract.child("C1", pers_common_child_id="9000000009")
    extract.add(
        "ssd_linked_identifiers", link_person_id="C1", link_identifier_type="Former NHS Number",
        link_identifier_value="943 476 5919", link_valid_to_date="2025-01-01",
    )  # fmt: skip
    desk.load(extract)
    found = details(desk)
    assert (found.nhs_number, found.former_nhs_numbers) == ("9000000009", ("9434765919",))
    vault = desk.service.vault
    row = desk.owner.execute("SELECT tokens FROM record").fetchone()
    assert row
    assert set(vault.question(ChildDetails(nhs_number="9434765919")).tokens) <= set(row[0])


@pytest.mark.parametrize("day", ["1900-01-01", "2018-05-16", "0001-01-01"])
def test_nobody_died_before_they_were_born(desk: Desk, extract: Extract, day: str) -> None:
    extract.child("C1", pers_death_date=day)
    (fault,) = desk.load(extract).quarantine
    assert (desk.count("signpost"), fault.field, fault.effect) == (1, "pers_death_date", "left out")


@pytest.mark.parametrize("expected", ["", "2026-06-01"])
def test_an_expected_date_typed_as_a_birth_is_an_expected_date(
    desk: Desk, extract: Extract, expected: str
) -> None:
    extract.unborn("C1", pers_dob="2026-06-01", pers_expected_dob=expected)
    extract.add(
        "ssd_cp_plans", cppl_cp_plan_id="P1", cppl_person_id="C1", cppl_cp_plan_start_date="2026-02-01"
    )
    desk.load(extract)
    assert desk.services() == ["unborn_protection_plan"]


def test_a_slip_of_the_year_does_not_take_a_birth_back(desk: Desk, extract: Extract) -> None:
    person = extract.child("C1", pers_dob="2025-09-01")
    desk.load(extract)
    before = details(desk)
    person["pers_dob"] = "2026-09-01"
    assert len(desk.load(extract).quarantine) == 1
    assert details(desk) == before
