"""Honey children: nothing in the database sets them apart, and whoever is shown one is paged about."""

import secrets
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import mean
from uuid import UUID, uuid4

import msgspec
import pytest

from fingerpost.guard.decoys import Decoys
from fingerpost.guard.honey import COMPANY
from fingerpost.ledger.events import HoneyPlanted, HoneyRetired, LookupAnswered
from fingerpost.lookup.answer import Outcome
from fingerpost.lookup.form import ChildForm
from fingerpost.settings import Settings
from fingerpost.signposts.person import Person
from fingerpost.synthetic.numbers import nhs_number
from fingerpost.vault import Candidate
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, Refused
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, write_extract
from tests.guard.conftest import LEEDS, MANAGER, OFFICER, World
from tests.guard.test_paging import Receiver, receiver

__all__ = ["receiver"]

REAL = 240
GIVEN = ("Oliver", "Amelia", "Noah", "Isla", "Mohammed", "Ava", "George", "Aisha", "Zofia", "Theodore", "Ivy")
FAMILY = ("Smith", "Patel", "Jones", "Khan", "Kowalska", "Taylor", "O'Neill", "Achterberg", "Wu", "Featherby")


def _real(number: int) -> Child:
    dice = secrets.SystemRandom()
    started = today() - timedelta(days=dice.randrange(40, 900))
    closed = started + timedelta(days=dice.randrange(1, 30)) if number % 3 == 0 else None
    return Child(
        reference=f"{dice.randrange(10**6, 10**7)}", given=dice.choice(GIVEN), family=dice.choice(FAMILY),
        born=f"{dice.randrange(2011, 2023)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 28):02}",
        sex=dice.choice("FM"), postcode=f"LS{dice.randrange(1, 29)} {dice.randrange(1, 9)}DY",
        nhs_number="" if number % 5 == 0 else nhs_number(number), started=started.isoformat(),
        closed=closed.isoformat() if closed else "", team=dice.choice(("T1", "T1", "T9")),
    )  # fmt: skip


