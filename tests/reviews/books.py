"""The books of every authority in the timelines, as its case system would export them of a night."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from tests.feeds.conftest import Extract
from tests.reviews.timeline import Stated


class Books:
    """What each authority holds of each child, by its own reference."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, dict[str, dict[str, Any]]] = {}
        self._lived: dict[tuple[str, str], list[str]] = {}

    def state(self, authority: str, reference: str, changes: dict[str, Any]) -> None:
        """Note what has changed of a child."""
        before = self._held.setdefault(authority, {}).setdefault(reference, {})
        moved = before.get("postcode") not in {None, changes.get("postcode", before.get("postcode"))}
        if moved:
            self._lived.setdefault((authority, reference), []).append(before["postcode"])
        before |= changes

    def authorities(self) -> set[str]:
        """Return the authorities that hold a book."""
        return set(self._held)

    def export(self, authority: str, today: date) -> Path:
        """Write an authority's whole extract."""
        extract = Extract(self._folder / authority)
        extract.add("teams", team_name="Duty and Assessment", last_proven=today.isoformat())
        for reference, said in self._held[authority].items():
            stated = msgspec.convert(said, Stated)
            _child(extract, reference, stated)
            _episodes(extract, reference, stated)
            _addresses(extract, reference, stated, self._lived.get((authority, reference), []))
        return extract.write()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _child(extract: Extract, reference: str, stated: Stated) -> None:
    extract.add(
        "ssd_person", pers_person_id=reference, pers_forename=stated.given, pers_surname=stated.family,
        pers_sex=stated.sex, pers_dob=_iso(stated.born), pers_expected_dob=_iso(stated.expected),
        pers_common_child_id=stated.nhs_number,
    )  # fmt: skip
    if stated.mother is not None:
        mother, (given, family) = f"M.{reference}", stated.mother
        extract.add(
            "ssd_person", pers_person_id=mother, pers_forename=given, pers_surname=family, pers_sex="F",
            pers_dob="1996-01-05", pers_common_child_id="", pers_is_mother="Y",
        )  # fmt: skip
        extract.add("ssd_mother", moth_person_id=mother, moth_childs_person_id=reference)


def _addresses(extract: Extract, reference: str, stated: Stated, before: list[str]) -> None:
    for place, postcode in enumerate([*stated.lived_at, *before, stated.postcode]):
        last = postcode == stated.postcode
        extract.add(
            "ssd_address", addr_table_id=f"{reference}.{place}", addr_person_id=reference,
            addr_address_start_date=f"20{place + 10}-01-01",
            addr_address_end_date="" if last else f"20{place + 11}-01-01", addr_address_postcode=postcode,
        )  # fmt: skip


def _episodes(extract: Extract, reference: str, stated: Stated) -> None:
    """Write each service that is stated, in its table."""
    if stated.opened:
        extract.add(
            "ssd_cin_episodes", cine_referral_id=f"R.{reference}", cine_person_id=reference,
            cine_referral_date=_iso(stated.opened), cine_close_date=_iso(stated.closed),
            cine_close_reason=stated.why, cine_referral_nfa="Y" if stated.no_further_action else "N",
        )  # fmt: skip
    for table, short, key, started, ended in (
        ("ssd_s47_enquiry", "s47e", "s47_enquiry_id s47_start_date s47_end_date",
         stated.enquiry, stated.enquiry_ended),
        ("ssd_cp_plans", "cppl", "cp_plan_id cp_plan_start_date cp_plan_end_date",
         stated.plan, stated.plan_ended),
        ("ssd_missing", "miss", "table_id missing_episode_start_date missing_episode_end_date",
         stated.missing, stated.missing_ended),
    ):  # fmt: skip
        if started:
            row, begins, ends = (f"{short}_{name}" for name in key.split())
            cells = {row: f"{short}.{reference}", begins: _iso(started), ends: _iso(ended)}
            more = {"miss_missing_episode_type": "Missing"} if short == "miss" else {}
            extract.add(table, **cells, **more, **{f"{short}_person_id": reference})
    if stated.care:
        extract.add(
            "ssd_cla_episodes", clae_cla_episode_id=f"C.{reference}", clae_person_id=reference,
            clae_cla_episode_start_date=_iso(stated.care), clae_entered_care_date=_iso(stated.care),
            clae_cla_episode_ceased_date=_iso(stated.care_ended),
            clae_cla_episode_ceased_reason=stated.care_why,
        )  # fmt: skip
