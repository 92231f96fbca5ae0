"""R5: the disk of the write-ahead log, of the keyring, or of the database is full, and has room again.

    python -m assurance.full [--only wal keyring data] [--seconds 10] [--control]

As root: each is a small file system of its own, which a file fills. Meanwhile practitioners ask and an
authority loads. `--control` lets the database acknowledge before it writes; a full log must then lose.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from uuid import uuid4

import psycopg
from assurance.frame import ASKER, Place, child, in_process, judge, make
from assurance.killed.__main__ import NURSERY, careless
from msgspec import Struct, field
from tests.cli.serving import until
from tests.conftest import write_extract

from fingerpost.access.caller import Caller
from fingerpost.instance import Instance
from fingerpost.ledger import Receipt
from fingerpost.wiring import Service, opened
from fingerpost.words.errors import FingerpostError
from fingerpost.words.vocabulary import Scope

MIB = {"wal": 80, "keyring": 1, "data": 260}
LONGEST_REFUSAL = 2.0  # seconds
LONGEST_HEALING = 60.0  # seconds from room to an answer
CALLER = Caller(uuid4(), "campaign", ASKER, "", (Scope.LOOKUP,))


class Seen(Struct):
    """What came of asking while there was no room, and after."""

    receipts: list[Receipt] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)  # seconds that each took
    loaded: int = 0
    turned_away: int = 0  # loads
    healed: float = 0.0

    def ask(self, service: Service, number: int) -> bool:
        """Ask once; return whether there was an answer."""
        began = time.monotonic()
        try:
            self.receipts.append(service.lookup.ask(CALLER, in_process(number)).receipt)
        except FingerpostError:
            self.refused.append(time.monotonic() - began)
            return False
        return True

    def load(self, service: Service, folder: Path, many: int) -> None:
        """Load an extract of so many children."""
        extract = write_extract(folder / uuid4().hex, *map(child, range(many)))
        try:
            service.feeds.load_ssd(extract, NURSERY, accept_removals=True, accept_older=True)
            self.loaded += 1
        except FingerpostError:
            self.turned_away += 1


@contextmanager
def small(folder: Path, mib: int) -> Generator[Path]:
    """Mount a file system of so many MiB, that everybody may read."""
    folder.mkdir(parents=True)
    options = f"size={mib}m,mode=755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "small", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def filled(folder: Path) -> Generator[None]:
    """Leave no room while the block runs."""
    ballast = folder / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    try:
        yield
    finally:
        ballast.unlink()


def placed(which: str, folder: Path, disk: Path) -> Place:
    """Make an instance of which one part is on `disk`."""
    match which:
        case "keyring":
            return make(folder, keyring=disk / "keyring")
        case "data":
            return make(disk)
        case _:
            place = make(folder)
            server = Instance(place.settings).server
            assert server is not None
            assert until(lambda: not (server.data / "postmaster.pid").exists(), 30), "it is up still"
            log = server.data / "pg_wal"
            subprocess.run(["cp", "-a", str(log), str(disk / "log")], check=True)
            shutil.rmtree(log)
            log.symlink_to(disk / "log")
            return place


def pressed(place: Place) -> None:
    """Make the database want the next file of its log."""
    with (
        suppress(psycopg.Error),
        psycopg.connect(Instance(place.settings).owner_conninfo(), autocommit=True) as owner,
    ):
        owner.execute("SELECT pg_switch_wal()")


def hurt(which: str, folder: Path, given: Namespace) -> bool:
    """Fill one disk while people ask and load, wait until there are answers again, and judge."""
    seen, numbers = Seen(), count()
    with small(folder / "disk", MIB[which]) as disk:
        place = placed(which, folder, disk)
        with opened(place.settings) as service:
            if given.control:
                careless(place)
            assert seen.ask(service, next(numbers))
            with filled(disk):
                ends = time.monotonic() + given.seconds
                for turn in _until(ends):
                    pressed(place)
                    seen.load(service, folder / "extracts", turn % 40 + 1)
                    for _ in range(5):
                        seen.ask(service, next(numbers))
                    with suppress(FingerpostError, OSError):
                        service.sequencer.sequence_all()
            room = time.monotonic()
            while not seen.ask(service, next(numbers)) and time.monotonic() < room + 2 * LONGEST_HEALING:
                time.sleep(0.1)
            seen.healed = time.monotonic() - room
            seen.load(service, folder / "extracts", 3)
        return told(which, seen, place)


def _until(moment: float) -> Iterator[int]:
    for turn in count():
        if time.monotonic() > moment:
            return
        yield turn


def told(which: str, seen: Seen, place: Place) -> bool:
    """Print what was measured; return whether all that was acknowledged stands, and refusals came in time."""
    verdict = judge(place.settings, seen.receipts)
    kept = verdict.kinds.get("feed_loaded", 0) - 1
    slowest = max(seen.refused, default=0.0)
    print(f"{which}: answers {len(seen.receipts)}, lost {verdict.lost}; faults {verdict.faults or 'none'}")
    print(f"  refused {len(seen.refused)}, the slowest after {slowest:.1f} s")
    print(f"  answered {seen.healed:.1f} s after there was room")
    print(f"  loads accepted {seen.loaded}, on the ledger {kept}, turned away {seen.turned_away}", flush=True)
    return (
        verdict.sound
        and kept >= seen.loaded
        and slowest <= LONGEST_REFUSAL
        and seen.healed <= LONGEST_HEALING
    )


def main() -> int:
    """Run the campaign; return 0 if the promise was kept, or the control lost something."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*", choices=list(MIB), default=list(MIB))
    parser.add_argument("--seconds", type=float, default=10, help="without room")
    parser.add_argument("--control", action="store_true")
    given = parser.parse_args()
    kept = True
    for which in ("wal",) if given.control else given.only:
        with tempfile.TemporaryDirectory(prefix="assurance-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o755)  # the embedded database runs as a user without rights
            kept = hurt(which, Path(folder), given) and kept
    print("kept" if kept else "NOT KEPT")
    return int(kept is given.control)


if __name__ == "__main__":
    sys.exit(main())
