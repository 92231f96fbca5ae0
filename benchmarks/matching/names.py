"""Derive the name lists that `fingerpost.matching` ships.

python -m benchmarks.matching.names SOURCES GB_SURNAMES, where SOURCES is a folder of the public lists (see
docs/matching.md) and GB_SURNAMES a CSV of surname and per cent.
"""

import csv
import sys
from collections import Counter
from pathlib import Path

from fingerpost.matching.normalise import fold

SHIPPED = Path(__file__).parents[2] / "src/fingerpost/matching/data"
FEWEST_BIRTHS = 20  # England and Wales, 2008-2020; rarer names weigh as unknown ones
COMMUNITY_SHARE = 0.0004  # of a name common where families in England come from, but not counted in Britain


def given_counts(source: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    with source.open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            counts["".join(fold(row["name"]))] += int(float(row["n"]))
    return counts


def family_shares(britain: Path, world: Path) -> dict[str, float]:
    with britain.open(newline="", encoding="utf-8") as lines:
        shares = {"".join(fold(name)): float(share) / 100 for name, share in csv.reader(lines)}
    with world.open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            for name in fold(row["Romanized Name"]):
                shares.setdefault(name, COMMUNITY_SHARE if row["Country"] == "GB" else COMMUNITY_SHARE / 4)
    return shares


def write(path: Path, header: str, shares: dict[str, float]) -> None:
    """One line a name: the name and its share of people, in units of one in ten million."""
    ordered = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
    lines = [f"{name}\t{max(1, round(share * 1e7))}" for name, share in ordered if len(name) > 1]
    path.write_text("\n".join([f"# {header}", *lines]) + "\n", encoding="utf-8")


def nicknames(source: Path) -> list[str]:
    rows = [line.strip().split(",") for line in source.read_text(encoding="utf-8").splitlines()]
    return [f"{row[0]}: {' '.join(row[1:])}" for row in rows if len(row) > 1]


def main(sources: Path, britain: Path) -> None:
    counts = given_counts(sources / "uk_given_names_2008_2020.csv")
    births = sum(counts.values())
    write(
        SHIPPED / "given.tsv",
        "Given names, England and Wales 2008-2020, per ten million births. Office for National Statistics, "
        "Open Government Licence v3.0.",
        {name: n / births for name, n in counts.items() if n >= FEWEST_BIRTHS},
    )
    write(
        SHIPPED / "family.tsv",
        "Family names, per ten million people: Britain's 500 commonest (ONS, by Faker en_GB, MIT); "
        "others from popular-names-by-country (CC0) at a nominal share.",
        family_shares(britain, sources / "common-surnames-by-country.csv"),
    )
    header = (
        "# English pet forms: 'head: forms'. carltonnorthern/nickname-and-diminutive-names-lookup, "
        "Apache-2.0."
    )
    lines = nicknames(sources / "nicknames_en.csv")
    (SHIPPED / "nicknames.txt").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