class Planted(World):
    """A guarded service whose one authority has its share of planted children among `REAL` others."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        super().__init__(settings)
        self.folder = folder
        self.children = [_real(number) for number in range(REAL)]

    def load(self, *more: Child) -> object:
        self.children += more
        extract = write_extract(self.folder / uuid4().hex, *self.children)
        return self.service.feeds.load_ssd(extract, LEEDS, accept_removals=True)

    def records(self) -> list[UUID]:
        return [UUID(str(row[0])) for row in self.rows("SELECT id FROM record ORDER BY ctid")]

    def planted(self) -> set[UUID]:
        return self.service.vault.planted(self.records())

    def form(self, record: UUID) -> ChildForm:
        """What somebody would type who knew a planted child."""
        row = self.rows(
            "SELECT id, authority, cohort, schema_version, sealed FROM record WHERE id = %s", record
        )
        known = self.service.vault.open_details(Candidate(*row[0]))  # type: ignore[arg-type]
        assert known.date_of_birth is not None
        return ChildForm(
            given_names=known.names[0].given, family_name=known.names[0].family,
            date_of_birth=known.date_of_birth.isoformat(), postcodes=known.postcodes,
        )  # fmt: skip


@pytest.fixture
def planted(settings: Settings, tmp_path: Path) -> Iterator[Planted]:
    made = Planted(msgspec.structs.replace(settings, guard=True, challenge_one_in=2**62), tmp_path)
    with opened(made.settings, made.now) as service:
        made.service = service
        made.person("nurse", "Wilhelmina Quartermaine")
        made.person("manager", "A Manager", role=Role.MANAGER)
        made.person("officer", "C Officer", role=Role.SERVICE_RECORDS_OFFICER)
        service.honey.plant(153 * 50, OFFICER)
        made.load()
        yield made


def _events(service: Service, kind: type) -> list[object]:
    entries = (entry for _, entry in service.ledger.checked(service.records_database))
    return [e.event for e in entries if e and isinstance(e.event, kind)]


def test_a_dump_does_not_set_them_apart(planted: Planted) -> None:
    """Column by column, by value, length and order; the same test finds children planted carelessly."""
    marked = planted.planted()
    assert 20 < len(marked) < 90
    found = _most_telling(planted, marked)
    assert found[0] < 0.24, found
    careless = set(planted.records()[-len(marked) :])  # as if they had been added after the feed
    assert _most_telling(planted, careless)[0] > 0.4


COLUMNS = {
    "order": "row_number() OVER (ORDER BY r.ctid)", "length": "octet_length(r.sealed)",
    "id": "('x' || substr(r.id::text, 1, 7))::bit(28)::int", "cohort": "r.cohort - date '2020-01-01'",
    "end of id": "('x' || substr(r.id::text, 30, 7))::bit(28)::int",
    "variant": "('x' || substr(r.id::text, 20, 2))::bit(8)::int",
    "tokens": "cardinality(r.tokens)", "schema": "r.schema_version", "index": "r.index_generation",
    "reference": "('x' || substr(encode(r.reference, 'hex'), 1, 7))::bit(28)::int",
    "print": "octet_length(r.fingerprint)", "hidden": "coalesce(length(r.hidden), 0)",
    "shared tokens": "(SELECT count(*) FROM token a JOIN token b USING (token) WHERE a.record_id = r.id)",
    "links": "(SELECT count(*) FROM link WHERE r.id IN (record_a, record_b))",
    "due": "(SELECT count(*) FROM link_due WHERE record_id = r.id)",
    "signposts": "(SELECT count(*) FROM signpost s WHERE s.record_id = r.id)",
    **{
        name: f"(SELECT max({what}) FROM signpost s WHERE s.record_id = r.id)"  # noqa: S608
        for name, what in {
            "service": "length(s.service)", "team": "(s.team_id IS NULL)::int", "role": "length(s.role)",
            "started": "s.started - date '2020-01-01'", "weekday": "extract(dow FROM s.started)",
            "ended": "coalesce(s.ended - date '2020-01-01', 0)",
            "confirmed": "s.confirmed - date '2020-01-01'",
            "leaves": "s.leaves_on - date '2020-01-01'", "rule": "length(s.rule)",
            "table": "length(s.source_table)", "source": "octet_length(s.source)",
            "sealed": "octet_length(s.sealed_source)", "month": "s.cohort - date '2020-01-01'",
        }.items()
    },
}  # fmt: skip


def _most_telling(world: Planted, marked: set[UUID]) -> tuple[float, str]:
    """Return how far from chance (0 to 0.5) the best single column tells the marked records, and which."""
    rows = world.rows(f"SELECT r.id, {', '.join(COLUMNS.values())} FROM record r")  # noqa: S608
    telling = {
        name: abs(_auc([(float(str(row[place])), row[0] in marked) for row in rows]) - 0.5)
        for place, name in enumerate(COLUMNS, start=1)
    }
    best = max(telling, key=telling.__getitem__)
    return telling[best], best


def _auc(values: list[tuple[float, bool]]) -> float:
    ours = [v for v, marked in values if marked]
    others = [v for v, marked in values if not marked]
    return mean((a > b) + (a == b) / 2 for a in ours for b in others)


def test_no_column_of_any_table_is_left_out(planted: Planted) -> None:
    """A new column must be looked at here: by its own name, or by another that says the same."""
    looked_at = {
        "record": "id authority reference cohort schema_version sealed tokens index_generation fingerprint"
        " hidden sensitive",
        "signpost": "id record_id service team_id role started ended confirmed leaves_on rule source_table"
        " source sealed_source cohort handed_on disputed_on",
    }
    for table, columns in looked_at.items():
        found = planted.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s", table
        )
        assert {str(row[0]) for row in found} <= set(columns.split())


def test_whoever_is_shown_one_is_paged_about_within_a_minute(planted: Planted, receiver: Receiver) -> None:
    receiver.refuse = 0
    forms = [planted.form(record) for record in sorted(planted.planted())[:3]]
    hook = f"http://127.0.0.1:{receiver.server_port}/"
    told: list[object] = []
    with opened(msgspec.structs.replace(planted.settings, page_webhook=hook), planted.now) as service:
        planted.service = service
        stopped = threading.Event()
        loop = threading.Thread(target=service.paging.run, args=(stopped, told.append, told.append))
        loop.start()
        asked_at = time.monotonic()
        answer = planted.ask(forms[0])
        while not receiver.pages and time.monotonic() < asked_at + 60:
            time.sleep(0.05)
        took = time.monotonic() - asked_at
        stopped.set()
        loop.join()
    assert took < 60
    assert msgspec.json.decode(receiver.pages[0])["kind"] == "honey"
    assert msgspec.json.decode(receiver.pages[0])["entry"] == str(answer.receipt.entry)
    assert answer.outcome is Outcome.FOUND
    (match,) = answer.matches
    assert {s.contact.phone_now for s in match.signposts} == {planted.settings.desk_phone}
    assert all(s.team and s.authority == LEEDS for s in match.signposts)


def test_each_answer_is_on_the_ledger_and_pages_again(planted: Planted) -> None:
    for record in sorted(planted.planted())[:3]:
        planted.ask(planted.form(record))
    answered = _events(planted.service, LookupAnswered)
    assert [e.alerts for e in answered] == [("honey",)] * 3  # type: ignore[attr-defined]
    assert planted.alerts().count("nurse honey") == 3


def test_a_child_who_exists_is_answered_alone(planted: Planted) -> None:
    """The control: nobody who asks about a real child is paged about."""
    for real in planted.children[:15]:
        known = ChildForm(
            given_names=real.given, family_name=real.family, date_of_birth=real.born,
            postcodes=(real.postcode,),
        )  # fmt: skip
        answer = planted.ask(known)
        assert planted.settings.desk_phone not in str([m.signposts for m in answer.matches])
    assert planted.alerts() == []
    assert planted.rows("SELECT id FROM link") == [] or not planted.service.vault.planted(
        UUID(str(r)) for row in planted.rows("SELECT record_a, record_b FROM link") for r in row
    )


def test_they_stay_until_they_are_retired_and_count_nowhere(planted: Planted) -> None:
    marked = planted.planted()
    feeds = planted.service.feeds
    assert feeds.runs(LEEDS)[0].added == REAL
    assert len(feeds.signposts(LEEDS, 10_000)) == REAL
    planted.later(days=40)
    report = planted.load(_real(1000))
    assert report.counts.removed == 0  # type: ignore[attr-defined]
    assert planted.planted() == marked
    same_day = planted.rows("SELECT DISTINCT confirmed FROM signpost WHERE ended IS NULL")
    assert len(same_day) == 1, "what is current is confirmed with the rest"
    with opened(planted.settings) as now:  # a purge asks two clocks
        now.purge.run()
    assert planted.planted() == marked
    with pytest.raises(Refused):
        planted.service.honey.retire(MANAGER)
    planted.service.honey.retire(OFFICER)
    planted.load()
    assert planted.planted() == set()
    assert feeds.runs(LEEDS)[0].removed == 0
    assert len(planted.records()) == REAL + 1
    assert len(_events(planted.service, HoneyPlanted)) == len(_events(planted.service, HoneyRetired)) == 1


def test_few_additions_hide_nobody(settings: Settings, tmp_path: Path) -> None:
    """Planted among too few they could be told by the night they came: they wait for a larger feed."""
    world = Planted(settings, tmp_path)
    with opened(settings, world.now) as service:
        world.service = service
        world.person("officer", "C Officer", role=Role.SERVICE_RECORDS_OFFICER)
        for wrong in (0, 20_001):
            with pytest.raises(Invalid):
                service.honey.plant(wrong, OFFICER)
        with pytest.raises(Refused):
            service.honey.plant(200, Person("RJ1", "nobody"))
        service.honey.plant(153 * 50, OFFICER)
        children, world.children = world.children, []
        world.load(*children[: COMPANY - 1])
        assert world.planted() == set()
        world.load(*children[COMPANY : 2 * COMPANY])
        assert world.planted()


def test_nobody_is_made_of_nobody() -> None:
    assert list(Decoys([], today()).some()) == []
