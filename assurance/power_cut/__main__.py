"""R2: the power fails, again and again, while practitioners ask.

    python -m assurance.power_cut [--cuts 50] [--writes 20000] [--control fsync | synchronous_commit]

Database, keyring and what was signed last stand on one EXT4 file system, which is shut down without flushing
its journal: only what an fsync reached is there afterwards. A control makes the database careless, and the
campaign must find the loss.
"""

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from argparse import Namespace
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from uuid import uuid4

from assurance.frame import ASKER, Place, child, in_process, judge, make
from assurance.volume import Volume
from msgspec.structs import replace
from tests.cli.serving import until
from tests.conftest import write_extract

from fingerpost.access.caller import Caller
from fingerpost.instance import Instance
from fingerpost.ledger import Receipt
from fingerpost.wiring import Service, opened
from fingerpost.words.errors import FingerpostError
from fingerpost.words.vocabulary import Scope

CALLER = Caller(uuid4(), "campaign", ASKER, "", (Scope.LOOKUP,))
ASKERS = 4  # at once: they share the disk's waits
LONGEST_CYCLE = 120.0  # seconds; then the power fails however few were answered
CONTROLS = {"fsync": "fsync = off", "synchronous_commit": "synchronous_commit = off"}


def campaign(folder: Path, given: Namespace) -> int:
    """Cut the power as often as asked; return the exit code."""
    with Volume(folder / "disk", 900) as disk:
        place = make(disk.folder)
        if given.control:
            _careless(place, CONTROLS[given.control])
        restarts: list[float] = []
        kept: list[Receipt] = []
        for cut in range(1, given.cuts + 1):
            fault = _cycle(disk, place, kept, restarts, given.writes * cut // given.cuts)
            if fault:
                return _told(given, cut, kept, restarts, fault)
        verdict = judge(place.settings, kept)
        print(f"entries {verdict.entries}; faults {verdict.faults or 'none'}")
        fault = "" if verdict.sound else f"{verdict.lost} lost; {verdict.faults}"
        return _told(given, given.cuts, kept, restarts, fault)


def _careless(place: Place, line: str) -> None:
    server = Instance(place.settings).server
    assert server is not None
    with (server.data / "postgresql.auto.conf").open("a") as configuration:
        configuration.write(f"\n{line}\n")
    os.sync()


def _cycle(disk: Volume, place: Place, kept: list[Receipt], restarts: list[float], due: int) -> str:
    """Open the service, be asked and loaded, lose power once `due` were answered; return what is wrong."""
    began, asked = time.monotonic(), len(kept)
    try:
        with opened(place.settings) as service:
            restarts.append(time.monotonic() - began)
            _work(service, disk, kept, len(restarts), due)
    except FingerpostError as error:
        return f"did not start again: {error}"
    disk.come_back()
    try:
        verdict = judge(place.settings, kept[asked:])
    except FingerpostError as error:
        return f"did not start again: {error}"
    return "" if verdict.sound else f"{verdict.lost} of {verdict.receipts} lost; {verdict.faults}"


def _work(service: Service, disk: Volume, kept: list[Receipt], cycle: int, due: int) -> None:
    """Ask, load and sequence side by side until the power fails, at a moment of chance."""
    stopped = threading.Event()

    def ask() -> None:
        for number in count():
            if stopped.is_set():
                return
            with suppress(FingerpostError):
                kept.append(service.lookup.ask(CALLER, in_process(number)).receipt)

    def load() -> None:
        # A later closing date each time: a new leaving month, and so a new key in the keyring.
        closed = date(2024, 1, 15) + timedelta(days=30 * (cycle % 20))
        some = replace(child(500 + cycle), closed=closed.isoformat())
        extract = write_extract(disk.folder.with_suffix(f".{cycle}"), some)
        with suppress(FingerpostError, OSError):
            service.feeds.load_ssd(extract, "E06000010", accept_removals=True)

    sequence = partial(service.sequencer.run, stopped, lambda _: None)
    threads = [threading.Thread(target=act) for act in (*[ask] * ASKERS, load, sequence)]
    for thread in threads:
        thread.start()
    until(lambda: len(kept) >= due, LONGEST_CYCLE)
    time.sleep(random.uniform(0.1, 1))
    disk.cut_power()
    stopped.set()
    for thread in threads:
        thread.join()


def _told(given: Namespace, cuts: int, kept: list[Receipt], restarts: list[float], fault: str) -> int:
    print(
        f"seed {given.seed}; cuts {cuts}; answers {len(kept)};"
        f" until it was open again at most {max(restarts, default=0):.1f} s"
    )
    print(fault or "nothing lost, ledger and tree sound after every cut")
    if given.control:
        print("the control lost" if fault else "THE CONTROL LOST NOTHING")
    return int(bool(fault) is not bool(given.control))


def main() -> int:
    """Run the campaign; return 0 if nothing was lost, or the control lost something."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cuts", type=int, default=50)
    parser.add_argument("--writes", type=int, default=20_000, help="acknowledged answers in all, at least")
    parser.add_argument("--control", choices=sorted(CONTROLS))
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    given = parser.parse_args()
    random.seed(given.seed)
    with tempfile.TemporaryDirectory(prefix="assurance-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the embedded database runs as a user without rights
        return campaign(Path(folder), given)


if __name__ == "__main__":
    sys.exit(main())
