"""Promise 3: what is recorded can be read back and checked, and a change of any kind is seen."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import psycopg
import pytest

from fingerpost.instance import Instance
from fingerpost.ledger.events import ClientIssued, LedgerRead
from fingerpost.ledger.log import leaf_of
from fingerpost.ledger.store import Ending
from fingerpost.ledger.verify import verify, verify_receipt
from fingerpost.ledger.verify_tree import verify_tree
from fingerpost.settings import Settings
from fingerpost.vault.receipt import Receipt
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now


def _record(service: Service, reader: str = "test") -> Receipt:
    with service.records_database.statement() as session:
        return service.ledger.record(session, LedgerRead(reader=reader, entries=1))


def _behind_the_back(conninfo: str, sql: str) -> None:
    """Change the ledger as a database superuser could."""
    with psycopg.connect(conninfo, autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_is_append_only")
        assert owner.execute(sql).rowcount == 1
        owner.execute("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_is_append_only")


def test_a_new_instance_has_its_first_entry(service: Service) -> None:
    verdict = verify(service.ledger, service.records_database)
    assert verdict.sound
    assert verdict.kinds == {"instance_created": 1, "keys_made": 1}


def test_an_entry_reads_back_as_it_was(service: Service) -> None:
    event = ClientIssued(authority="RJ1", client="Émile’s", scopes=("lookup",), expires_at="2027")
    with service.records_database.statement() as session:
        receipt = service.ledger.record(session, event)
    found = service.ledger.find(service.records_database, receipt.entry)
    assert found is not None
    assert found.sound
    assert found.event == event
    assert found.receipt == receipt


def test_a_receipt_is_proof_to_a_stranger(service: Service) -> None:
    receipt, key = _record(service), service.vault.verifying_key()
    kept = msgspec.json.decode(msgspec.json.encode(receipt), type=Receipt)
    assert kept.is_signed_by(key)
    assert verify_receipt(service.ledger, service.records_database, kept, key) is None


@pytest.mark.parametrize("change", ["leaf", "entry", "signature"])
def test_a_forged_receipt_is_refused(service: Service, change: str) -> None:
    receipt, key = _record(service), service.vault.verifying_key()
    other = {"leaf": "00" * 32, "entry": uuid4(), "signature": "00" * 64}[change]
    forged = msgspec.structs.replace(receipt, **{change: other})
    assert verify_receipt(service.ledger, service.records_database, forged, key)


CHANGES = {
    "body": "UPDATE ledger_entry SET sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1)"
    " WHERE position = 3",
    "leaf": "UPDATE ledger_entry SET leaf = sha256('x') WHERE position = 3",
    "kind": "UPDATE ledger_entry SET kind = 'feed_loaded' WHERE position = 3",
    "time": "UPDATE ledger_entry SET recorded_at = recorded_at - interval '1 s' WHERE position = 3",
    "swap": "UPDATE ledger_entry a SET sealed = b.sealed FROM ledger_entry b"
    " WHERE a.position = 3 AND b.position = 4",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_entry_is_seen(service: Service, owner_conninfo: str, change: str) -> None:
    _record(service), _record(service)
    assert verify(service.ledger, service.records_database).sound
    _behind_the_back(owner_conninfo, CHANGES[change])
    verdict = verify(service.ledger, service.records_database)
    assert verdict.wrong == (3,)


@pytest.mark.parametrize("change", ["body", "leaf"])
def test_a_changed_entry_is_seen_by_its_receipt(service: Service, owner_conninfo: str, change: str) -> None:
    receipt = _record(service)
    _behind_the_back(owner_conninfo, CHANGES[change])
    fault = verify_receipt(service.ledger, service.records_database, receipt, service.vault.verifying_key())
    assert fault is not None
    assert "changed" in fault


def test_a_month_s_first_entry_comes_after_the_word_that_its_key_was_made(settings: Settings) -> None:
    with opened(settings, lambda: now() + timedelta(days=40)) as service:
        _record(service)
        assert verify(service.ledger, service.records_database).kinds["keys_made"] == 2


def test_how_a_question_ended_is_noted_with_its_entry(service: Service) -> None:
    """Whether it was answered or not; of a question that was never spent there is nothing to note."""
    for outcome in ("refused", "found"):
        with service.lookup_database.statement() as session:
            receipt = service.ledger.record(
                session,
                LedgerRead(reader="test", entries=0),
                lambda made, how=outcome: Ending(uuid4(), how, made.recorded_at, made.entry, None, []),
            )
        assert service.ledger.find(service.records_database, receipt.entry) is not None


def test_a_removed_entry_is_seen_by_its_receipt(service: Service, owner_conninfo: str) -> None:
    receipt = _record(service)
    _behind_the_back(owner_conninfo, "DELETE FROM ledger_entry WHERE position = 3")
    fault = verify_receipt(service.ledger, service.records_database, receipt, service.vault.verifying_key())
    assert fault is not None
    assert "tampering" in fault


@pytest.mark.parametrize(
    "sql",
    ["UPDATE ledger_entry SET kind = 'x'", "DELETE FROM ledger_entry", "TRUNCATE ledger_entry"],
)
def test_not_even_the_owner_changes_it_by_mistake(service: Service, owner_conninfo: str, sql: str) -> None:
    with (
        psycopg.connect(owner_conninfo) as owner,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
    ):
        owner.execute(sql)


def test_the_nonce_hides_the_event() -> None:
    assert leaf_of(b"a" * 32, b"event") != leaf_of(b"b" * 32, b"event")


def test_read_in_order_and_from_the_end(service: Service) -> None:
    for number in range(5):
        _record(service, f"reader {number}")
    last = list(service.ledger.checked(service.records_database, last=3))
    readers = [entry.event.reader for _, entry in last if entry and isinstance(entry.event, LedgerRead)]
    assert readers == ["reader 2", "reader 3", "reader 4"]


def test_an_erased_body_leaves_its_leaf(settings: Settings) -> None:
    with opened(settings) as service:
        _record(service)
        service.sequencer.sequence_all()
        before = str(service.tree.checkpoint())
        keyring = Instance(settings).keyring()
        audit = [name for name in keyring.names() if name.startswith("audit/")]
        assert keyring.destroy(audit) == sorted(audit)
    with opened(settings) as service:
        verdict = verify(service.ledger, service.records_database)
        tree = verify_tree(service.tree_database, service.tree.log)
        assert str(service.tree.checkpoint()) == before
    assert verdict.sound
    assert verdict.erased == verdict.entries == 3
    assert (tree.faults, tree.leaves) == ((), 3)


def test_one_body_erased_leaves_its_leaf(service: Service, owner_conninfo: str) -> None:
    """A court orders one entry's words gone: its row says nothing any more, and the tree is as it was."""
    receipt = _record(service)
    service.sequencer.sequence_all()
    _behind_the_back(owner_conninfo, "UPDATE ledger_entry SET sealed = '' WHERE position = 3")
    verdict = verify(service.ledger, service.records_database)
    assert (verdict.sound, verdict.erased) == (True, 1)
    assert verify_tree(service.tree_database, service.tree.log).sound
    assert verify_receipt(service.ledger, service.records_database, receipt, service.tree.log.key) is None
    assert service.tree.prove(receipt).index == 2
