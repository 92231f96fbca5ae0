"""What is kept beside the database: durable, shared, torn by a power cut at worst, never more than sealed."""

import resource
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.access.switches import Because, Subject
from fingerpost.db.errors import StoreError
from fingerpost.ledger import current
from fingerpost.ledger.current import Behind, Current
from fingerpost.settings import Settings
from fingerpost.vault.beside import Beside, Line
from fingerpost.vault.memory import LastSigned
from fingerpost.vault.messages import Caller
from fingerpost.vault.remote import connect
from fingerpost.wiring import Service, opened, opened_vault
from fingerpost.words.errors import Misconfigured, Unavailable
from fingerpost.words.vocabulary import Role
from tests.conftest import Owner
from tests.vault.conftest import serving


def line() -> Line:
    moment = datetime(2026, 11, 27, tzinfo=UTC)
    return Line(uuid4(), moment, "child_erased", date(2026, 11, 1), b"l" * 32, b"s" * 64, b"\x01sealed")


def test_lines_come_back_in_order(tmp_path: Path) -> None:
    kept, other = Beside(tmp_path / "ended.jsonl"), Beside(tmp_path / "ended.jsonl")
    assert kept.lines() == []
    lines = [line() for _ in range(3)]
    for one in lines:
        kept.add(one)
    assert kept.lines() == other.lines() == lines
    assert (tmp_path / "ended.jsonl").stat().st_mode & 0o077 == 0


def test_a_torn_line_is_left_out_and_the_next_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "ended.jsonl"
    first, torn, third = (line() for _ in range(3))
    Beside(path).add(first)
    Beside(path).add(torn)
    path.write_bytes(path.read_bytes()[:-20])
    Beside(path).add(third)
    assert Beside(path).lines() == [first, third]


def test_what_cannot_be_kept_is_not_done(tmp_path: Path, service: Service, settings: Settings) -> None:
    (tmp_path / "gone").mkdir()
    with pytest.raises(Unavailable, match="kept beside"):
        Beside(tmp_path / "nowhere" / "ended.jsonl").add(line())
    with pytest.raises(Misconfigured, match="cannot be read"):
        Beside(tmp_path / "gone").lines()
    with pytest.raises(Unavailable, match="leaves cannot be kept"):
        LastSigned(tmp_path / "nowhere" / "signed.json").keep_leaves(0, [b"x" * 32])
    assert LastSigned(tmp_path / "signed.json").leaves(0, 9) == []


def test_an_act_is_kept_with_its_entry_and_nothing_in_clear(service: Service, settings: Settings) -> None:
    assert settings.keyring is not None
    path = settings.keyring / "ended.jsonl"
    service.accounts.save_practitioner(Practitioner("RJ1", "zebra77", "A Nurse", Role.CLINICIAN, active=True))
    assert not path.exists()
    service.switches.suspend(Subject.PERSON, "RJ1/zebra77", Because.LEFT)
    (kept,) = Beside(path).lines()
    assert kept.kind == "access_suspended"
    assert "zebra77" in str(service.ledger.read(kept))
    assert b"zebra77" not in path.read_bytes()


def test_an_act_that_the_database_did_not_take_is_not_kept(
    service: Service, settings: Settings, owner: Owner
) -> None:
    """Its disk was full, say: once there is room again, the service must open."""
    assert settings.keyring is not None
    service.accounts.save_practitioner(Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True))
    owner.execute("ALTER TABLE ledger_waiting RENAME TO gone")
    with pytest.raises(StoreError):
        service.switches.suspend(Subject.PERSON, "RJ1/nurse", Because.LEFT)
    owner.execute("ALTER TABLE gone RENAME TO ledger_waiting")
    assert Beside(settings.keyring / "ended.jsonl").lines() == []
    with service.tree_database.statement() as session:
        assert Current(service.vault).holds(session)


def test_a_database_without_the_act_is_refused(
    service: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "WAIT", 0.2)
    assert settings.keyring is not None
    Beside(settings.keyring / "ended.jsonl").add(line())
    with pytest.raises(Behind, match="retention restored"), opened(settings):
        pass
    here = Current(service.vault)
    with service.tree_database.statement() as session:
        assert not here.holds(session)


def test_years_of_what_ended_come_through_the_socket(settings: Settings, tmp_path: Path) -> None:
    """A restored database has to be told all of it; one message holds no more than 4 MiB."""
    assert settings.keyring is not None
    lines = [msgspec.structs.replace(line(), sealed=bytes(2_000)) for _ in range(3_000)]
    content = b"".join(msgspec.json.encode(one) + b"\n" for one in lines)
    (settings.keyring / "ended.jsonl").write_bytes(content)
    with opened_vault(settings) as vault, serving(vault, tmp_path / "s", Caller.RETENTION) as path:
        told: list[Line] = []
        while page := connect(path).ended(len(told)):
            told += page
    assert told == lines


def test_leaves_are_kept_whole_on_a_disk_that_fills_up(tmp_path: Path) -> None:
    """Such a disk takes a part first, and refuses the rest: what is not all kept is not signed."""
    kept = LastSigned(tmp_path / "signed.json")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(Unavailable, match="leaves cannot be kept"):
            kept.keep_leaves(0, [b"x" * 32] * 5)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    kept.keep_leaves(0, [b"y" * 32] * 5)
    kept.keep_leaves(5, [b"z" * 32])
    assert kept.leaves(0, 9) == [b"y" * 32] * 5 + [b"z" * 32]
