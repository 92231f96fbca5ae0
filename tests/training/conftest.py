"""Made-up families and adults: drawn from the lists that are shipped, with labels, by seed."""

import csv
import random
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from fingerpost.evaluation import Sample, read_sample
from fingerpost.matching.names import FAMILY_SHARES, GIVEN_SHARES

COLUMNS = (
    "record_id", "cluster_id", "given_names", "family_name", "date_of_birth", "sex", "postcode", "nhs_number",
)  # fmt: skip
GIVEN = [name for name in GIVEN_SHARES if len(name) > 3][:1500]
FAMILY = [name for name in FAMILY_SHARES if len(name) > 3][:3000]

# Pairs drawn at random tell well enough here how often strangers agree: drawing as many as the commands do
# was most of the time.
RANDOM_PAIRS, DRAWN = 10_000, 3_000

Row = dict[str, str]
Rows = Callable[[int, int], list[Row]]


def slip(rng: random.Random, word: str) -> str:
    at = rng.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def digits(rng: random.Random, length: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(length))


def postcode(rng: random.Random) -> str:
    letters = "".join(rng.choice("ABDEFGHJ") for _ in "ab")
    return f"{rng.choice(['B', 'LS', 'M', 'NE', 'SE'])}{rng.randint(1, 30)} {rng.randint(0, 9)}{letters}"


def copies(rng: random.Random, row: Row, faults: float) -> list[Row]:
    """Return one or two records of a person, the second with slips and perhaps a new home."""
    if rng.random() < 0.4:
        return [row | {"record_id": row["cluster_id"] + "-0"}]
    other = dict(row)
    for field in ("given_names", "family_name"):
        if rng.random() < faults:
            other[field] = slip(rng, other[field])
    if rng.random() < faults:
        born = date.fromisoformat(other["date_of_birth"])
        other["date_of_birth"] = (born + timedelta(days=rng.choice((-1, 1, 365)))).isoformat()
    if rng.random() < 0.3 and len(row["postcode"]) > 4:
        other["postcode"] = postcode(rng)
    if rng.random() < 0.5:
        other["nhs_number"] = ""
    return [row | {"record_id": row["cluster_id"] + "-0"}, other | {"record_id": row["cluster_id"] + "-1"}]


def family_rows(households: int, seed: int) -> list[Row]:
    """Return records of children, one to three at a home, one birth in thirty of twins."""
    rng, rows = random.Random(seed), list[Row]()
    for household in range(households):
        family, home, born = rng.choice(FAMILY), postcode(rng), date(2008, 1, 1)
        for child in range(rng.choice((1, 2, 3))):
            if not child or rng.random() > 1 / 30:
                born += timedelta(days=rng.randint(330, 1800))
            row = {
                "cluster_id": f"{household}-{child}", "given_names": rng.choice(GIVEN), "family_name": family,
                "date_of_birth": born.isoformat(), "sex": rng.choice("MF"), "postcode": home,
                "nhs_number": digits(rng, 10),
            }  # fmt: skip
            rows += copies(rng, row, 0.05)
    return rows


def adult_rows(people: int, seed: int) -> list[Row]:
    """Return records of adults who live alone, on few and short postcodes, badly typed."""
    rng, rows = random.Random(seed), list[Row]()
    codes = [str(rng.randint(800, 7999)) for _ in range(600)]
    for person in range(people):
        born = date(1920, 1, 1) + timedelta(days=rng.randrange(30_000))
        row = {
            "cluster_id": str(person), "given_names": rng.choice(GIVEN), "family_name": rng.choice(FAMILY),
            "date_of_birth": born.isoformat(), "sex": "", "postcode": rng.choice(codes),
            "nhs_number": digits(rng, 8),
        }  # fmt: skip
        rows += copies(rng, row, 0.3)
    return rows


def write(path: Path, rows: list[Row], columns: tuple[str, ...] = COLUMNS) -> Path:
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _read(folder: Path, rows: list[Row]) -> Sample:
    return read_sample(write(folder / "sample.csv", rows))


@contextmanager
def patched(name: str, value: int, module: str = "training.learn") -> Generator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module(f"fingerpost.{module}"), name, value)
        yield


def one_round() -> AbstractContextManager[None]:
    """Learn in one round of EM: for what does not ask what the second one adds."""
    return patched("_ROUNDS", 1)


@pytest.fixture(scope="session", autouse=True)
def fewer_random_pairs() -> Iterator[None]:
    with patched("RANDOM_PAIRS", RANDOM_PAIRS), patched("_DRAWN", DRAWN, "matching.fit"):
        yield


@pytest.fixture(scope="session")
def families(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return _read(tmp_path_factory.mktemp("families"), family_rows(800, seed=3))


@pytest.fixture(scope="session")
def unseen_families(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return _read(tmp_path_factory.mktemp("unseen"), family_rows(400, seed=4))


@pytest.fixture(scope="session")
def adults(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return _read(tmp_path_factory.mktemp("adults"), adult_rows(2000, seed=5))


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a labelled sample of families as a file, large enough to learn from."""
    return write(tmp_path_factory.mktemp("file") / "sample.csv", family_rows(450, seed=6))
