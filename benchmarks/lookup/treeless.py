"""The service without the ledger's tree: the same path and durable entry, with no sequencer beside it.

`python benchmarks/lookup/treeless.py PORT` serves it; `switch` takes the trigger that queues entries for the
tree away and puts it back. For comparison alone: what is recorded meanwhile is queued again at the end.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask import Flask

from fingerpost import app, settings

QUEUE_AGAIN = (
    "INSERT INTO ledger_waiting (position) SELECT position FROM ledger_entry"
    " WHERE position NOT IN (SELECT position FROM ledger_leaf) ON CONFLICT DO NOTHING"
)


def create() -> Flask:
    """Return the application of `fingerpost serve`, but for its sequencer."""
    del app.JOBS["sequencer"]
    return app.create()


@contextmanager
def treeless(owner: str) -> Generator[None]:
    """Queue no entry for the tree while this lasts."""
    with psycopg.connect(owner, autocommit=True) as database:
        database.execute("ALTER TABLE ledger_entry DISABLE TRIGGER entry_awaits_the_tree")
        try:
            yield
        finally:
            database.execute("ALTER TABLE ledger_entry ENABLE TRIGGER entry_awaits_the_tree")


def queue_again(owner: str) -> int:
    """Queue what was recorded meanwhile, so that the ledger is whole again; return how many entries."""
    with psycopg.connect(owner, autocommit=True) as database:
        return database.execute(QUEUE_AGAIN).rowcount


def main(port: int) -> None:
    """Serve until stopped, as `serve_until_stopped` does."""
    sys.path.insert(0, str(Path(__file__).parent))
    given = settings.load()
    server = app.Server(
        "treeless:create", factory=True, interface=app.Interfaces.WSGI, address=given.host, port=port,
        workers=1, blocking_threads=app.threads_for(given.threads), log_access=False,
    )  # fmt: skip
    server.serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
