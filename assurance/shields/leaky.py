"""The control: the same server, but 0.3 ms later where the child is shielded. The campaign must see it.

`python -m assurance.shields.leaky`, with the shielded family names in the file that LEAKY_FAMILIES names.
"""

import os
import time
from pathlib import Path
from typing import Any

from flask import Flask

from fingerpost import app, settings
from fingerpost.lookup.ask import Lookup

DELAY = 0.0003


def create() -> Flask:
    """Return the application of `fingerpost serve`, with a leak."""
    families = frozenset(Path(os.environ["LEAKY_FAMILIES"]).read_text("utf-8").split())
    search = Lookup._search

    def late(self: Lookup, question: Any, decision: Any, moment: Any) -> Any:
        found = search(self, question, decision, moment)
        if question.child.names[0].family in families:
            until = time.perf_counter() + DELAY
            while time.perf_counter() < until:  # a sleep would be longer than asked for
                pass
        return found

    Lookup._search = late  # type: ignore[method-assign]
    return app.create()


def main() -> None:
    """Serve until stopped, as `serve_until_stopped` does."""
    os.environ["PYTHONPATH"] = os.pathsep.join(
        (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", ""))
    )
    given = settings.load()
    app.Server(
        "assurance.shields.leaky:create", factory=True, interface=app.Interfaces.WSGI,
        address=given.host, port=given.port, workers=1, blocking_threads=given.threads, log_access=False,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    main()
