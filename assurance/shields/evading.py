"""R26: 1,000 shielded children, twenty ways around each, and second feeds: none is visible.

    python -m assurance.shields.evading [--children 1000] [--control]

`--control` shields nobody: then most of the ways must lead to the child.
"""

import argparse
import random
import sys
import tempfile
from argparse import Namespace
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

from assurance.shields.evasions import EVASIONS, shielded
from assurance.shields.people import children
from msgspec.structs import replace
from tests.conftest import Child, go_live, let_in, question, write_extract

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.instance import Instance
from fingerpost.lookup.answer import Outcome
from fingerpost.lookup.form import read_child
from fingerpost.reference.authorities import local_authorities
from fingerpost.settings import Environment, Settings
from fingerpost.shields.request import Body, Ground, Request
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service, found, opened
from fingerpost.words.clock import today
from fingerpost.words.vocabulary import Role, Scope

LEEDS, ASKER = "E08000035", "RJ1"
BLOCK = 50  # children of two authorities: as many as are written and covered in one transaction
ASKING = 4  # at once
KEEPER = Person(LEEDS, "keeper")
REFUGE = Request(body=Body.REFUGE, ground=Ground.DOMESTIC_ABUSE, call_back="0113 496 0000")
LEAST_OF_TWENTY = 14  # that lead to a child without a shield


def arrive(service: Service, folder: Path, drawn: list[Child], *, shield: bool) -> None:
    """Half of the children are known before their shield, half after; then the second feeds come."""
    bodies = [authority.code for authority in local_authorities()]
    for number, start in enumerate(range(0, len(drawn), BLOCK)):
        block, (first, second) = drawn[start : start + BLOCK], bodies[2 * number : 2 * number + 2]
        half, where = len(block) // 2, folder / f"block{number}"
        service.feeds.load_ssd(write_extract(where / "before", *block[:half]), first)
        for child in block if shield else ():
            service.shields.ask(LEEDS, REFUGE, read_child(shielded(child), today()), KEEPER)
        service.feeds.load_ssd(write_extract(where / "after", *block), first)
        records = [record for child in block for evade in EVASIONS.values() if (record := evade(child)[0])]
        elsewhere = [replace(record, reference=f"H{n}") for n, record in enumerate(records)]
        service.feeds.load_ssd(write_extract(where / "elsewhere", *elsewhere), second)
        print(f"{start + len(block)} of {len(drawn)} children have arrived", flush=True)


def seen(service: Service, drawn: list[Child]) -> Counter[str]:
    """Return how often each way around showed anything."""
    nurse = Caller(uuid4(), "campaign", ASKER, "", (Scope.LOOKUP,))

    def shows(child: Child) -> list[str]:
        asked_by = {name: question(evade(child)[1]) for name, evade in EVASIONS.items()}
        return [
            name for name, asked in asked_by.items()
            if service.lookup.ask(nurse, asked).outcome is not Outcome.NOT_FOUND
        ]  # fmt: skip

    with ThreadPoolExecutor(ASKING) as asking:
        found_by = Counter(name for names in asking.map(shows, drawn) for name in names)
    return Counter({name: found_by[name] for name in EVASIONS})


def campaign(folder: Path, given: Namespace) -> int:
    """Make, evade, judge; return the exit code."""
    drawn = children(random.Random(given.seed), given.children)
    made = Settings(instance=folder / "i", environment=Environment.TEST, guard=False)
    found(made)
    with Instance(made).running():
        let_in(Instance(made).owner_conninfo())
        go_live(made)
        with opened(made) as service:
            for person, role in ((KEEPER, Role.MANAGER), (Person(ASKER, "nurse"), Role.CLINICIAN)):
                service.accounts.save_practitioner(
                    Practitioner(person.authority, person.reference, "Somebody", role, active=True)
                )
            arrive(service, folder, drawn, shield=not given.control)
            found_by = seen(service, drawn)
    total = sum(found_by.values())
    print(f"{len(drawn)} children, {len(EVASIONS)} ways each: {total} of {len(drawn) * len(EVASIONS)} showed")
    for name, count in found_by.items():
        print(f"  {name:48} {count}")
    if given.control:
        return int(total < LEAST_OF_TWENTY * len(drawn))
    print("kept" if not total else "NOT KEPT")
    return int(total > 0)


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--children", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=26)
    parser.add_argument("--control", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="assurance-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        return campaign(Path(folder), given)


if __name__ == "__main__":
    sys.exit(main())
