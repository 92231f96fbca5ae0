"""Write `model.json` from the made-up populations: python -m benchmarks.matching.train NAMES_FOLDER.

Labels are known, so m, u and t are counted, not estimated: m on pairs of one person, t on pairs of one
household, u on pairs drawn at random, by `fingerpost.training.counting`. Figures that made-up data cannot
teach (how rare a shared postcode or number is between strangers, estimated births, mothers) are kept from the
file, whose provenance names them. The labelled public sets are not read.
"""

import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
from benchmarks.matching.country import adult_rows, family_rows, write

from fingerpost.evaluation.sample import Record, read_sample
from fingerpost.matching import Model, shipped
from fingerpost.matching.model import KEPT, ModelFile, Provenance
from fingerpost.training import counting
from fingerpost.training.counting import Counts, Shares, counted_levels, prior_of, smoothed
from fingerpost.training.levels import flat, nested, within
from fingerpost.training.pairs import Pairs, compare_pairs, pairs_of, random_pairs

TARGET = Path(__file__).parents[2] / "src/fingerpost/matching/model.json"
CHILDREN, ADULTS, SEED = 40_000, 12_000, 1
RANDOM_PAIRS = 600_000
FAMILY_WEIGHT = 0.75  # of the children in m; the rest is the badly typed list
# Made-up families move anywhere, only the badly typed adults have other countries' codes, nobody has a UPN.
UNTAUGHT = (
    *("place.sector", "place.district", "place.code", "place.code_near", "place.code_different"),
    *("upn.same", "upn.digit", "upn.two_digits", "upn.different"),
)
METHOD = (
    "m and t counted on labelled pairs, u of given, family and birth on random pairs; by judgement: {}, and "
    "u of all else"
)


def populations(names: Path) -> tuple[list[Record], list[Record], dict[str, str]]:
    """Return children, adults and the household of each child's record."""
    children, grown = family_rows(names, CHILDREN, SEED), adult_rows(names, ADULTS, SEED + 3)
    with tempfile.TemporaryDirectory() as folder:
        for rows, name in ((children, "children"), (grown, "adults")):
            write(rows, Path(folder) / name)
        read = [read_sample(Path(folder) / name).records for name in ("children", "adults")]
    return read[0], read[1], {row["record_id"]: row["household_id"] for row in children}


def grouped(records: list[Record], label: Callable[[Record], str]) -> Pairs:
    """Return every pair of records with one label."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        found[label(record)].append(place)
    return pairs_of(found.values(), len(records))


def of_two(records: list[Record], pairs: Pairs) -> Pairs:
    """Return the pairs that are of two people."""
    ids = [record.cluster_id for record in records]
    apart = np.array([ids[low] != ids[high] for low, high in pairs], dtype=np.bool_)
    return Pairs(pairs.low[apart], pairs.high[apart])


def seen(model: Model, records: list[Record], pairs: Pairs) -> Counts:
    """Count the comparison levels over pairs."""
    return compare_pairs(model, [record.prepared for record in records], pairs).count()


def mixed(one: Shares, other: Shares) -> Shares:
    return {level: FAMILY_WEIGHT * one[level] + (1 - FAMILY_WEIGHT) * other[level] for level in one}


class Counted(msgspec.Struct):
    """Levels counted on each kind of pair."""

    children: Counts
    adults: Counts
    household: Counts
    chance: Counts


def by_judgement(written: ModelFile) -> list[str]:
    """Return the levels that nothing here teaches: their m and t stay as they were set."""
    taught = {level for members in counted_levels(written).values() for level in members}
    return sorted((flat(written).keys() - taught) | {*UNTAUGHT, *KEPT})


def train(written: ModelFile, counts: Counted) -> ModelFile:
    """Return the model with new levels; those set by judgement stay."""
    levels, before = flat(written), flat(written)
    for name, members in counted_levels(written).items():
        m, t = prior_of(written, "m", members), prior_of(written, "t", members)
        counting.put(levels, "m", mixed(smoothed(counts.children, m), smoothed(counts.adults, m)))
        learnt = smoothed(counts.household, t)
        counting.put(levels, "t", {level: within(level, share) for level, share in learnt.items()})
        if name in counting.COUNTED_U:
            counting.put(levels, "u", counting.chance(counts.chance, prior_of(written, "u", members)))
    levels.update((level, before[level]) for level in UNTAUGHT)
    return msgspec.structs.replace(written, levels=nested(levels, written))


def main(names: Path) -> None:
    model, rng = shipped(), random.Random(SEED)
    children, grown, household = populations(names)
    same = grouped(children, lambda record: record.cluster_id)
    related = of_two(children, grouped(children, lambda record: household[record.record_id]))
    counts = Counted(
        children=seen(model, children, same),
        adults=seen(model, grown, grouped(grown, lambda record: record.cluster_id)),
        household=seen(model, children, related),
        chance=seen(model, children, of_two(children, random_pairs(len(children), RANDOM_PAIRS, rng))),
    )
    provenance = Provenance(
        trained_on=f"made-up: {CHILDREN} children in families, {ADULTS} adults badly typed; seed {SEED}",
        method=METHOD.format(", ".join(by_judgement(model.written))),
        trained=datetime.now(UTC).date().isoformat(),
    )
    after = msgspec.structs.replace(
        train(model.written, counts),
        provenance=provenance,
        relatives=round(len(related) / len(same), 3),
    )
    TARGET.write_bytes(msgspec.json.format(msgspec.json.encode(after), indent=2) + b"\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
