"""R26, every other way out: what anybody but the keeper is shown, told, sent or may count is the same."""

import re
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import uuid4

import msgspec
import psycopg
import pytest
from psycopg import sql

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.api.rest.door import build
from fingerpost.instance import Instance
from fingerpost.ledger.export import export
from fingerpost.rights.request import Requester
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now, today
from fingerpost.words.vocabulary import Purpose, Role, Scope
from tests.conftest import Child, copy_of, form_of, question, write_extract
from tests.shields.conftest import HULL, KEEPER, LEEDS, OTHER, REFUGE, YORK, ZEBEDEE

NURSE, WORKER = Person("RJ1", "nurse"), Person(HULL, "worker")
PEOPLE = {KEEPER: Role.MANAGER, OTHER: Role.MANAGER, NURSE: Role.CLINICIAN, WORKER: Role.SOCIAL_WORKER}
# Two records officers of each authority that holds the child or another: a pack takes two.
OFFICERS = {code: (Person(code, "officer"), Person(code, "second")) for code in (LEEDS, YORK)}
PEOPLE |= {officer: Role.RECORDS_OFFICER for both in OFFICERS.values() for officer in both}
NEIGHBOUR = Child(reference="S1", given="Quintus", family="Abernathy", born="2014-08-01", postcode="TR1 1AA")
ELSEWHERE = Child(reference="H1", given="Ottilie", family="Brandreth", born="2012-02-11", postcode="HU1 1UU")
MOVED = msgspec.structs.replace(ZEBEDEE, reference="Y1", postcode="YO1 7HH")
OTHERS = Child(reference="Y2", given="Rosamund", family="Chaloner", born="2013-10-03", postcode="YO10 3DB")
NOBODY = Child(given="Wilfrid", family="Oxenholme", born="2011-06-17", postcode="YO1 7HH")
# What no two runs share: ids, moments, digests, and what is said aloud of an entry.
_OWN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+\d\d:\d\d)|[2-9A-Z]{4}-[2-9A-Z]{4}|[0-9a-f]{64,}"
)


class Is(Enum):
    """What the child is in one world."""

    ABSENT, SHIELDED, VISIBLE = range(3)


class Seen(NamedTuple):
    """What one database shows: every way out, and how many rows each table of a dump holds."""

    ways: dict[str, str]
    rows: dict[str, int]


def _world(instance: Instance, folder: Path, is_: Is) -> Seen:
    """A database in which the child is so, after everybody has done what could show it."""
    folder.mkdir()
    with copy_of(instance, folder) as bare:
        settings = msgspec.structs.replace(bare, guard=True, challenge_one_in=2**62)
        with opened(settings) as service:
            _lived(service, folder, is_)
            ways = _shown(service)
        with opened(settings, lambda: now() + timedelta(days=40)) as later:
            later.offices.oversight.figures.publish(today().replace(day=1))
            ways["figures for the public"] = _plainly(later.offices.oversight.figures.published())
        assert settings.database_url
        with psycopg.connect(settings.database_url) as owner:
            tables = owner.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            ).fetchall()
            counted = {
                table: owner.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
                for (table,) in tables
            }
            return Seen(ways, {table: rows.fetchall()[0][0] for table, rows in counted.items()})


def _lived(service: Service, folder: Path, is_: Is) -> None:
    for person, role in PEOPLE.items():
        service.accounts.save_practitioner(
            Practitioner(person.authority, person.reference, "Somebody", role, active=True)
        )
    # The public figure of shields is of the nation, and masked below ten: one stands anyway.
    service.shields.ask(HULL, REFUGE, question(form_of(NOBODY)).child, OTHER)
    if is_ is Is.SHIELDED:
        service.shields.ask(LEEDS, REFUGE, question(form_of(ZEBEDEE)).child, KEEPER)
    here, moved = ((), ()) if is_ is Is.ABSENT else ((ZEBEDEE,), (MOVED,))
    service.feeds.load_ssd(write_extract(folder / "leeds", NEIGHBOUR, *here), LEEDS)
    service.feeds.load_ssd(write_extract(folder / "hull", ELSEWHERE), HULL)
    for by, purpose in ((NURSE, Purpose.UNSCHEDULED_CARE), (WORKER, Purpose.SECTION_47_ENQUIRY)):
        caller = Caller(uuid4(), "test", by.authority, "", (Scope.LOOKUP,))
        asked = question(form_of(ZEBEDEE), practitioner=by.reference, purpose=purpose)
        service.lookup.ask(caller, asked)
    service.feeds.load_ssd(write_extract(folder / "york", OTHERS, *moved), YORK)  # a late hit, a trail
    service.moves.nightly()
    service.moves.beat()


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


