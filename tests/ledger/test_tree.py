"""The tree over a real ledger: it only grows, proves every receipt, and any change is seen."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import msgspec
import psycopg
import pytest

from fingerpost.ledger import Receipt
from fingerpost.ledger.events import LedgerRead
from fingerpost.ledger.export import export
from fingerpost.ledger.note import read_note
from fingerpost.ledger.proof import proves, read_proof
from fingerpost.ledger.sequencer import Discontinued
from fingerpost.ledger.tiles import Tile
from fingerpost.ledger.tree import Unsound
from fingerpost.ledger.verify_tree import TreeVerdict, verify_tree
from fingerpost.settings import Settings
from fingerpost.wiring import Service, opened
from fingerpost.words.errors import FingerpostError, Invalid, NotFound, Unavailable
from tests.ledger.witness import Witness, cosign_latest

Behind = Callable[[str], None]
TABLES = ("ledger_entry", "ledger_leaf", "ledger_tile", "ledger_checkpoint")


def record(service: Service, times: int = 1) -> list[Receipt]:
    with service.records_database.statement() as session:
        return [service.ledger.record(session, LedgerRead(reader="t", entries=n)) for n in range(times)]


def verdict(service: Service) -> TreeVerdict:
    return verify_tree(service.tree_database, service.tree.log)


@pytest.fixture
def behind(owner_conninfo: str) -> Iterator[Behind]:
    """Change the store as its superuser could."""
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER ledger_is_append_only".encode())

        def change(sql: str) -> None:
            assert owner.execute(sql.encode()).rowcount > 0

        yield change


def test_every_receipt_is_proved(service: Service) -> None:
    receipts = record(service, 300)
    assert service.sequencer.sequence() == 302  # with the two entries of a new instance
    for receipt in receipts[::37]:
        text = str(service.tree.prove(receipt))
        proof = read_proof(text.encode())
        assert proof is not None
        assert proves(proof, receipt.entry_bytes(), service.tree.log)
    assert (verdict(service).faults, verdict(service).leaves, verdict(service).waiting) == ((), 302, 0)
    assert service.sequencer.sequence() == 0


def test_an_entry_waits_and_is_proved_within_a_second(service: Service) -> None:
    (receipt,) = record(service)
    with pytest.raises(Unavailable, match="waits"):
        service.tree.prove(receipt)
    stopped, failures = threading.Event(), list[FingerpostError]()
    thread = threading.Thread(target=service.sequencer.run, args=(stopped, failures.append))
    thread.start()
    try:
        took = [_seconds_to_proof(service) for _ in range(20)]
    finally:
        stopped.set()
        thread.join()
    assert max(took) < 1.0
    assert failures == []


def _seconds_to_proof(service: Service) -> float:
    (receipt,) = record(service)
    started = time.monotonic()
    while True:
        try:
            service.tree.prove(receipt)
            return time.monotonic() - started
        except (Unavailable, NotFound):
            time.sleep(0.005)


def test_an_entry_that_commits_late_is_not_lost(service: Service) -> None:
    """Positions are given at insert: a slow transaction commits a position below ones already sequenced."""
    with service.records_database.transaction() as session:
        slow = service.ledger.record(session, LedgerRead(reader="slow", entries=1))
        (quick,) = record(service)
        assert service.sequencer.sequence() == 3
        assert service.tree.prove(quick).index == 2
    assert service.sequencer.sequence() == 1
    assert service.tree.prove(slow).index == 3
    assert verdict(service).sound


def test_a_transaction_that_fails_leaves_no_leaf(service: Service) -> None:
    with suppress(ZeroDivisionError), service.records_database.transaction() as session:
        ghost = service.ledger.record(session, LedgerRead(reader="ghost", entries=1))
        raise ZeroDivisionError
    assert service.sequencer.sequence() == 2
    with pytest.raises(NotFound):
        service.tree.prove(ghost)


def test_sequencers_side_by_side_make_one_tree(settings: Settings, service: Service) -> None:
    stopped, failures = threading.Event(), list[FingerpostError]()
    with opened(settings) as other:
        work = [(s.sequencer.run, (stopped, failures.append)) for s in (service, other, other)]
        threads = [threading.Thread(target=run, args=given) for run, given in work]
        writers = [threading.Thread(target=record, args=(service, 150)) for _ in range(3)]
        for thread in (*threads, *writers):
            thread.start()
        for writer in writers:
            writer.join()
        stopped.set()
        for thread in threads:
            thread.join()
    service.sequencer.sequence_all()
    assert failures == []
    assert (verdict(service).faults, verdict(service).leaves) == ((), 452)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE ledger_entry SET leaf = sha256('x') WHERE position = 9", "receipt says"),
        ("UPDATE ledger_entry SET recorded_at = now() WHERE position = 9", "receipt says"),
        ("UPDATE ledger_entry SET id = gen_random_uuid() WHERE position = 9", "receipt says"),
        ("DELETE FROM ledger_entry WHERE position = 9", "receipt says"),
        ("UPDATE ledger_leaf SET entry = sha256('x') WHERE leaf_index = 8", "receipt says"),
        ("DELETE FROM ledger_leaf WHERE leaf_index = 8", "gone"),
        ("DELETE FROM ledger_leaf WHERE leaf_index = 299", "gone"),
        ("UPDATE ledger_tile SET hashes = set_byte(hashes, 5, get_byte(hashes, 5) # 1)", "tile"),
        ("UPDATE ledger_tile SET root = sha256('x')", "tile"),
        ("DELETE FROM ledger_tile", "tile"),
        ("UPDATE ledger_checkpoint SET note = translate(note, 'ABCDEFGHIJKLMN', '0')", "checkpoint"),
        ("UPDATE ledger_checkpoint SET note = replace(note, E'\\n300\\n', E'\\n299\\n')", "checkpoint"),
    ],
)  # fmt: skip
def test_a_change_is_seen(service: Service, behind: Behind, sql: str, words: str) -> None:
    record(service, 298)
    service.sequencer.sequence_all()
    assert verdict(service).sound
    behind(sql)
    assert any(words in fault for fault in verdict(service).faults)


def test_an_entry_kept_out_of_the_tree_is_seen(service: Service, behind: Behind) -> None:
    record(service, 3)
    behind("DELETE FROM ledger_waiting WHERE position = 4")
    service.sequencer.sequence_all()
    assert verdict(service).faults == ("entry 4 is neither in the tree nor waiting",)


DROP_TAIL = (
    "DELETE FROM ledger_checkpoint WHERE size > 12", "DELETE FROM ledger_leaf WHERE leaf_index >= 12",
    "DELETE FROM ledger_entry WHERE position > 12",
)  # fmt: skip


def test_after_an_older_backup_nothing_is_signed(service: Service, behind: Behind) -> None:
    """The tree alone looks sound, as it was once; what the signer remembers does not fit it."""
    record(service, 10)
    service.sequencer.sequence_all()
    record(service, 10)
    service.sequencer.sequence_all()
    newest = service.tree.checkpoint()
    for sql in DROP_TAIL:
        behind(sql)
    assert verdict(service).sound
    with pytest.raises(Unsound, match="has 12 leaves, not the 22"):
        service.tree.require_continues(newest)
    record(service, 20)
    with pytest.raises(Discontinued, match="restored from a backup"):
        service.sequencer.sequence()


def test_a_memory_that_is_behind_is_made_good(service: Service, settings: Settings) -> None:
    """The process died between commit and remembering, or the keyring's disk was full for a while."""
    assert settings.keyring is not None
    memory = settings.keyring / "signed.json"
    service.sequencer.sequence_all()
    older = memory.read_bytes()
    lock = memory.with_suffix(".lock")
    lock.unlink()
    lock.mkdir()
    record(service, 3)
    with pytest.raises(Unavailable, match="cannot be remembered"):
        service.sequencer.sequence()
    assert (verdict(service).leaves, memory.read_bytes()) == (5, older)
    lock.rmdir()
    record(service)
    assert service.sequencer.sequence() == 1
    assert msgspec.json.decode(memory.read_bytes())["size"] == 6
    memory.write_bytes(older.replace(b'"root":"', b'"root":"00')[:-4] + b'"}')
    record(service)
    with pytest.raises(Discontinued, match="does not begin with"):
        service.sequencer.sequence()


