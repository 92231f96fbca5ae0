"""A process whose sequencer is killed (SIGKILL) at the n-th line it runs: `python -m tests.ledger.dying`.

Reads one number a line and answers each with `killed` or `done`. Every number gets a child of its own, forked
before anything is opened. With `--careless` it leaves the transaction out: the control that must break.
"""

import os
import signal
import sys
from types import FrameType
from typing import Any

from fingerpost import settings
from fingerpost.db.database import Database
from fingerpost.wiring import opened

WATCHED = ("ledger/sequencer.py", "ledger/tree_store.py", "vault/memory.py", "vault/durable.py")


class _Killer:
    """Counts lines of the watched files, and kills at the n-th."""

    def __init__(self, n: int) -> None:
        self.left = n

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.endswith(WATCHED):
            return None
        if event == "line":
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def _child(n: int, careless: bool) -> None:
    if careless:
        Database.transaction = Database.statement  # type: ignore[method-assign]
    with opened(settings.load()) as service:
        sys.settrace(_Killer(n))
        service.sequencer.sequence()
        sys.settrace(None)


def main(careless: bool) -> None:
    for line in sys.stdin:
        if not (pid := os.fork()):
            _child(int(line), careless)
            os._exit(0)
        status = os.waitpid(pid, 0)[1]
        sys.stdout.write("done\n" if status == 0 else "killed\n" if os.WIFSIGNALED(status) else "failed\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main("--careless" in sys.argv)
