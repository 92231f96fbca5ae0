"""One lookup through HTTP over 200,000 signposts, beside the floor: the same server's health page.
And how many a second with everything on, beside the same without the tree and without the guard, in turns.

    .venv/bin/python benchmarks/lookup/run.py [--children 90000] [--lookups 2000] [--folder DIR]

The folder is kept between runs if named. Trust the ratio: the machine is shared.
"""

import argparse
import csv
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path

import psycopg
from treeless import queue_again, treeless

from fingerpost import settings
from fingerpost.access.caller import Practitioner
from fingerpost.access.lists import Checked
from fingerpost.cli.demo import go_live
from fingerpost.instance import Instance
from fingerpost.moves.moves import BEAT_SECONDS
from fingerpost.synthetic.country import Order, make_country
from fingerpost.synthetic.days import AS_OF
from fingerpost.wiring import found, opened
from fingerpost.words.clock import today
from fingerpost.words.vocabulary import Role, Scope

PORT = 8431
KINDS = {"whole": PORT + 1, "tree": PORT + 2, "guard": PORT + 3}  # by what is left out
PEOPLE = 300  # who ask, so that nobody asks more than a busy person would
TURNS = 6
LEAST_RATIO = 0.6  # of lookups a second, with everything on to without the tree
os.environ.setdefault("FINGERPOST_GUARD", "off")  # the first part is of a server that asks nobody why


def prepare(folder: Path, children: int) -> tuple[str, list[bytes]]:
    """Make and load the country unless the folder holds it; return a token and questions to ask."""
    given = settings.load()
    country = folder / "england"
    if given.instance.exists():
        kept = Instance(given)
        with kept.running():
            kept.migrate()  # it was made by an earlier version
    else:
        found(given)
        order = Order(children=children, seed=7, authorities=153, as_of=AS_OF.toordinal())
        make_country(order, country, lambda _: None)
        with opened(given) as service:
            started = time.perf_counter()
            for extract in sorted(p for p in country.iterdir() if p.is_dir()):
                go_live(service, extract.name)
                service.feeds.load_ssd(extract, extract.name)
            print(f"loaded in {time.perf_counter() - started:.0f} s")
    with opened(given) as service:
        day = today(service.now())
        service.accreditation.accredit_authority("RJ1", "Bench Owner", day)
        nurses = [f"bench{number}" for number in range(PEOPLE)]
        for nurse in nurses:
            service.accounts.save_practitioner(
                Practitioner("RJ1", nurse, "Bench Nurse", Role.CLINICIAN, active=True)
            )
        service.accreditation.accredit_people("RJ1", [Checked(nurse, day, day) for nurse in nurses])
        token = service.accounts.issue_client("RJ1", "benchmark", (Scope.LOOKUP,), 1, day)
    return token, questions(country)


def questions(country: Path) -> list[bytes]:
    """Return what practitioners would type, as request bodies."""
    bodies: list[bytes] = []
    with (country / "questions.csv").open(encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file)):
            fields = ("given_names", "family_name", "date_of_birth", "sex", "nhs_number")
            child: dict[str, object] = {field: row[field] for field in fields}
            child["postcodes"] = [row["postcode"]] if row["postcode"] else []
            asked = {"practitioner": f"bench{number % PEOPLE}", "purpose": "unscheduled_care"}
            asked["case_reference"] = "B-1"
            bodies.append(json.dumps({**asked, "child": child}).encode())
    return bodies


def timed(connection: http.client.HTTPConnection, ask: Callable[[], None]) -> tuple[float, int]:
    started = time.perf_counter()
    ask()
    response = connection.getresponse()
    response.read()
    return (time.perf_counter() - started) * 1000, response.status


