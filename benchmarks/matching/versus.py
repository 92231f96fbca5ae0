"""Side by side: ours, Splink 5 and a PostgreSQL soundex search, on the same data in one run.

    python -m benchmarks.matching.versus DATA [--sets febrl3 febrl4 families lookups] [--million]

DATA is a folder that holds, at any depth, febrl3.csv, febrl4a.csv, febrl4b.csv and the name lists; a set
whose file is missing is left out by name. `--million` runs the sizes of docs/matching.md (under an hour,
under 16 GiB); without it families and lookups are smaller and the run ends in minutes. `--work DIR` keeps
the large sets and the sealed instance between runs.
"""

import argparse
import os
import platform
import resource
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec
from benchmarks.matching import engines, table
from benchmarks.matching.engines import ENGINES, Machine, Run
from benchmarks.matching.postgres_peer import plain_server
from benchmarks.matching.sets import Missing, Trial, families_set, febrl, lookups_set
from rich.console import Console

FULL_FAMILIES, FULL_LOOKUPS = 100_000, 1_000_000
FAMILIES, LOOKUPS = 20_000, 50_000
QUESTIONS = 3_000
SETS = ("febrl3", "febrl4", "families", "lookups")
_PACKAGES = ("splink", "duckdb", "psycopg", "rapidfuzz", "numpy")

Maker = Callable[[Path, Path], Trial]


def _processor() -> str:
    facts = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    named = [line.partition(":")[2].strip() for line in facts.splitlines() if line.startswith("model name")]
    return named[0] if named else platform.processor()


def machine() -> Machine:
    """Return the facts of this machine that matter to a time."""
    packages = {name: version(name) for name in _PACKAGES}
    return Machine(len(os.sched_getaffinity(0)), platform.python_version(), _processor(), packages)


def makers(wanted: list[str], families: int, lookups: int, questions: int) -> dict[str, Maker]:
    """Return how each set that is wanted is made, in the order of the table."""
    made: dict[str, Maker] = {}
    for number in (3, 4):
        if f"febrl{number}" in wanted:
            made[f"febrl{number}"] = lambda data, work, n=number: febrl(data, work, n, False)
            made[f"febrl{number}-identified"] = lambda data, work, n=number: febrl(data, work, n, True)
    if "families" in wanted:
        made["families-half"] = lambda data, work: families_set(data, work, families, 0.5)
        made["families-none"] = lambda data, work: families_set(data, work, families, 0.0)
    if "lookups" in wanted:
        made["lookups"] = lambda data, work: lookups_set(data, work, lookups, questions)
    return made


@contextmanager
def _temporary() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="versus", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def run(
    data: Path, work: Path, sets: dict[str, Maker], chosen: tuple[str, ...] = ENGINES,
    *, judged: bool = True, say: Callable[[str], None] = lambda _: None,
    keep: Callable[[Run], None] = lambda _: None,
) -> Run:  # fmt: skip
    """Measure every set with every engine chosen; `keep` gets the run as it stands after each set."""
    began = datetime.now(UTC)
    done = Run(began.isoformat(timespec="seconds"), machine(), {}, {})
    with _temporary() as own, plain_server(own / "plain") as server:
        for name, make in sets.items():
            try:
                trial = make(data, work)
            except Missing as missing:
                done.left_out[name] = f"{missing} is not in the folder given"
                continue
            done.measured[name] = engines.measure(trial, chosen, server, work, judged=judged, say=say)
            done.minutes = round((datetime.now(UTC) - began).total_seconds() / 60, 1)
            done.peak_gib = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 1)
            keep(done)
    return done


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--million", action="store_true", help="the sizes of docs/matching.md")
    parser.add_argument("--families", type=int, help="records of the families")
    parser.add_argument("--lookups", type=int, help="records that are looked up in")
    parser.add_argument("--times-only", action="store_true", help="time single lookups and judge nothing")
    parser.add_argument("--work", type=Path, help="a folder to keep large sets in")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    return parser.parse_args()


def _write(done: Run, target: Path | None) -> None:
    if target:
        target.write_bytes(msgspec.json.format(msgspec.json.encode(done)) + b"\n")


def main() -> None:
    given = _arguments()
    families = given.families or (FULL_FAMILIES if given.million else FAMILIES)
    lookups = given.lookups or (FULL_LOOKUPS if given.million else LOOKUPS)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    with _temporary() as temporary:
        work = given.work or temporary
        work.mkdir(parents=True, exist_ok=True)
        chosen = tuple(engine for engine in ENGINES if engine in given.engines)
        done = run(
            given.data, work, makers(given.sets, families, lookups, QUESTIONS), chosen,
            judged=not given.times_only, say=lambda title: print(f"… {title}", file=sys.stderr, flush=True),
            keep=lambda run_so_far: _write(run_so_far, given.json),
        )  # fmt: skip
    table.show(done, console)


if __name__ == "__main__":
    main()
