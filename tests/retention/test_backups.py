"""Real backups: what is destroyed or erased opens in none; what was restored serves nothing until told."""

# pyright: basic, reportArgumentType=false

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.access.switches import Because, Subject
from fingerpost.instance import Instance
from fingerpost.ledger.current import Behind
from fingerpost.ledger.export import export
from fingerpost.ledger.note import Note
from fingerpost.ledger.reimport import exported, kept
from fingerpost.ledger.sequencer import Discontinued
from fingerpost.ledger.verify import verify, verify_receipt
from fingerpost.ledger.verify_tree import verify_tree
from fingerpost.moves.alert import AlertState, EndReason
from fingerpost.retention.destroy import Keys
from fingerpost.retention.hold import HoldKind, Order
from fingerpost.settings import Environment, Settings
from fingerpost.signposts.person import Person
from fingerpost.signposts.trails import BreakReason
from fingerpost.vault import Candidate, Vault
from fingerpost.vault.keys import KeyDestroyed
from fingerpost.wiring import Service, opened
from fingerpost.wiring import found as make_instance
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, Refused, Unavailable
from fingerpost.words.vocabulary import Purpose, Role, Scope
from tests.conftest import form_of, question, write_extract
from tests.retention.backups import base_backup, dump, from_dump, owner_of, records, restored
from tests.retention.conftest import (
    HULL,
    LEEDS,
    NURSE,
    OFFICER,
    SECOND,
    SERVICE,
    Past,
    child,
    found,
)
from tests.retention.test_destroy import MONTH

BOSS = Person(LEEDS, "boss")


def opens(vault: Vault, sealed: list[Candidate]) -> int:
    """Count the records that the vault can open."""
    done = 0
    for candidate in sealed:
        try:
            done += bool(vault.open_details(candidate).names)
        except KeyDestroyed:
            continue
    return done


def _load(service: Service, folder: Path, authority: str, *numbers: int) -> None:
    extract = write_extract(folder / uuid4().hex[:8], *(child(n) for n in numbers))
    service.feeds.load_ssd(extract, authority, accept_removals=True, accept_older=True)


def test_a_destroyed_month_opens_in_no_backup(live: Settings, tmp_path: Path) -> None:
    Past(live, tmp_path / "past").load(LEEDS, child(1), child(2))
    base, dumped = base_backup(live, tmp_path / "base"), dump(live, tmp_path / "dump")
    old = restored(live, base, tmp_path / "old")
    with opened(live) as service, owner_of(old) as in_base, from_dump(live, dumped, "dumped") as in_dump:
        copies = [records(in_base), records(in_dump)]
        assert [opens(service.vault, sealed) for sealed in copies] == [2, 2]  # the control
        service.purge.run()
        service.destruction.ask(MONTH, Keys.DATA, SERVICE)
        service.destruction.confirm(MONTH, Keys.DATA, SECOND)
        assert [len(records(in_base)), len(records(in_dump))] == [2, 2]
        assert [opens(service.vault, sealed) for sealed in copies] == [0, 0]
    fresh = Instance(live).keyring()
    assert not [name for name in fresh.names() if name.startswith("data/")]


def test_an_erased_child_is_unreadable_everywhere_once_a_backup_holds_the_others(
    live: Settings, tmp_path: Path
) -> None:
    with opened(live) as service:
        _load(service, tmp_path, LEEDS, 1, 2, 3)
        before = base_backup(live, tmp_path / "before")
        gone = service.erasure.erase(LEEDS, "P1", OFFICER)
        assert (gone.signposts, gone.resealed) == (1, 4)
        assert [found(service, child(n)) for n in (1, 2)] == [set(), {LEEDS}]
        assert service.erasure.settle(before) == []
        after = base_backup(live, tmp_path / "after")
        (settled,) = service.erasure.settle(after)
        assert settled.receipt
        assert service.erasure.unsettled() == []
        assert [found(service, child(n)) for n in (1, 2)] == [set(), {LEEDS}]
        with owner_of(restored(live, before, tmp_path / "older")) as older:
            assert (len(records(older)), opens(service.vault, records(older))) == (3, 0)
        with owner_of(restored(live, after, tmp_path / "newer")) as newer:
            assert (len(records(newer)), opens(service.vault, records(newer))) == (2, 2)


DAMAGE = {
    "other sums": "--manifest-checksums=SHA256", "other manifest": "manifest that was changed",
    "a byte": "damaged", "a file": "damaged", "the log": "damaged",
}  # fmt: skip


