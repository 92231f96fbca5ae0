"""An instance on disk: a folder with its keyring, its database passwords and, embedded, its database.

DIR/keyring/keyring.json   every key, wrapped; back it up apart from the database and from what wraps it
DIR/wrapping-key/          the key that wraps it, unless FINGERPOST_WRAPPING_KEY names another place
DIR/keyring/signed.json    the size and root of the ledger's tree when it was signed last
DIR/keyring/leaves         the tree's public entries, and
DIR/keyring/ended.jsonl    entries of what ended: what a restored database has to be told
DIR/database.json          one password for each database role; a process apart is given its part of it
DIR/postgres/              the embedded PostgreSQL, unless FINGERPOST_DATABASE_URL names another
"""

import os
import secrets
import shutil
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

import msgspec

from fingerpost.db import address
from fingerpost.db.embedded import OWNER, Embedded
from fingerpost.db.migrate import ROLES, migrate, require_migrated, require_unused
from fingerpost.settings import Settings
from fingerpost.vault import durable
from fingerpost.vault.hsm import HsmPlace, HsmWrapping
from fingerpost.vault.keys import FileKeyring
from fingerpost.vault.messages import Caller
from fingerpost.vault.wrapping import FileWrapping, Wrapping
from fingerpost.words.errors import Misconfigured

PASSWORD_BYTES = 24

VAULT = "vault"
# Which database roles a process apart may be, by what it does (docs/deployment.md).
PARTS: Mapping[str, tuple[str, ...]] = {
    VAULT: ("vault",),
    Caller.WEB: ("lookup", "tree", "sign_in"),
    Caller.FEED: ("feed", "lookup"),
    Caller.RECORDS: ("records", "feed", "tree", "rights"),
    Caller.SHIELDS: ("shields",),
    Caller.RETENTION: ("retention", "feed", "admin", "tree", "shields"),  # a restore does again what each did
    Caller.LEDGER: ("tree",),
    Caller.ADMIN: ("admin", "records"),
    Caller.REQUESTS: ("requests", "lookup"),
    Caller.MOVES: ("moves",),
}


class Passwords(msgspec.Struct, frozen=True):
    """The password of each database role that a process may be. Its `repr` shows nothing."""

    owner: str  # empty in a process's own part
    roles: dict[str, str]

    def __repr__(self) -> str:
        return "Passwords(…)"


