"""The rehearsal of 20,000 children, whole and with the real means, killed thirty times on its way: from the
stand-in to a certificate that a stranger verifies. `assurance/decommission/killed.py` kills more.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec
import pytest
from assurance.decommission.killed import Outcome, campaign, checked, tell_afterwards
from msgspec import Struct

from fingerpost.decommission.acts.ending import Destroyed
from fingerpost.decommission.acts.preparing import Search
from fingerpost.decommission.certify import CHECKPOINT, KEYS, file_name
from fingerpost.decommission.destroy import destroy
from fingerpost.decommission.folder import LEDGER, Procedure
from fingerpost.decommission.holds import Watch
from fingerpost.decommission.item import Ended, Item
from fingerpost.decommission.legacy.build import Order
from fingerpost.decommission.legacy.place import ROLES
from fingerpost.decommission.looking import look
from fingerpost.decommission.rehearse import means
from fingerpost.decommission.state import State
from fingerpost.decommission.target import Target
from fingerpost.vault import durable
from tests.decommission import paper
from tests.decommission.test_certificate import laid_down
from tests.decommission.test_cli import typed

CHILDREN, CANARIES, KILLS = 20_000, 500, 30
PLACES = 17  # of the twin: server, replica, three backups, feeds, quality, search, laptops, eight partners
COPIES, PARTNERS = 24, 156  # authorities and national partners


class Rehearsed(Struct):
    """A rehearsal that came to its end: its folder, how it was killed, where it stands."""

    folder: Path
    outcome: Outcome
    state: State


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    folder = tmp_path_factory.mktemp("rehearsal")
    for place in (folder, *folder.parents[:2]):
        place.chmod(0o755)  # the stand-in's server has to reach it
    # From a process without threads: what is forked beside those that drew a paper waits for them for ever.
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        outcome = alone.submit(_rehearse, folder).result()
    return Rehearsed(folder, outcome, Procedure(folder / "procedure").state)


def _rehearse(folder: Path) -> Outcome:
    met = folder / "met"

    def discover(procedure: Procedure, target: Target, search: Search) -> list[Item]:
        """Look once, however often it is killed afterwards: that is what takes longest."""
        kept = met.with_suffix(f".{search.value}")
        if not kept.exists():
            durable.replace(kept, msgspec.json.encode(look(procedure, target, search)))
        return msgspec.json.decode(kept.read_bytes(), type=list[Item])

    real = msgspec.structs.replace(means(), discover=discover)
    return campaign(folder, real, KILLS, seed=3, order=Order(children=CHILDREN))


def test_killed_thirty_times_it_skips_repeats_and_hides_nothing(rehearsed: Rehearsed) -> None:
    assert rehearsed.outcome.violations == []
    assert rehearsed.outcome.kills == KILLS


def test_an_act_that_is_told_afterwards_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same look, at one who destroys first and says so later."""
    monkeypatch.setattr(Procedure, "say", Procedure.say)  # put back afterwards
    procedure, wrongs = laid_down(paper.until(7), tmp_path / "procedure"), tmp_path / "wrongs"
    watched = checked(tmp_path, destroyed, wrongs)
    destroy(procedure, paper.SIGNERS["oona"], "extract", watched)
    assert not wrongs.exists()
    tell_afterwards()
    destroy(procedure, paper.SIGNERS["oona"], "stray", watched)
    assert "item laptop.img is touched, and the ledger does not say so" in wrongs.read_text()


def destroyed(item: Item, root: Path, watch: Watch) -> Ended:
    act = paper.destroyed(item)[0]
    assert isinstance(act, Destroyed)
    return act.ended


def test_it_is_switched_off_and_nobody_comes_after(rehearsed: Rehearsed) -> None:
    state = rehearsed.state
    off, proof = state.switched_off, state.no_access
    assert state.frozen is not None
    assert {table.name: table.rows for table in state.frozen.tables}["child"] == CHILDREN + CANARIES
    assert off is not None
    assert off.root == state.frozen.root
    assert off.sessions >= len(ROLES) - 1  # the feeds' account is dead since the freeze
    assert proof is not None
    assert proof.let_in == 0
    assert proof.refused == proof.attempts > len(ROLES)


def test_every_copy_is_ended_and_nobody_is_left(rehearsed: Rehearsed) -> None:
    state, folder = rehearsed.state, rehearsed.folder
    strays = {item.where for i, item in state.discovered.items() if i not in state.declared}
    assert {Path(where).name for where in strays} == {"LT-0001.img", "caseload.sqlite", "sent-items.mbox"}
    assert len(state.ended) == len(state.certificates) == len(state.copies) == COPIES
    assert state.twin is not None
    assert state.twin.found == state.twin.planted == CANARIES * PLACES
    assert state.scanned is not None
    assert (state.scanned.hits, state.scanned.unread) == (0, 0)
    left = {path.name for path in (folder / "legacy").rglob("*") if path.is_file()}
    assert left <= {"register.csv", "server.json", "LT-0001.img", "server.log"}
    kept = {path.name for path in (folder / "procedure").iterdir()}
    assert not {"scan.key", "scan.list", "canaries.key"} & kept


def test_each_partner_was_written_to_and_one_answer_in_twenty_looked_at(rehearsed: Rehearsed) -> None:
    state, folder = rehearsed.state, rehearsed.folder
    assert len(state.asked) == PARTNERS
    assert len(list((folder / "out").glob("*.txt"))) == PARTNERS
    assert len(state.audited) >= len(state.attested) / 20


def test_a_stranger_verifies_a_certificate(rehearsed: Rehearsed) -> None:
    state, folder = rehearsed.state, rehearsed.folder
    public, ledger = folder / "out" / "public", folder / "procedure" / LEDGER
    assert state.closed
    assert {"summary.html", "summary.pdf", "summary.txt", "certificates.html"} <= {
        path.name for path in public.iterdir()
    }
    files = ("--checkpoint", public / CHECKPOINT, "--keys", public / KEYS, "--ledger", ledger)
    server = file_name(next(i for i, item in state.copies.items() if item.where == "server"))
    assert (
        "entries, each signed and by the rules" in typed("verify", public / f"{server}.json", *files).output
    )
