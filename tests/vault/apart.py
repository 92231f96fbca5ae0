"""A vault and a door as two processes, where possible as two users without rights, neither of them ours."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from msgspec import Struct
from psycopg.conninfo import conninfo_to_dict

from fingerpost.instance import VAULT, Instance
from fingerpost.settings import Settings
from fingerpost.vault.messages import Caller
from tests.cli.serving import environment, until

_FREE = 61_001  # numbers of users and of the group that no system gives to anybody


class User(Struct, frozen=True):
    """A user without a name, and the group that may open the vault's socket."""

    number: int
    group: int

    def command(self, *line: str) -> list[str]:
        """Return a command line that this user runs."""
        if self.number == os.geteuid():
            return list(line)
        become = [
            "setpriv",
            f"--reuid={self.number}",
            f"--regid={self.number}",
            f"--groups={self.group}",
            "--",
        ]
        return [*become, *line]

    def own(self, folder: Path) -> None:
        """Make a folder and all in it this user's alone."""
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.number, self.number if self.number != os.geteuid() else -1)
        folder.chmod(0o700)


class VaultProcess:
    """`fingerpost vault serve`, started, killed, and started again."""

    def __init__(self, folder: Path, socket: Path, user: User, allow: dict[Caller, int], url: str) -> None:
        self.socket, self.output = socket, socket.with_name("output")
        allowed = [f"--allow={caller.value}={number}" for caller, number in allow.items()]
        group = [f"--group={user.group}"] if user.number != os.geteuid() else []
        self._line = user.command(
            sys.executable, "-m", "fingerpost", "vault", "serve", str(socket), *allowed, *group
        )
        self._environment = environment(folder, database_url=url, environment="production")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it and wait until its socket answers."""
        before = self._made()
        with self.output.open("ab") as out:
            self._process = subprocess.Popen(
                self._line, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self._environment, cwd="/"
            )
        assert until(lambda: self._made() not in {None, before}), self.said()

    def _made(self) -> int | None:
        return self.socket.stat().st_ctime_ns if self.socket.exists() else None

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def said(self) -> str:
        return self.output.read_text()


class Apart(Struct):
    """Two users, each with a folder of its own, one database, and a vault that runs."""

    vault: VaultProcess
    keyring: Path
    web: User
    web_folder: Path
    stranger: User
    database_url: str


@contextmanager
def apart(settings: Settings) -> Generator[Apart]:
    """Set up what docs/deployment.md describes, on this machine."""
    me = os.geteuid()
    root = me == 0
    holder, web = (User(_FREE + n if root else me, _FREE + 9 if root else os.getegid()) for n in (0, 1))
    # Short, for a socket's path has 107 bytes; where the database's own socket is, which is linked to.
    folder = Path(tempfile.mkdtemp(prefix="fp-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
    folder.chmod(0o755)
    try:
        url = _reachable(settings, folder)
        Instance(settings).give([VAULT], folder / "vault")
        Instance(settings).give([Caller.WEB], folder / "web")
        assert settings.keyring is not None
        assert isinstance(settings.wrapping_key, Path)
        shutil.copytree(settings.keyring, folder / "vault" / "keyring")
        shutil.copytree(settings.wrapping_key, folder / "vault" / "wrapping-key")
        (folder / "run").mkdir()
        holder.own(folder / "vault")
        holder.own(folder / "run")
        (folder / "run").chmod(0o755)
        web.own(folder / "web")
        allow = {Caller.LEDGER: me, Caller.WEB: web.number}
        with VaultProcess(folder / "vault", folder / "run" / "vault.sock", holder, allow, url) as vault:
            keyring = folder / "vault" / "keyring" / "keyring.json"
            yield Apart(vault, keyring, web, folder / "web", User(_FREE + 7, _FREE + 9), url)
    finally:
        shutil.rmtree(folder)


def _reachable(settings: Settings, folder: Path) -> str:
    """Return a URL without a user: the database's own socket, by another name that others may open."""
    there = conninfo_to_dict(str(settings.database_url))
    socket, other = Path(there["host"]) / ".s.PGSQL.5432", folder / ".s.PGSQL.5432"
    os.link(socket, other)
    if os.geteuid() == 0:
        other.chmod(0o777)
    return f"postgresql:///{there['dbname']}?host={folder}"


def can_be(user: User) -> bool:
    """Tell whether that user can run this interpreter at all."""
    line = user.command(sys.executable, "-c", "import fingerpost.app")
    return not subprocess.run(line, cwd="/", capture_output=True, check=False).returncode