def one_by_one(
    token: str, bodies: list[bytes], port: int = PORT, floors: bool = True
) -> tuple[list[float], list[float], dict[int, int]]:
    """Ask one question after another; return times of lookups and of the floor, and statuses."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    lookups: list[float] = []
    floor: list[float] = []
    statuses: dict[int, int] = {}
    for body in bodies:
        took, status = timed(
            connection, lambda body=body: connection.request("POST", "/api/v1/lookups", body, headers)
        )
        statuses[status] = statuses.get(status, 0) + 1
        if status == 200:
            lookups.append(took)
        if floors:
            floor.append(timed(connection, lambda: connection.request("GET", "/healthz"))[0])
    return lookups, floor, statuses


def together(token: str, bodies: list[bytes], threads: int, port: int = PORT) -> float:
    """Ask from several threads at once; return lookups a second."""
    started = time.perf_counter()
    shares = [bodies[n::threads] for n in range(threads)]
    workers = [threading.Thread(target=one_by_one, args=(token, share, port, False)) for share in shares]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return len(bodies) / (time.perf_counter() - started)


def in_turns(token: str, bodies: list[bytes]) -> dict[str, list[float]]:
    """Measure whole, without the tree and without the guard in turns; return lookups/s of each, turn by turn.

    Each server stands still in the others' turns.
    """
    owner = Instance(settings.load()).owner_conninfo()
    measured: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with ExitStack() as stack:
        stack.callback(queue_again, owner)
        servers = {kind: stack.enter_context(beside(kind, token, bodies[:200])) for kind in KINDS}
        for turn in range(TURNS):
            for kind in rotated(list(KINDS), turn):
                standing(servers[kind], False)
                with treeless(owner) if kind == "tree" else nullcontext():
                    measured[kind].append(together(token, bodies, 8, KINDS[kind]))
                standing(servers[kind], True)
            print("  " + ", ".join(f"{name} {rates[-1]:.0f}" for name, rates in measured.items()))
    return measured


def rotated(kinds: list[str], turn: int) -> list[str]:
    return kinds[turn % len(kinds) :] + kinds[: turn % len(kinds)]


@contextmanager
def beside(kind: str, token: str, bodies: list[bytes]) -> Generator[subprocess.Popen[bytes]]:
    """Serve, ask a little, and stand still."""
    line = [sys.executable, str(Path(__file__).with_name("treeless.py")), str(KINDS[kind])]
    guard = {"FINGERPOST_GUARD": "off" if kind == "guard" else "on"}
    without = ["tree"] if kind == "tree" else []
    server = subprocess.Popen([*line, *without], stdout=subprocess.DEVNULL, env={**os.environ, **guard})
    try:
        wait_until_ready(KINDS[kind])
        together(token, bodies, 8, KINDS[kind])
        standing(server, True)
        yield server
    finally:
        standing(server, False)
        # A signal that meets the main thread still standing goes to another, and nobody wakes the main one.
        wait_until_ready(KINDS[kind])
        server.terminate()
        server.wait()


def standing(server: subprocess.Popen[bytes], still: bool) -> None:
    """Stop a server and its worker where they are, or let them go on."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    for pid in (server.pid, *map(int, children.read_text().split() if children.exists() else ())):
        os.kill(pid, signal.SIGSTOP if still else signal.SIGCONT)


def counts(given: settings.Settings) -> tuple[int, ...]:
    with psycopg.connect(Instance(given).owner_conninfo()) as owner:
        held = [owner.execute(f"SELECT count(*) FROM {t}").fetchone() for t in ("signpost", "record")]  # noqa: S608
    return tuple(row[0] for row in held if row)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--children", type=int, default=90_000)
    parser.add_argument("--lookups", type=int, default=2000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)).resolve()
        os.environ |= {"FINGERPOST_INSTANCE": str(folder / "instance"), "FINGERPOST_PORT": str(PORT)}
        token, bodies = prepare(folder, given.children)
        server = subprocess.Popen([sys.executable, "-m", "fingerpost", "serve"], stdout=subprocess.DEVNULL)
        try:
            wait_until_ready()
            wait_until_followed()
            report(token, bodies[: given.lookups], counts(settings.load()))
        finally:
            server.terminate()
            server.wait()
        measured = in_turns(token, bodies[: given.lookups])
    for left_out, rates in measured.items():
        ratios = [whole / rate for whole, rate in zip(measured["whole"], rates, strict=True)]
        print(
            f"everything on, of lookups/s without the {left_out}: {statistics.median(ratios):.2f}"
            f" ({min(ratios):.2f} to {max(ratios):.2f})"
        )
        if left_out == "tree" and statistics.median(ratios) < LEAST_RATIO:
            raise SystemExit("below the bar")


def wait_until_ready(port: int = PORT) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            if timed(connection, lambda c=connection: c.request("GET", "/readyz"))[1] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def wait_until_followed() -> None:
    """Wait until the server has followed the moves of what was loaded: at its start it looks at all again."""
    time.sleep(3 * BEAT_SECONDS)
    with psycopg.connect(Instance(settings.load()).owner_conninfo(), autocommit=True) as owner:
        while owner.execute("SELECT FROM move_due LIMIT 1").fetchone() is not None:
            time.sleep(1)


def report(token: str, bodies: list[bytes], held: tuple[int, ...]) -> None:
    one_by_one(token, bodies[:100])
    lookups, floor, statuses = one_by_one(token, bodies)
    p50, p99 = statistics.median(lookups), statistics.quantiles(lookups, n=100)[98]
    print(f"{held[0]:,} signposts of {held[1]:,} records; statuses {statuses}")
    print(
        f"lookup   p50 {p50:.2f} ms   p99 {p99:.2f} ms   ({p50 / statistics.median(floor):.1f} x the floor)"
    )
    print(f"floor    p50 {statistics.median(floor):.2f} ms   (GET /healthz, same server, same run)")
    print(f"8 threads {together(token, bodies, 8):.0f} lookups/s, each with a durable ledger entry")


if __name__ == "__main__":
    main()
