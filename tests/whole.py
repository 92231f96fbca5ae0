"""The whole service as a state machine against a plain dictionary (R16): what it holds is what it answers.

`tests/test_whole.py` runs a few examples; `python -m assurance.stateful` thousands.
"""

import string
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.access.switches import Because, Subject
from fingerpost.instance import Instance
from fingerpost.lookup import Answer
from fingerpost.lookup.form import ChildForm
from fingerpost.signposts.person import Person
from fingerpost.signposts.trails import BreakReason
from fingerpost.wiring import Service
from fingerpost.words.errors import Refused
from fingerpost.words.vocabulary import Role, Scope
from tests.conftest import Child, Owner, form_of, question, write_extract

LEEDS, HULL, YORK = "E08000035", "E06000010", "E06000014"
HOLDERS = (LEEDS, HULL, YORK)
ANCHOR = Child(reference="ANCHOR", given="Anchor", family="Stays", born="2010-01-01")
DESK = Person("E06000023", "desk")
OFFICER = Practitioner(DESK.authority, DESK.reference, "Desk", Role.SERVICE_RECORDS_OFFICER, active=True)
NURSE = Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True)
CHILDREN = 3  # of one example: few, so that most who are looked up are held by somebody
_BOUND: list[tuple[Service, Path, Owner]] = []  # what the machine drives: it is made without arguments


@contextmanager
def bound(service: Service, folder: Path) -> Generator[type["Whole"]]:
    """Yield the machine, driving this service, whose authorities hold nobody but their anchors."""
    for person in (NURSE, OFFICER):
        service.accounts.save_practitioner(person)
    for authority in HOLDERS:
        service.feeds.load_ssd(write_extract(folder / authority, ANCHOR), authority)
    with psycopg.connect(Instance(service.settings).owner_conninfo(), autocommit=True) as owner:
        _BOUND[:] = [(service, folder, owner)]
        yield Whole


def _unlike(number: int, example: str) -> Child:
    """Return a child who is like no other: name, birth, home and number differ from example to example."""
    word = (example[number * 4 : number * 4 + 4] + "zqxvjk")[:8].title()
    return Child(
        reference=f"{example}{number}", given=("Ada", "Boris", "Chidi")[number],
        family=word, born=f"{2011 + number}-0{1 + number}-1{number}",
        postcode=f"LS{1 + number} {1 + number}AB",
    )  # fmt: skip