def test_other_leaves_at_the_same_size_are_seen(
    service: Service, behind: Behind, settings: Settings, tmp_path: Path
) -> None:
    """Whoever holds the signing key and forgets on purpose can sign another history, not past witnesses."""
    record(service, 10)
    service.sequencer.sequence_all()
    record(service, 10)
    service.sequencer.sequence_all()
    newest = service.tree.checkpoint()
    for sql in DROP_TAIL:
        behind(sql)
    assert settings.keyring is not None
    (settings.keyring / "signed.json").unlink()
    record(service, 30)
    service.sequencer.sequence_all()
    assert verdict(service).sound
    with pytest.raises(Unsound, match="does not continue"):
        service.tree.require_continues(newest)


def test_a_tree_that_is_not_the_signed_one_is_not_continued(
    service: Service, behind: Behind, settings: Settings
) -> None:
    record(service, 10)
    service.sequencer.sequence_all()
    behind("UPDATE ledger_leaf SET entry = sha256('x') WHERE leaf_index = 8")
    record(service)
    with opened(settings) as restarted, pytest.raises(Discontinued, match="not the one"):
        restarted.sequencer.sequence()
    assert service.sequencer.sequence() == 1  # it has the true edge in hand, and goes on from that
    with pytest.raises(Unsound):
        _prove_any(service)


def _prove_any(service: Service) -> None:
    found = [row for row, _ in service.ledger.checked(service.records_database)][3]
    service.tree.prove(Receipt(found.id, found.recorded_at, found.leaf.hex(), found.signature.hex()))


@pytest.mark.parametrize("table", TABLES[1:])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_tree_is_append_only_even_for_its_owner(owner_conninfo: str, table: str, verb: str) -> None:
    column = {"ledger_leaf": "entry", "ledger_tile": "root", "ledger_checkpoint": "note"}[table]
    sql = verb.format(table, column, column) if "{} =" in verb else verb.format(table)
    with (
        psycopg.connect(owner_conninfo) as owner,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
    ):
        owner.execute(sql.encode())


