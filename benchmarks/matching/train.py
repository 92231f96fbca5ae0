"""Write `model.json` from the made-up populations: python -m benchmarks.matching.train NAMES_FOLDER.

Labels are known, so m, u and t are counted, not estimated: m on pairs of one person, t on pairs of one
household, u on pairs drawn at random. Figures that made-up data cannot teach (how rare a shared postcode or
number is between strangers, estimated births, mothers) are kept from the file. The labelled public sets
are not read.
"""

import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import msgspec
from benchmarks.matching.country import adult_rows, family_rows, write

from fingerpost.evaluation.sample import Record, read_sample
from fingerpost.matching import Model, shipped
from fingerpost.matching.model import Level, ModelFile, Provenance
from fingerpost.matching.weigh import compared

TARGET = Path(__file__).parents[2] / "src/fingerpost/matching/model.json"
CHILDREN, ADULTS, SEED = 40_000, 12_000, 1
RANDOM_PAIRS = 600_000
FAMILY_WEIGHT = 0.75  # of the children in m; the rest is the badly typed list
SMOOTHING = 25  # pairs that the figures so far count for
COUNTED_U = ("given", "family", "birth")
# Too few in made-up data.
KEPT = ("given.order", "given.initial", "family.initial", "birth.guess", "birth.guesses_close")
# What made-up families do not do, as least and most of t: parents give no two children one name, give twins
# names alike oftener than chance (Aidan and Jayden), and twins' NHS numbers are issued close together.
KNOWN_T = {
    "given": {"exact": (0.0, 0.0001), "spelling": (0.0, 0.0004), "near": (0.03, 1.0)},
    "nhs_number": {"digit": (0.002, 1.0), "two_digits": (0.004, 1.0)},
}
CIVIL = ("inside", "expected", "close", "outside")  # levels of an estimated birth, which the populations lack

Pair = tuple[Record, Record]
Shares = dict[str, float]


def populations(names: Path) -> tuple[list[Record], list[Record], dict[str, str]]:
    """Return children, adults and the household of each child's record."""
    children, grown = family_rows(names, CHILDREN, SEED), adult_rows(names, ADULTS, SEED + 3)
    with tempfile.TemporaryDirectory() as folder:
        for rows, name in ((children, "children"), (grown, "adults")):
            write(rows, Path(folder) / name)
        read = [read_sample(Path(folder) / name).records for name in ("children", "adults")]
    return read[0], read[1], {row["record_id"]: row["household_id"] for row in children}


def groups(records: Iterable[Record], label: dict[str, str]) -> Iterator[list[Record]]:
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[label[record.record_id]].append(record)
    return iter(found.values())


def same_person(records: list[Record]) -> Iterator[Pair]:
    clusters = {record.record_id: record.cluster_id for record in records}
    return (pair for group in groups(records, clusters) for pair in combinations(group, 2))


def relatives(records: list[Record], household: dict[str, str]) -> Iterator[Pair]:
    for group in groups(records, household):
        yield from ((a, b) for a, b in combinations(group, 2) if a.cluster_id != b.cluster_id)


def strangers(records: list[Record], rng: random.Random) -> Iterator[Pair]:
    for _ in range(RANDOM_PAIRS):
        one, other = rng.choice(records), rng.choice(records)
        if one.cluster_id != other.cluster_id:
            yield one, other


def seen(model: Model, pairs: Iterable[Pair]) -> Counter[str]:
    """Count the comparison levels over pairs."""
    counts: Counter[str] = Counter()
    for one, other in pairs:
        counts.update(level for level, _ in compared(model, one.prepared, other.prepared) if level)
        counts["pairs"] += 1
    return counts


def shares(counts: Counter[str], field: str, prior: Shares) -> Shares:
    """Return each level's share of a field, held towards `prior` where pairs are few."""
    total = sum(counts[f"{field}.{level}"] for level in prior)
    return {
        level: (counts[f"{field}.{level}"] + SMOOTHING * before) / (total + SMOOTHING)
        for level, before in prior.items()
    }


def mixed(one: Shares, other: Shares) -> Shares:
    return {level: FAMILY_WEIGHT * one[level] + (1 - FAMILY_WEIGHT) * other[level] for level in one}


class Counts(msgspec.Struct):
    """Levels counted on each kind of pair."""

    children: Counter[str]
    adults: Counter[str]
    household: Counter[str]
    chance: Counter[str]


def _parts(levels: dict[str, Level], field: str) -> list[dict[str, Level]]:
    """Return the levels of a field in sets that each sum to one."""
    if field == "birth":
        return [{n: v for n, v in levels.items() if (n in CIVIL) == civil} for civil in (False, True)]
    if field == "place":
        return [{n: v for n, v in levels.items() if n.startswith("code") == code} for code in (False, True)]
    return [levels]


def _trained(field: str, levels: dict[str, Level], counts: Counts) -> dict[str, Level]:
    m_before, t_before = {n: v.m for n, v in levels.items()}, {n: v.t for n, v in levels.items()}
    m = mixed(shares(counts.children, field, m_before), shares(counts.adults, field, m_before))
    t = shares(counts.household, field, t_before)
    u = {n: v.u for n, v in levels.items()}
    if field in COUNTED_U and "inside" not in levels:
        u = shares(counts.chance, field, u)
    return {
        name: Level(m=round(m[name], 6), u=float(f"{u[name]:.4g}"), t=round(t[name], 7)) for name in levels
    }


def train(written: ModelFile, counts: Counts) -> dict[str, dict[str, Level]]:
    """Return new levels for a model."""
    found: dict[str, dict[str, Level]] = {}
    for field, levels in written.levels.items():
        if field in {"order", "mother"}:
            found[field] = levels
            continue
        trained = [_trained(field, part, counts) for part in _parts(levels, field)]
        merged = {name: level for part in trained for name, level in part.items()}
        found[field] = {n: levels[n] if f"{field}.{n}" in KEPT else merged[n] for n in levels}
    for field, bounds in KNOWN_T.items():
        for name, (least, most) in bounds.items():
            level = found[field][name]
            found[field][name] = Level(m=level.m, u=level.u, t=min(max(level.t, least), most))
    return found


def main(names: Path) -> None:
    model, rng = shipped(), random.Random(SEED)
    children, grown, household = populations(names)
    counts = Counts(
        children=seen(model, same_person(children)),
        adults=seen(model, same_person(grown)),
        household=seen(model, relatives(children, household)),
        chance=seen(model, strangers(children, rng)),
    )
    provenance = Provenance(
        trained_on=f"made-up: {CHILDREN} children in families, {ADULTS} adults badly typed; seed {SEED}",
        method="levels counted on labelled pairs (m, t) and on random pairs (u)",
        trained=datetime.now(UTC).date().isoformat(),
    )
    after = msgspec.structs.replace(
        model.written,
        provenance=provenance,
        relatives=round(counts.household["pairs"] / counts.children["pairs"], 3),
        levels=train(model.written, counts),
    )
    TARGET.write_bytes(msgspec.json.format(msgspec.json.encode(after), indent=2) + b"\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
