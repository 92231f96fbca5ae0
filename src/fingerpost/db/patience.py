"""Ends the wait for a database that neither answers nor goes away: frozen, or behind a network that swallows.

A timeout that the server keeps does not help when the server itself stands still, and the driver waits
without end. So a watch cuts the connection from this side: the caller gets the same error as from a server
that died.
"""

import os
import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

from psycopg import Connection, OperationalError

_LOOK = 0.2  # seconds between looks


class Patience:
    """The watch over the connections of one pool."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[float, Connection[Any]]] = {}
        self._stopped = threading.Event()
        self._watched = False

    def stop(self) -> None:
        """Watch no more."""
        self._stopped.set()

    @contextmanager
    def over(self, connection: Connection[Any]) -> Generator[None]:
        """Cut the connection if the block lasts too long."""
        with self._lock:
            self._waiting[id(connection)] = (time.monotonic() + self._seconds, connection)
            if not self._watched:
                self._watched = True
                threading.Thread(target=self._watch, name="patience", daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                del self._waiting[id(connection)]

    def _watch(self) -> None:
        while not self._stopped.wait(_LOOK):
            now = time.monotonic()
            with self._lock:  # held while cutting: the caller cannot give the connection back meanwhile
                for deadline, connection in self._waiting.values():
                    if deadline < now and not connection.closed:
                        _cut(connection)


def _cut(connection: Connection[Any]) -> None:
    # One that was lost since we looked has no socket any more; the watch over the others goes on.
    with suppress(OSError, OperationalError), socket.socket(fileno=os.dup(connection.pgconn.socket)) as end:
        end.shutdown(socket.SHUT_RDWR)
