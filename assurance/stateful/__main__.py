"""R16: thousands of random lives of the whole service against a plain dictionary.

    python -m assurance.stateful [--examples 5000] [--steps 20] [--seed N] [--control]

`--control` makes the search lose one record in ten; the machine must notice.
"""

import argparse
import random
import sys
import tempfile
import time
from argparse import Namespace
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from tests import whole
from tests.conftest import go_live, let_in

from fingerpost.instance import Instance
from fingerpost.ledger.verify import verify
from fingerpost.ledger.verify_tree import verify_tree
from fingerpost.lookup import store
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import found, opened


def forgetful() -> None:
    """Make the candidate query lose the same tenth of all records each time: the control."""
    candidates = store.candidates

    def some(*arguments: object, **named: object) -> list[object]:
        rows = candidates(*arguments, **named)  # type: ignore[arg-type]
        return [row for row in rows if row.id.int % 10]

    store.candidates = some  # type: ignore[assignment]


def campaign(folder: Path, given: Namespace) -> int:
    """Drive the machine; return the exit code."""
    made = Settings(instance=folder / "i", environment=Environment.TEST, guard=False)
    found(made)
    began, fault = time.monotonic(), ""
    with opened(made) as service:
        let_in(Instance(made).owner_conninfo())
        go_live(made)
        slow = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
        chosen = settings(
            max_examples=given.examples, stateful_step_count=given.steps, deadline=None, database=None,
            suppress_health_check=slow, phases=(Phase.generate,),
        )  # fmt: skip
        try:
            with whole.bound(service, folder) as machine:
                run_state_machine_as_test(seed(given.seed)(machine), settings=chosen)
        except (AssertionError, ExceptionGroup) as error:  # a group: tried again, it went otherwise
            fault = f"diverged: {type(error).__name__}"
        service.sequencer.sequence_all()
        verdict = verify(service.ledger, service.records_database)
        tree = verify_tree(service.tree_database, service.tree.log)
    print(f"seed {given.seed}; {given.examples} examples of up to {given.steps} steps; "
          f"{time.monotonic() - began:.0f} s; {verdict.entries} entries")  # fmt: skip
    print(fault or "no divergence", "; ledger", verdict.wrong or "sound", "; tree", tree.faults or "sound")
    kept = not fault and verdict.sound and tree.sound
    return int(kept is bool(given.control))


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=5000)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--control", action="store_true")
    given = parser.parse_args()
    random.seed(given.seed)
    if given.control:
        forgetful()
    with tempfile.TemporaryDirectory(prefix="assurance-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        return campaign(Path(folder), given)


if __name__ == "__main__":
    sys.exit(main())
