"""R3: every fsync, write and rename of what was signed last fails, or is the last thing the process does.

    python -m assurance.faults [--careless]

Needs strace. `--careless` is the control: a writer that writes in place, which must be found out.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from assurance.faults.writer import HEADS
from fingerpost.vault.memory import LastSigned
from fingerpost.words.errors import FingerpostError

CALLS = ("fsync", "write", "rename", "openat")
FAULTS = ("error=EIO", "error=ENOSPC", "signal=KILL")
WRITER = [sys.executable, "-m", "assurance.faults.writer"]


def one(path: Path, inject: str, careless: bool) -> tuple[int, bool]:
    """Run the writer with one fault; return what it said was kept, and whether it noticed nothing."""
    line = [
        "strace",
        "-f",
        "-o",
        "/dev/null",
        "-e",
        f"inject={inject}",
        "-P",
        str(path),
        "-P",
        str(path.parent),
    ]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*_filtered(line, inject), *WRITER, str(path), *["--careless"] * careless],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    kept = done.stdout.split()
    return int(kept[-1]) if kept else 0, done.returncode == 0


def _filtered(line: list[str], inject: str) -> list[str]:
    """Files are opened by the hundred while Python starts: there, only our own paths count."""
    return line if inject.startswith("openat") else line[: line.index("-P")]


def wrong(path: Path, kept: int) -> str:
    """Return what is wrong with the file afterwards; the next process must go on from it."""
    try:
        head = LastSigned(path).read()
        if (head.size if head else 0) < kept:
            return f"{kept} was kept, and {head} is there"
        LastSigned(path).remember(HEADS + 1, bytes(32))
        after = LastSigned(path).read()
    except FingerpostError as error:
        return str(error)
    return "" if after and after.size == HEADS + 1 else "the next head could not be kept"


def campaign(folder: Path, careless: bool) -> int:
    """Inject each fault at each call until the writer runs through untouched; return the exit code."""
    runs, found = 0, []
    for call in CALLS:
        for fault in FAULTS:
            for place in range(1, 40):
                path = folder / f"{call}-{fault}-{place}" / "signed.json"
                path.parent.mkdir()
                kept, untouched = one(path, f"{call}:{fault}:when={place}", careless)
                runs += 1
                if problem := wrong(path, kept):
                    found.append(f"{call} {place} {fault}: {problem.replace(str(folder), '')}")
                if untouched and kept == HEADS and place > 1:
                    break
    print(f"{runs} runs of {len(CALLS)} calls by {len(FAULTS)} faults; {len(found)} left something wrong")
    print(*found[:5], sep="\n")
    return int(bool(found) is not careless)


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--careless", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="assurance-") as folder:
        return campaign(Path(folder), given.careless)


if __name__ == "__main__":
    sys.exit(main())
