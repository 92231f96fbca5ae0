"""A shield outlives the database: a backup put back makes nobody findable, and says what it cannot do."""

# pyright: basic, reportArgumentType=false

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.instance import Instance
from fingerpost.ledger.current import Behind
from fingerpost.ledger.reimport import kept
from fingerpost.retention.restored import Restored
from fingerpost.settings import Settings
from fingerpost.shields.request import Evidence
from fingerpost.signposts.person import Person
from fingerpost.vault.keys import data_key
from fingerpost.wiring import Service, opened
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, form_of, question, write_extract
from tests.retention.backups import base_backup, owner_of, restored
from tests.retention.conftest import HULL, LEEDS, SERVICE, child, found
from tests.shields.conftest import REFUGE

KEEPER, OTHER = Person(LEEDS, "boss"), Person(HULL, "head")


def _load(service: Service, folder: Path, authority: str, *children: Child) -> None:
    service.feeds.load_ssd(write_extract(folder / uuid4().hex[:8], *children), authority)


def _shield(service: Service, wanted: Child) -> UUID:
    return service.shields.ask(LEEDS, REFUGE, question(form_of(wanted)).child, KEEPER)


def _before(service: Service, tmp_path: Path) -> None:
    service.accounts.save_practitioner(
        Practitioner(OTHER.authority, OTHER.reference, "A Head", Role.MANAGER, active=True)
    )
    _load(service, tmp_path, LEEDS, child(1), child(2), child(3))
    service.sequencer.sequence_all()


@contextmanager
def _told(live: Settings, backup: Path, tmp_path: Path) -> Iterator[tuple[Restored, Service]]:
    """The backup put back and told what it has forgotten."""
    old = restored(live, backup, tmp_path / "old")
    with Instance(old).running():
        with pytest.raises(Behind), opened(old):
            pass
        with opened(old, behind=True) as service:
            done = service.restore.run(kept(service.vault), SERVICE)
        with opened(old) as service:
            yield done, service


def test_a_shield_asked_for_since_the_backup_stands_and_one_lifted_does_not(
    live: Settings, tmp_path: Path
) -> None:
    with opened(live) as service:
        _before(service, tmp_path)
        lifted = _shield(service, child(2))
        backup = base_backup(live, tmp_path / "backup")
        asked = _shield(service, child(1))
        service.shields.evidence(asked, Evidence.REFUGE_LETTER, KEEPER)
        service.shields.lift(lifted, KEEPER)
        assert service.shields.lift(lifted, OTHER)
        brief = _shield(service, child(3))
        service.shields.lift(brief, KEEPER)
        service.shields.lift(brief, OTHER)
        before = service.shields.kept(KEEPER)
        assert [found(service, child(n)) for n in (1, 2, 3)] == [set(), {LEEDS}, {LEEDS}]
    with _told(live, backup, tmp_path) as (done, service):
        assert [found(service, child(n)) for n in (1, 2, 3)] == [set(), {LEEDS}, {LEEDS}]
        assert service.shields.kept(KEEPER) == before
        assert (done.shields.put_on, done.shields.lost, done.shields.unreadable) == ((asked,), (), ())
        again = service.restore.run(kept(service.vault), SERVICE)
        assert (again.applied, again.shields.put_on) == (0, ())


def test_what_it_covered_by_reference_is_covered_when_it_is_stated_again(
    live: Settings, tmp_path: Path
) -> None:
    """Adopted since: details cannot tell any more, and the record is of a feed after the backup."""
    of_hull, adopted = (msgspec.structs.replace(child(n), reference="A1") for n in (1, 7))
    with opened(live) as service:
        _before(service, tmp_path)
        backup = base_backup(live, tmp_path / "backup")
        _load(service, tmp_path, HULL, of_hull)
        shield = _shield(service, child(1))
        _load(service, tmp_path, HULL, adopted)
        service.shields.review(shield, KEEPER)
        assert found(service, adopted) == set()
    with _told(live, backup, tmp_path) as (_, service):
        _load(service, tmp_path, HULL, adopted)
        assert found(service, adopted) == set()