def _damage(folder: Path, how: str) -> None:
    manifest, version = folder / "backup_manifest", folder / "PG_VERSION"
    match how:
        case "other manifest":
            manifest.write_bytes(manifest.read_bytes().replace(b"PG_VERSION", b"PG_VERSIOM", 1))
        case "a byte":
            version.write_bytes(b"81\n")
        case "a file":
            version.unlink()
        case "the log":
            for segment in (folder / "pg_wal").glob("0*"):
                segment.unlink()
        case _:
            pass


def test_what_is_no_backup_settles_nothing(live: Settings, tmp_path: Path) -> None:
    with opened(live) as service:
        _load(service, tmp_path, LEEDS, 1, 2)
        service.erasure.erase(LEEDS, "P1", OFFICER)
        (tmp_path / "empty").mkdir()
        wrong = {"empty": "is not a folder"}
        for how, why in DAMAGE.items():
            folder = base_backup(live, tmp_path / how, "CRC32C" if how == "other sums" else "SHA256")
            _damage(folder, how)
            wrong[how] = why
        for how, why in wrong.items():
            with pytest.raises(Invalid, match=why):
                service.erasure.settle(tmp_path / how)
        assert len(service.erasure.unsettled()) == 1
        other = Settings(instance=tmp_path / "other", environment=Environment.TEST)
        make_instance(other)
        with Instance(other).running(), pytest.raises(Invalid, match="another database"):
            service.erasure.settle(base_backup(other, tmp_path / "strange"))


def _later_life(service: Service, tmp_path: Path) -> dict[str, object]:
    """What happens after the backup: asked, erased, parted, held, put out; each of it acknowledged."""
    told: dict[str, object] = {"asked": service.lookup.ask(NURSE, question(form_of(child(2)))).receipt}
    told["erased"] = service.erasure.erase(LEEDS, "P1", OFFICER).receipts[0]
    with service.feeds._database.statement() as session:
        link = session.value("SELECT id FROM link WHERE state = 'linked' LIMIT 1")
    service.review.break_link(link, OFFICER, BreakReason.WRONG_MATCH)
    order = Order(HoldKind.COURT, "ZC1", today() + timedelta(days=90))
    told["hold"], told["held"] = service.holds.place(LEEDS, "P3", order, OFFICER)
    (out,) = service.moves.alerts.listed(BOSS)
    told["alert"] = service.moves.alerts.end(out.id, EndReason.FOUND, BOSS).id
    service.switches.suspend(Subject.PERSON, "RJ1/leaver", Because.LEFT)
    service.accounts.revoke_client(service.accounts.clients()[0].id)
    service.sequencer.sequence_all()
    told["checkpoint"] = service.tree.checkpoint()
    return told


def _before(service: Service, tmp_path: Path) -> Note:
    _load(service, tmp_path, LEEDS, 1, 2, 3)
    _load(service, tmp_path, HULL, 2)
    leaver = Practitioner("RJ1", "leaver", "A Leaver", Role.CLINICIAN, active=True)
    service.accounts.save_practitioner(leaver)
    service.accounts.issue_client("RJ1", "ward", (Scope.LOOKUP,), 30)
    _alert(service)
    service.sequencer.sequence_all()
    return service.tree.checkpoint()


def _alert(service: Service) -> None:
    """Let an alert of a missing family out: Hull is told of it."""
    service.accounts.save_practitioner(Practitioner(LEEDS, "senior", "A Senior", Role.MANAGER, active=True))
    caller = Caller(uuid4(), "test", LEEDS, "", (Scope.LOOKUP,))
    about = question(form_of(child(2)), practitioner=BOSS.reference, purpose=Purpose.MISSING_CHILD)
    entry = service.lookup.ask(caller, about).receipt.entry
    alert = service.moves.alerts.raise_([entry], today() + timedelta(days=7), BOSS)
    service.moves.alerts.approve(alert.id, Person(LEEDS, "senior"))
    service.moves.beat()
    assert _recalled(service) == [False]


def _recalled(service: Service) -> list[bool]:
    with service.notices.database.statement() as session:
        return session.column("SELECT recalled_at IS NOT NULL FROM notice WHERE kind = 'alert_found'")


def _ended_stays_ended(service: Service, told: dict[str, object]) -> None:
    assert found(service, child(1)) == set()
    assert found(service, child(3)) == {LEEDS}
    assert {h.id for h in service.holds.listed(OFFICER)} == {told["hold"]}
    with service.feeds._database.statement() as session:
        assert session.column("SELECT state FROM link") == ["broken"]
        assert session.value("SELECT count(*) FROM link_break") == 1
    assert service.accounts.clients()[0].revoked_at is not None
    ended = [(alert.id, alert.state, alert.reason) for alert in service.moves.alerts.listed(BOSS)]
    assert ended == [(told["alert"], AlertState.ENDED, EndReason.FOUND)]
    assert _recalled(service) == [True]
    leaver = Caller(uuid4(), "test", "RJ1", "", (Scope.LOOKUP,))
    with pytest.raises(Refused, match="suspended"):
        service.lookup.ask(leaver, question(form_of(child(2)), practitioner="leaver"))
    for name in ("erased", "held"):
        assert not verify_receipt(
            service.ledger,
            service.records_database,
            told[name],
            service.vault.verifying_key(),  # type: ignore[arg-type]
        )


