"""kill -9 in the middle of a procedure, again and again: is any irreversible act skipped, repeated or unsaid?

    python -m assurance.decommission.killed [--kills 40] [--seed 1] [--careless]

One rehearsal on a small stand-in. Each child goes on from where the one before was killed: at a line of the
procedure's own code, drawn by seed, once the ledger has grown so far. Half of the deaths leave half a line
behind, as a power cut does. `--careless` is the control: the act that destroys is told afterwards only, and
that must be found.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
from msgspec import Struct

from fingerpost.decommission import destroy
from fingerpost.decommission import evidence as e
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.holds import Watch
from fingerpost.decommission.item import Ended, Item, Medium
from fingerpost.decommission.legacy.build import Order
from fingerpost.decommission.legacy.children import authority_codes, children
from fingerpost.decommission.looking import destroyers
from fingerpost.decommission.rehearse import Means, Rehearsal

ORDER = Order(children=200, authorities=12)
WATCHED = tuple(
    f"decommission/{name}.py"
    for name in ("folder", "canaries", "inventory", "freeze", "switch_off", "no_access", "destroy",
                 "residual", "rehearse")
)  # fmt: skip
INSIDE = tuple(
    f"decommission/{name}.py"
    for name in ("destroyers/journal", "destroyers/overwriting", "scan", "scanners/reading")
)  # what destroys, and what searches
WITHIN = (WATCHED[:1], WATCHED[1:], WATCHED[1:] + INSIDE)  # or most would die in the ledger
ENTRIES = 250  # of a whole rehearsal of that order, about: the kills are spread over them
LINES = 60  # the farthest line from where a kill is armed
ONCE = (e.Opened, e.Frozen, e.SwitchedOff, e.ScanListDestroyed, e.Closed)


class Outcome(Struct):
    """What a campaign saw."""

    kills: int = 0
    torn: int = 0
    places: Counter[str] = Counter()  # files in which it was killed
    violations: list[str] = []
    entries: int = 0


class Killer:
    """Kills at the n-th watched line after so many entries were said."""

    def __init__(self, entries: int, lines: int, watched: tuple[str, ...], noted: Path) -> None:
        self._entries, self._lines, self._watched, self._noted = entries, lines, watched, noted

    def arm(self) -> None:
        """Count entries from now on; lines are looked at once there were enough, for that slows all down."""
        say: Callable[..., Any] = Procedure.say

        def counted(*what: Any) -> Any:
            self._entries -= 1
            if self._entries == 0:
                sys.settrace(self)
            return say(*what)

        Procedure.say = counted  # type: ignore[method-assign]

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        code = frame.f_code
        if not code.co_filename.endswith(self._watched):
            return None
        if event == "line":
            self._lines -= 1
            if self._lines == 0:
                with self._noted.open("a") as file:
                    file.write(f"{Path(code.co_filename).name}:{code.co_name}\n")
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def campaign(
    folder: Path, means: Means, kills: int, seed: int, *, order: Order = ORDER, careless: bool = False
) -> Outcome:
    """Kill a rehearsal so many times, let it end, and look at what it did."""
    rng, outcome = random.Random(seed), Outcome()
    list(children(1, 1, authority_codes(order.authorities)))  # postcodes are read once, not by each
    entries = ENTRIES + 2 * (order.authorities - ORDER.authorities)  # a partner is asked, and attests
    wrongs, noted = folder / "violations", folder / "killed"

    def destroyer(procedure: Procedure) -> destroy.Destroyer:
        return checked(folder, means.destroyer(procedure), wrongs)

    real = msgspec.structs.replace(means, destroyer=destroyer)
    for place in range(kills + 1):
        armed = max(1, entries * (place + 1) // (kills + 1) - _entries(folder))
        watched = WITHIN[place % len(WITHIN)]
        killer = Killer(armed, rng.randint(1, LINES), watched, noted) if place < kills else None
        status = _child(folder, order, real, killer, careless)
        if status == 0:
            break
        if not os.WIFSIGNALED(status):
            outcome.violations.append(f"run {place + 1} failed by itself")
            break
        outcome.kills += 1
        outcome.torn += _tear(folder, rng)
    if noted.exists():
        outcome.places = Counter(line.split(".")[0] for line in noted.read_text().splitlines())
    outcome.violations += wrongs.read_text().splitlines() if wrongs.exists() else []
    _look(folder, outcome)
    return outcome


def _child(folder: Path, order: Order, means: Means, killer: Killer | None, careless: bool) -> int:
    if pid := os.fork():
        return os.waitpid(pid, 0)[1]
    try:
        if careless:
            tell_afterwards()
        if killer:
            killer.arm()
        Rehearsal(folder, order, means).run()
        sys.settrace(None)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(1)
    os._exit(0)


def checked(folder: Path, destroyer: destroy.Destroyer, wrongs: Path) -> destroy.Destroyer:
    """Look, before anything is touched, whether the ledger on disk says that it was begun and is not done."""

    def check(item: Item, root: Path, watch: Watch) -> Ended:
        state = Procedure(folder / "procedure").state
        if item.id not in state.under_way or item.id in state.ended:
            with wrongs.open("a") as file:
                file.write(f"item {item.where} is touched, and the ledger does not say so\n")
        return destroyer(item, root, watch)

    return check


def tell_afterwards() -> None:
    """The control: `DestructionBegan` is kept back until the deed is done."""
    say: Callable[..., Any] = Procedure.say
    kept: list[Any] = []

    def careless(self: Procedure, act: Any, signer: Any) -> Any:
        if isinstance(act, e.DestructionBegan):
            kept.append((act, signer))
            return None
        if isinstance(act, e.Destroyed):
            say(self, *kept.pop())
        return say(self, act, signer)

    Procedure.say = careless  # type: ignore[method-assign]


def _entries(folder: Path) -> int:
    ledger = folder / "procedure" / "ledger.jsonl"
    return ledger.read_bytes().count(b"\n") if ledger.exists() else 0


def _tear(folder: Path, rng: random.Random) -> bool:
    """Leave the beginning of a line behind, half of the times."""
    ledger = folder / "procedure" / "ledger.jsonl"
    if not ledger.exists() or rng.random() < 0.5:
        return False
    with ledger.open("ab") as file:
        file.write(b'{"entry":{"number":99,"bef'[: rng.randint(1, 26)])
    return True


def _look(folder: Path, outcome: Outcome) -> None:
    """Read the ledger by its rules; count what may be said once."""
    procedure = Procedure(folder / "procedure")
    acts = [entry.act for entry in procedure.chain.entries]
    outcome.entries = len(acts)
    if not procedure.state.closed:
        outcome.violations.append("the procedure did not come to its end")
    for kind in ONCE:
        if (times := sum(isinstance(act, kind) for act in acts)) != 1:
            outcome.violations.append(f"{kind.__name__} stands {times} times")
    began = Counter(act.item for act in acts if isinstance(act, e.DestructionBegan))
    ended = Counter(act.ended.item for act in acts if isinstance(act, e.Destroyed))
    copies = procedure.state.copies
    if not began == ended == Counter(copies.keys()):
        outcome.violations.append("an item was begun or ended other than once")
    gone = [
        item for item in copies.values() if item.medium is not Medium.BLOCK_IMAGE
    ]  # which stays, as zeros
    left = [item.where for item in gone if (procedure.root / item.where).exists()]
    outcome.violations += [f"{where} is still there" for where in left]


def main() -> int:
    """Run the campaign; 0 if nothing was violated, or, with `--careless`, if something was."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--careless", action="store_true")
    given = parser.parse_args()
    from tests.decommission.means import means  # noqa: PLC0415 (small and plain)

    real = msgspec.structs.replace(means(), destroyer=destroyers)

    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        outcome = campaign(Path(name), real, given.kills, given.seed, careless=given.careless)
    print(f"seed {given.seed}: {outcome.kills} kills, {outcome.torn} torn lines, {outcome.entries} entries")
    print("killed in: " + ", ".join(f"{place} {times}" for place, times in outcome.places.most_common()))
    print("\n".join(outcome.violations) or "nothing skipped, repeated or unsaid")
    return int(bool(outcome.violations) != given.careless)


if __name__ == "__main__":
    sys.exit(main())
