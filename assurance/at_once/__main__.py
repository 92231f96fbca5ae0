"""R13: 64 threads register the same child at once, 500 times over.

    python -m assurance.at_once [--threads 64] [--rounds 500] [--control]

Every second child by form, the others by an extract. `--control` makes each statement by form one of its
own; that must be found.
"""

import argparse
import sys
import tempfile
from argparse import Namespace
from pathlib import Path

from tests.conftest import go_live, let_in

from assurance.at_once.registered import House, careless
from fingerpost.instance import Instance
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import found, opened


def campaign(folder: Path, given: Namespace) -> int:
    """Register child after child; return the exit code."""
    made = Settings(instance=folder / "i", environment=Environment.TEST, guard=False)
    found(made)
    with opened(made) as service:
        let_in(Instance(made).owner_conninfo())
        go_live(made)
        with House(service, folder, given.threads) as house:
            for number in range(given.rounds):
                house.register(number)
            wrong = house.not_once()
    print(
        f"{given.rounds} children, {given.threads} at once: {house.said}; not exactly once: {wrong or 'none'}"
    )
    return int(bool(wrong) is not given.control)


def main() -> int:
    """Run the campaign; return 0 if each child stands once, or the control was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--control", action="store_true")
    given = parser.parse_args()
    if given.control:
        careless()
    with tempfile.TemporaryDirectory(prefix="assurance-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the embedded database runs as a user without rights
        return campaign(Path(folder), given)


if __name__ == "__main__":
    sys.exit(main())
