"""R18: five readers of what strangers write, so many seconds each, under Atheris.

    python -m assurance.parsers [--seconds 60] [--only TARGET …] [--control]

Needs `pip install atheris`, which no other part does. `--control` reads dates carelessly; that must be found.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

TARGETS = ("notes", "tokens", "feed", "names", "dates")
CONTROL = "careless"
SEEDS = {
    "notes": f"fingerpost.example/log\n3\n{'A' * 43}=\n\n\u2014 a AAAAAAAA\n".encode(),
    "tokens": b"BCDF-GHJK",
    "feed": b"P1,Ada,Quill,2015-03-01,F,,,9434765919,,N\x1fP1,LS1 4DY,A1,2020-01-01,\x1fP1,R1,2024-01-01,,,",
    "names": "Zo\u00eb\x1fO'Neill-\u0141uk\x1fZed\x1fLS1 4DY".encode(),
    "dates": b"1/3/2015\x1f2015-01-01\x1f31 Dec 2015\x1f2027-01-02",
    CONTROL: b"2015-03-01",
}


def fuzzed(target: str, seconds: int, folder: str) -> tuple[bool, int]:
    """Return whether a reader held, and how many inputs it was given."""
    line = [
        sys.executable, "-m", "assurance.parsers.one", target, f"-max_total_time={seconds}", "-timeout=10",
        f"-artifact_prefix={folder}/", "-max_len=4096", folder,
    ]  # fmt: skip
    done = subprocess.run(line, capture_output=True, text=True, errors="replace", check=False)
    runs = max(map(int, re.findall(r"^#(\d+)", done.stderr, re.MULTILINE)), default=0)
    if done.returncode:
        print((done.stderr + done.stdout)[-1500:], file=sys.stderr)
    return not done.returncode, runs


def main() -> int:
    """Run the campaign; return 0 if every reader held, or the careless one was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60, help="for each reader; R18 asks for 3600")
    parser.add_argument("--only", nargs="*", choices=TARGETS, default=list(TARGETS))
    parser.add_argument("--control", action="store_true")
    given = parser.parse_args()
    if find_spec("atheris") is None:
        print("not run: atheris is not installed (pip install atheris)", file=sys.stderr)
        return 2
    kept = True
    for target in (CONTROL,) if given.control else given.only:
        with tempfile.TemporaryDirectory(prefix="assurance-") as folder:
            (Path(folder) / "seed").write_bytes(SEEDS[target])
            held, runs = fuzzed(target, given.seconds, folder)
        print(f"{target}: {runs} inputs in {given.seconds} s: {'held' if held else 'FAILED'}", flush=True)
        kept = kept and held
    return int(kept is given.control)


if __name__ == "__main__":
    sys.exit(main())