def test_no_checkpoint_is_followed_twice(service: Service, owner_conninfo: str) -> None:
    """The schema itself: a fork is refused, whoever asks."""
    record(service, 3)
    service.sequencer.sequence_all()
    add = "INSERT INTO ledger_checkpoint (size, follows, root, note) VALUES (%s, %s, sha256('x'), '')"
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        owner.execute(add.encode(), (7, 5))
        for size, follows, constraint in (
            (8, 5, "follows_one"), (9, None, "follows_one"), (6, 7, "grows"), (9, 8, "follows_another"),
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.IntegrityError, match=constraint):
                owner.execute(add.encode(), (size, follows))


def test_what_a_witness_cosigned_is_kept_and_shown(service: Service) -> None:
    with pytest.raises(NotFound):
        service.tree.cosigned()
    service.sequencer.sequence_all()
    with pytest.raises(NotFound, match="no checkpoint of that size"):
        service.tree.add_cosignatures((), 1, [])
    cosign_latest(service)
    (line,) = [line for line in service.tree.cosigned().lines if line.name == "witness.example"]
    stranger = Witness("stranger.example", service.tree.log)
    assert service.tree.add_cosignatures((line,), 2, [stranger.verifier]) == []
    record(service)
    service.sequencer.sequence_all()
    assert str(line) not in str(service.tree.checkpoint())
    assert str(line) in str(service.tree.cosigned())


def test_a_tile_that_is_not_signed_yet_is_none(service: Service) -> None:
    service.sequencer.sequence_all()
    assert len(service.tree.tile(Tile(0, 0, 2))) == 2 * 32
    with pytest.raises(NotFound):
        service.tree.tile(Tile(0, 0, 3))


def test_what_fails_is_told_and_tried_again(service: Service, behind: Behind) -> None:
    """A stored checkpoint that is none stops the sequencer, says so, and shows nobody a tree."""
    service.sequencer.sequence_all()
    behind("UPDATE ledger_checkpoint SET note = replace(note, chr(10) || '2' || chr(10), chr(10))")
    with pytest.raises(Unsound, match="is not one"):
        service.tree.checkpoint()
    behind("UPDATE ledger_checkpoint SET root = sha256('x')")
    record(service)
    stopped, told = threading.Event(), list[FingerpostError]()

    def failed(error: FingerpostError) -> None:
        told.append(error)
        stopped.set()

    service.sequencer.run(stopped, failed)
    assert [type(error) for error in told] == [Discontinued]


def test_receipts_that_are_not_in_the_tree(service: Service) -> None:
    (receipt,) = record(service)
    service.sequencer.sequence_all()
    with pytest.raises(NotFound):
        service.tree.prove(msgspec.structs.replace(receipt, entry=uuid4()))
    with pytest.raises(Unsound):
        service.tree.prove(msgspec.structs.replace(receipt, leaf="00" * 32))


def test_a_checkpoint_of_somebody_else(service: Service) -> None:
    record(service)
    service.sequencer.sequence_all()
    note = read_note(str(service.tree.checkpoint()).replace("ledger\n3\n", "ledger\n2\n").encode())
    assert note is not None
    with pytest.raises(Invalid, match="not signed by this ledger"):
        service.tree.require_continues(note)


def test_nothing_is_signed_before_the_first_leaf(service: Service) -> None:
    with pytest.raises(NotFound):
        service.tree.checkpoint()
    assert (verdict(service).sound, verdict(service).leaves, verdict(service).waiting) == (True, 0, 2)


def test_export_is_whole_and_comes_up_to_date(service: Service, tmp_path: Path) -> None:
    record(service, 298)
    service.sequencer.sequence_all()
    assert export(service.tree, tmp_path / "log") == 6
    files = sorted(str(p.relative_to(tmp_path / "log")) for p in (tmp_path / "log").rglob("*") if p.is_file())
    assert files == [
        "checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000",
        "tile/entries/001.p/44",
    ]  # fmt: skip
    full = tmp_path / "log" / "tile" / "0" / "000"
    written = full.stat().st_mtime_ns
    record(service, 1)
    service.sequencer.sequence_all()
    assert export(service.tree, tmp_path / "log") == 4
    assert full.stat().st_mtime_ns == written
    assert b"\n301\n" in (tmp_path / "log" / "checkpoint").read_bytes()


def test_an_export_of_another_log_is_not_overwritten(service: Service, tmp_path: Path) -> None:
    service.sequencer.sequence_all()
    (tmp_path / "checkpoint").write_bytes(b"other.example/log\n")
    with pytest.raises(Invalid, match="cannot be read"):
        export(service.tree, tmp_path)
    export(service.tree, tmp_path / "own")
    text = (tmp_path / "own" / "checkpoint").read_text()
    (tmp_path / "checkpoint").write_text(text.replace("fingerpost.example", "other.example"))
    with pytest.raises(Invalid, match="not signed by this ledger"):
        export(service.tree, tmp_path)
