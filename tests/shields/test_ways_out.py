"""R26, every other way out: what anybody but the keeper is shown, told, sent or may count is the same."""

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from enum import Enum
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.api.rest.door import build
from fingerpost.instance import Instance
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now, today
from fingerpost.words.vocabulary import Purpose, Role, Scope
from tests.conftest import Child, copy_of, form_of, question, write_extract
from tests.shields.conftest import HULL, KEEPER, LEEDS, OTHER, REFUGE, ZEBEDEE

NURSE, WORKER = Person("RJ1", "nurse"), Person(HULL, "worker")
PEOPLE = {KEEPER: Role.MANAGER, OTHER: Role.MANAGER, NURSE: Role.CLINICIAN, WORKER: Role.SOCIAL_WORKER}
NEIGHBOUR = Child(reference="S1", given="Quintus", family="Abernathy", born="2014-08-01", postcode="TR1 1AA")
ELSEWHERE = Child(reference="H1", given="Ottilie", family="Brandreth", born="2012-02-11", postcode="HU1 1UU")
NOBODY = Child(given="Wilfrid", family="Oxenholme", born="2011-06-17", postcode="YO1 7HH")
# What no two runs share: ids, moments, digests, and what is said aloud of an entry.
_OWN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+\d\d:\d\d)|[2-9A-Z]{4}-[2-9A-Z]{4}|[0-9a-f]{64,}"
)


class Is(Enum):
    """What the child is in one world."""

    ABSENT, SHIELDED, VISIBLE = range(3)


@contextmanager
def _world(instance: Instance, folder: Path, is_: Is) -> Generator[Service]:
    """A database in which the child is so, after everybody has done what could show it."""
    folder.mkdir()
    with copy_of(instance, folder) as settings:
        with opened(settings) as service:
            for person, role in PEOPLE.items():
                service.accounts.save_practitioner(
                    Practitioner(person.authority, person.reference, "Somebody", role, active=True)
                )
            # The public figure of shields is of the nation, and masked below ten: one stands anyway.
            service.shields.ask(HULL, REFUGE, question(form_of(NOBODY)).child, OTHER)
            if is_ is Is.SHIELDED:
                service.shields.ask(LEEDS, REFUGE, question(form_of(ZEBEDEE)).child, KEEPER)
            known = [NEIGHBOUR] if is_ is Is.ABSENT else [NEIGHBOUR, ZEBEDEE]
            service.feeds.load_ssd(write_extract(folder / "leeds", *known), LEEDS)
            service.feeds.load_ssd(write_extract(folder / "hull", ELSEWHERE), HULL)
            for by, purpose in ((NURSE, Purpose.UNSCHEDULED_CARE), (WORKER, Purpose.SECTION_47_ENQUIRY)):
                caller = Caller(uuid4(), "test", by.authority, "", (Scope.LOOKUP,))
                asked = question(form_of(ZEBEDEE), practitioner=by.reference, purpose=purpose)
                service.lookup.ask(caller, asked)
            service.moves.nightly()
            service.moves.beat()
        with opened(settings, lambda: now() + timedelta(days=40)) as later:
            later.offices.oversight.figures.publish(today().replace(day=1))
            yield later


def _rest(service: Service) -> list[tuple[int, str]]:
    token = service.accounts.issue_client(HULL, "test", tuple(Scope), 1)
    with build(service).test_client() as client:
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        read = [client.get(f"/api/v1/{path}") for path in ("coverage", "feeds", "notices")]
        asked = [
            client.post(f"/api/v1/{path}", json={"practitioner": OTHER.reference})
            for path in ("notices/read", "hand-overs/list", "orphans/list")
        ]
    return [(answer.status_code, answer.get_data(as_text=True)) for answer in (*read, *asked)]


WAYS: dict[str, Callable[[Service], object]] = {
    "figures for the public": lambda s: s.offices.oversight.figures.published(),
    "one's own looks": lambda s: s.offices.oversight.mine.looks(NURSE),
    "another's looks": lambda s: s.offices.oversight.mine.looks(WORKER),
    "notices": lambda s: s.notices.inbox.items(OTHER),
    "what is told": lambda s: s.told.items(OTHER),
    "links to review": lambda s: s.review.waiting(OTHER),
    "hand-overs": lambda s: s.moves.hand_overs.listed(OTHER),
    "orphans": lambda s: s.moves.orphans.listed(OTHER),
    "feeds of another": lambda s: [(r.added, r.changed, r.removed) for r in s.feeds.runs(HULL)],
    "challenges": lambda s: s.challenges.waiting(OTHER),
    "alerts of the guard": lambda s: s.guard_alerts.waiting(OTHER),
    "coverage": lambda s: [c.authority for c in s.lookup.coverage().silent],
    "REST": _rest,
}


def _shown(service: Service) -> dict[str, str]:
    return {
        way: _OWN.sub("", msgspec.json.encode(show(service), enc_hook=_plain).decode())
        for way, show in WAYS.items()
    }


def _plain(value: object) -> object:
    return value.decode() if isinstance(value, bytes) else str(value)


@pytest.fixture(scope="module")
def absent(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    with _world(instance, tmp_path_factory.mktemp("ways") / "absent", Is.ABSENT) as service:
        return _shown(service)


def test_shielded_and_absent_are_the_same(instance: Instance, tmp_path: Path, absent: dict[str, str]) -> None:
    with _world(instance, tmp_path / "shielded", Is.SHIELDED) as service:
        shown = _shown(service)
    assert {way: shown[way] for way in WAYS if shown[way] != absent[way]} == {}


def test_a_visible_child_is_not(instance: Instance, tmp_path: Path, absent: dict[str, str]) -> None:
    """The control: the same comparison sees a child who is there."""
    with _world(instance, tmp_path / "visible", Is.VISIBLE) as service:
        shown = _shown(service)
    assert {way for way in WAYS if shown[way] != absent[way]} >= {"one's own looks", "another's looks"}
