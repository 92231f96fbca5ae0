"""The life of links at random over the real database; after every step the whole world is checked anew."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import count, product
from pathlib import Path
from uuid import UUID

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from fingerpost.access.caller import Practitioner
from fingerpost.ledger.events import AnyEvent, KeptApart, LinkBroken, LinkDecided, LinksMade
from fingerpost.signposts.never_join import Named
from fingerpost.signposts.person import Person
from fingerpost.signposts.trails import BreakReason, LinkState
from fingerpost.wiring import Service
from fingerpost.words.errors import Invalid, NotFound, Refused
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, Owner, write_extract

AUTHORITIES = ("E08000035", "E06000010", "E06000014", "E06000023")
REFERENCES = ("A", "B")
NUMBER = "9990000034"
# What a record may say: of one child in several ways, of its twin, and of a child of a common name.
SAID = {
    "whole": Child(nhs_number=NUMBER),
    "moved": Child(postcode="HU1 1UU"),
    "renamed": Child(given="Quintus", family="Okonkwo", nhs_number=NUMBER, postcode="YO1 7HH"),
    "both": Child(family="Okonkwo", nhs_number=NUMBER, postcode="HU1 1UU"),
    "twin": Child(given="Barnaby", nhs_number="9990000042"),
    "common": Child(given="Oliver", family="Smith"),
    "common moved": Child(given="Oliver", family="Smith", postcode="YO1 7HH"),
}
SOMEBODY = Child(reference="X", given="Somebody", family="Else", born="2015-02-03")
PEOPLE = (Person("RJ1", "desk1"), Person("RJ1", "desk2"))

Name = tuple[str, str]  # an authority and its own reference
Names = frozenset[Name]
NAMES = tuple(product(AUTHORITIES, REFERENCES))


class Row(msgspec.Struct, frozen=True):
    """A link as stored."""

    id: UUID
    pair: Names
    state: str
    rule: str


class World(msgspec.Struct):
    """Everything that stands, read behind the service's back, and its trails worked out here."""

    names: dict[UUID, Name]
    links: dict[UUID, Row]

    def trails(self) -> dict[Name, frozenset[Name]]:
        """Connected components by repeated merging: slow, and unlike the service's own."""
        trails = {name: frozenset({name}) for name in self.names.values()}
        for link in self.links.values():
            if link.state in {"linked", "confirmed"}:
                merged = frozenset().union(*(trails[name] for name in link.pair))
                trails.update(dict.fromkeys(merged, merged))
        return trails


