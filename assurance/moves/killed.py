"""kill -9 of the processes that follow moves and send notices: nothing is lost, and nothing told twice.

    python -m assurance.moves [--notices 10000]
    python -m assurance.moves --notices 100 --careless

Pairs of authorities load the same children while the worker is killed at random moments, also while it sends.
`--careless` is the control: it takes away what is due before it tells, and the campaign must find the loss.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from uuid import UUID

import msgspec
import psycopg
from assurance.moves import worker
from msgspec import Struct, field
from tests.conftest import Child, go_live, let_in, write_extract
from tests.notices.servers import webhook

from fingerpost.access.caller import Practitioner
from fingerpost.instance import Instance
from fingerpost.ledger.movings import MovesFollowed
from fingerpost.notices.delivery_store import Route
from fingerpost.reference import authorities
from fingerpost.settings import Environment, Settings
from fingerpost.signposts.person import Person
from fingerpost.signposts.trails import Link, grouped
from fingerpost.synthetic.numbers import nhs_number
from fingerpost.wiring import Service, found, opened
from fingerpost.words.vocabulary import Role

EACH = 250  # children that two authorities share
WORKS = 0.3  # seconds at most that a worker lives once something is due
IDLES = 0.6  # seconds at most that it lives with nothing due
BEGINS = 30  # seconds at most until it works
LIVES = 2  # that end after the last feed: the second of them began after it
CODES = [code for code in sorted(authorities()) if code[:3] in {"E06", "E08", "E09", "E10"}]
_FORKED = get_context("forkserver")  # a new worker is there at once, and inherits no connection
Owner = psycopg.Connection[tuple[object, ...]]
Work = Callable[[Settings, Event], None]


class Killer(Struct):
    """Starts a worker, kills it at some moment, and starts the next one."""

    settings: Settings
    owner: Owner
    work: Work
    kills: int = 0
    felt: int = 0  # kills while something was due
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Go on until stopped."""
        while not self.stopped.is_set():
            process = self.started()
            self.await_work()
            self.stopped.wait(random.uniform(0, WORKS))
            process.kill()
            process.join()
            self.kills += 1
            self.felt += self.due() > 0

    def await_work(self) -> None:
        """Return when something is due, or after a while."""
        deadline = time.monotonic() + IDLES
        while not self.due() and time.monotonic() < deadline and not self.stopped.wait(0.005):
            pass

    def due(self) -> int:
        """Return how much is due."""
        return count(self.owner, "SELECT count(*) FROM move_due")

    def unsent(self) -> int:
        """Return how many messages wait; none for others to go with it any more."""
        self.owner.execute(
            "UPDATE notice_delivery SET due_at = now() WHERE channel = 'webhook' AND sent_at IS NULL"
            " AND attempts = 0"
        )
        return count(
            self.owner, "SELECT count(*) FROM notice_delivery WHERE channel = 'webhook' AND sent_at IS NULL"
        )

    def started(self) -> BaseProcess:
        """Start a worker, and wait until it works."""
        begun = _FORKED.Event()
        process = _FORKED.Process(target=self.work, args=(self.settings, begun), daemon=True)
        process.start()
        begun.wait(BEGINS)
        return process

    def go_on(self, lives: int) -> None:
        """Return when so many more workers were killed."""
        enough, deadline = self.kills + lives, time.monotonic() + lives * (BEGINS + IDLES + WORKS)
        while self.kills < enough and time.monotonic() < deadline:
            time.sleep(0.05)

    def finish(self, seconds: float) -> None:
        """Let one worker live until nothing is due or under way."""
        process = self.started()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and (self.due() or self.unsent()):
            time.sleep(0.05)
        process.kill()
        process.join()


def count(owner: Owner, query: str) -> int:
    """Return the one number that a query gives."""
    ((number,),) = owner.execute(query).fetchall()  # type: ignore[call-overload]
    return int(str(number))  # pyright: ignore[reportUnknownArgumentType]


def child(pair: int, number: int) -> Child:
    """Return a child whom both authorities of a pair know, and nobody else."""
    serial = pair * 1000 + number
    return Child(
        reference=f"P{serial}", given="Ada", family=f"Quill{chr(97 + number % 26)}{chr(97 + pair % 26)}",
        born=f"{2010 + number % 12}-{1 + number % 12:02}-{1 + serial % 28:02}", nhs_number=nhs_number(serial),
    )  # fmt: skip


