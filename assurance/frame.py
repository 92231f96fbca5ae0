"""What every campaign uses: an instance to be hurt, people who ask over HTTP, and the judge of what is left.

The judge is another process's view: it opens the instance anew, and asks the ledger for each receipt that an
asker was handed.
"""

import random
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from http.client import HTTPException
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from tests.cli.serving import Server
from tests.conftest import Child, go_live, let_in, write_extract

from fingerpost.access.caller import Practitioner
from fingerpost.instance import Instance
from fingerpost.ledger import Receipt
from fingerpost.ledger.reconcile import reconcile
from fingerpost.ledger.verify import verify, verify_receipt
from fingerpost.ledger.verify_tree import verify_tree
from fingerpost.lookup.form import QuestionForm, read_question
from fingerpost.lookup.question import Question
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import Service, found, opened
from fingerpost.words.clock import now, today
from fingerpost.words.errors import FingerpostError
from fingerpost.words.vocabulary import Role, Scope

ASKER, HOLDER = "RJ1", "E08000035"
CHILDREN = 200  # known to the holder
PEOPLE = 20  # who ask; the guard is off, as each asks far more than a person may


def child(number: int) -> Child:
    """Return one of the children that can be told apart; those below `CHILDREN` are known."""
    born = date(2012, 1, 1) + timedelta(days=7 * (number % 600))
    return Child(
        reference=f"P{number}", given=("Ada", "Zebedee", "Imogen")[number % 3], family="Quill",
        born=born.isoformat(), postcode=f"LS{1 + number % 20} 4DY",
    )  # fmt: skip


def people(service: Service) -> None:
    """Register those who ask."""
    for number in range(PEOPLE):
        service.accounts.save_practitioner(
            Practitioner(ASKER, f"nurse{number}", "A Nurse", Role.CLINICIAN, active=True)
        )


class Place(Struct):
    """An instance with a client, practitioners, and an authority that knows `CHILDREN` children."""

    settings: Settings
    token: str


def make(folder: Path, keyring: Path | None = None) -> Place:
    """Make an instance in `folder`, which it fills alone, but for a keyring elsewhere."""
    made = Settings(instance=folder / "i", keyring=keyring, environment=Environment.TEST, guard=False)
    found(made)
    with opened(made) as service:
        let_in(Instance(made).owner_conninfo())
        go_live(made)
        service.feeds.load_ssd(write_extract(folder / "extract", *map(child, range(CHILDREN))), HOLDER)
        people(service)
        return Place(made, service.accounts.issue_client(ASKER, "campaign", (Scope.LOOKUP,), 1))


def question(number: int) -> dict[str, Any]:
    """Return the `number`-th question: every second one about a child who is known."""
    about = child(random.randrange(CHILDREN) + CHILDREN * (number % 2))
    typed = {"given_names": about.given, "family_name": about.family, "date_of_birth": about.born}
    return {
        "practitioner": f"nurse{number % PEOPLE}", "purpose": "unscheduled_care", "case_reference": "AE-1",
        "child": {**typed, "postcodes": [about.postcode]},
    }  # fmt: skip


def in_process(number: int) -> Question:
    """Return the same as the service's own value."""
    return read_question(msgspec.convert(question(number), QuestionForm), today())


class Askers:
    """Practitioners who keep asking over HTTP, whatever happens to the server."""

    def __init__(self, server: Callable[[], Server], token: str, threads: int = 4, first: int = 0) -> None:
        self._server, self._token = server, token
        self._numbers = count(first)
        self._stopped = threading.Event()
        self.receipts: list[Receipt] = []
        self.refused: dict[str, int] = {}
        self.last_answer = time.monotonic()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask no more, and wait for what is on its way."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        while not self._stopped.is_set():
            try:
                reply = self._server().ask(self._token, question(next(self._numbers)))
                if reply.status == 200:
                    self.receipts.append(msgspec.convert(reply.json()["receipt"], Receipt))
                    self.last_answer = time.monotonic()
                    continue
                self._refuse(str(reply.status))
            except (OSError, ValueError, HTTPException, msgspec.MsgspecError) as error:
                self._refuse(type(error).__name__)
            self._stopped.wait(0.05)

    def _refuse(self, how: str) -> None:
        self.refused[how] = self.refused.get(how, 0) + 1


class Verdict(Struct):
    """What stands after the damage."""

    receipts: int
    lost: int
    entries: int
    kinds: dict[str, int]
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing acknowledged is lost and everything that stands is what was signed."""
        return not self.lost and not self.faults


def judge(settings: Settings, receipts: list[Receipt]) -> Verdict:
    """Hold every receipt against the ledger, and check ledger, tree and count as a whole."""
    with opened(settings) as service:
        patiently(service.sequencer.sequence_all)
        key = service.vault.verifying_key()
        lost = [r for r in receipts if verify_receipt(service.ledger, service.records_database, r, key)]
        checked = verify(service.ledger, service.records_database)
        tree = verify_tree(service.tree_database, service.tree.log)
        counted = reconcile(service.records_database, now().replace(year=2020), now())
    faults = [*tree.faults, *(f"entry {p} is broken" for p in checked.wrong)]
    if tree.leaves != checked.entries:
        faults.append(f"{checked.entries} entries, {tree.leaves} leaves")
    faults += [f"{entry} was let out and not recorded" for entry in counted.unrecorded]
    return Verdict(len(receipts), len(lost), checked.entries, checked.kinds, tuple(faults))


def patiently(act: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Do it once the database lets us."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return act()
        except FingerpostError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def offspring(pid: int) -> list[int]:
    """Return a process's living descendants."""
    try:
        children = [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [d for c in children for d in (c, *offspring(c))]