class Life(RuleBasedStateMachine):
    """One authority's book, one reviewer's word at a time."""

    service: Service
    owner: Owner
    folder: Path
    nights = count()

    def __init__(self) -> None:
        super().__init__()
        self.owner.execute(
            "TRUNCATE record, signpost, token, common_token, link, link_verdict, link_break, link_due,"
            " apart, told, feed_run, feed_quarantine CASCADE"
        )
        self.spoken: set[Name] = set()
        self.lives: dict[Name, int] = {}
        self.apart: set[Names] = set()
        self.before = self.world()
        self.position = self._positions()[-1][0] if self._positions() else 0

    # What happens

    @rule(
        authority=st.sampled_from(AUTHORITIES),
        book=st.dictionaries(st.sampled_from(REFERENCES), st.sampled_from(sorted(SAID))),
    )
    def load(self, authority: str, book: dict[str, str]) -> None:
        """An authority's whole book: children come, are corrected, leave and return."""
        children = [msgspec.structs.replace(SAID[said], reference=name) for name, said in book.items()]
        extract = write_extract(self.folder / str(next(self.nights)), *children, SOMEBODY)
        self.service.feeds.load_ssd(extract, authority, accept_removals=True, accept_older=True)

    @rule()
    def relink(self) -> None:
        """Everything is looked at anew."""
        self.owner.execute(
            "INSERT INTO link_due SELECT id, gen_random_uuid() FROM record ON CONFLICT DO NOTHING"
        )
        self.service.review.linking.link_all()

    @rule(place=st.integers(0, 20), by=st.sampled_from(PEOPLE), same=st.booleans())
    def decide(self, place: int, by: Person, same: bool) -> None:
        link = self._some(place, {"proposed"})
        if link is None or (state := self._try(self.service.review.decide, link.id, by, same=same)) is None:
            return
        if state is LinkState.DISMISSED:
            self.apart.add(link.pair)

    @rule(place=st.integers(0, 20), by=st.sampled_from(PEOPLE))
    def break_link(self, place: int, by: Person) -> None:
        link = self._some(place, {"linked", "confirmed", "proposed", "broken", "dismissed"})
        broken = link and self._try(self.service.review.break_link, link.id, by, BreakReason.WRONG_MATCH)
        if link is not None and broken is not None:
            self.apart.add(link.pair)

    @rule(one=st.sampled_from(NAMES), by=st.sampled_from(PEOPLE))
    def order(self, one: Name, by: Person) -> None:
        """One side's word. Who was of its life by its trail alone is of whatever trail they are in now."""
        self.service.never_join.order(Named(*one), by)
        if one not in self.spoken:
            for name in self.before.trails().get(one, frozenset()) - self.spoken:
                self.lives.pop(name, None)
            self.spoken.add(one)
            self.lives[one] = next(self.nights)

    @rule(
        keeper=st.sampled_from(AUTHORITIES),
        leaver=st.sampled_from(AUTHORITIES),
        later=st.sampled_from(AUTHORITIES),
    )
    def adopt(self, keeper: str, leaver: str, later: str) -> None:
        """Two hold a child who is adopted into a third's area; the one that was named lets it go."""
        if len({keeper, leaver, later}) == len((keeper, leaver, later)):
            for authority in (keeper, leaver):  # the order then stands for both
                self.load(authority, {"A": "whole"})
            self.before = self.world()
            self.order((leaver, "A"), PEOPLE[0])
            self.everything_holds()
            self.order((later, "B"), PEOPLE[1])
            self.everything_holds()
            self.load(leaver, {})
            self.load(later, {"B": "both"})

    def _some(self, place: int, states: set[str]) -> Row | None:
        fitting = sorted(
            (r for r in self.before.links.values() if r.state in states), key=lambda r: sorted(r.pair)
        )
        return fitting[place % len(fitting)] if fitting else None

    @staticmethod
    def _try(act: Callable[..., object], *arguments: object, **named: object) -> object:
        try:
            return act(*arguments, **named)
        except (Invalid, NotFound, Refused):
            return None

    # What must hold

    @invariant()
    def everything_holds(self) -> None:
        now = self.world()
        trails = now.trails()
        self._kept_apart(now, trails)
        self._as_the_service_says(now, trails)
        self._on_the_ledger(now)
        self._handed_on(trails)
        self.before = now

    def _kept_apart(self, now: World, trails: dict[Name, frozenset[Name]]) -> None:
        by_pair = {link.pair: link.state for link in now.links.values()}
        assert len(by_pair) == len(now.links)  # one link, one open review for a pair
        for trail in trails.values():
            assert len({self.lives[name] for name in trail if name in self.lives}) < 2
        for pair in self.apart:
            one, other = pair
            if one in trails and other in trails:
                assert other not in trails[one]
                assert by_pair[pair] in {"broken", "dismissed"}

    def _handed_on(self, trails: dict[Name, frozenset[Name]]) -> None:
        """Every record of a life's trail is of that life from now on."""
        for trail in trails.values():
            for life in {self.lives[name] for name in trail if name in self.lives}:
                self.lives.update(dict.fromkeys(trail, life))

    def _as_the_service_says(self, now: World, trails: dict[Name, frozenset[Name]]) -> None:
        for record, name in now.names.items():
            shown = self.service.review.trail(record, PEOPLE[0])
            assert {now.names[member] for member in shown.records} == trails[name]
            assert {link.id for link in shown.links} <= set(now.links)

    def _on_the_ledger(self, now: World) -> None:
        """Every link that came, went or changed is named by an entry of this step."""
        events = self._events()
        linked, proposed = (set(_all(events, LinksMade, name)) for name in ("linked", "proposed"))
        for link in now.links.values():
            earlier = self.before.links.get(link.id)
            if earlier is None or earlier.state != link.state:
                self._entered(link, events, linked, proposed)
        kinds = (LinksMade, LinkBroken, KeptApart, LinkDecided)
        withdrawn = {row for kind in kinds for row in _all(events, kind, "withdrawn")}
        for link in self.before.links.values():
            records = {name for name in now.names.values() if name in link.pair}
            replaced = {self._record(self.before, n) for n in link.pair} - set(now.names)
            waited = link.state == "proposed"  # between two lives: it goes, and nobody is told
            assert link.id in now.links or link.id in withdrawn or len(records) < 2 or replaced or waited

    def _entered(self, link: Row, events: list[AnyEvent], linked: set[UUID], proposed: set[UUID]) -> None:
        match link.state:
            case "linked":
                assert link.id in linked
            case "proposed":
                assert link.id in proposed
            case "broken" if link.rule == "remembered":
                # Restored from an order or a break that is an entry of this step or of an earlier one.
                assert link.pair in self.apart
            case "broken":
                assert link.id in {e.link for e in events if isinstance(e, LinkBroken)}
            case _:
                decided = {(e.link, e.state) for e in events if isinstance(e, LinkDecided)}
                assert (link.id, link.state) in decided

    # How it is read

    def world(self) -> World:
        tokens = {
            self.service.vault.reference(*name): name for name in (*NAMES, *((a, "X") for a in AUTHORITIES))
        }
        rows = self.owner.execute("SELECT id, reference FROM record").fetchall()
        names = {row[0]: tokens[row[1]] for row in rows}  # type: ignore[index]
        links = [
            Row(row, frozenset({names[one], names[other]}), state, how)  # type: ignore[arg-type,index]
            for row, one, other, state, how in self.owner.execute(
                "SELECT id, record_a, record_b, state, rule FROM link"
            )
        ]
        return World(names, {link.id: link for link in links})  # type: ignore[arg-type]

    @staticmethod
    def _record(world: World, name: Name) -> UUID:
        return next(record for record, held in world.names.items() if held == name)

    def _positions(self) -> list[tuple[int, AnyEvent | None]]:
        read = self.service.ledger.checked(self.service.records_database, last=200)
        return [(row.position, entry.event if entry else None) for row, entry in read]

    def _events(self) -> list[AnyEvent]:
        found = [(place, event) for place, event in self._positions() if place > self.position]
        assert all(event is not None for _, event in found)
        self.position = max((place for place, _ in found), default=self.position)
        return [event for _, event in found if event is not None]


