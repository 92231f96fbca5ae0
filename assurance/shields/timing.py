"""R25: shielded and absent through the real server, interleaved: the same bytes and headers, the same time.

    python -m assurance.shields.timing [--children 2000] [--rounds 5] [--minutes N] [--control]

A coin decides which children are shielded; all are asked about in a new order in each round, one after
another on one connection. The classifier sees every time, also less what its neighbours took, and the best
of all rounds, as somebody would who asks again and again. `--control` serves with a leak of 0.3 ms, which
the same measure must see.
"""

import argparse
import os
import random
import re
import statistics
import sys
import tempfile
import time
from argparse import Namespace
from collections import Counter
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from assurance.shields.people import children
from assurance.shields.statistics import auc, beside_neighbours, ks_p
from msgspec import Struct
from tests.cli.serving import Server
from tests.conftest import Child, form_of, go_live, let_in, question, write_extract

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.instance import Instance
from fingerpost.lookup.answer import Outcome
from fingerpost.lookup.form import ChildForm, read_child
from fingerpost.settings import Environment, Settings
from fingerpost.shields.request import Body, Ground, Request
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service, found, opened
from fingerpost.words.clock import today
from fingerpost.words.vocabulary import Role, Scope

LEEDS, ASKER = "E08000035", "RJ1"
KEEPER = Person(LEEDS, "keeper")
MOST_AUC, LEAST_P = 0.52, 0.01
OTHERS = 2000  # children who are visible, so that the index is no empty one
# What no two answers share: the entry's id, moment, leaf and signature, and the spoken reference.
_OWN = re.compile(
    rb'"(entry|recorded_at|leaf|signature|reference)":"[^"]*"|say [2-9A-Z]{4}-[2-9A-Z]{4}|"since":"[^"]*"'
)


Looks = dict[bool, Counter[tuple[Any, ...]]]  # of shielded, and of absent


class Asked(Struct):
    """One answer: of which child, whether that one is shielded, how long it took in seconds."""

    child: int
    shielded: bool
    took: float


def shielded(service: Service, child: Child) -> None:
    """Ask for a shield of a child, as somebody who knows all of it."""
    request = Request(body=Body.REFUGE, ground=Ground.DOMESTIC_ABUSE, call_back="0113 496 0000")
    service.shields.ask(LEEDS, request, read_child(form_of(child), today()), KEEPER)


def unlike(service: Service, drawn: list[Child]) -> list[Child]:
    """Return those who are not found before they are there: nobody visible could be taken for them."""
    nurse = Caller(uuid4(), "campaign", ASKER, "", (Scope.LOOKUP,))
    answers = ((child, service.lookup.ask(nurse, question(form_of(child)))) for child in drawn)
    return [child for child, answer in answers if answer.outcome is Outcome.NOT_FOUND]


