"""What every authority's folder holds: the dataset's fields, rows that refer to rows, numbers of nobody."""

import re
from collections import Counter, defaultdict
from datetime import date

import pytest

from fingerpost.synthetic.days import AS_OF
from fingerpost.synthetic.tables import TABLES, TEAM_FIELDS, fields
from fingerpost.words import checks
from tests.synthetic.written import Country

DRAMA = re.compile(
    r"01632 960\d{3}|020 7946 0\d{3}|07700 900\d{3}|0191 498 0\d{3}|01(?:1[3-8]|[2345]1|61) 496 0\d{3}"
)
KEYS = {table: fields()[table][0] for table in TABLES} | {"ssd_initial_cp_conference": "icpc_icpc_id"}


def test_every_file_has_exactly_the_fields_of_the_dataset(country: Country) -> None:
    for code in country.codes:
        for table in TABLES:
            first = (country.folder / code / f"{table}.csv").read_text("utf-8").split("\n", 1)[0]
            assert first.split(",") == list(fields()[table])
        assert (country.folder / code / "teams.csv").read_text("utf-8").startswith(",".join(TEAM_FIELDS))


def test_the_dataset_fields_are_the_published_ones() -> None:
    assert len(TABLES) == 19
    assert fields()["ssd_person"][:3] == ("pers_person_id", "pers_forename", "pers_surname")
    assert fields()["ssd_cin_episodes"][9] == "cine_close_date"
    assert sum(len(names) for names in fields().values()) == 163


@pytest.mark.parametrize("table", TABLES)
def test_dates_are_days_of_the_calendar(country: Country, table: str) -> None:
    columns = [n for n in fields()[table] if n.endswith(("_date", "_dob")) or n.endswith("_from_date")]
    for row in country.table(table):
        for column in columns:
            if row[column]:
                day = date.fromisoformat(row[column])
                assert column == "pers_expected_dob" or day <= AS_OF, (table, column)


