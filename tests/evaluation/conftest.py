"""Small labelled samples, made here: nothing is read from outside the repository."""

import csv
import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

COLUMNS = [
    "record_id", "cluster_id", "source", "given_names", "family_name", "date_of_birth", "sex", "postcode",
    "nhs_number", "upn", "origin",
]  # fmt: skip
GIVEN = [
    "olivia",
    "noah",
    "mitchell",
    "emily",
    "jayden",
    "sophie",
    "amelia",
    "harry",
    "zara",
    "ahmed",
    "kate",
]
GIVEN += ["finley", "isabella", "lachlan", "rhys", "priya", "dmytro", "aoife", "tobias", "winifred", "marek"]
FAMILY = ["smith", "featherstone", "okafor", "nowak", "campbell", "nguyen", "hussain", "blackwell", "rosetti"]
FAMILY += ["lindqvist", "pemberton", "achebe", "macdonald", "thackeray", "ward", "osei", "kavanagh", "draper"]

Row = dict[str, str]
Write = Callable[[Iterable[Row]], Path]


@pytest.fixture
def sample(tmp_path: Path) -> Write:
    """Return a writer of sample files; each call writes another."""
    written = 0

    def write(rows: Iterable[Row]) -> Path:
        nonlocal written
        written += 1
        path = tmp_path / f"sample{written}.csv"
        with path.open("w", newline="", encoding="utf-8") as lines:
            writer = csv.DictWriter(lines, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def slip(rng: random.Random, word: str) -> str:
    at = rng.randrange(len(word) - 1)
    if rng.random() < 0.5:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def make_adults(people: int, seed: int = 7) -> list[tuple[Row, Row]]:
    """Return two records of each of so many adults, the second with one or two faults, as Febrl does."""
    rng = random.Random(seed)
    pairs: list[tuple[Row, Row]] = []
    for number in range(people):
        one = {
            "record_id": f"rec-{number}-org",
            "cluster_id": str(number),
            "source": "a",
            "given_names": rng.choice(GIVEN),
            "family_name": rng.choice(FAMILY) + rng.choice(["", "", "son", "ley", "by"]),
            "date_of_birth": f"{rng.randint(1910, 1999)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}",
            "postcode": str(rng.randint(1000, 7999)),
            "nhs_number": str(rng.randint(1_000_000, 9_999_999)),
        }
        other = one | {"record_id": f"rec-{number}-dup-0", "source": "b"}
        for field in rng.sample(["given_names", "family_name", "postcode", "nhs_number"], rng.randint(1, 2)):
            other[field] = slip(rng, other[field])
        pairs.append((one, other))
    return pairs


@pytest.fixture
def adults() -> Callable[[int], list[tuple[Row, Row]]]:
    """Return the maker of pairs of adults' records."""
    return make_adults
