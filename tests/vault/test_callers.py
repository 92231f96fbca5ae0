"""Each caller through its own row and its own database roles alone: it can do its work, and no other's."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import pytest
import structlog

from fingerpost.access.caller import Caller as Client
from fingerpost.access.caller import Practitioner
from fingerpost.db.database import NotGiven
from fingerpost.instance import Instance
from fingerpost.ledger.verify import verify, verify_receipt
from fingerpost.ledger.verify_tree import verify_tree
from fingerpost.lookup.answer import Answer, Outcome
from fingerpost.requests.ask import Asking
from fingerpost.retention import told
from fingerpost.retention.hold import HoldKind, Order
from fingerpost.settings import Environment, Settings
from fingerpost.shields.request import Body, Ground, Request
from fingerpost.signposts.never_join import Named
from fingerpost.signposts.person import Person
from fingerpost.vault import Candidate
from fingerpost.vault.beside import Line
from fingerpost.vault.messages import MAY, Caller
from fingerpost.vault.vault import LocalVault
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now, today
from fingerpost.words.errors import Misconfigured, Refused
from fingerpost.words.vocabulary import Role, Scope
from tests.conftest import Child, form_of, question, write_extract
from tests.vault.conftest import serving

LEEDS, HULL = "E08000035", "E06000010"
CHILD = Child(nhs_number="9990000034")
NURSE = Client(uuid4(), "test", "RJ1", "Guy's", (Scope.LOOKUP,))
PEOPLE = {
    Person("RJ1", "nurse"): Role.CLINICIAN, Person(LEEDS, "ann"): Role.RECORDS_OFFICER,
    Person(HULL, "ben"): Role.RECORDS_OFFICER, Person(LEEDS, "keeper"): Role.MANAGER,
    Person(HULL, "desk"): Role.DESK_OFFICER, Person(HULL, "service"): Role.SERVICE_RECORDS_OFFICER,
}  # fmt: skip
RECORD = Candidate(uuid4(), LEEDS, date(2030, 1, 1), 1, b"sealed")


@pytest.fixture(scope="module")
def asked(
    place: Settings, vault: LocalVault, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Caller, Service]]:
    """The service as each caller alone, with no keyring; Leeds and Hull know the child."""
    folder = tmp_path_factory.mktemp("s")
    with ExitStack() as stack:
        made: dict[Caller, Service] = {}
        for caller in Caller:
            own = folder / caller.value
            Instance(place).give([caller], own)
            path = stack.enter_context(serving(vault, folder / f"{caller.value}.sock", caller))
            apart = msgspec.structs.replace(
                place, instance=own, keyring=folder / "none", wrapping_key=folder / "none", vault=path
            )
            made[caller] = stack.enter_context(opened(apart))
        for person, role in PEOPLE.items():
            somebody = Practitioner(person.authority, person.reference, "Somebody", role, active=True)
            made[Caller.ADMIN].accounts.save_practitioner(somebody)
        for authority in (LEEDS, HULL):
            extract = write_extract(folder / authority, CHILD)
            made[Caller.FEED].feeds.load_ssd(extract, authority)
        yield made


def _ask(service: Service, child: Child = CHILD) -> Answer:
    return service.lookup.ask(NURSE, question(form_of(child)))


def test_the_door_answers_and_others_prove_it(asked: dict[Caller, Service]) -> None:
    answer = _ask(asked[Caller.WEB])
    assert {s.authority for m in answer.matches for s in m.signposts} == {LEEDS, HULL}
    assert all("same NHS number" in m.explanation for m in answer.matches)
    assert asked[Caller.LEDGER].sequencer.sequence_all() > 3
    records = asked[Caller.RECORDS]
    assert verify(records.ledger, records.records_database).sound
    assert verify_tree(records.tree_database, records.tree.log).faults == ()
    key = records.vault.verifying_key()
    assert verify_receipt(records.ledger, records.records_database, answer.receipt, key) is None


def test_in_one_process_the_answer_is_the_same(asked: dict[Caller, Service], place: Settings) -> None:
    there = _ask(asked[Caller.WEB])
    with opened(place) as service:
        here = _ask(service)
    assert (
        msgspec.structs.replace(here, receipt=there.receipt, reference=there.reference, message=there.message)
        == there
    )


def test_what_a_page_holds_is_kept(asked: dict[Caller, Service]) -> None:
    vault, session, page = asked[Caller.WEB].vault, uuid4(), uuid4()
    sealed = vault.keep(session, page, b"typed so far")
    assert vault.kept(session, page, sealed) == b"typed so far"
    assert vault.kept(page, session, sealed) is None


def test_contact_is_brokered(asked: dict[Caller, Service]) -> None:
    answer, requests = _ask(asked[Caller.WEB]), asked[Caller.REQUESTS].requests
    signpost = next(s for m in answer.matches for s in m.signposts if s.authority == LEEDS)
    asking = Asking(entry=answer.receipt.entry, signpost=signpost.id, phone="020 7946 0000")
    made = requests.ask.ask(Person("RJ1", "nurse"), asking)
    assert requests.inbox.see(made.id, Person(LEEDS, "keeper")).own_reference == "P1"


def test_officers_part_what_was_linked_and_are_told(asked: dict[Caller, Service]) -> None:
    records = asked[Caller.RECORDS]
    one, other = Named(LEEDS, "P1"), Named(HULL, "P1")
    records.never_join.order(one, Person(LEEDS, "ann"))
    records.never_join.order(other, Person(HULL, "ben"))
    assert [item.reference for item in records.told.items(Person(LEEDS, "ann"))]


def test_shields_are_asked_for_and_watched(asked: dict[Caller, Service]) -> None:
    shields, keeper = asked[Caller.SHIELDS], Person(LEEDS, "keeper")
    hidden = Child(given="Araminta", family="Quillinan", born="2014-05-06", nhs_number="9990000115")
    request = Request(body=Body.REFUGE, ground=Ground.DOMESTIC_ABUSE, call_back="0113 496 0000")
    shields.shields.ask(LEEDS, request, question(form_of(hidden)).child, keeper)
    assert len(shields.shields.kept(keeper)) == 1
    answer = _ask(asked[Caller.WEB], hidden)
    assert answer.outcome is Outcome.NOT_FOUND
    assert shields.watch.watch_all() > 0
    (alert,) = shields.alerts.list(keeper)
    assert alert.asked.reference == answer.reference
    assert shields.desk.look_up(answer.reference, Person(HULL, "desk"))


def test_what_ends_is_held_purged_and_done_again(asked: dict[Caller, Service]) -> None:
    ending, officer = asked[Caller.RETENTION], Person(LEEDS, "ann")
    order = Order(HoldKind.COURT, "ZC26P00123", today().replace(year=today().year + 1, day=1))
    hold, _ = ending.holds.place(LEEDS, "P1", order, officer)
    assert ending.holds.opened(hold, officer) == []
    assert ending.purge.run().records == 0
    assert ending.restore.run(lambda _start, _end: [], Person(HULL, "service")).applied == 0
    assert [line.kind for line in ending.vault.ended(0)][-1] == "hold_placed"


def test_however_much_an_authority_is_told_what_is_told_of_a_child_goes(
    asked: dict[Caller, Service], vault: LocalVault, place: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More items than one message holds, each under the key of the child's record."""
    leeds = {vault.reference(LEEDS, "P1")}
    with psycopg.connect(Instance(place).owner_conninfo()) as owner:
        row = owner.execute(
            "SELECT id, authority, cohort, schema_version, sealed FROM record WHERE authority = %s", (LEEDS,)
        ).fetchone()
        assert row
        record = Candidate(*row)
        many = [(item := uuid4(), vault.seal_told(item, record)) for _ in range(50_000)]
        with owner.cursor().copy(
            "COPY told (id, authority, kind, told_at, cohort, sealed) FROM STDIN"
        ) as copy:
            for item, sealed in many:
                copy.write_row((item, LEEDS, "recalled", now(), record.cohort, sealed))
    ending = asked[Caller.RETENTION].purge._database  # pyright: ignore[reportPrivateUsage]
    with ending.transaction() as session:
        with monkeypatch.context() as at_once:
            at_once.setattr(told, "AT_ONCE", len(many))
            with pytest.raises(Refused, match="4 MiB at most"):  # in one message it is too much
                told.forget_told(session, asked[Caller.RETENTION].vault, LEEDS, leeds)
        gone = told.forget_told(session, asked[Caller.RETENTION].vault, LEEDS, leeds)
    assert {item for item, _ in many} <= {*gone}


