"""R27: thirty days of somebody who may ask and learns of children they have no work with.

    python -m assurance.insider [--children 12000] [--only STRATEGY …] [--control]

Each strategy is tried three times: once somebody acts on what they are told (an alarm within the hour, a
challenge when it is due), once nobody ever looks, once a manager waves everything through. `--control`
switches the guard off; then nothing must be noticed.
"""

import argparse
import random
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import let_in

from assurance.insider import country
from assurance.insider.misuses import stopped
from assurance.insider.month import DAYS, START, House, Insider, Manager, Month
from assurance.insider.strategies import FAIR, STRATEGIES, Lists, Strategy
from fingerpost.instance import Instance
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import found, opened

MOST_QUERIES = 30  # security.md R27
KNOWN_IN_ENGLAND = 400_000  # children in need; 0.01 % of them are forty
MOST_SHARE = 0.0001
MISUSES = 5
MOST_WAVED = 10  # days: what is learnt grows with them, as nothing stops it
GIVES_UP = 40  # refusals, one after another


def run(
    settings: Settings, lists: Lists, where: Iterator[str], only: list[str], *, control: bool
) -> dict[str, bool]:
    """Run everything on one instance; print a line for each; return what was kept."""
    clock = [START]
    kept: dict[str, bool] = {}
    with opened(settings, lambda: clock[0]) as service:
        house = House.of(settings, service, clock)
        if not control:
            kept = stopped(house, [next(lists.known) for _ in range(MISUSES)])
        for name, strategy in STRATEGIES.items():
            if only and name not in only:
                continue
            acted, asleep, waved = (
                Insider(house, next(where), strategy, lists, manager).run(days, _stopped)
                for manager, days in (
                    (Manager.ACTS, DAYS), (Manager.SLEEPS, strategy.left),
                    (Manager.WAVES, min(strategy.left, MOST_WAVED)),
                )
            )  # fmt: skip
            kept[name] = _kept(acted, asleep, strategy)
            _print(name, strategy, acted, (asleep, waved))
        for name, strategy in () if control else FAIR.items():
            for manager in (Manager.WAVES, Manager.SLEEPS):  # who looks at what is right lets them on
                fair = Insider(house, next(where), strategy, lists, manager).run()
                print(
                    f"{name:54} {manager.name.lower()}: alarmed on {len(fair.alarmed_days)} days"
                    f" {sorted(fair.kinds)}, {fair.refused} of {fair.asked} refused", flush=True
                )  # fmt: skip
    return kept


def _stopped(month: Month) -> bool:
    """Tell whether they gave up: nothing was answered any more."""
    return month.refused_running >= GIVES_UP


def _kept(acted: Month, asleep: Month, strategy: Strategy) -> bool:
    """Tell whether each who did it learned of few, even if nobody looked, and somebody was told soon."""
    each = strategy.people
    few = max(len(m.learned) for m in (acted, asleep)) <= MOST_SHARE * KNOWN_IN_ENGLAND * each
    return few and 0 < acted.told <= MOST_QUERIES * each


def _print(name: str, strategy: Strategy, acted: Month, others: tuple[Month, Month]) -> None:
    told = f"alarm at {acted.alarm:3}, challenge at {acted.challenged:3}"
    learned = f"learned {len(acted.learned):3} of {acted.outside:3}"
    asleep, waved = (
        f"{len(left.learned)} of {left.outside}, {left.refused} refused, alarmed on"
        f" {len(left.alarmed_days)} days {sorted(left.kinds)}"
        for left in others
    )
    print(
        f"{name:40} {told}; {learned}; in {strategy.left} days if nobody looks {asleep}; waved {waved}",
        flush=True,
    )


def campaign(folder: Path, given: Namespace) -> int:
    """Make a country, let insiders at it, and judge."""
    made = Settings(instance=folder / "i", environment=Environment.TEST, guard=False)
    found(made)
    dice = random.Random(given.seed)
    with Instance(made).running():
        let_in(Instance(made).owner_conninfo())
        forms = country.load(made, folder / "england", given.children, given.authorities, given.seed)
        dice.shuffle(forms)
        known = country.found(made, forms, given.known)
        print(
            f"seed {given.seed}; {len(forms)} children, {len(known)} of them found by what is written of them"
        )
        where = iter(sorted(p.name for p in (folder / "england").iterdir() if p.is_dir()))
        guarded = Settings(
            instance=made.instance, environment=made.environment, guard=not given.control,
            challenge_one_in=2**62 if given.control else made.challenge_one_in,
        )  # fmt: skip
        kept = run(guarded, country.lists(known, forms, dice), where, given.only, control=given.control)
    missed = [name for name, is_kept in kept.items() if not is_kept]
    print("kept" if not missed else f"NOT KEPT: {', '.join(missed)}")
    return int(bool(missed) is not given.control)


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--children", type=int, default=12_000)
    parser.add_argument("--authorities", type=int, default=30)
    parser.add_argument("--known", type=int, default=7_000, help="of whom an insider may hold the names")
    parser.add_argument("--only", nargs="*", choices=list(STRATEGIES), default=[], help="these alone")
    parser.add_argument("--seed", type=int, default=27)
    parser.add_argument("--control", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="assurance-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        return campaign(Path(folder), given)


if __name__ == "__main__":
    sys.exit(main())