class Whole(RuleBasedStateMachine):
    """`held` is the model: for each authority, the children it published, as they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.service, self.folder, self.owner = _BOUND[0]
        letters = str.maketrans(string.digits, "ghijklmnop")
        self.example = uuid4().hex.translate(letters)
        self.held: dict[str, dict[int, Child]] = {authority: {} for authority in HOLDERS}
        self.broken: set[tuple[int, frozenset[str]]] = set()
        self.active = True  # the nurse
        self.entries = 0
        self.before = self._number("SELECT coalesce(max(position), 0) FROM ledger_entry")

    # What people do.

    @rule(authority=st.sampled_from(HOLDERS), number=st.integers(0, CHILDREN - 1))
    def register(self, authority: str, number: int) -> None:
        """An authority publishes a child, or publishes one again as first written."""
        self.held[authority][number] = _unlike(number, self.example)
        self._publish(authority)

    @rule(authority=st.sampled_from(HOLDERS), number=st.integers(0, CHILDREN - 1))
    def correct(self, authority: str, number: int) -> None:
        """An authority corrects a postcode."""
        if known := self.held[authority].get(number):
            moved = Child(**{f: getattr(known, f) for f in known.__struct_fields__} | {"postcode": "HU1 1UU"})
            self.held[authority][number] = moved
            self._publish(authority)

    @rule(authority=st.sampled_from(HOLDERS), number=st.integers(0, CHILDREN - 1))
    def remove(self, authority: str, number: int) -> None:
        """A child leaves an authority's feed; what was broken of that record goes with it."""
        if self.held[authority].pop(number, None):
            self.broken = {(n, pair) for n, pair in self.broken if not (n == number and authority in pair)}
            self._publish(authority)

    @rule(number=st.integers(0, CHILDREN - 1))
    def look_up(self, number: int) -> None:
        """Whoever holds the child is named, and nobody else."""
        if self.active:
            self._found(number)
        else:
            self._refused(number)

    def _found(self, number: int) -> None:
        answer = self._ask(number)
        shown = sorted(s.authority for m in answer.matches for s in m.signposts)
        assert shown == sorted(a for a in HOLDERS if number in self.held[a])
        assert (answer.coverage is None) == bool(shown), "not found says who reports"

    @rule()
    def look_up_nobody(self) -> None:
        """A child nobody holds is not found."""
        if self.active:
            form = form_of(
                Child(given="Quintilian", family="Absentham", born="2014-12-12", postcode="ZE1 0AA")
            )
            assert self._answer(form).matches == ()

    @rule()
    def suspend(self) -> None:
        """A practitioner is suspended: the next question is refused."""
        self.service.switches.suspend(Subject.PERSON, "RJ1/nurse", Because.LEFT)
        self.active = False
        self.entries += 1

    @precondition(lambda self: not self.active)
    @rule()
    def take_back(self) -> None:
        """The practitioner is let in again."""
        self.service.accounts.save_practitioner(NURSE)
        self.active = True
        self.entries += 1

    @rule(number=st.integers(0, CHILDREN - 1), pair=st.sampled_from([(LEEDS, HULL), (HULL, YORK)]))
    def break_link(self, number: int, pair: tuple[str, str]) -> None:
        """An officer breaks the link between two authorities' records of a child."""
        if link := self._link(number, pair):
            self.service.review.break_link(link, DESK, BreakReason.WRONG_MATCH)
            self.broken.add((number, frozenset(pair)))
            self.entries += 1

    @rule()
    def review(self) -> None:
        """An officer reads the queue; the reading is recorded."""
        self.service.review.queue(DESK)
        self.entries += 1

    @rule()
    def sequence(self) -> None:
        """Entries get their place in the tree."""
        self.service.sequencer.sequence_all()

    # What holds after every step.

    @invariant()
    def everything_is_on_the_ledger(self) -> None:
        """Each act so far is at least one entry."""
        entries = "SELECT count(*) FROM ledger_entry WHERE position > %s"
        assert self._number(entries, self.before) >= self.entries

    @invariant()
    def broken_stays_broken(self) -> None:
        """No live link joins two records whose link was broken."""
        for number, pair in self.broken:
            one, other = sorted(pair)
            assert self._link(number, (one, other)) is None

    def teardown(self) -> None:
        """Ask about every child at the end, and leave the authorities empty for the next example."""
        try:
            if not self.active:
                self.take_back()
            for number in range(CHILDREN):
                self._found(number)
        finally:
            self._empty()

    def _empty(self) -> None:
        for authority in HOLDERS:
            if self.held[authority]:
                self.held[authority] = {}
                self._publish(authority)

    def _publish(self, authority: str) -> None:
        extract = write_extract(self.folder / uuid4().hex, ANCHOR, *self.held[authority].values())
        self.service.feeds.load_ssd(extract, authority, accept_removals=True, accept_older=True)
        self.entries += 1

    def _answer(self, form: ChildForm) -> Answer:
        caller = Caller(uuid4(), "test", NURSE.authority, "", (Scope.LOOKUP,))
        answer = self.service.lookup.ask(caller, question(form, practitioner=NURSE.reference))
        self.entries += 1
        return answer

    def _ask(self, number: int) -> Answer:
        return self._answer(form_of(_unlike(number, self.example)))

    def _refused(self, number: int) -> None:
        try:
            self._ask(number)
        except Refused:
            self.entries += 1
        else:
            raise AssertionError("a suspended practitioner was answered")

    def _number(self, sql: LiteralString, *parameters: object) -> int:
        row = self.owner.execute(sql, parameters).fetchone()
        assert row
        return int(str(row[0]))

    def _link(self, number: int, pair: tuple[str, str]) -> UUID | None:
        references = [self.service.vault.reference(a, f"{self.example}{number}") for a in pair]
        row = self.owner.execute(
            "SELECT l.id FROM link l"
            " JOIN record a ON a.id = l.record_a JOIN record b ON b.id = l.record_b"
            " WHERE a.reference = ANY (%s) AND b.reference = ANY (%s)"
            " AND l.state IN ('linked', 'confirmed', 'proposed')",
            (references, references),
        ).fetchone()
        return UUID(str(row[0])) if row else None
