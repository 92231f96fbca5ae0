"""The sets of the side-by-side benchmark, each as CSV files that `fingerpost evaluate` reads too.

FEBRL (Christen 2005; MIT) and the name lists lie in a folder the caller names; nothing of them is kept here.
The families are made up, deterministic by seed, and unseen in training.
"""

import csv
import hashlib
from collections import defaultdict
from pathlib import Path

from benchmarks.matching import lookups
from benchmarks.matching.country import Person, families, family_rows, write
from msgspec import Struct

SEED = 29  # not one that the model was trained on
_MEAN_RECORDS = 1.62  # of one child, as `family_rows` makes them
NAMES = "uk_given_names_2008_2020.csv"

Row = dict[str, str]
TwinPairs = frozenset[frozenset[str]]


class Trial(Struct, frozen=True):
    """One set: who is asked (`index`), who asks (`queries`; none: each asks the others), and the truth.

    `twins` holds pairs of cluster ids: children born on one day into one home. `small` sets are few enough
    records for a peer to block on single fields.
    """

    name: str
    title: str
    index: Path
    queries: Path | None = None
    twins: TwinPairs = frozenset()
    identified: bool = False
    small: bool = False


class Missing(Exception):
    """A file that a set is made from is not in the folder given."""


def rows(path: Path) -> list[Row]:
    """Return the rows of a set's file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _found(data: Path, name: str) -> Path:
    for path in sorted(data.rglob(name)):
        return path
    raise Missing(name)


def _febrl_rows(path: Path, source: str, identified: bool) -> list[Row]:
    """Return a FEBRL file's rows under our names; without its identifier unless asked for."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {
                "record_id": row["rec_id"],
                "cluster_id": row["rec_id"].split("-")[1],
                "source": source,
                "given_names": row["given_name"],
                "family_name": row["surname"],
                "date_of_birth": row["date_of_birth"],
                "postcode": row["postcode"],
                "nhs_number": row["soc_sec_id"] if identified else "",
            }
            for row in csv.DictReader(file, skipinitialspace=True)
        ]


def _write_febrl(rows_of: list[Row], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, list(rows_of[0]))
        writer.writeheader()
        writer.writerows(rows_of)


def febrl(data: Path, work: Path, number: int, identified: bool) -> Trial:
    """Return FEBRL 3 (one file, 5,000 records of 2,000 people) or 4 (two files of 5,000, a against b)."""
    parts = {3: [("febrl3.csv", "")], 4: [("febrl4a.csv", "a"), ("febrl4b.csv", "b")]}[number]
    name = f"febrl{number}" + ("-identified" if identified else "")
    path = work / f"{name}.csv"
    _write_febrl([r for file, s in parts for r in _febrl_rows(_found(data, file), s, identified)], path)
    title = (
        f"FEBRL {number}{', a to b' if number == 4 else ''}, {'with' if identified else 'without'} identifier"
    )
    return Trial(name, title, path, identified=identified, small=True)


def _twins(people: list[Person]) -> TwinPairs:
    homes: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for person in people:
        homes[person.household, person.born.isoformat()].append(str(person.number))
    together = [born for born in homes.values() if len(born) > 1]
    return frozenset(frozenset((a, b)) for born in together for a in born for b in born if a != b)


def families_set(data: Path, work: Path, records: int, numbered: float) -> Trial:
    """Return about so many records of children in families; every record asks for the others."""
    sources, children = _found(data, NAMES).parent, round(records / _MEAN_RECORDS)
    name = f"families-{records}-{round(numbered * 100)}"
    path = work / f"{name}.csv"
    write(family_rows(sources, children, SEED, numbered), path)
    title = f"families, {records:,} records, {'half with a number' if numbered else 'no numbers'}"
    return Trial(
        name, title, path, twins=_twins(families(sources, children, SEED)), identified=bool(numbered)
    )


def _generator() -> str:
    """Return a digest of what makes the families: a set of another generator is not used again."""
    folder = Path(__file__).parent
    written = [(folder / file).read_bytes() for file in ("country.py", "lookups.py", "names.toml")]
    return hashlib.sha256(b"".join(written)).hexdigest()[:8]


def lookups_set(data: Path, work: Path, records: int, questions: int) -> Trial:
    """Return about so many records and lookups of them; each asks as a later record of a child there would.

    A large index takes a while to make, so one that the same generator left in `work` is used again.
    """
    sources, children = _found(data, NAMES).parent, round(records / _MEAN_RECORDS)
    name = f"lookups-{records}-{questions}-{_generator()}"
    folder = work / name
    twins = folder / "twins.csv"
    if not twins.exists():
        lookups.main(sources, children, questions, folder)
        pairs = sorted(sorted(pair) for pair in _twins(families(sources, children, lookups.SEED)))
        twins.write_text("".join(f"{a},{b}\n" for a, b in pairs))
    title = f"{questions:,} lookups against {records:,} records"
    known = frozenset(frozenset(line.split(",")) for line in twins.read_text().split())
    return Trial(name, title, folder / "index.csv", folder / "queries.csv", twins=known, identified=True)
