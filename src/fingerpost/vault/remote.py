"""The vault as it is seen from a process without keys: the same messages, over its Unix socket.

Connections are kept, each for one message at a time. No message is ever sent twice: a vault that goes away in
the middle may have counted a release, so that is told as `Unavailable`, and the next message opens a new
connection. So a vault that comes back is found again by itself, and one that stands still holds an answer up
for `PATIENCE` seconds.
"""

import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from fingerpost.vault import wire
from fingerpost.vault.messages import MAY, WEB, Vault
from fingerpost.words.errors import Misconfigured, Unavailable

PATIENCE = 2.0  # seconds; a door has three for the whole of its answer (R7)
LONG_PATIENCE = 60.0  # for what no practitioner waits for


class RemoteVault:
    """Sends each message of `Vault` to the process that holds the keyring. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._idle: deque[socket.socket] = deque()

    def __repr__(self) -> str:
        return f"RemoteVault({self._path})"

    def ask(self, message: str, frame: bytes, patience: float) -> Any:
        """Send one message and return its answer, or raise what the vault raised."""
        end: socket.socket | None = None
        try:
            end = self._idle_connection() or self._connect(patience)
            wire.send(end, frame, patience)
            answer = wire.receive(end, first=patience, rest=patience)
            self._idle.append(end)
            end = None
            return wire.read_answer(message, answer)
        except (OSError, wire.Closed, wire.Garbled):
            raise Unavailable(
                "the vault cannot be reached just now; nothing was answered. Try again"
            ) from None
        finally:
            if end is not None:
                end.close()

    def _idle_connection(self) -> socket.socket | None:
        """Return a kept connection that is still open, if there is one."""
        with suppress(IndexError):  # none is left, or another thread took the last
            while wire.readable(end := self._idle.pop(), 0):
                end.close()  # the vault hung up, or said what nobody asked
            return end
        return None

    def _connect(self, patience: float) -> socket.socket:
        """Return a new connection to a vault that knows the same messages."""
        end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            end.settimeout(patience)
            end.connect(self._path)
            wire.send(end, wire.encode(wire.Hello(wire.VERSION)), patience)
            hello = wire.read_hello(wire.receive(end, first=patience, rest=patience))
            if hello.version != wire.VERSION:
                raise Misconfigured(
                    "the vault is of another version than this process: restart the older one"
                )
        except BaseException:
            end.close()
            raise
        return end


def _sending(message: str) -> Callable[..., Any]:
    """Return the method that sends a message as its row states it."""
    kind = wire.STRUCTS[message]
    patience = PATIENCE if WEB in MAY[message] else LONG_PATIENCE

    def send(self: RemoteVault, *arguments: Any, **named: Any) -> Any:
        return self.ask(message, wire.encode(kind(*arguments, **named)), patience)

    return send


for name in MAY:
    setattr(RemoteVault, name, _sending(name))


def connect(path: Path) -> Vault:
    """Return the vault behind a socket. Nothing is opened until it is asked."""
    return cast("Vault", RemoteVault(path))  # its methods come of the rows, which no type checker follows
