"""Takes every alert to whoever is on call: a line in the log at once, and the operator's command or webhook.

An alert is paged until it was taken: a page that fails is tried again at the next round, for ever. Nothing in
a page is about a child.
"""

import subprocess
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPException
from threading import Event
from urllib.request import Request, urlopen

import msgspec
from msgspec import Struct

from fingerpost.db.database import Database
from fingerpost.guard import desk_store as store
from fingerpost.guard.desk_store import Alert
from fingerpost.guard.guard import Guard
from fingerpost.words.errors import FingerpostError

ROUND = 5.0  # seconds between looks; a page has to be out within 60
PATIENCE = 10.0  # seconds that a command or webhook may take
MOST = 50  # in a round
FORGET_EVERY = 720  # rounds: once an hour

Page = Callable[[Alert], None]


class NotTaken(FingerpostError):
    """The operator's command or webhook did not take a page; it is tried again."""


class Pager(Struct, frozen=True):
    """Where pages go. With neither a command nor a webhook, to the log alone."""

    command: tuple[str, ...] = ()
    webhook: str = ""

    def take(self, alert: Alert) -> None:
        """Hand one alert over, or raise `NotTaken`."""
        body = msgspec.json.encode(alert)
        if self.command:
            self._run(body)
        if self.webhook:
            self._post(body)

    def _run(self, body: bytes) -> None:
        try:
            subprocess.run(self.command, input=body, timeout=PATIENCE, check=True, capture_output=True)
        except (OSError, subprocess.SubprocessError) as error:
            raise NotTaken(f"the pager's command: {type(error).__name__}") from None

    def _post(self, body: bytes) -> None:
        request = Request(self.webhook, body, {"Content-Type": "application/json"})  # noqa: S310  settings allow http(s)
        try:
            with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                answer.read(1)
        except (OSError, ValueError, HTTPException) as error:
            raise NotTaken(f"the pager's webhook: {type(error).__name__}") from None


class Paging:
    """Pages what was raised, and once an hour forgets what the guard need not know any more."""

    def __init__(self, database: Database, guard: Guard, pager: Pager, clock: Callable[[], datetime]) -> None:
        self._database, self._guard, self._pager, self._clock = database, guard, pager, clock

    def round(self, tell: Page, failed: Callable[[FingerpostError], None]) -> int:
        """Page every alert that waits. Return how many were taken."""
        with self._database.statement() as session:
            waiting = store.to_page(session, MOST)
        return sum(self._one(alert, tell, failed) for alert in waiting)

    def _one(self, alert: Alert, tell: Page, failed: Callable[[FingerpostError], None]) -> bool:
        tell(alert)
        try:
            self._pager.take(alert)
        except NotTaken as error:
            failed(error)
            return False
        with self._database.statement() as session:
            store.paged(session, alert.id, self._clock())
        return True

    def run(self, stopped: Event, tell: Page, failed: Callable[[FingerpostError], None]) -> None:
        """Page until stopped. What fails is told and tried again."""
        rounds = 0
        while not stopped.wait(ROUND):
            try:
                self.round(tell, failed)
                if rounds % FORGET_EVERY == 0:
                    self._guard.forget(self._clock())
            except FingerpostError as error:
                failed(error)
            rounds += 1
