"""R1: kill -9 of every process that serves, at random, while practitioners ask and an authority loads.

    python -m assurance.killed [--kills 200] [--writes 20000] [--careless]

`--careless` is the control: the database acknowledges before it writes, and the campaign must find the loss.
"""

import argparse
import os
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import psycopg
from assurance.frame import Askers, Place, Verdict, child, judge, make, offspring, patiently
from msgspec import Struct, field
from tests.cli.serving import Server, until
from tests.conftest import write_extract

from fingerpost.instance import Instance
from fingerpost.wiring import opened
from fingerpost.words.errors import FingerpostError

LONGEST_RESTART = 10.0  # seconds from the kill to the next answer
NURSERY = "E06000010"  # the authority that loads one more child each time
CARELESS = ("fingerpost_lookup", "fingerpost_feed")


class Run(Struct):
    """What is being hurt, and what happened."""

    place: Place
    folder: Path
    server: Server
    loaded: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    restarts: dict[str, list[float]] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)


def victims(run: Run) -> dict[str, list[int]]:
    """Return the processes of each kind that live now."""
    process = run.server.process
    assert process is not None
    database = Instance(run.place.settings).server
    assert database is not None
    try:
        postmaster = int((database.data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        postmaster = 0
    found = {
        "server": [process.pid],
        "worker": run.server.workers() if process.poll() is None else [],
        "postmaster": [postmaster] if _is(postmaster, "postgres") else [],
        "backend": offspring(postmaster) if postmaster else [],
        "supervisor": _named("fingerpost.db.supervisor", str(database.folder)),
        "vault": _named("fingerpost", "vault", str(run.place.settings.instance)),
    }
    return {kind: pids for kind, pids in found.items() if pids}


def _is(pid: int, name: str) -> bool:
    try:
        return name in Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return False


def _named(*words: str) -> list[int]:
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if all(word.encode() in line for word in words):
            found.append(int(folder.name))
    return found


def load(run: Run) -> None:
    """Load an extract with one more child each time; a feed that was accepted is counted."""
    with ExitStack() as stack:
        service = patiently(lambda: stack.enter_context(opened(run.place.settings)))
        while not run.stopped.is_set():
            extract = write_extract(
                run.folder / "nursery" / uuid4().hex, *map(child, range(run.loaded % 40 + 1))
            )
            try:
                service.feeds.load_ssd(extract, NURSERY, accept_removals=True, accept_older=True)
                run.loaded += 1
            except FingerpostError:
                run.stopped.wait(0.1)
            run.stopped.wait(0.2)


def kill_one(run: Run, askers: Askers) -> None:
    """Kill a process of a kind chosen at random, and wait until answers come again."""
    kinds = victims(run)
    kind = random.choice(sorted(kinds))
    try:
        os.kill(random.choice(kinds[kind]), signal.SIGKILL)
    except ProcessLookupError:
        return
    killed = time.monotonic()
    run.kills[kind] = run.kills.get(kind, 0) + 1
    time.sleep(0.1)  # what was on its way when the blow fell does not count as a restart
    mark = time.monotonic()

    def answers() -> bool:
        restart(run)
        return askers.last_answer > mark

    assert until(answers, 60), f"""no answer within a minute: {kind} was killed after {len(askers.receipts)}
        answers, not answered {askers.refused}; {(run.folder / "output").read_text("utf-8")[-4000:]}"""
    run.restarts.setdefault(kind, []).append(askers.last_answer - killed)


def restart(run: Run) -> None:
    """Start the server again on its port if it is gone, as an init system would."""
    if run.server.process is not None and run.server.process.poll() is not None:
        start(run)


def start(run: Run) -> None:
    """Start the server on its port, and wait until it is ready."""
    run.server = Server(run.place.settings.instance, run.folder / "output", port=run.server.port).__enter__()


def careless(place: Place) -> None:
    """Let the database acknowledge what it has not written: the control."""
    with psycopg.connect(Instance(place.settings).owner_conninfo(), autocommit=True) as owner:
        for role in CARELESS:
            owner.execute(f"ALTER ROLE {role} SET synchronous_commit = off".encode())


def campaign(folder: Path, given: Namespace) -> int:
    """Hurt an instance in `folder` as asked, and tell what was measured."""
    place = make(folder)
    run = Run(place, folder, Server(place.settings.instance, folder / "output"))
    start(run)
    if given.careless:
        careless(place)
    askers = Askers(lambda: run.server, place.token)
    loader = threading.Thread(target=load, args=(run,), daemon=True)
    loader.start()
    began = time.monotonic()
    for share in range(given.kills):
        if time.monotonic() - began > 60 * given.minutes:
            break
        kill_one(run, askers)
        assert until(lambda due=given.writes * share // given.kills: served(run, askers, due), 600)
        time.sleep(random.uniform(0, 0.2))
    until(lambda: served(run, askers, given.writes), 60 * given.minutes + began - time.monotonic())
    run.stopped.set()
    askers.stop()
    loader.join()
    run.server.__exit__()
    return told(run, askers, judge(place.settings, askers.receipts), given, time.monotonic() - began)


def served(run: Run, askers: Askers, due: int) -> bool:
    """Tell whether so many were answered; the server is kept going meanwhile."""
    restart(run)
    return len(askers.receipts) >= due


def told(run: Run, askers: Askers, verdict: Verdict, given: Namespace, seconds: float) -> int:
    """Print what was measured; return the exit code."""
    print(f"seed {given.seed}; {seconds:.0f} s; not answered {askers.refused}")
    print(
        f"answers {verdict.receipts}, lost {verdict.lost}; feeds accepted {run.loaded}, "
        f"on the ledger {verdict.kinds.get('feed_loaded', 0) - 1}"
    )
    print(f"entries {verdict.entries}; faults {verdict.faults or 'none'}")
    for kind, restarts in sorted(run.restarts.items()):
        took = f"median {statistics.median(restarts):.1f} s, most {max(restarts):.1f} s"
        print(f"  {kind}: killed {run.kills[kind]} times; to the next answer {took}")
    longest = max(max(restarts) for restarts in run.restarts.values())
    lost = verdict.lost + max(0, run.loaded + 1 - verdict.kinds.get("feed_loaded", 0))
    if given.careless:
        print("the control lost something" if lost or verdict.faults else "THE CONTROL LOST NOTHING")
        return 0 if lost or verdict.faults else 1
    kept = not lost and not verdict.faults and longest <= LONGEST_RESTART
    print("kept" if kept else "NOT KEPT")
    return 0 if kept else 1


def main() -> int:
    """Run the campaign; return 0 if the promise was kept, or the control lost something."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--writes", type=int, default=20_000)
    parser.add_argument("--minutes", type=float, default=120, help="judge what was done by then")
    parser.add_argument("--careless", action="store_true")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    given = parser.parse_args()
    random.seed(given.seed)
    with tempfile.TemporaryDirectory(prefix="assurance-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the embedded database runs as a user without rights
        return campaign(Path(folder), given)


if __name__ == "__main__":
    sys.exit(main())