def make(
    folder: Path, drawn: list[Child], seen: list[Child], rng: random.Random
) -> tuple[Settings, str, dict[str, bool]]:
    """Make an instance that holds the visible, and half of those drawn, shielded.

    Return it with a token, and who is asked about: the reference, and whether a coin had it shielded.
    """
    made = Settings(instance=folder / "i", environment=Environment.TEST, guard=False)
    found(made)
    with Instance(made).running():
        let_in(Instance(made).owner_conninfo())
        go_live(made)
        with opened(made) as service:
            people = ((KEEPER, Role.MANAGER), (Person(ASKER, "nurse"), Role.CLINICIAN))
            for person, role in people:
                service.accounts.save_practitioner(
                    Practitioner(person.authority, person.reference, "Somebody", role, active=True)
                )
            service.feeds.load_ssd(write_extract(folder / "seen", *seen), LEEDS)
            asked_about = unlike(service, drawn)
            hidden = rng.sample(asked_about, len(asked_about) // 2)
            for child in hidden:
                shielded(service, child)
            service.feeds.load_ssd(write_extract(folder / "extract", *hidden, *seen), LEEDS)
            coins = {child.reference: child in hidden for child in asked_about}
            return made, service.accounts.issue_client(ASKER, "campaign", (Scope.LOOKUP,), 1), coins


class Asker:
    """Asks on one connection, and keeps what answers looked like."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.looks: Looks = {True: Counter(), False: Counter()}

    def ask(self, number: int, form: ChildForm, *, hidden: bool) -> Asked:
        """Ask about one child."""
        asked = {
            "practitioner": "nurse", "purpose": "unscheduled_care", "case_reference": "AE-1", "child": form,
        }  # fmt: skip
        body = msgspec.json.encode(asked)
        began = time.perf_counter()
        self._connection.request("POST", "/api/v1/lookups", body, self._headers)
        reply = self._connection.getresponse()
        content = reply.read()
        took = time.perf_counter() - began
        headers = tuple((k, v) for k, v in reply.getheaders() if k.lower() != "date")
        if reply.status == HTTPStatus.SERVICE_UNAVAILABLE:  # a busy machine: whoever asks, asks again
            return self.ask(number, form, hidden=hidden)
        self.looks[hidden][(reply.status, headers, len(content), _OWN.sub(b"", content))] += 1
        return Asked(number, hidden, took)


def verdict(asked: list[Asked], looks: Looks) -> bool:
    """Print what was measured; tell whether the two could not be told apart."""
    beside = beside_neighbours([a.took for a in asked])
    best: dict[tuple[int, bool], float] = {}
    for one, less in zip(asked, beside, strict=True):
        key = (one.child, one.shielded)
        best[key] = min(best.get(key, less), less)
    samples = {
        "single answers": [(a.shielded, a.took) for a in asked],
        "less neighbours": [(a.shielded, b) for a, b in zip(asked, beside, strict=True)],
        "best of rounds": [(hidden, t) for (_, hidden), t in best.items()],
    }
    alike = len(looks[True] | looks[False]) == 1
    print(f"{len(asked)} answers; bytes and headers {'the same' if alike else 'DIFFER'}")
    for look in () if alike else looks[True] | looks[False]:
        print(
            f"  of shielded {looks[True][look]}, of absent {looks[False][look]}: {look[0]}, {look[2:]}"[:2000]
        )
    kept = alike
    for name, sample in samples.items():
        one, other = ([t for hidden, t in sample if hidden is kind] for kind in (True, False))
        area, p = auc(one, other), ks_p(one, other)
        print(
            f"{name:16} {len(one)} against {len(other)}: AUC {area:.4f}, KS p {p:.3f}, median"
            f" {statistics.median(one) * 1000:.3f} and {statistics.median(other) * 1000:.3f} ms"
        )
        kept = kept and p > LEAST_P and (area <= MOST_AUC or name == "best of rounds")
    return kept


def campaign(folder: Path, given: Namespace) -> int:
    """Make, ask, judge; return the exit code."""
    rng = random.Random(given.seed)
    drawn = children(rng, 2 * given.children + OTHERS)
    made, token, tossed = make(folder, drawn[:-OTHERS], drawn[-OTHERS:], rng)
    asked_about = [child for child in drawn if child.reference in tossed]
    coins = [tossed[child.reference] for child in asked_about]
    hidden = [c.family for c, coin in zip(asked_about, coins, strict=True) if coin]
    (folder / "families").write_text(" ".join(hidden), "utf-8")
    os.environ["LEAKY_FAMILIES"] = str(folder / "families")
    python = (sys.executable, "-m", "assurance.shields.leaky") if given.control else (sys.executable,)
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    with Server(made.instance, folder / "output", python=python) as server:
        asker = Asker(server.port, token)
        forms = [form_of(c) for c in asked_about]
        for number in range(300):  # the server's caches, pool and plans
            asker.ask(number, forms[number % len(forms)], hidden=coins[number % len(forms)])
        asker.looks = {True: Counter(), False: Counter()}
        asked: list[Asked] = []
        until = time.monotonic() + 60 * given.minutes
        for done in range(given.rounds):
            if time.monotonic() > until:
                print(f"{done} of {given.rounds} rounds in {given.minutes:.0f} minutes")
                break
            order = list(range(len(forms)))
            rng.shuffle(order)
            asked += [asker.ask(n, forms[n], hidden=coins[n]) for n in order]
        print(f"load of the machine (1, 5, 15 minutes): {os.getloadavg()}")
    kept = verdict(asked, asker.looks)
    print("kept" if kept else "NOT KEPT")
    return int(kept is bool(given.control))


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--children", type=int, default=2000, help="of either kind")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=240, help="judge the rounds that were done by then")
    parser.add_argument("--seed", type=int, default=25)
    parser.add_argument("--control", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="assurance-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        return campaign(Path(folder), given)


if __name__ == "__main__":
    sys.exit(main())