def test_each_does_its_own_alone(asked: dict[Caller, Service], vault: LocalVault) -> None:
    """A live message for each of the most dangerous rows, and each refusal in the vault's log."""
    dangerous: dict[str, tuple[Any, ...]] = {
        "open_details": (RECORD,),
        "open_event": (uuid4(), date(2026, 1, 1), b""),
        "own_reference": (RECORD,),
        "sign_checkpoint": ("x", 10**9, bytes(32)),
        "end": (Line(uuid4(), now(), "child_erased", date(2026, 1, 1), bytes(32), bytes(64), b"x"),),
        "destroy_keys": ([],),
        "destroy_indexes": (),
    }
    for caller, service in asked.items():
        for message, arguments in dangerous.items():
            if caller in MAY[message]:
                continue
            with (
                structlog.testing.capture_logs() as logged,
                pytest.raises(Refused, match=f"does not do that for {caller.value}"),
            ):
                getattr(service.vault, message)(*arguments)
            assert [(line["event"], line["what"]) for line in logged] == [("vault_refused", message)]
    assert len(vault.index_generations()) == 1


def test_a_process_has_the_database_roles_it_was_given(asked: dict[Caller, Service]) -> None:
    web = asked[Caller.WEB]
    with pytest.raises(NotGiven, match="fingerpost_records"):
        verify(web.ledger, web.records_database)
    with pytest.raises(NotGiven, match="fingerpost_feed"):
        web.feeds.load_ssd(Path("/nowhere"), LEEDS)
    own = web.settings.instance / "database.json"
    assert own.stat().st_mode & 0o077 == 0
    assert Instance(web.settings).passwords().owner == ""
    with pytest.raises(Misconfigured), opened(msgspec.structs.replace(web.settings, vault=None)):
        pass  # and in one process there is none without its keyring


def test_production_needs_a_vault_apart(place: Settings) -> None:
    production = msgspec.structs.replace(place, environment=Environment.PRODUCTION)
    with pytest.raises(Misconfigured, match="needs FINGERPOST_VAULT"), opened(production):
        pass
