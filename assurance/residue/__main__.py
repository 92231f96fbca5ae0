"""R24: 500 marked children are registered, asked about, refused, killed over, erased and purged.

    python -m assurance.residue [--children 500]

Searched are every file of the instance (pages, WAL, logs, keyring, what a crash left), every table as the
database reads it, and all that the server said. The control writes one mark in clear: the same search must
find it in a table, in a page and in the WAL.
"""

import argparse
import os
import random
import re
import signal
import string
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
from nhs_number.validate import calculate_checksum
from psycopg import sql
from tests.cli.serving import Server
from tests.conftest import Child, form_of, go_live, let_in, write_extract
from tests.laws.canaries import STEM, canaries_in

from fingerpost.access.caller import Practitioner
from fingerpost.instance import Instance
from fingerpost.settings import Environment, Settings
from fingerpost.signposts.person import Person
from fingerpost.wiring import found, opened
from fingerpost.words.clock import now
from fingerpost.words.vocabulary import Role, Scope

LEEDS, HULL, ASKER = "E08000035", "E06000010", "RJ1"
OFFICER = Person(LEEDS, "officer")
NUMBERS = re.compile(rb"99973[0-9] ?[0-9]{3} ?[0-9]{2}\b")  # those of `marked`, written as people write them
LAPSED = timedelta(days=480)  # whoever was last confirmed so long ago has left


def marked(many: int) -> list[Child]:
    """Return children whose every name, reference and number bears a mark."""
    numbers = (f"99973{n:04d}" for n in range(10_000))
    valid = (f"{n}{c}" for n in numbers if (c := calculate_checksum(n)) is not None and c < 10)
    return [
        Child(
            reference=f"{STEM}-{n}", given=f"{STEM}{_letters(n)}", family=_letters(n).title() + STEM.lower(),
            born=f"{2010 + n % 12}-{n % 12 + 1:02}-{n % 28 + 1:02}", postcode=f"LS{n % 20 + 1} {n % 9 + 1}DY",
            nhs_number=number,
        )
        for n, number in zip(range(many), valid, strict=False)
    ]  # fmt: skip


def _letters(number: int) -> str:
    letters = string.ascii_lowercase
    return letters[number // 676 % 26] + letters[number // 26 % 26] + letters[number % 26]


def lived(made: Settings, folder: Path, children: list[Child], output: Path) -> None:
    """Do with the children all that is done with children."""
    with opened(made, lambda: now() - LAPSED) as service:  # these have left by now, and wait for the purge
        service.feeds.load_ssd(write_extract(folder / "past", *children[1::2]), HULL)
    with opened(made) as service:
        for person, role in ((OFFICER, Role.RECORDS_OFFICER), (Person(ASKER, "nurse"), Role.CLINICIAN)):
            service.accounts.save_practitioner(
                Practitioner(person.authority, person.reference, "Somebody", role, active=True)
            )
        service.feeds.load_ssd(write_extract(folder / "extract", *children[::2]), LEEDS)
        token = service.accounts.issue_client(ASKER, "campaign", (Scope.LOOKUP,), 1)
    with Server(made.instance, output) as server:
        for number, child in enumerate(children):
            typed = {
                "practitioner": "nurse", "purpose": "unscheduled_care" if number % 5 else child.family,
                "case_reference": "AE-1", "child": form_of(child),
            }  # fmt: skip
            server.ask(token, typed)
        for worker in server.workers():
            os.kill(worker, signal.SIGKILL)
    with opened(made) as service:
        for child in children[::50]:
            service.erasure.erase(LEEDS, child.reference, OFFICER)


def stored(made: Settings) -> Iterator[tuple[str, bytes]]:
    """Yield every table as the database reads it, then every file of the instance."""
    with psycopg.connect(Instance(made).owner_conninfo(), autocommit=True) as owner:
        tables = owner.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace <> 11"
        ).fetchall()
        for (table,) in tables:
            if owner.execute("SELECT to_regclass(%s)", (table,)).fetchone() == (None,):
                continue
            copied = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
            with owner.cursor().copy(copied) as copy:
                yield f"table {table}", b"".join(bytes(part) for part in copy)
        owner.execute("CHECKPOINT")
    for path in sorted(made.instance.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(made.instance)), path.read_bytes()


def telling(places: Iterable[tuple[str, bytes]]) -> tuple[list[str], int]:
    """Return the places that hold a mark, and how many bytes were searched."""
    told: list[str] = []
    searched = 0
    for name, content in places:
        searched += len(content)
        if canaries_in(content) & {STEM} or NUMBERS.search(content):
            told.append(name)
    return told, searched


def campaign(folder: Path, given: argparse.Namespace) -> int:
    """Live, search, and search again with a mark in clear."""
    children = marked(given.children)
    random.Random(24).shuffle(children)
    made = Settings(instance=folder / "i", environment=Environment.TEST, guard=False)
    found(made)
    with Instance(made).running():
        let_in(Instance(made).owner_conninfo())
        go_live(made)
        lived(made, folder, children, folder / "output")
        told, searched = telling([*stored(made), ("output", (folder / "output").read_bytes())])
        with opened(made) as service:
            service.purge.run()  # what the server's own purge left
        after, more = telling(stored(made))
        with psycopg.connect(Instance(made).owner_conninfo(), autocommit=True) as owner:
            ((left,),) = owner.execute("SELECT count(*) FROM record").fetchall()
            owner.execute("CREATE TABLE scratch (written text)")
            owner.execute("INSERT INTO scratch VALUES (%s)", (children[0].family,))
        control, _ = telling(stored(made))
    print(f"{len(children)} children, {left} records left; {(searched + more) / 2**20:.0f} MB searched")
    print(
        f"in clear before the purge: {told or 'nowhere'}; after it: {after or 'nowhere'}; control: {control}"
    )
    seen = ("table scratch", "postgres/data/base/", "postgres/data/pg_wal/")
    caught = all(any(place.startswith(start) for place in control) for start in seen)
    kept = not told and not after and left < len(children) / 2 and caught
    print("kept" if kept else "NOT KEPT")
    return int(not kept)


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--children", type=int, default=500)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="assurance-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        return campaign(Path(folder), given)


if __name__ == "__main__":
    sys.exit(main())
