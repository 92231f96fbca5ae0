"""How many requests are answered at once: the rest wait a moment in a short line, or hear "try again".

Without it a stalled database, or ten times the load, would let requests pile up unseen until every caller has
given up while the server still works for them. In WSGI and not in Flask, because a refusal must cost nearly
nothing: that is what keeps the answers of those who were let in quick.
"""

from collections.abc import Callable, Iterable
from threading import BoundedSemaphore, Lock
from typing import Any

from fingerpost.api.rest import problem

WAITING_FOR_EACH = 4  # in line for each that is answered: at 4 ms an answer, 0.1 s of work
LONGEST_WAIT = 0.8  # seconds in the line; "try again" comes within one
ALWAYS = frozenset({"/healthz"})  # whether the process runs is true whatever the load

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def threads_for(answered: int) -> int:
    """Return how many threads a server needs: those that answer, those in line, and two that turn away."""
    return answered * (1 + WAITING_FOR_EACH) + 2


class Admission:
    """Lets `most` requests at once through to `application`."""

    def __init__(self, application: Wsgi, most: int) -> None:
        self._application = application
        self._places = BoundedSemaphore(most)
        self._most_waiting = most * WAITING_FOR_EACH
        self._waiting = 0
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer, or refuse with 503 and Retry-After."""
        if environ.get("PATH_INFO") in ALWAYS:
            return self._application(environ, start_response)
        if not self._enter():
            return problem.busy()(environ, start_response)
        try:
            return self._application(environ, start_response)
        finally:
            self._places.release()

    def _enter(self) -> bool:
        if self._places.acquire(blocking=False):
            return True
        with self._lock:
            if self._waiting >= self._most_waiting:
                return False
            self._waiting += 1
        try:
            return self._places.acquire(timeout=LONGEST_WAIT)
        finally:
            with self._lock:
                self._waiting -= 1
