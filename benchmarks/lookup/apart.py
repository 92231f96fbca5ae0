"""Lookups a second with the vault in a process of its own, beside the same path in one process, in turns.

    .venv/bin/python benchmarks/lookup/apart.py [--children 6000] [--lookups 500] [--folder DIR]

Apart are a vault, a door and the jobs beside it, three processes; the other is one. Each stands still in the
other's turn. Both answer from one database, so only the ratio says anything: the machine is shared.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from run import PORT, TURNS, one_by_one, prepare, standing, together, wait_until_ready

from fingerpost.app import JOBS
from fingerpost.vault.messages import Caller

APART = PORT + 2
ASKERS = (1, 8)  # at once

Processes = list[subprocess.Popen[bytes]]


def start(*words: str, **settings: str) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "fingerpost", *words]
    return subprocess.Popen(line, stdout=subprocess.DEVNULL, env={**os.environ, **settings})


def start_apart(socket: Path) -> Processes:
    """Start the three processes; this user is every caller."""
    allowed = [f"--allow={caller.value}={os.getuid()}" for caller in Caller]
    vault = start("vault", "serve", str(socket), *allowed)
    while not socket.exists():
        assert vault.poll() is None
    with_it = {"FINGERPOST_VAULT": str(socket), "FINGERPOST_PORT": str(APART)}
    return [vault, start("serve", **with_it), start("work", *JOBS, **with_it)]


def still(processes: Processes, yes: bool) -> None:
    for process in processes:
        standing(process, yes)


def compare(token: str, bodies: list[bytes], one: Processes, three: Processes) -> None:
    """Print each turn, and the median ratio for each number of askers."""
    for port in (PORT, APART):
        together(token, bodies[:200], 8, port)
    for askers in ASKERS:
        ratios: list[float] = []
        for _ in range(TURNS):
            still(three, True)
            here = together(token, bodies, askers, PORT)
            still(three, False)
            still(one, True)
            there = together(token, bodies, askers, APART)
            still(one, False)
            ratios.append(there / here)
            print(f"  {askers} at once: apart {there:.0f}, in one process {here:.0f}: {ratios[-1]:.2f}")
        median, low, high = statistics.median(ratios), min(ratios), max(ratios)
        print(
            f"{askers} at once: apart {median:.2f} of the lookups/s of one process ({low:.2f} to {high:.2f})"
        )
    still(three, True)
    here_ms = statistics.median(one_by_one(token, bodies, PORT, False)[0])
    still(three, False)
    there_ms = statistics.median(one_by_one(token, bodies, APART, False)[0])
    print(f"p50 of one asker: apart {there_ms:.2f} ms, in one process {here_ms:.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--children", type=int, default=6000)
    parser.add_argument("--lookups", type=int, default=500)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)).resolve()
        os.environ |= {"FINGERPOST_INSTANCE": str(folder / "instance"), "FINGERPOST_PORT": str(PORT)}
        token, bodies = prepare(folder, given.children)
        one: Processes = [start("serve")]
        three: Processes = []
        try:
            wait_until_ready(PORT)
            three = start_apart(Path(temporary) / "vault.sock")
            wait_until_ready(APART)
            compare(token, bodies[: given.lookups], one, three)
        finally:
            for processes in (one, three):
                still(processes, False)
                for process in processes:
                    process.terminate()
                    process.wait()


if __name__ == "__main__":
    main()
