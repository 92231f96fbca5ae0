"""A made-up country as it stood on an earlier night: what had begun by then, and had not ended.

Names and numbers are those that the authority wrote in the end; a child who was not born yet is unborn.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from msgspec import Struct

Cells = dict[str, str]


class Layout(Struct, frozen=True):
    """Whose row it is, when it began and ended, and what is only said with the end."""

    person: str
    began: str
    ended: str = ""
    reason: str = ""


EPISODES = {
    "ssd_cin_episodes": Layout(
        "cine_person_id", "cine_referral_date", "cine_close_date", "cine_close_reason"
    ),
    "ssd_cin_plans": Layout("cinp_person_id", "cinp_cin_plan_start_date", "cinp_cin_plan_end_date"),
    "ssd_s47_enquiry": Layout("s47e_person_id", "s47e_s47_start_date", "s47e_s47_end_date"),
    "ssd_cp_plans": Layout("cppl_person_id", "cppl_cp_plan_start_date", "cppl_cp_plan_end_date"),
    "ssd_cla_episodes": Layout(
        "clae_person_id", "clae_cla_episode_start_date", "clae_cla_episode_ceased_date",
        "clae_cla_episode_ceased_reason",
    ),
    "ssd_early_help_episodes": Layout(
        "earl_person_id", "earl_episode_start_date", "earl_episode_end_date", "earl_episode_end_reason"
    ),
    "ssd_missing": Layout(
        "miss_person_id", "miss_missing_episode_start_date", "miss_missing_episode_end_date"
    ),
    "ssd_care_leavers": Layout("clea_person_id", "clea_care_leaver_latest_contact"),
}  # fmt: skip
BESIDE = {
    "ssd_involvements": Layout("invo_person_id", "invo_involvement_start_date", "invo_involvement_end_date"),
    "ssd_address": Layout("addr_person_id", "addr_address_start_date", "addr_address_end_date"),
}
WHOLE = (
    "ssd_linked_identifiers",
    "ssd_mother",
    "ssd_professionals",
    "ssd_department",
    "teams",
)


def read(path: Path) -> Iterator[Cells]:
    """Yield the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


class Books:
    """One authority's books of six years."""

    def __init__(self, folder: Path) -> None:
        self.code = folder.name
        self._tables = {
            name: list(read(folder / f"{name}.csv")) for name in (*EPISODES, *BESIDE, *WHOLE, "ssd_person")
        }
        self._headers = {
            name: (folder / f"{name}.csv").open(encoding="utf-8").readline().strip().split(",")
            for name in self._tables
        }
        rows = ((row[layout.person], row[layout.began]) for _, layout, row in self._episodes())
        self.known_since: dict[str, str] = {}
        for person, began in rows:
            self.known_since[person] = min(began, self.known_since.get(person, began))

    def _episodes(self) -> Iterator[tuple[str, Layout, Cells]]:
        return ((name, layout, row) for name, layout in EPISODES.items() for row in self._tables[name])

    def changes(self) -> set[str]:
        """Return every day on which an episode began or ended."""
        days = {
            row[day] for _, layout, row in self._episodes() for day in (layout.began, layout.ended) if day
        }
        return days - {""}

    def write(self, night: date, folder: Path) -> Path:
        """Write the books as they stood on a night."""
        folder.mkdir(parents=True, exist_ok=True)
        tonight = night.isoformat()
        known = {person for person, since in self.known_since.items() if since <= tonight}
        for name, rows in self._tables.items():
            layout = EPISODES.get(name) or BESIDE.get(name)
            if name == "ssd_person":
                kept = [_person(row, tonight) for row in rows if self._stands(row, known)]
            elif layout:
                kept = [
                    _then(row, layout, tonight)
                    for row in rows if row[layout.person] in known and row[layout.began] <= tonight
                ]  # fmt: skip
            else:
                kept = rows
            self._write(folder / f"{name}.csv", name, kept)
        return folder

    def _stands(self, row: Cells, known: set[str]) -> bool:
        return row["pers_person_id"] in known or row["pers_is_mother"] == "Y"

    def _write(self, path: Path, name: str, rows: list[Cells]) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self._headers[name], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _then(row: Cells, layout: Layout, tonight: str) -> Cells:
    if not layout.ended or row[layout.ended] <= tonight:
        return row
    return {**row, layout.ended: "", **({layout.reason: ""} if layout.reason else {})}


def _person(row: Cells, tonight: str) -> Cells:
    if row["pers_dob"] > tonight:
        unborn = {"pers_forename": "Unborn", "pers_dob": "", "pers_sex": "U", "pers_common_child_id": ""}
        return {**row, **unborn, "pers_expected_dob": row["pers_dob"], "pers_death_date": ""}
    return {**row, "pers_death_date": ""} if row["pers_death_date"] > tonight else row
