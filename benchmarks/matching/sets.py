"""The sets of the side-by-side benchmark, each as CSV files that `fingerpost evaluate` reads too.

FEBRL (Christen 2005; MIT) and the name lists lie in a folder the caller names; nothing of them is kept here.
The families are made up, deterministic by seed, and unseen in training.
"""

import csv
import random
from collections import defaultdict
from pathlib import Path

from benchmarks.matching.country import Names, Person, child_record, families, labelled, write
from msgspec import Struct

SEED = 29  # not one that the model was trained on
LOOKUPS_SEED = 11
RECORDS_OF_A_CHILD = ((1, 2, 3), (50, 38, 12))  # how many authorities hold a record, and how often
_MEAN_RECORDS = 1.62  # of that
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


def _records(sources: Path, people: list[Person], seed: int, numbered: float) -> list[Row]:
    rng, names = random.Random(seed + 1), Names(sources, random.Random(seed))
    made: list[Row] = []
    for person in people:
        for copy in range(rng.choices(*RECORDS_OF_A_CHILD)[0]):
            made.append(labelled(child_record(rng, names, person, copy > 0, numbered), person, copy))
    return made


def families_set(data: Path, work: Path, records: int, numbered: float) -> Trial:
    """Return so many records of children in families; every record asks for the others."""
    sources = _found(data, NAMES).parent
    people = families(sources, round(records / _MEAN_RECORDS), SEED)
    name = f"families-{records}-{round(numbered * 100)}"
    path = work / f"{name}.csv"
    write(_records(sources, people, SEED, numbered), path)
    title = f"families, {records:,} records, {'half with a number' if numbered else 'no numbers'}"
    return Trial(name, title, path, twins=_twins(people), identified=bool(numbered))


def lookups_set(data: Path, work: Path, records: int, questions: int) -> Trial:
    """Return so many records and lookups of them; each asks as a later record of a child there would.

    A large index takes minutes to make, so one that lies in `work` already is used again.
    """
    sources = _found(data, NAMES).parent
    name = f"lookups-{records}-{questions}"
    index, queries, twins = (work / f"{name}-{part}.csv" for part in ("index", "queries", "twins"))
    if not twins.exists():
        people = families(sources, round(records / _MEAN_RECORDS), LOOKUPS_SEED)
        write(_records(sources, people, LOOKUPS_SEED, 0.5), index)
        rng, names = random.Random(LOOKUPS_SEED + 2), Names(sources, random.Random(LOOKUPS_SEED))
        asked = rng.sample(people, questions)
        write([labelled(child_record(rng, names, p, True, 0.5), p, 9) for p in asked], queries)
        twins.write_text(
            "".join(f"{','.join(sorted(pair))}\n" for pair in sorted(_twins(people), key=sorted))
        )
    pairs = frozenset(frozenset(line.split(",")) for line in twins.read_text().split())
    title = f"{questions:,} lookups against {records:,} records"
    return Trial(name, title, index, queries, twins=pairs, identified=True)