@pytest.mark.parametrize("table", TABLES)
def test_keys_are_unique_in_an_authority(country: Country, table: str) -> None:
    keys = [(row["authority"], row[KEYS[table]]) for row in country.table(table)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("table", TABLES)
def test_rows_refer_to_rows(country: Country, table: str) -> None:
    people = {(r["authority"], r["pers_person_id"]) for r in country.table("ssd_person")}
    referrals = {(r["authority"], r["cine_referral_id"]) for r in country.table("ssd_cin_episodes")}
    workers = {(r["authority"], r["prof_professional_id"]) for r in country.table("ssd_professionals")}
    teams = {(r["authority"], r["team_id"]) for r in country.table("teams")}
    held = {"person_id": people, "referral_id": referrals, "worker_id": workers, "team": teams}
    held |= {"professional_id": workers, "personal_advisor": workers}
    for row in country.table(table):
        for column, value in row.items():
            for ending, known in held.items():
                if value and column.endswith(ending) and not column.startswith(("pers_", "prof_", "dept_")):
                    assert (row["authority"], value) in known, (table, column)


def test_contact_sheet_matches_the_departments(country: Country) -> None:
    for code in country.codes:
        sheet = [r for r in country.table("teams") if r["authority"] == code]
        departments = {r["dept_team_id"] for r in country.table("ssd_department") if r["authority"] == code}
        assert len(sheet) == 10
        assert {row["team_id"] for row in sheet} <= departments


def test_telephone_and_inbox_belong_to_nobody(country: Country) -> None:
    for row in country.table("teams"):
        assert DRAMA.fullmatch(row["office_phone"])
        assert DRAMA.fullmatch(row["duty_phone"])
        assert row["inbox"].endswith(".example")
        assert re.fullmatch(r"Mon-Fri \d\d:\d\d-\d\d:\d\d", row["office_hours"])


def test_no_other_mail_or_telephone_anywhere(country: Country) -> None:
    for path in country.folder.rglob("*.csv"):
        found = re.findall(r"[\w.-]+@[\w.-]+", path.read_text("utf-8"))
        assert path.name == "teams.csv" or not found
        assert all(address.endswith(".example") for address in found)


def test_numbers_are_well_formed_and_of_nobody(country: Country) -> None:
    for row in country.table("ssd_person"):
        if number := row["pers_common_child_id"]:
            assert checks.nhs_number_of(number, "nhs_number") == number
            assert number.startswith("999")
    for row in country.table("ssd_linked_identifiers"):
        if row["link_identifier_type"] == "Unique Pupil Number":
            upn = row["link_identifier_value"]
            assert checks.upn_of(upn, "upn") == upn
            assert int(upn[1:4]) < 200


def test_names_and_postcodes_pass_the_service_s_own_checks(country: Country) -> None:
    for row in country.table("ssd_person"):
        assert checks.name(row["pers_forename"], "name") == row["pers_forename"] != ""
        assert checks.name(row["pers_surname"], "name") == row["pers_surname"] != ""
    for row in country.table("ssd_address"):
        if row["addr_address_postcode"]:
            assert checks.postcode_of(row["addr_address_postcode"], "p") == row["addr_address_postcode"]


def test_episodes_end_after_they_start(country: Country) -> None:
    pairs = {
        "ssd_cin_episodes": ("cine_referral_date", "cine_close_date"),
        "ssd_cin_plans": ("cinp_cin_plan_start_date", "cinp_cin_plan_end_date"),
        "ssd_s47_enquiry": ("s47e_s47_start_date", "s47e_s47_end_date"),
        "ssd_cp_plans": ("cppl_cp_plan_start_date", "cppl_cp_plan_end_date"),
        "ssd_cla_episodes": ("clae_cla_episode_start_date", "clae_cla_episode_ceased_date"),
        "ssd_early_help_episodes": ("earl_episode_start_date", "earl_episode_end_date"),
        "ssd_missing": ("miss_missing_episode_start_date", "miss_missing_episode_end_date"),
        "ssd_involvements": ("invo_involvement_start_date", "invo_involvement_end_date"),
        "ssd_address": ("addr_address_start_date", "addr_address_end_date"),
    }
    for table, (start, end) in pairs.items():
        for row in country.table(table):
            assert not row[end] or row[start] <= row[end], (table, row)


def test_closing_codes_agree_with_closing_dates(country: Country) -> None:
    reasons: Counter[str] = Counter()
    for row in country.table("ssd_cin_episodes"):
        assert bool(row["cine_close_reason"]) == bool(row["cine_close_date"])
        reasons[row["cine_close_reason"]] += 1
    assert set(reasons) <= {"", *(f"RC{n}" for n in range(1, 10))}
    assert reasons["RC5"] > 100
    care = Counter(r["clae_cla_episode_ceased_reason"] for r in country.table("ssd_cla_episodes"))
    assert care["E3"] > 10
    assert {r["cppl_cp_plan_initial_category"] for r in country.table("ssd_cp_plans")} == {
        "NEG", "EMO", "PHY", "SAB", "MUL",
    }  # fmt: skip


def test_the_unborn_have_an_expected_date_and_a_mother(country: Country) -> None:
    mothers = {(r["authority"], r["moth_childs_person_id"]): r for r in country.table("ssd_mother")}
    people = {(r["authority"], r["pers_person_id"]): r for r in country.table("ssd_person")}
    unborn = [r for r in people.values() if not r["pers_dob"]]
    assert len(unborn) > 20
    for row in unborn:
        assert row["pers_expected_dob"]
        assert not row["pers_common_child_id"]
        mother = people[row["authority"], mothers[row["authority"], row["pers_person_id"]]["moth_person_id"]]
        assert mother["pers_is_mother"] == "Y"
        assert mother["pers_surname"]


def test_address_history_is_told_apart(country: Country) -> None:
    homes: defaultdict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in country.table("ssd_address"):
        homes[row["authority"], row["addr_person_id"]].append(row)
    assert max(len(rows) for rows in homes.values()) >= 3
    assert all(sum(not r["addr_address_end_date"] for r in rows) <= 1 for rows in homes.values())