def test_what_its_keeper_cleared_and_said_since_the_backup_is_kept(live: Settings, tmp_path: Path) -> None:
    """One cleared brother is in the backup under the shield, one came with a feed of the lost time."""
    hidden = Child(reference="L0")
    here, later = Child(reference="L1", given="Barnaby"), Child(reference="H1", given="Crispin")
    live = msgspec.structs.replace(live, guard=False)  # the same is asked over and over
    with opened(live) as service:
        _before(service, tmp_path)
        _load(service, tmp_path, LEEDS, child(1), child(2), child(3), hidden, here)
        shield = _shield(service, hidden)
        service.sequencer.sequence_all()
        backup = base_backup(live, tmp_path / "backup")
        _load(service, tmp_path, HULL, later)
        assert (found(service, here), found(service, later)) == (set(), set())
        own = service.vault.reference(LEEDS, hidden.reference)
        with owner_of(live) as owner:
            covered = "SELECT c.record_id FROM shield_cover c JOIN record r ON r.id = c.record_id"
            wrong = owner.execute(f"{covered} WHERE r.reference <> %s", (own,)).fetchall()
        for (record,) in wrong:
            service.shields.clear(shield, record, KEEPER)
        service.shields.lift(shield, KEEPER)
        assert (found(service, here), found(service, later)) == ({LEEDS}, {HULL})
    with _told(live, backup, tmp_path) as (done, service):
        assert done.shields.unsaid == ()
        assert found(service, here) == {LEEDS}
        _load(service, tmp_path, HULL, later)
        assert (found(service, later), found(service, hidden)) == ({HULL}, set())
        (kept_now,) = service.shields.kept(KEEPER)
        assert (kept_now.words, [row.cleared for row in kept_now.covered].count(True)) == (1, len(wrong))
        assert kept_now.away == ()
        _load(service, tmp_path, HULL, msgspec.structs.replace(later, family="Crabtree"))
        assert found(service, msgspec.structs.replace(later, family="Crabtree")) == set()  # in doubt again
        assert service.shields.lift(shield, OTHER)  # the second of two


def test_a_word_of_somebody_the_backup_does_not_know_is_named_as_lost(live: Settings, tmp_path: Path) -> None:
    late = Person(LEEDS, "late")
    with opened(live) as service:
        _before(service, tmp_path)
        shield = _shield(service, child(1))
        backup = base_backup(live, tmp_path / "backup")
        service.accounts.save_practitioner(
            Practitioner(late.authority, late.reference, "A Late One", Role.MANAGER, active=True)
        )
        service.shields.lift(shield, late)
        _shield(service, child(2))
    with _told(live, backup, tmp_path) as (done, service):
        assert done.shields.unsaid == (shield,)
        assert [kept.words for kept in service.shields.kept(KEEPER)] == [0, 0]


def test_a_shield_of_which_nothing_is_kept_is_named(live: Settings, tmp_path: Path) -> None:
    with opened(live) as service:
        _before(service, tmp_path)
        backup = base_backup(live, tmp_path / "backup")
        shield = _shield(service, child(1))
    service.vault.forget_shield(shield)
    with _told(live, backup, tmp_path) as (done, service):
        assert done.shields.lost == (shield,)
        assert found(service, child(1)) == {LEEDS}  # the control: this is what a restore did


def test_one_under_a_key_that_was_replaced_since_is_readable_again(live: Settings, tmp_path: Path) -> None:
    with opened(live) as service:
        _before(service, tmp_path)
        shield = _shield(service, child(1))
        with owner_of(live) as owner:
            (cohort,) = owner.execute("SELECT cohort FROM shield").fetchone()
        backup = base_backup(live, tmp_path / "backup")
        _, replaced = service.vault.renew_keys(LEEDS, [cohort])
        assert replaced == [data_key(LEEDS, cohort)]
        service.vault.destroy_keys(replaced)
        _load(service, tmp_path, HULL, child(2))
        service.sequencer.sequence_all()
    with _told(live, backup, tmp_path) as (done, service):
        assert done.shields.unreadable == ()
        assert [kept.id for kept in service.shields.kept(KEEPER)] == [shield]
        _load(service, tmp_path, HULL, child(1))
        assert found(service, child(1)) == set()


def test_nothing_of_a_shield_stands_in_clear_beside_the_database(live: Settings, tmp_path: Path) -> None:
    with opened(live) as service:
        _before(service, tmp_path)
        shield = _shield(service, child(1))
        folder = Instance(live).ended_path.with_name("shields")
        (file,) = folder.iterdir()
        said = file.read_bytes().lower()
        assert file.stat().st_mode & 0o777 == 0o600
        for word in (child(1).given, child(1).family, child(1).born, LEEDS, KEEPER.reference, "0113 496"):
            assert word.lower().encode() not in said
        service.shields.lift(shield, KEEPER)
        service.shields.lift(shield, OTHER)
        assert list(folder.iterdir()) == []


def test_shields_from_before_any_was_kept_are_kept_and_cover_anew(live: Settings, tmp_path: Path) -> None:
    with opened(live) as service:
        _before(service, tmp_path)
        shield = _shield(service, child(1))
        service.vault.forget_shield(shield)
        with owner_of(live) as owner:
            owner.execute("DELETE FROM shield_cover")
            owner.execute("UPDATE record SET hidden = NULL")
        assert found(service, child(1)) == {LEEDS}
        assert service.watch.standing.keep_all() == 1
        assert (found(service, child(1)), service.vault.standing_shields()) == (set(), [shield])
        assert service.watch.standing.keep_all() == 0
