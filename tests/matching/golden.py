"""The golden scores: `python -m tests.matching.golden` writes them again where a score was meant to move.

`golden.csv` holds pairs of records of children who do not exist, and what the matcher says of each: the bits
of every field, their sum and the band. Its difference in a commit shows what a change of rule or model does.
"""

import csv
from pathlib import Path

from fingerpost.matching import Assessment, Prepared, assess, prepare
from fingerpost.words import checks
from fingerpost.words.child import ChildDetails, PersonName

GOLDEN = Path(__file__).parent / "golden.csv"
FIELDS = ("given", "family", "born", "sex", "postcode", "nhs_number")

Row = dict[str, str]


def rows() -> list[Row]:
    """Return the pairs as written."""
    with GOLDEN.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def record(row: Row, side: str) -> Prepared:
    """Return one of the two records of a pair."""
    given, family, born, sex, postcode, number = (row[f"{field}_{side}"] for field in FIELDS)
    return prepare(
        ChildDetails(
            names=(PersonName(given, family),),
            date_of_birth=checks.day(born, "born") if born else None,
            sex=checks.sex_of(sex, "sex"),
            postcodes=(postcode,) if postcode else (),
            nhs_number=number or None,
        )
    )


def said(found: Assessment) -> Row:
    """Return what is kept of an assessment."""
    return {
        "band": found.band or "",
        "weight": f"{found.match_weight:.2f}",
        "levels": " ".join(f"{level}:{bits:.2f}" for level, bits in found.found),
    }


def main() -> None:
    written = [row | said(assess(record(row, "1"), record(row, "2"))) for row in rows()]
    with GOLDEN.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(written[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(written)


if __name__ == "__main__":
    main()
