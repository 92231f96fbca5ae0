"""Each night what left the vault is held against what was recorded, by itself; what differs is told aloud."""

from datetime import datetime, timedelta
from threading import Event

import psycopg
import pytest

from fingerpost.access.caller import Caller
from fingerpost.db.database import Closed
from fingerpost.ledger.reconcile import Reconciling
from fingerpost.wiring import Service
from fingerpost.words.clock import LONDON, now
from fingerpost.words.errors import FingerpostError
from tests.conftest import Child, Publish, form_of, question


def _at(hour: int, minute: int, second: int) -> datetime:
    tomorrow = now().astimezone(LONDON) + timedelta(days=1)
    return tomorrow.replace(hour=hour, minute=minute, second=second, microsecond=990_000)


class Told:
    """Whoever is told stops it."""

    def __init__(self) -> None:
        self.stopped = Event()
        self.words: list[str] = []
        self.failures: list[FingerpostError] = []

    def say(self, words: str) -> None:
        self.words.append(words)
        self.stopped.set()

    def fail(self, error: FingerpostError) -> None:
        self.failures.append(error)
        self.stopped.set()


def test_each_night_what_differs_is_told(
    service: Service, publish: Publish, nurse: Caller, owner_conninfo: str
) -> None:
    publish("E08000035", Child())
    service.lookup.ask(nurse, question(form_of(Child())))
    night = Reconciling(service.records_database, service.ledger, lambda: _at(3, 29, 59))
    assert night.back(timedelta(days=2)).equal
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        owner.execute("ALTER TABLE vault_release DISABLE TRIGGER ledger_is_append_only")
        owner.execute("DELETE FROM vault_release")
    told = Told()
    night.run(told.stopped, told.say, told.fail)
    assert [words.partition(":")[0] for words in told.words] == ["UNEQUAL"]


@pytest.mark.parametrize(("hour", "failures"), [(3, 1), (4, 0)])
def test_what_fails_is_told_and_by_day_it_waits(service: Service, hour: int, failures: int) -> None:
    told = Told()
    if not failures:
        told.stopped.set()
    night = Reconciling(Closed("fingerpost_records"), service.ledger, lambda: _at(hour, 29, 59))
    night.run(told.stopped, told.say, told.fail)
    assert (len(told.failures), told.words) == (failures, [])
