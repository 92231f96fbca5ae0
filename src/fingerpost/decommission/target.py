"""The live store that a procedure ends: how it is reached, and what in it is what. Kept in the folder,
owner-only.

Only its owner's connection is needed. What its accounts are called, which tables go on being written after
the freeze and where its tokens stand is told by whoever runs it.
"""

import hashlib
import os
import signal
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from fingerpost.db.embedded import Embedded, is_locked
from fingerpost.db.foreign import database_of
from fingerpost.decommission.folder import Procedure
from fingerpost.vault import durable
from fingerpost.words.errors import Misconfigured, Unavailable

FILE = "target.json"
_CONTROL = "global/pg_control"
_STOP_LIMIT = 90.0  # seconds a server is given to stop


class Children(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which table holds the children, and in which columns what identifies one."""

    table: str
    number: str
    given: str
    family: str
    born: str
    postcode: str


class Target(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the live store is reached. Its `repr` shows nothing: a password may be in it."""

    conninfo: str  # of its owner
    database: str
    data: str  # its data folder
    log: str  # its server's log, with connections logged
    children: Children
    feeds: tuple[str, ...] = ()  # accounts through which children come in
    written: tuple[str, ...] = ()  # tables that are written until the switch-off
    token_table: str = ""  # with a column `active`
    accounts: dict[str, str] = {}  # connection strings to be tried after the switch-off, by account
    embedded: str = ""  # the folder of a server that is started for as long as it is used

    def __repr__(self) -> str:
        return "Target(…)"

    def keep(self, procedure: Procedure) -> None:
        """Write it into the procedure's folder."""
        durable.replace(procedure.folder / FILE, msgspec.json.encode(self))

    @property
    def maintenance(self) -> str:
        """The owner's connection string for the server's own database."""
        return database_of(self.conninfo, "postgres")

    @property
    def named(self) -> set[str]:
        """The accounts that its programs and feeds have."""
        return {*self.accounts, *self.feeds}

    @contextmanager
    def up(self) -> Generator[None]:
        """Hold an embedded server up; another is up by itself."""
        if not self.embedded:
            yield
            return
        with Embedded(Path(self.embedded)):
            yield

    def stop(self) -> None:
        """Stop the server and wait until it has stopped. Nobody may hold an embedded one up any more."""
        pid_file = Path(self.data) / "postmaster.pid"
        if not self.embedded and pid_file.exists():
            os.kill(int(pid_file.read_text().split("\n", 1)[0]), signal.SIGINT)  # its fast shutdown
        deadline = time.monotonic() + _STOP_LIMIT
        while pid_file.exists() or self._is_kept_up():
            if time.monotonic() > deadline:
                raise Unavailable("the server did not stop: something else holds it up")
            time.sleep(0.05)

    def _is_kept_up(self) -> bool:
        return bool(self.embedded) and is_locked(Embedded(Path(self.embedded)).supervisor_lock)

    def control(self) -> str:
        """Return the SHA-256 of the server's control file: one that was started again has another."""
        try:
            return hashlib.sha256(self._control.read_bytes()).hexdigest()
        except OSError:
            raise Misconfigured("the target's data folder has no control file that can be read") from None

    @property
    def can_start(self) -> bool:
        """Tell whether the server's control file is there, and not overwritten: nothing starts without it."""
        return self._control.exists() and any(self._control.read_bytes())

    @property
    def _control(self) -> Path:
        return Path(self.data) / _CONTROL


def holds_instance(root: Path) -> bool:
    """Tell whether an instance of this service stands below a folder: its keyring, or its roles."""
    return any(next(root.rglob(name), None) for name in ("keyring.json", "database.json"))


def target_of(procedure: Procedure) -> Target:
    """Read how a procedure's target is reached."""
    return read(procedure.folder / FILE)


def read(path: Path) -> Target:
    """Read a description of a target from a JSON file."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Target)
    except OSError:
        raise Misconfigured(f"{path} cannot be read: it says how the target is reached") from None
    except msgspec.MsgspecError as error:
        raise Misconfigured(f"{path.name}: {error}") from None
