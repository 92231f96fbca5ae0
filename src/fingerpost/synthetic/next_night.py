"""The same country one day later: some work ended, some begun, a name put right, some rows gone.

Reads what `make_country` wrote and writes every authority's extract anew, with `changes.csv` to say what is
different. Nobody moves and nobody is born overnight; for that, make another country.
"""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct

from fingerpost.synthetic.mistakes import mistyped
from fingerpost.synthetic.rows import Row, csv_text
from fingerpost.synthetic.tables import TABLES, Table, fields

ENDED, BEGUN, CORRECTED, EPISODES_GONE, CHILDREN_GONE = 0.02, 0.01, 0.005, 0.005, 0.002
"""Shares of open referrals, of children without one, of children, of early help, and of children again."""

_ENDS: dict[Table, str] = {
    "ssd_cin_episodes": "cine_close_date",
    "ssd_cin_plans": "cinp_cin_plan_end_date",
    "ssd_s47_enquiry": "s47e_s47_end_date",
    "ssd_cp_plans": "cppl_cp_plan_end_date",
    "ssd_cla_episodes": "clae_cla_episode_ceased_date",
    "ssd_involvements": "invo_involvement_end_date",
}
"""Where each row that hangs on a referral says that it ended."""

CHANGE_FIELDS = ("authority", "pers_person_id", "table", "row_id", "change")


class _Manifest(Struct, frozen=True):
    seed: int
    as_of: str
    authorities: dict[str, str]


_Rows = list[dict[str, str]]


class _Night:
    """One authority's extract, changed in memory."""

    def __init__(self, code: str, tables: dict[Table, _Rows], seed: int, today: str) -> None:
        self.code, self.tables, self.today = code, tables, today
        self.rng = Random(f"{seed}/next-night/{code}")  # noqa: S311 (a made-up country)
        self.changes: list[Row] = []

    def some(self, rows: _Rows, share: float) -> _Rows:
        """Return a share of rows, and one at least where there is any."""
        return self.rng.sample(rows, min(len(rows), max(1, round(share * len(rows)))))

    def note(self, person: str, table: Table, row_id: str, change: str) -> None:
        """Keep what changed."""
        self.changes.append((self.code, person, table, row_id, change))

    def children(self) -> _Rows:
        """Return the persons who are not mothers."""
        return [row for row in self.tables["ssd_person"] if row["pers_is_mother"] != "Y"]

    def end_some(self) -> None:
        """End some open referrals and all that hangs on them."""
        open_now = [r for r in self.tables["ssd_cin_episodes"] if not r["cine_close_date"]]
        for row in self.some(open_now, ENDED):
            row["cine_close_reason"] = "RC7"
            for table, end in _ENDS.items():
                self._end(table, end, row["cine_referral_id"])

    def _end(self, table: Table, end: str, referral: str) -> None:
        names = fields()[table]
        key = next(name for name in names if name.endswith("referral_id"))
        person = next(name for name in names if name.endswith("person_id"))
        for row in self.tables[table]:
            if row[key] == referral and not row[end]:
                row[end] = self.today
                self.note(row[person], table, row[names[0]], "ended")

    def begin_some(self) -> None:
        """Refer again some children who have no open referral."""
        busy = {r["cine_person_id"] for r in self.tables["ssd_cin_episodes"] if not r["cine_close_date"]}
        idle = [r for r in self.children() if r["pers_person_id"] not in busy and not r["pers_death_date"]]
        team = self.tables["ssd_department"][1]["dept_team_id"]
        worker = self.tables["ssd_professionals"][0]["prof_professional_id"]
        for row in self.some(idle, BEGUN):
            person = row["pers_person_id"]
            values = (f"R{person}99", person, self.today, "N1", "6", "Police", "", "N", "", "", team, worker)
            names = fields()["ssd_cin_episodes"]
            self.tables["ssd_cin_episodes"].append(dict(zip(names, values, strict=True)))
            self.note(person, "ssd_cin_episodes", values[0], "new")

    def correct_some(self) -> None:
        """Change the spelling of some family names."""
        for row in self.some([r for r in self.children() if r["pers_dob"]], CORRECTED):
            before, row["pers_surname"] = row["pers_surname"], mistyped(self.rng, row["pers_surname"])
            if row["pers_surname"] != before:
                self.note(row["pers_person_id"], "ssd_person", row["pers_person_id"], "corrected")

    def lose_some(self) -> None:
        """Take some early help, and some children with every row of theirs, out of the extract."""
        early_help = self.tables["ssd_early_help_episodes"]
        for row in self.some(early_help, EPISODES_GONE):
            early_help.remove(row)
            self.note(row["earl_person_id"], "ssd_early_help_episodes", row["earl_episode_id"], "vanished")
        changed = {person for _, person, *_ in self.changes}
        quiet = [r for r in self.children() if r["pers_person_id"] not in changed]
        gone = {row["pers_person_id"] for row in self.some(quiet, CHILDREN_GONE)}
        for table in TABLES:
            self._lose(table, gone)

    def _lose(self, table: Table, gone: set[str]) -> None:
        names = [n for n in fields()[table] if n.endswith("person_id")]
        kept: _Rows = []
        for row in self.tables[table]:
            if found := next((row[name] for name in names if row[name] in gone), None):
                self.note(found, table, row[fields()[table][0]], "vanished")
            else:
                kept.append(row)
        self.tables[table] = kept


def _read(folder: Path) -> dict[Table, _Rows]:
    found: dict[Table, _Rows] = {}
    for table in TABLES:
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            found[table] = list(csv.DictReader(file))
    return found


def _write(folder: Path, tables: dict[Table, _Rows]) -> None:
    folder.mkdir(parents=True)
    for table, rows in tables.items():
        lines = [fields()[table], *(tuple(row.values()) for row in rows)]
        (folder / f"{table}.csv").write_text(csv_text(lines), encoding="utf-8", newline="")


def _nights(first: Path, then: Path, manifest: _Manifest, today: str) -> Iterator[Row]:
    for code in manifest.authorities:
        night = _Night(code, _read(first / code), manifest.seed, today)
        night.end_some()
        night.begin_some()
        night.correct_some()
        night.lose_some()
        _write(then / code, night.tables)
        (then / code / "teams.csv").write_bytes((first / code / "teams.csv").read_bytes())
        yield from night.changes


def make_next_night(first: Path, then: Path) -> int:
    """Write the country in `first` a day later into `then`, empty or absent; return how many rows changed."""
    manifest = msgspec.json.decode((first / "manifest.json").read_bytes(), type=_Manifest)
    today = (date.fromisoformat(manifest.as_of) + timedelta(days=1)).isoformat()
    changes = list(_nights(first, then, manifest, today))
    (then / "changes.csv").write_text(csv_text([CHANGE_FIELDS, *changes]), encoding="utf-8", newline="")
    after = msgspec.structs.replace(manifest, as_of=today)
    (then / "manifest.json").write_bytes(msgspec.json.format(msgspec.json.encode(after), indent=2) + b"\n")
    return len(changes)
