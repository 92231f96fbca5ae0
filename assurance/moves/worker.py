"""The process that is killed: it follows moves and sends what waits, with no pause between."""

import time
from collections.abc import Callable
from multiprocessing.synchronize import Event

from fingerpost.moves import store
from fingerpost.moves.follow import MOST_DUE
from fingerpost.settings import Settings
from fingerpost.wiring import Service, opened
from fingerpost.words.errors import FingerpostError

PAUSE = 0.05  # seconds, where nothing was due
# Seconds between taking a note and telling, where the control does so in two transactions: more than a life.
FORGETFUL = 1.0


def work(settings: Settings, begun: Event) -> None:
    """Follow and send until killed."""
    with opened(settings) as service:
        begun.set()
        beat(service.moves.beat)


def work_carelessly(settings: Settings, begun: Event) -> None:
    """The control: what is due is taken away before anybody is told of it."""
    with opened(settings) as service:
        begun.set()
        beat(lambda: _forgetfully(service))


def beat(once: Callable[[], int]) -> None:
    """Do it again and again; a database that is away is waited for."""
    while True:
        try:
            done = once()
        except FingerpostError:
            done = 0
        if not done:
            time.sleep(PAUSE)


def _forgetfully(service: Service) -> int:
    """Take away what is due in one transaction, put it back in the next, and follow it then: told "later"."""
    database = service.notices.database
    with database.transaction() as session:
        due = store.take(session, MOST_DUE)
    time.sleep(FORGETFUL if due else 0)
    with database.transaction() as session:
        session.run("INSERT INTO move_due (record_id) SELECT * FROM unnest(%s::uuid[])", (due,))
    return service.moves.beat()
