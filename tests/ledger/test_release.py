"""Unsealing needs a receipt, once; and the vault's own count, held against the ledger, finds what misses."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import msgspec
import psycopg
import pytest

from fingerpost.access.caller import Caller
from fingerpost.ledger import Receipt
from fingerpost.ledger.events import Asker, Event, LedgerRead, LookupAnswered
from fingerpost.ledger.reconcile import Reconciliation, reconcile
from fingerpost.vault.release import Unrecorded
from fingerpost.wiring import Service
from fingerpost.words.clock import now
from fingerpost.words.vocabulary import Purpose
from tests.conftest import Child, Publish, form_of, question

Behind = Callable[[str], None]


@pytest.fixture
def behind(owner_conninfo: str) -> Iterator[Behind]:
    """Change the two counts as the database's superuser could."""
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        for table in ("ledger_entry", "vault_release"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER ledger_is_append_only".encode())

        def change(sql: str) -> None:
            assert owner.execute(sql.encode()).rowcount == 1

        yield change


ANSWERED = LookupAnswered(
    asker=Asker(authority="RJ1", client="t", practitioner="nurse"), purpose=Purpose.UNSCHEDULED_CARE,
    case_reference="A", asked=question(form_of(Child())).child, outcome="found", disclosed=(), clause="",
)  # fmt: skip


def _record(service: Service, event: Event = ANSWERED) -> Receipt:
    with service.records_database.statement() as session:
        return service.ledger.record(session, event)


def _reconciled(service: Service) -> Reconciliation:
    return reconcile(service.records_database, now() - timedelta(days=1), now())


def test_a_receipt_that_stands_is_good_once(service: Service) -> None:
    receipt = _record(service)
    withheld = service.vault._releases.withhold("the words")
    assert "words" not in repr(withheld)
    assert b"words" not in withheld.sealed
    assert service.vault.release(receipt, [(withheld, "; ", withheld), ()]) == ["the words; the words", ""]
    with pytest.raises(Unrecorded, match="used before"):
        service.vault.release(receipt, [(withheld,)])


@pytest.mark.parametrize(
    "changes", [{"leaf": "00" * 32}, {"entry": uuid4()}, {"signature": ""}, {"recorded_at": now()}]
)
def test_a_forged_receipt_is_good_for_nothing(service: Service, changes: dict[str, object]) -> None:
    with pytest.raises(Unrecorded, match="did not sign"):
        service.vault.release(msgspec.structs.replace(_record(service), **changes), [])


def test_a_receipt_whose_entry_is_not_committed_is_good_for_nothing(service: Service) -> None:
    """A receipt is signed before its entry commits: the vault looks for itself."""
    with service.records_database.transaction() as session:
        receipt = service.ledger.record(session, ANSWERED)
        with pytest.raises(Unrecorded, match="no answer that stands"):
            service.vault.release(receipt, [])
    service.vault.release(receipt, [])


def test_found_and_not_found_are_counted_alike(service: Service, publish: Publish, nurse: Caller) -> None:
    publish("E08000035", Child())
    found = service.lookup.ask(nurse, question(form_of(Child())))
    nobody = Child(given="Nobody", family="Known", born="2011-02-03")
    missing = service.lookup.ask(nurse, question(form_of(nobody)))
    assert found.matches[0].explanation
    assert missing.matches == ()
    counts = _reconciled(service)
    assert (counts.disclosures, counts.unseals, counts.equal) == (2, 2, True)


def test_what_left_and_is_not_recorded_is_found(
    service: Service, publish: Publish, nurse: Caller, behind: Behind
) -> None:
    publish("E08000035", Child())
    answer = service.lookup.ask(nurse, question(form_of(Child())))
    behind("DELETE FROM ledger_entry WHERE kind = 'lookup_answered'")
    counts = _reconciled(service)
    assert (counts.disclosures, counts.unseals, counts.equal) == (0, 1, False)
    assert counts.unrecorded == (str(answer.receipt.entry),)


def test_what_is_recorded_and_did_not_leave_is_found(
    service: Service, publish: Publish, nurse: Caller, behind: Behind
) -> None:
    publish("E08000035", Child())
    answer = service.lookup.ask(nurse, question(form_of(Child())))
    behind("DELETE FROM vault_release")
    assert answer.matches
    counts = _reconciled(service)
    assert (counts.disclosures, counts.unseals, counts.equal) == (1, 0, False)
    assert len(counts.unreleased) == 1


def test_the_receipt_of_something_else_is_good_for_nothing(service: Service) -> None:
    receipt = _record(service, LedgerRead(reader="t", entries=1))
    with pytest.raises(Unrecorded, match="no answer that stands"):
        service.vault.release(receipt, [])
    assert _reconciled(service).equal


@pytest.mark.parametrize(
    "verb", ["UPDATE vault_release SET entry = entry", "DELETE FROM vault_release", "TRUNCATE vault_release"]
)
def test_the_count_is_append_only(owner_conninfo: str, verb: str) -> None:
    with (
        psycopg.connect(owner_conninfo) as owner,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
    ):
        owner.execute(verb.encode())