@pytest.mark.parametrize("mirror", [False, True])
def test_a_restored_backup_serves_nothing_until_it_was_told(
    live: Settings, tmp_path: Path, mirror: bool
) -> None:
    with opened(live) as service:
        older = _before(service, tmp_path)
        backup = base_backup(live, tmp_path / "backup")
        told = _later_life(service, tmp_path)
        export(service.tree, tmp_path / "mirror")
    old = restored(live, backup, tmp_path / "old")
    with Instance(old).running():
        with pytest.raises(Behind, match="retention restored"), opened(old):
            pass
        with opened(old, behind=True) as service:
            if mirror:
                (Instance(old).last_signed_path.parent / "leaves").unlink()
                with pytest.raises(Discontinued):
                    service.restore.run(kept(service.vault), SERVICE)
            leaves = exported(tmp_path / "mirror") if mirror else kept(service.vault)
            with pytest.raises(Refused):
                service.restore.run(leaves, OFFICER)
            done = service.restore.run(leaves, SERVICE)
            assert done.applied >= (0 if mirror else 5)
            assert done.tree.signed > done.tree.found
            assert len(done.tree.lost) >= 1  # the question asked: leaf known, body lost
        with opened(old) as service:
            _ended_stays_ended(service, told)
            service.sequencer.sequence_all()
            verdict = verify_tree(service.tree_database, service.tree.log)
            assert (verdict.faults, verdict.lost) == ((), len(done.tree.lost))
            for note in (older, told["checkpoint"]):
                assert service.tree.require_continues(note).size > 0  # type: ignore[arg-type]
            assert verify(service.ledger, service.records_database).sound
            again = service.restore.run(leaves, SERVICE)
            assert (again.applied, again.unreadable, again.tree.lost) == (0, 0, ())


def test_with_the_log_nothing_acknowledged_is_lost(live: Settings, tmp_path: Path) -> None:
    with opened(live) as service:
        _before(service, tmp_path)
        backup = base_backup(live, tmp_path / "backup")
        told = _later_life(service, tmp_path)
        key = service.vault.verifying_key()
    with owner_of(live) as owner:
        owner.execute("SELECT pg_switch_wal()")
    new = restored(live, backup, tmp_path / "new", wal=True)
    with Instance(new).running(), opened(new) as service:
        _ended_stays_ended(service, told)
        lost = [
            name
            for name in ("asked", "erased", "held")
            if verify_receipt(service.ledger, service.records_database, told[name], key)  # type: ignore[arg-type]
        ]
        assert lost == []
        assert verify_tree(service.tree_database, service.tree.log).lost == 0


def test_a_database_put_back_under_a_running_service_answers_nobody(live: Settings, tmp_path: Path) -> None:
    """The control beside it: before the memory was ahead, the same question was answered."""
    with opened(live) as service:
        _before(service, tmp_path)
        assert found(service, child(1)) == {LEEDS}
        service.vault.remember_signed(10_000, b"\0" * 32)
        with service.lookup_database._pool.connection() as connection:
            connection.close()
        service.lookup_database._pool.drain()
        with pytest.raises(Unavailable):
            found(service, child(1))


def test_settled_before_the_restore_the_innocent_are_brought_back_by_their_feed(
    live: Settings, tmp_path: Path
) -> None:
    """Whoever restores a backup older than the settling finds what no key opens: it goes, and is told."""
    with opened(live) as service:
        _load(service, tmp_path, LEEDS, 1, 2)
        backup = base_backup(live, tmp_path / "backup")
        service.erasure.erase(LEEDS, "P1", OFFICER)
        service.erasure.settle(base_backup(live, tmp_path / "later"))
        service.sequencer.sequence_all()
    old = restored(live, backup, tmp_path / "old")
    with Instance(old).running():
        with opened(old, behind=True) as service:
            done = service.restore.run(kept(service.vault), SERVICE)
            assert (done.applied, done.unreadable) == (2, 4)
        with opened(old) as service:
            assert [found(service, child(n)) for n in (1, 2)] == [set(), set()]
            _load(service, tmp_path, LEEDS, 2)
            assert found(service, child(2)) == {LEEDS}
            assert service.erasure.unsettled() == []