def _all(events: Iterable[AnyEvent], kind: type, field: str) -> Iterator[UUID]:
    for event in events:
        if isinstance(event, kind):
            yield from getattr(event, field)


def test_the_life_of_links(service: Service, owner_conninfo: str) -> None:
    for person in PEOPLE:
        officer = Practitioner(
            person.authority, person.reference, "An Officer", Role.SERVICE_RECORDS_OFFICER, active=True
        )
        service.accounts.save_practitioner(officer)
    with psycopg.connect(owner_conninfo, autocommit=True) as owner, tempfile.TemporaryDirectory() as folder:
        here = type("Here", (Life,), {"service": service, "owner": owner, "folder": Path(folder)})
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            here,
            settings=settings(
                max_examples=12, stateful_step_count=14, deadline=None, derandomize=True, database=None,
                suppress_health_check=list(HealthCheck), phases=(Phase.generate,),
            ),
        )  # fmt: skip


def test_the_checker_sees_what_is_wrong(service: Service, owner_conninfo: str, tmp_path: Path) -> None:
    """A known-bad control: links made and broken links mended behind the service's back are noticed."""
    for person in PEOPLE:
        officer = Practitioner(
            person.authority, person.reference, "An Officer", Role.SERVICE_RECORDS_OFFICER, active=True
        )
        service.accounts.save_practitioner(officer)
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        here = type("Here", (Life,), {"service": service, "owner": owner, "folder": tmp_path})
        life: Life = here()
        for authority in AUTHORITIES[:2]:
            life.load(authority, {"A": "whole"})
        life.everything_holds()
        life.break_link(0, PEOPLE[0])
        life.everything_holds()
        for wrong in ("UPDATE link SET state = 'linked', band = 'certain'", "DELETE FROM link"):
            owner.execute(wrong)
            with pytest.raises((AssertionError, KeyError)):
                life.everything_holds()
