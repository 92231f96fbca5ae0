"""The vault as a process of its own: one Unix socket, and nothing answered but what its sender's row names.

Who sends, the kernel says: the user that opened the connection (SO_PEERCRED, unix(7)). What that user may
send stands in `messages.py`. Each user has so many connections and no more, a frame once begun has to end
soon, and what is refused is told by user and message, never by value.
"""

import ctypes
import grp
import os
import pwd
import resource
import socket
import struct
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog

from fingerpost.vault import wire
from fingerpost.vault.messages import Caller, Vault, why_not
from fingerpost.words.errors import FingerpostError, Misconfigured, Refused

MOST_CONNECTIONS = 128  # of one user: as many as a door may have threads
IDLE_SECONDS = 300.0
FRAME_SECONDS = 5.0  # from a frame's first byte to its last, and until the first frame
_ACCEPT_SECONDS = 0.2  # how soon it stops when told
_PR_SET_DUMPABLE = 4  # prctl(2)
_PEER = struct.Struct("3i")  # pid, uid, gid

log = structlog.get_logger()

Users = Mapping[int, frozenset[Caller]]


class Refusals:
    """How often each user was refused what. Told at each power of two: a flood must not fill the disk."""

    def __init__(self) -> None:
        self._counted: Counter[tuple[int, str]] = Counter()
        self._lock = threading.Lock()

    def add(self, user: int, what: str) -> None:
        """Count one, and tell it now and then. `what` is a message's name or a fixed phrase."""
        with self._lock:
            self._counted[user, what] += 1
            count = self._counted[user, what]
        if count & (count - 1) == 0:
            log.warning("vault_refused", user=user, what=what, count=count)


class Server:
    """Answers on one socket, each connection in a thread."""

    def __init__(self, vault: Vault, users: Users) -> None:
        self._vault, self._users = vault, users
        self._refusals = Refusals()
        self._free = {user: threading.BoundedSemaphore(MOST_CONNECTIONS) for user in users}

    def run(self, listener: socket.socket, stopped: threading.Event) -> None:
        """Answer until `stopped`."""
        listener.settimeout(_ACCEPT_SECONDS)
        while not stopped.is_set():
            try:
                end, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:  # no descriptor is left, say: those in use come back
                stopped.wait(_ACCEPT_SECONDS)
                continue
            self._admit(end)

    def _admit(self, end: socket.socket) -> None:
        user = user_of(end)
        if user not in self._users:
            self._turn_away(end, user, "a user without a row")
        elif not self._free[user].acquire(blocking=False):
            self._turn_away(end, user, "too many connections")
        else:
            try:
                threading.Thread(target=self._serve, args=(end, user), daemon=True).start()
            except RuntimeError:  # no thread is left
                self._free[user].release()
                self._turn_away(end, user, "too many connections")

    def _turn_away(self, end: socket.socket, user: int, what: str) -> None:
        self._refusals.add(user, what)
        end.close()

    def _serve(self, end: socket.socket, user: int) -> None:
        try:
            with end:
                self._greet(end)
                while True:
                    frame = wire.receive(end, first=IDLE_SECONDS, rest=FRAME_SECONDS)
                    wire.send(end, self._answer(frame, user), FRAME_SECONDS)
        except wire.Garbled:
            self._refusals.add(user, "no message")
        except (wire.Closed, OSError):  # gone, idle for too long, or too slow
            pass
        finally:
            self._free[user].release()

    @staticmethod
    def _greet(end: socket.socket) -> None:
        """Say which messages are known here; hang up on who knows others."""
        hello = wire.read_hello(wire.receive(end, first=FRAME_SECONDS, rest=FRAME_SECONDS))
        wire.send(end, wire.encode(wire.Hello(wire.VERSION)), FRAME_SECONDS)
        if hello.version != wire.VERSION:
            raise wire.Garbled

    def _answer(self, frame: bytes, user: int) -> bytes:
        """Return the answer to a frame. Raises `Garbled` for one that is no message."""
        message = wire.read_message(frame)
        name = type(message).__name__
        if reason := why_not(self._users[user], name):
            self._refusals.add(user, name)
            return wire.failed(Refused(reason))
        try:
            answer = wire.given(getattr(self._vault, name)(**wire.arguments(message)))
        except FingerpostError as error:
            return wire.failed(error)
        except Exception as error:
            log.error("vault_surprise", message=name, error=type(error).__name__)
            return wire.failed(FingerpostError("the vault failed; its log says at what"))
        if len(answer) > wire.MOST_BYTES:
            return wire.failed(Refused("too much was asked of the vault at once"))
        return answer


def listen(path: Path, group: int | None) -> socket.socket:
    """Return a socket that this user may open, and a group if given. One left by a dead vault is replaced."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)  # nobody may open it before its group is set
    try:
        if path.is_socket():
            _require_dead(path)
            path.unlink()
        listener.bind(str(path))
        if group is not None:
            os.chown(path, -1, group)
            path.chmod(0o660)
        listener.listen(MOST_CONNECTIONS)
    except OSError as error:
        listener.close()
        raise Misconfigured(f"the socket {path} cannot be made: {error.strerror or error}") from None
    except BaseException:
        listener.close()
        raise
    finally:
        os.umask(before)
    return listener


def _require_dead(path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return
    raise Misconfigured(f"a vault answers at {path} already")


def close_to_others() -> None:
    """Leave no core, and let nobody but root trace this process or read its memory (prctl(2))."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
        raise Misconfigured("this process cannot close its memory to others (prctl)")


def user_of(end: socket.socket) -> int:
    """Return the user that opened a connection, as the kernel knows it."""
    peer: Any = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    return _PEER.unpack(peer)[1]


def user_id(name: str) -> int:
    """Return a user's number, given its name or number."""
    if name.isascii() and name.isdigit():
        return int(name)
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        raise Misconfigured(f"this machine has no user {name}") from None


def group_id(name: str) -> int:
    """Return a group's number, given its name or number."""
    if name.isascii() and name.isdigit():
        return int(name)
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise Misconfigured(f"this machine has no group {name}") from None
