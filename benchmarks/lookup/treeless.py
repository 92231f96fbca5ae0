"""The service whole, or without the ledger's tree: the same path and durable entry, no sequencer beside it.

`python benchmarks/lookup/treeless.py PORT [tree]` serves it, without what is named; `treeless` takes the
trigger that queues entries for the tree away and puts it back. For comparison alone: what is recorded
meanwhile is queued again at the end. The guard works, but nobody's budget ends: a few ask here what a
country would.
"""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask import Flask

from fingerpost import app, settings
from fingerpost.guard import rules

QUEUE_AGAIN = (
    "INSERT INTO ledger_waiting (position) SELECT position FROM ledger_entry"
    " WHERE position NOT IN (SELECT position FROM ledger_leaf) ON CONFLICT DO NOTHING"
)


NOBODYS = 10**9
WITHOUT = "BENCHMARK_WITHOUT"


def create() -> Flask:
    """Return the application of `fingerpost serve`, but for what is left out."""
    rules.PERSON_AN_HOUR = rules.PERSON_A_DAY = rules.AUTHORITY_FLOOR = NOBODYS
    if os.environ[WITHOUT] == "tree":
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


def main(port: int, without: str = "") -> None:
    """Serve until stopped, as `serve_until_stopped` does."""
    os.environ[WITHOUT] = without
    sys.path.insert(0, str(Path(__file__).parent))
    given = settings.load()
    server = app.Server(
        "treeless:create", factory=True, interface=app.Interfaces.WSGI, address=given.host, port=port,
        workers=1, blocking_threads=app.threads_for(given.threads), log_access=False,
    )  # fmt: skip
    server.serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