def _packs(service: Service) -> list[object]:
    """Subject access packs, the child's own and others', as the file that is handed over."""
    return [
        _pack(service, code, reference)
        for code, reference in (
            (LEEDS, ZEBEDEE.reference), (LEEDS, NEIGHBOUR.reference), (YORK, MOVED.reference),
            (YORK, OTHERS.reference),
        )
    ]  # fmt: skip


def _pack(service: Service, code: str, reference: str) -> object:
    first, second = OFFICERS[code]
    request = service.rights.access.ask(code, reference, Requester.YOUNG_PERSON, first)
    return service.rights.access.make(request, code, reference, second).pack


def _exported(service: Service) -> str:
    """What an export of the ledger's tree is made of: its files by name, and how a checkpoint is written."""
    service.sequencer.sequence_all()
    with TemporaryDirectory() as folder:
        export(service.tree, Path(folder))
        files = [p for p in Path(folder).rglob("*") if p.is_file()]
        return ", ".join(sorted(re.sub(r"\.p/\d+$", "", str(p.relative_to(folder))) for p in files))


WAYS: dict[str, Callable[[Service], object]] = {
    "one's own looks": lambda s: s.offices.oversight.mine.looks(NURSE),
    "another's looks": lambda s: s.offices.oversight.mine.looks(WORKER),
    "notices": lambda s: s.notices.inbox.items(OTHER),
    "notices to who asked": lambda s: s.notices.inbox.items(WORKER),
    "what is told": lambda s: s.told.items(OTHER),
    "links to review": lambda s: s.review.queue(OTHER).links,
    "hand-overs": lambda s: s.moves.hand_overs.listed(OTHER),
    "orphans": lambda s: s.moves.orphans.listed(OTHER),
    "feeds of another": lambda s: [(r.added, r.changed, r.removed) for r in s.feeds.runs(HULL)],
    "challenges": lambda s: s.challenges.waiting(OTHER),
    "alerts of the guard": lambda s: s.guard_alerts.waiting(OTHER),
    "coverage": lambda s: [c.authority for c in s.lookup.coverage().silent],
    "quality of another": lambda s: s.offices.administration.quality.report(OTHER),
    "signposts of another's teams": lambda s: [
        s.offices.own.of_team(team.id, OTHER) for team in s.offices.own.teams(HULL)
    ],
    "REST": _rest,
    "subject access": _packs,
    "an export of the ledger": _exported,
}


def _shown(service: Service) -> dict[str, str]:
    return {way: _plainly(show(service)) for way, show in WAYS.items()}


def _plainly(shown: object) -> str:
    return _OWN.sub("", msgspec.json.encode(shown, enc_hook=_plain).decode())


def _plain(value: object) -> object:
    return value.decode() if isinstance(value, bytes) else str(value)


@pytest.fixture(scope="module")
def worlds(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> dict[Is, Seen]:
    folder = tmp_path_factory.mktemp("ways")
    return {is_: _world(instance, folder / is_.name, is_) for is_ in Is}


def test_shielded_and_absent_are_the_same(worlds: dict[Is, Seen]) -> None:
    absent, shielded = worlds[Is.ABSENT].ways, worlds[Is.SHIELDED].ways
    assert {way: shielded[way] for way in absent if shielded[way] != absent[way]} == {}


def test_a_visible_child_is_not(worlds: dict[Is, Seen]) -> None:
    """The control: the same comparison sees a child who is there."""
    absent, visible = worlds[Is.ABSENT].ways, worlds[Is.VISIBLE].ways
    assert {way for way in absent if visible[way] != absent[way]} >= {
        "one's own looks", "another's looks", "figures for the public", "subject access",
    }  # fmt: skip


def test_what_a_stolen_dump_tells(worlds: dict[Is, Seen]) -> None:
    """A backup does differ (decision 26): by rows that are sealed, and none of what a lookup reads."""
    absent, shielded = worlds[Is.ABSENT].rows, worlds[Is.SHIELDED].rows
    assert {table for table in absent if shielded[table] != absent[table]} == {
        "record", "signpost", "shield", "shield_cover", "shield_token", "link_due", "ledger_entry",
        "ledger_leaf",
    }  # fmt: skip
