"""The steps on one small stand-in, in their order, and what each refuses; it ends where the target is started
again.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fingerpost.db.foreign import reached, refuses
from fingerpost.decommission import canaries, destroy, freeze, holds, inventory, no_access, people, switch_off
from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.preparing import HoldEnd, Place
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.gates import current
from fingerpost.decommission.holds import Held
from fingerpost.decommission.item import Ended, Item
from fingerpost.decommission.legacy.build import Order
from fingerpost.decommission.looking import destroyers
from fingerpost.decommission.people import Signer
from fingerpost.decommission.rehearse import Rehearsal
from fingerpost.decommission.target import Target, target_of
from fingerpost.words.clock import now
from fingerpost.words.errors import FingerpostError, Refused
from tests.decommission.means import means, overwrite


class Story:
    """One rehearsal, gone through step by step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rehearsal = Rehearsal(folder, Order(children=150, authorities=6), means())
        self.rehearsal.open()
        self.procedure = self.rehearsal.procedure

    @property
    def operator(self) -> Signer:
        return people.read(self.folder / "keys" / "olwen.key")

    @property
    def target(self) -> Target:
        return target_of(self.procedure)

    def approve(self, step: int) -> None:
        for who in ("ada", "bram"):
            self.procedure.say(e.Approved(step=step), people.read(self.folder / "keys" / f"{who}.key"))

    def step(self, act: Callable[[], None]) -> None:
        number = current(self.procedure.state)
        act()
        self.approve(number)

    def destroy(self, where: str, destroyer: destroy.Destroyer = overwrite) -> Ended:
        item = inventory.id_of(where)
        return destroy.destroy(self.procedure, self.operator, item, destroyer)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    folder.chmod(0o755)
    for above in folder.parents[:2]:
        above.chmod(0o755)
    return Story(folder)


def test_basis_canaries_inventory(story: Story) -> None:
    with pytest.raises(Refused, match="not in the inventory"):
        story.destroy("server")
    story.step(story.rehearsal.basis)
    with pytest.raises(Refused, match="only 0 of 20 canaries are in what was handed out"):
        canaries.planted(story.procedure, Place.EXTRACTS, [story.folder / "keys"])
    story.step(story.rehearsal.canaries)
    story.step(story.rehearsal.inventory)
    state = story.procedure.state
    strays = {state.items[item].where for item in state.explained}
    assert "laptops/LT-0001.img" in strays
    with pytest.raises(Refused, match=r"step 4 \(freeze\) comes first: feeds are not stopped"):
        story.destroy("server")


def test_freeze(story: Story) -> None:
    target, procedure = story.target, story.procedure
    with pytest.raises(Refused, match="step 4 comes first"):
        freeze.check(procedure, target)
    story.step(story.rehearsal.freeze)
    with target.up():
        assert refuses(target.accounts["contactpoint_feeds"])
        with reached(target.conninfo) as database, pytest.raises(FingerpostError):
            database.run("UPDATE child SET given = 'X'")
        freeze.check(procedure, target)
        with reached(target.conninfo) as database:
            database.run("ALTER TABLE child DISABLE TRIGGER decommission_frozen")
            database.run("UPDATE child SET given = 'X' WHERE number = (SELECT min(number) FROM child)")
        with pytest.raises(Refused, match=r"changed since it was frozen \(child\)"):
            freeze.check(procedure, target)
    assert current(procedure.state) == 4
    with pytest.raises(Refused, match="step 4"):
        switch_off.switch_off(procedure, target)
    story.step(story.rehearsal.freeze)


def test_switch_off(story: Story) -> None:
    target, procedure = story.target, story.procedure
    ahead = Procedure(procedure.folder, clock=lambda: now() + timedelta(seconds=5))
    with pytest.raises(Refused, match=r"clock and this machine's differ by -5\.\d s"):
        switch_off.switch_off(ahead, target)
    moment = now()
    back = iter([moment, moment - timedelta(seconds=1)])
    backwards = Procedure(procedure.folder, clock=lambda: next(back))
    with pytest.raises(Refused, match="clock runs backwards"):
        switch_off.switch_off(backwards, target)
    assert not procedure.state.switching_off
    with pytest.raises(Refused, match="come back within the hour"):
        switch_off.wait_for(now() + timedelta(hours=2))
    with pytest.raises(Refused, match="is not switched off"):
        no_access.prove(procedure, target)
    story.step(story.rehearsal.switch_off)
    off, proof = procedure.state.switched_off, procedure.state.no_access
    assert off is not None
    assert off.sessions == 2
    assert off.roles == 3
    assert off.tokens > 0
    assert proof is not None
    assert proof.let_in == 0
    assert proof.refused == proof.attempts == 4
    story.step(story.rehearsal.partners)


def test_a_hold_in_mid_destruction(story: Story) -> None:
    procedure, touched = story.procedure, list[str]()

    def held(item: Item, root: Path, watch: Any) -> Ended:
        touched.append(item.where)
        other = Procedure(procedure.folder)  # somebody else's process
        holds.place(other, story.operator, "H-2", "order of a court")
        watch()
        raise AssertionError("went on under a hold")

    with pytest.raises(Held, match="hold H-2 has arrived"):
        story.destroy("backups/weekly.sql", held)
    assert procedure.state.under_way == {}
    assert touched == ["backups/weekly.sql"]
    with pytest.raises(Refused, match="hold H-2 is live: nothing is destroyed"):
        story.destroy("backups/weekly.sql")
    assert (procedure.root / "backups/weekly.sql").exists()
    holds.end(procedure, story.operator, "H-2", HoldEnd.LIFTED, "order of the court")
    with pytest.raises(Refused, match=r"step 1 .* waits for approval"):
        story.destroy("backups/weekly.sql")
    story.approve(1)
    assert story.destroy("backups/weekly.sql").overwritten > 0
    with pytest.raises(Refused, match="is ended, or being ended, already"):
        story.destroy("backups/weekly.sql")


def test_what_is_not_destroyed_from_here(story: Story) -> None:
    with pytest.raises(Refused, match="not in the inventory"):
        story.destroy("/etc/passwd")
    with pytest.raises(Refused, match="ended by hand, before two witnesses"):
        story.destroy("tape vault, shelf 4, tape LT0042")


def test_a_target_that_was_started_again(story: Story) -> None:
    target = story.target
    with target.up():
        pass
    target.stop()
    with pytest.raises(Refused, match="was started since it was switched off"):
        story.destroy("server")
    assert (story.procedure.root / "server").exists()
    assert current(story.procedure.state) == 4


def test_a_hold_that_comes_when_the_target_is_ended_in_part(story: Story) -> None:
    """No freeze and no start can follow: once the hold is over, what was begun is gone on with."""
    procedure = story.procedure
    story.step(story.rehearsal.freeze)
    story.step(story.rehearsal.switch_off)
    control = Path(story.target.data) / "global" / "pg_control"

    def held(item: Item, root: Path, watch: Any) -> Ended:
        def until(size: int = 0) -> None:
            if not procedure.state.holds and not (control.exists() and control.read_bytes().strip(b"\0")):
                holds.place(procedure, story.operator, "H-3", "order of a court")
            watch(size)

        return destroyers(procedure)(item, root, until)

    with pytest.raises(Held, match="hold H-3 has arrived"):
        story.destroy("server", held)
    holds.end(procedure, story.operator, "H-3", HoldEnd.LIFTED, "order of the court")
    story.approve(1)
    assert story.destroy("server", destroyers(procedure)).overwritten > 1 << 20
    assert not (procedure.root / "server").exists()
