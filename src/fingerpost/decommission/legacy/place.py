"""Where a legacy stands: its folders, its server and its accounts."""

import shutil
from pathlib import Path

import msgspec
from msgspec import Struct

from fingerpost.db.embedded import OWNER, Embedded
from fingerpost.db.foreign import as_role, database_of
from fingerpost.words.errors import Misconfigured

DATABASE = "contactpoint"
ROLES = ("contactpoint_web", "contactpoint_feeds", "contactpoint_reports")  # what its programs connect as


class Secrets(Struct, frozen=True):
    """The passwords of a legacy's server. Its `repr` shows nothing."""

    owner: str
    roles: dict[str, str]

    def __repr__(self) -> str:
        return "Secrets(…)"


class Legacy:
    """A legacy below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = Embedded(folder / "server")
        self.register = folder / "register.csv"
        self._secrets_path = folder / "server.json"

    def take_away(self) -> None:
        """Remove it, once the server of a killed run has stopped."""
        self.server.wait_until_stopped()
        shutil.rmtree(self.folder, ignore_errors=True)

    def secrets(self) -> Secrets:
        """Read the server's passwords."""
        try:
            return msgspec.json.decode(self._secrets_path.read_bytes(), type=Secrets)
        except (OSError, msgspec.MsgspecError):
            raise Misconfigured(f"there is no legacy in {self.folder}") from None

    def keep(self, secrets: Secrets) -> None:
        """Write the server's passwords."""
        self._secrets_path.touch(mode=0o600)
        self._secrets_path.write_bytes(msgspec.json.encode(secrets))

    def conninfo(self) -> str:
        """Return the connection string of the database's owner."""
        return database_of(self.server.conninfo(OWNER, self.secrets().owner), DATABASE)

    def conninfo_as(self, role: str) -> str:
        """Return the connection string of one of the programs' roles."""
        return as_role(self.conninfo(), role, self.secrets().roles[role])
