"""What the country as a whole holds: families, moves, twins, adoptions, and the shares that are promised."""

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from fingerpost.reference import authority_of, local_authorities
from fingerpost.synthetic.communities import SHARES
from fingerpost.synthetic.country import make_country, most_children
from fingerpost.synthetic.names import communities_named, family_names, given_names
from fingerpost.synthetic.tables import LABELLED_FIELDS, TRUTH_FIELDS
from tests.synthetic.written import Country, order


def _bytes(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def _clusters(country: Country) -> dict[str, list[dict[str, str]]]:
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in country.sheet("truth"):
        found[row["child_id"]].append(row)
    return found


def test_same_seed_same_bytes_whatever_the_processes(tmp_path: Path) -> None:
    small = order(children=8100, seed=3, authorities=3)
    make_country(small, tmp_path / "a", lambda _: None, processes=1)
    make_country(small, tmp_path / "b", lambda _: None, processes=2)
    assert _bytes(tmp_path / "a") == _bytes(tmp_path / "b")


def test_another_seed_another_country(tmp_path: Path) -> None:
    for seed in (1, 2):
        make_country(order(children=50, seed=seed, authorities=2), tmp_path / str(seed), lambda _: None)
    assert _bytes(tmp_path / "1") != _bytes(tmp_path / "2")


def test_one_child_in_one_authority(tmp_path: Path) -> None:
    make_country(order(children=1, seed=1, authorities=1), tmp_path / "out", lambda _: None)
    assert len(Country(tmp_path / "out").sheet("truth")) == 1


def test_it_holds_as_many_children_as_ordered(country: Country) -> None:
    assert len(_clusters(country)) == country.manifest["children"] == 6000
    assert most_children() >= 500_000


def test_every_record_is_of_a_person_in_the_extract(country: Country) -> None:
    people = {
        (r["authority"], r["pers_person_id"])
        for r in country.table("ssd_person")
        if r["pers_is_mother"] == "N"
    }
    truth = [(row["authority"], row["pers_person_id"]) for row in country.sheet("truth")]
    assert len(truth) == len(set(truth))
    assert set(truth) == people


def test_sheets_have_the_columns_evaluate_reads(country: Country) -> None:
    assert tuple(country.sheet("truth")[0]) == TRUTH_FIELDS
    assert tuple(country.sheet("evaluate")[0]) == tuple(country.sheet("questions")[0]) == LABELLED_FIELDS
    assert len(country.sheet("evaluate")) == len(country.sheet("truth"))


def _tally(country: Country) -> dict[str, int]:
    manifest: Any = country.manifest
    return manifest["tally"]


def test_promised_shares(country: Country) -> None:
    tally = _tally(country)
    eligible = tally["children_eligible"]
    several = sum(tally[f"eligible_in_{n}"] for n in (2, 3, 4))
    assert 0.83 <= eligible / tally["children"] <= 0.87
    assert 0.17 <= several / eligible <= 0.24
    assert 0.005 <= (tally["eligible_in_3"] + tally["eligible_in_4"]) / eligible <= 0.05
    assert 2.0 <= tally["eligible_rows"] / tally["children"] <= 2.7


def test_promised_shares_of_records(country: Country) -> None:
    rows = country.sheet("evaluate")
    without = sum(not row["nhs_number"] for row in rows) / len(rows)
    assert 0.12 <= without <= 0.22
    notes = [set(row["notes"].split()) for row in country.sheet("truth")]
    for note, least, most in (
        ("renamed", 0.02, 0.08),
        ("given_spelling", 0.03, 0.09),
        ("nickname", 0.005, 0.04),
        ("birth_date", 0.007, 0.025),
        ("unborn", 0.004, 0.03),
        ("half_name", 0.005, 0.03),
        ("swapped", 0.002, 0.02),
    ):
        assert least <= sum(note in found for found in notes) / len(notes) <= most, note


def test_twins_share_birth_date_family_and_address(country: Country) -> None:
    truth = _clusters(country)
    people = {(r["authority"], r["pers_person_id"]): r for r in country.table("ssd_person")}
    homes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in country.table("ssd_address"):
        homes[row["authority"], row["addr_person_id"]].add(row["addr_address_json"])
    pairs = [(rows, truth[rows[0]["twin_of"]]) for rows in truth.values() if rows[0]["twin_of"]]
    assert len(pairs) > 50
    alike = together = 0
    for one, other in pairs:
        assert one[0]["family_id"] == other[0]["family_id"]
        at = {r["authority"]: (r["authority"], r["pers_person_id"]) for r in other}
        for row in one:
            if row["authority"] in at:
                mine, theirs = (row["authority"], row["pers_person_id"]), at[row["authority"]]
                assert homes[mine] & homes[theirs] or not people[mine]["pers_dob"]
                together += 1
                alike += people[mine]["pers_dob"] == people[theirs]["pers_dob"]
    assert alike / together > 0.93  # the rest is a miswritten date of birth


def test_adopted_children_are_two_unlinked_persons(country: Country) -> None:
    groups: defaultdict[str, set[str]] = defaultdict(set)
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    labelled = {row["record_id"]: row for row in country.sheet("evaluate")}
    for row in country.sheet("truth"):
        if row["never_join"]:
            groups[row["never_join"]].add(row["child_id"])
            numbers[row["never_join"]].append(
                labelled[f"{row['authority']}-{row['pers_person_id']}"]["nhs_number"]
            )
    assert len(groups) >= 5
    assert all(len(children) == 2 for children in groups.values())
    assert all(len([n for n in found if n]) == len({n for n in found if n}) for found in numbers.values())


def test_questions_are_of_the_known_and_of_nobody(country: Country) -> None:
    known = {row["cluster_id"] for row in country.sheet("evaluate")}
    questions = country.sheet("questions")
    unknown = [row for row in questions if row["cluster_id"] not in known]
    assert 0.02 <= (len(questions) - len(unknown)) / 6000 <= 0.04
    assert len(unknown) >= 15
    assert all(row["family_name"] or row["given_names"] for row in questions)
    assert {row["origin"] for row in questions} <= set(SHARES)


def test_demonstration_cases_are_true(country: Country) -> None:
    manifest: Any = country.manifest
    moved, nobody, twin = (manifest["demo"][kind] for kind in ("moved", "known_to_nobody", "twin"))
    rows = country.sheet("evaluate")

    def sources(case: dict[str, Any]) -> set[str]:
        # An authority may hold a second name, which nobody asks by.
        asked = (case["given_names"], case["family_name"], case["date_of_birth"])
        alike = [
            r for r in rows if (r["given_names"].split(" ")[0], r["family_name"], r["date_of_birth"]) == asked
        ]
        assert len({r["cluster_id"] for r in alike}) <= 1
        return {r["source"] for r in alike}

    assert sources(moved) == {a["code"] for a in moved["expected"]["authorities"]}
    assert len(sources(moved)) == 2
    assert sources(nobody) == set()
    assert sources(twin) == {a["code"] for a in twin["expected"]["authorities"]} != set()
    assert twin["expected"]["not_to_be_confused_with"] != twin["given_names"]


def test_families_live_in_the_area_that_knows_them(country: Country) -> None:
    rows = country.table("ssd_address")[:3000]
    placed = [r for r in rows if authority_of(r["addr_address_postcode"])]
    at_home = sum(authority_of(r["addr_address_postcode"]) == r["authority"] for r in placed)
    assert len(placed) / len(rows) > 0.96
    assert at_home / len(placed) > 0.9  # the rest are addresses before the move


@pytest.mark.parametrize("community", SHARES)
def test_every_community_has_names(community: str) -> None:
    assert community in communities_named()
    assert len(given_names(community, "F").names) >= 35
    assert len(given_names(community, "M").names) >= 35
    assert len(family_names(community).names) >= 30


def test_the_whole_of_england_can_take_part(tmp_path: Path) -> None:
    make_country(order(children=20, seed=1, authorities=153), tmp_path / "out", lambda _: None)
    assert Country(tmp_path / "out").codes == [a.code for a in local_authorities()]


def test_orphaned_transfers_are_planted_and_told(country: Country) -> None:
    """A child closed as transferred is opened by a later authority, or the truth says that it was not."""
    closed = {
        (r["authority"], r["cine_person_id"]): r["cine_close_date"]
        for r in country.table("ssd_cin_episodes")
        if r["cine_close_reason"] == "RC5"
    }
    opened = {
        (r["authority"], r["cine_person_id"]): r["cine_referral_date"]
        for r in country.table("ssd_cin_episodes")
        if r["cine_referral_nfa"] == "N"
    }
    orphaned = 0
    for rows in _clusters(country).values():
        at = [(row["authority"], row["pers_person_id"]) for row in rows]
        for here, row in zip(at, rows, strict=True):
            if "transferred" in row["notes"] and here in closed:
                assert any(other != here for other in at)
            if "orphaned" in row["notes"] and here in closed:
                orphaned += 1
                assert not any(other != here and opened.get(other, "") > closed[here] for other in at)
    assert orphaned > 50
