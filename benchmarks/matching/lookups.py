"""Write a large index and lookups of it: python -m benchmarks.matching.lookups NAMES CHILDREN QUESTIONS OUT.

Each question is one more record of a child in the index, made as any later record is. Then:
fingerpost evaluate OUT/index.csv --queries OUT/queries.csv
"""

import random
import sys
from pathlib import Path

from benchmarks.matching.country import Names, child_record, families, family_rows, labelled, write

SEED, NUMBERED = 11, 0.5


def main(names_folder: Path, children: int, questions: int, out: Path) -> None:
    rng = random.Random(SEED + 2)
    out.mkdir(parents=True, exist_ok=True)
    write(family_rows(names_folder, children, SEED, NUMBERED), out / "index.csv")
    names = Names(names_folder, random.Random(SEED))
    asked = rng.sample(families(names_folder, children, SEED), questions)
    rows = [labelled(child_record(rng, names, person, True, NUMBERED), person, 9) for person in asked]
    write(rows, out / "queries.csv")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