def campaign(
    settings: Settings, folder: Path, *, pairs: int, each: int, work: Work
) -> tuple[Killer, list[str]]:
    """Load `pairs` times `each` shared children while workers die. Return the killer, and what was wrong."""
    with (
        opened(settings) as service,
        psycopg.connect(Instance(settings).owner_conninfo(), autocommit=True) as owner,
        webhook([]) as (address, posts),
    ):
        manager = Person(CODES[0], "manager")
        service.accounts.save_practitioner(
            Practitioner(manager.authority, manager.reference, "A Manager", Role.MANAGER, active=True)
        )
        service.notices.routes.set(Route(webhook=address), manager)
        killer = Killer(settings, owner, work)
        thread = threading.Thread(target=killer.run, daemon=True)
        thread.start()
        for pair in range(pairs):
            children = [child(pair, number) for number in range(each)]
            for code in CODES[2 * pair : 2 * pair + 2]:
                service.feeds.load_ssd(write_extract(folder / code, *children), code)
        killer.go_on(LIVES)
        killer.stopped.set()
        thread.join()
        killer.finish(120)
        taken = {post.headers["webhook-id"] for post in posts}
        return killer, wrong(service, owner, pairs * each, taken)


def wrong(service: Service, owner: Owner, shared: int, taken: set[str]) -> list[str]:
    """Return what was lost or doubled: notices, their entries on the ledger, messages."""
    told = owner.execute(
        "SELECT authority, record_id, other_id, count(*) FROM notice WHERE kind = 'shared' GROUP BY 1, 2, 3"
    ).fetchall()
    faults = [f"told {times} times" for *_, times in told if times != 1]
    whom = {(str(authority), record, other) for authority, record, other, _ in told}
    due = must_be_told(owner)
    if whom != due or len(due) < 2 * shared:
        faults.append(f"{len(due - whom)} of {len(due)} not told, {len(whom - due)} told of no trail")
    entries = service.ledger.checked(service.records_database)
    events = [e.event for _, e in entries if e and isinstance(e.event, MovesFollowed)]
    listed = Counter(str(notice) for event in events for notice in event.told)
    ids = {str(row) for (row,) in owner.execute("SELECT id FROM notice").fetchall()}
    faults += [f"{times} entries of one notice" for times in listed.values() if times != 1]
    if listed.keys() != ids:
        faults.append(f"{len(listed.keys() ^ ids)} notices without entry, or entries without notice")
    sent = owner.execute(
        "SELECT id FROM notice_delivery WHERE channel = 'webhook' AND sent_at IS NOT NULL"
    ).fetchall()
    if {str(row) for (row,) in sent} != taken:
        faults.append("messages noted as sent are not those that were taken")
    return faults


def must_be_told(owner: Owner) -> set[tuple[object, object, object]]:
    """Return whom to tell of which record of its own and which of another: all pairs that trails hold."""
    query = "SELECT id, record_a, record_b, band, state FROM link WHERE state = 'linked'"
    rows = [dict(zip(Link.__struct_fields__, row, strict=True)) for row in owner.execute(query).fetchall()]
    groups = grouped(msgspec.convert(rows, list[Link]))
    records = owner.execute("SELECT id, authority FROM record").fetchall()
    holds = {UUID(str(record)): str(authority) for record, authority in records}
    return {
        (holds[one], one, other)
        for one in holds for other in groups.of(one) if holds[one] != holds[other]
    }  # fmt: skip


def made(folder: Path) -> Settings:
    """Make an instance in `folder` whose authorities are let in."""
    settings = Settings(instance=folder / "i", environment=Environment.TEST, guard=False)
    found(settings)
    with Instance(settings).running():
        let_in(Instance(settings).owner_conninfo())
        go_live(settings)
    return settings


def main() -> int:
    """Run the campaign; return 0 if the promise was kept, or the control lost something."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--notices", type=int, default=10_000)
    parser.add_argument("--careless", action="store_true")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    given = parser.parse_args()
    random.seed(given.seed)
    each = max(1, min(EACH, given.notices // 2))
    pairs = min(len(CODES) // 2, -(-given.notices // (2 * each)))
    work = worker.work_carelessly if given.careless else worker.work
    with tempfile.TemporaryDirectory(prefix="assurance-", ignore_cleanup_errors=True) as made_in:
        folder = Path(made_in)
        folder.chmod(0o755)  # the embedded database runs as a user without rights
        began = time.monotonic()
        settings = made(folder)
        with Instance(settings).running():
            killer, faults = campaign(settings, folder, pairs=pairs, each=each, work=work)
    print(f"seed {given.seed}; {time.monotonic() - began:.0f} s; {2 * pairs * each} notices due;")
    print(f"workers killed {killer.kills} times, {killer.felt} of them with something due")
    print(f"wrong: {dict(Counter(faults)) or 'nothing'}")
    if given.careless:
        print("the control lost something" if faults else "THE CONTROL LOST NOTHING")
        return 0 if faults else 1
    print("NOT KEPT" if faults or not killer.felt else "kept")
    return 1 if faults or not killer.felt else 0


if __name__ == "__main__":
    sys.exit(main())
