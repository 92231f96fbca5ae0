"""Two transactions, one stepped by hand and one by the service: every race in the order that a test wants."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from tests.cli.serving import until
from tests.conftest import Owner

Done = TypeVar("Done")

_WAITS = (
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    " AND state = 'active'"
)


def beside(owner: Owner, act: Callable[[], Done], waiting: int = 1) -> Future[Done]:
    """Begin an act beside the test; return once it is done, or `waiting` of this database wait for a lock."""
    done: Future[Done] = Future()

    def run() -> None:
        try:
            done.set_result(act())
        except BaseException as error:
            done.set_exception(error)

    Thread(target=run, daemon=True).start()
    assert until(lambda: done.done() or owner.execute(_WAITS).rowcount >= waiting)
    return done