class Instance:
    """Paths and connection strings of one instance."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = settings.instance
        self.keyring_path = (settings.keyring or self.folder / "keyring") / "keyring.json"
        self.last_signed_path = self.keyring_path.with_name("signed.json")
        self.ended_path = self.keyring_path.with_name("ended.jsonl")
        self.passwords_path = self.folder / "database.json"
        self.server = Embedded(self.folder / "postgres") if settings.embedded else None
        self.wrapping = _wrapping(settings.wrapping_key or self.folder / "wrapping-key")
        self._made_keyring: FileKeyring | None = None

    def create(self) -> None:
        """Make the folder, keyring, passwords and embedded database, then the schema. All or nothing."""
        if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
            raise Misconfigured(f"{self.folder} is not empty; an instance is made in a folder of its own")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Misconfigured(f"{self.folder} cannot be made: {error.strerror}") from None
        try:
            self._fill()
        except BaseException:
            self.remove()
            raise

    def remove(self) -> None:
        """Remove an instance that never came to be."""
        if self._made_keyring:  # it may stand elsewhere; one that was there before is never touched
            self._made_keyring.discard()
            self.last_signed_path.unlink(missing_ok=True)
            self.last_signed_path.with_suffix(".lock").unlink(missing_ok=True)
            self.last_signed_path.with_name("leaves").unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _fill(self) -> None:
        self._made_keyring = FileKeyring.create(self.keyring_path, self.wrapping)
        passwords = Passwords(_password(), {role: _password() for role in ROLES})
        handle = os.open(self.passwords_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(passwords))
            file.flush()
            os.fsync(file.fileno())
        if self.server:
            self.server.create(passwords.owner)
        durable.flush_folder(self.folder)
        with self.running():
            require_unused(self.owner_conninfo())
            self.migrate()

    @contextmanager
    def running(self) -> Generator[None]:
        """Hold the embedded server up; with a server of its own there is nothing to hold."""
        with self.server or nullcontext():
            yield

    def migrate(self) -> list[str]:
        """Bring the schema, roles and grants up to date. Return what was applied."""
        return migrate(self.owner_conninfo(), self._passwords_of_every_role().roles)

    def renew_passwords(self) -> None:
        """Give every role a new password: kept here first, so that `migrate` makes good what was cut off."""
        known = self.passwords()
        if not known.owner:
            raise Misconfigured(
                "this folder was given a part of the passwords; renew them where all of them are"
            )
        renewed = Passwords(known.owner, {role: _password() for role in ROLES})
        durable.replace(self.passwords_path, msgspec.json.encode(renewed))
        self.migrate()

    def require_migrated(self) -> None:
        """Refuse a running database whose schema is not this version's."""
        require_migrated(self.conninfo(next(role for role in ROLES if self.may_be(role))))

    def _passwords_of_every_role(self) -> Passwords:
        """Return the passwords, with new ones for roles that came with a later version of this service."""
        known = self.passwords()
        missing = {role: _password() for role in ROLES if role not in known.roles}
        if missing:  # kept before the database is told: the other way round would lock us out
            known = Passwords(known.owner, {**known.roles, **missing})
            durable.replace(self.passwords_path, msgspec.json.encode(known))
        return known

    def keyring(self) -> FileKeyring:
        """Open the keyring."""
        self._require()
        return FileKeyring(self.keyring_path, self.wrapping)

    def passwords(self) -> Passwords:
        """Read the database passwords."""
        self._require()
        if self.passwords_path.stat().st_mode & 0o077:
            raise Misconfigured(f"{self.passwords_path} can be read by others; chmod 600 it")
        try:
            return msgspec.json.decode(self.passwords_path.read_bytes(), type=Passwords)
        except (msgspec.MsgspecError, ValueError):
            raise Misconfigured(f"{self.passwords_path} is damaged") from None

    def give(self, parts: Collection[str], folder: Path) -> Path:
        """Make a process's own folder, with the passwords of its parts' roles alone. Return their file."""
        roles = sorted({f"fingerpost_{name}" for part in parts for name in PARTS[part]})
        known, path = self.passwords().roles, folder / self.passwords_path.name
        folder.mkdir(mode=0o700, exist_ok=True)
        durable.replace(path, msgspec.json.encode(Passwords("", {role: known[role] for role in roles})))
        return path

    def may_be(self, role: str) -> bool:
        """Tell whether this process may be a database role: all of them, unless it was given its part."""
        known = self.passwords()
        return bool(known.owner) or role in known.roles

    def owner_conninfo(self) -> str:
        """Return the connection string of the schema's owner."""
        if self.server:
            return self.server.conninfo(OWNER, self.passwords().owner)
        return str(self.settings.database_url)

    def conninfo(self, role: str) -> str:
        """Return the connection string of one role."""
        password = self.passwords().roles.get(role)
        if password is None:
            raise Misconfigured("the instance is of an earlier version; run `fingerpost db migrate`")
        if self.server:
            return self.server.conninfo(role, password)
        return address.of_role(str(self.settings.database_url), role, password)

    def _require(self) -> None:
        if not self.passwords_path.exists():
            raise Misconfigured(f"there is no instance in {self.folder}; run `fingerpost init {self.folder}`")


def _wrapping(place: Path | HsmPlace) -> Wrapping:
    return HsmWrapping(place) if isinstance(place, HsmPlace) else FileWrapping(place)


def _password() -> str:
    return secrets.token_urlsafe(PASSWORD_BYTES)
