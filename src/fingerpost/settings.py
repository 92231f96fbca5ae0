"""Settings: one frozen object from `FINGERPOST_*`. A missing, misspelt or impossible one is named."""

import difflib
import os
import shlex
from collections.abc import Callable, Mapping
from enum import StrEnum, unique
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from fingerpost.db import address
from fingerpost.ledger.note import SignatureType, Verifier, is_name, read_vkey
from fingerpost.vault.hsm import SCHEME, HsmPlace, read_place
from fingerpost.words import checks
from fingerpost.words.errors import Misconfigured

PREFIX = "FINGERPOST_"


@unique
class Environment(StrEnum):
    """Where this instance runs; production refuses what is only fit for a demonstration."""

    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


class Settings(Struct, frozen=True, kw_only=True):
    """Every setting of a process. `docs/settings.md` describes each; a test holds the two together."""

    instance: Path
    environment: Environment = Environment.DEMO
    database_url: str | None = None
    keyring: Path | None = None
    wrapping_key: Path | HsmPlace | None = None
    vault: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8420
    threads: int = 8
    desk_phone: str = "01632 960999"
    honey_phone: str = ""
    silent_after_hours: int = 48
    model: Path | None = None
    ledger_origin: str = "fingerpost.example/ledger"
    witnesses: tuple[Verifier, ...] = ()
    public_url: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = "fingerpost"
    oidc_secret_file: Path | None = None
    oidc_strong: tuple[str, ...] = ()
    oidc_audience: str = "fingerpost-api"
    person_tokens: bool | None = None
    guard: bool = True
    challenge_one_in: int = 10
    page_command: tuple[str, ...] = ()
    page_webhook: str = ""
    mail_host: str = ""
    mail_port: int = 25
    mail_from: str = "fingerpost@fingerpost.example"
    authorisation: Path | None = None

    def __repr__(self) -> str:
        # The database URL may hold a password.
        return f"Settings({self.instance}, {self.environment})"

    @property
    def url(self) -> str:
        """Where people reach the pages, without a slash at the end."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def practice(self) -> bool:
        """Whether every child here is made up, which every page then says."""
        return self.environment is not Environment.PRODUCTION

    @property
    def demo_identity(self) -> bool:
        """Whether people sign in at the demonstration's own provider: on loopback, never in production."""
        loopback = self.host in checks.THIS_MACHINE
        return not self.oidc_issuer and loopback and self.environment is not Environment.PRODUCTION

    @property
    def people_prove(self) -> bool:
        """Whether whoever is named over REST must prove it by a token of their own."""
        if self.person_tokens is None:
            return self.environment is Environment.PRODUCTION
        return self.person_tokens

    @property
    def embedded(self) -> bool:
        """Whether this instance runs its own PostgreSQL."""
        return self.database_url is None


def _path(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _wrapping_key(text: str) -> Path | HsmPlace:
    return read_place(text) if text.startswith(SCHEME) else _path(text)


def _between(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return read


def _one_of_environments(text: str) -> Environment:
    if text not in set(Environment):
        raise ValueError(f"must be one of {', '.join(Environment)}")
    return Environment(text)


def _database_url(text: str) -> str:
    if not text.startswith(("postgresql://", "postgres://")):
        raise ValueError("must begin with postgresql://")
    if not address.is_readable(text):
        raise ValueError("is not an address that the database's driver can read")
    return text


def _some_text(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _url(text: str) -> str:
    found = urlsplit(_web_address(text))
    if found.query or found.fragment or found.username:
        raise ValueError("must be an address alone: no query, no fragment, no user")
    return text.rstrip("/")


def _web_address(text: str) -> str:
    found = urlsplit(text)
    near = found.scheme == "http" and found.hostname in checks.THIS_MACHINE
    if not found.hostname or not (near or found.scheme == "https"):
        raise ValueError("must begin with https:// (http:// on this machine alone)")
    return text


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _origin(text: str) -> str:
    if not is_name(text):
        raise ValueError("must be a name such as ledger.example.gov.uk: no space, no plus")
    return text


def _witnesses(text: str) -> tuple[Verifier, ...]:
    found = [read_vkey(word) for word in text.split()]
    known = tuple(v for v in found if v and v.kind is SignatureType.COSIGNATURE)
    if len(known) < len(found):
        raise ValueError("must be verifier keys (vkeys) of type 4, with a space between them")
    return known


def _command(text: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(text))
    except ValueError:
        raise ValueError("has a quotation mark that does not end") from None
    if not words:
        raise ValueError("must not be empty")
    return words


def _on_or_off(text: str) -> bool:
    if text not in {"on", "off"}:
        raise ValueError("must be on or off")
    return text == "on"


READERS: dict[str, Callable[[str], Any]] = {
    "instance": _path,
    "environment": _one_of_environments,
    "database_url": _database_url,
    "keyring": _path,
    "wrapping_key": _wrapping_key,
    "vault": _path,
    "host": _some_text,
    "port": _between(1, 65535),
    "threads": _between(1, 128),
    "desk_phone": _some_text,
    "honey_phone": _some_text,
    "silent_after_hours": _between(1, 24 * 90),
    "model": _path,
    "ledger_origin": _origin,
    "witnesses": _witnesses,
    "public_url": _url,
    "oidc_issuer": _url,
    "oidc_client_id": _some_text,
    "oidc_secret_file": _path,
    "oidc_strong": _words,
    "oidc_audience": _some_text,
    "person_tokens": _on_or_off,
    "guard": _on_or_off,
    "challenge_one_in": _between(1, 1000),
    "page_command": _command,
    "page_webhook": _web_address,
    "mail_host": _some_text,
    "mail_port": _between(1, 65535),
    "mail_from": _some_text,
    "authorisation": _path,
}


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this process, or raise `Misconfigured` naming the setting and the remedy."""
    source = os.environ if environment is None else environment
    given = {name: text for name, text in source.items() if name.startswith(PREFIX)}
    values = {_field(name): _read(name, text) for name, text in given.items()}
    if "instance" not in values:
        raise Misconfigured(f"{PREFIX}INSTANCE is not set: name the instance's folder")
    settings = Settings(**values)
    if settings.environment is Environment.PRODUCTION:
        _require_production(settings)
    return settings


def _require_production(settings: Settings) -> None:
    """Raise `Misconfigured` where something is set as it may be for a demonstration alone."""
    if not settings.database_url:
        raise Misconfigured(
            f"{PREFIX}ENVIRONMENT=production needs {PREFIX}DATABASE_URL: the embedded database has no TLS,"
            " no standby and no separate administrator"
        )
    if not settings.guard:
        raise Misconfigured(f"{PREFIX}GUARD=off is refused in production: anybody could browse")
    if settings.host not in checks.THIS_MACHINE:
        raise Misconfigured(
            f"{PREFIX}HOST must be an address of this machine alone in production: the service speaks plain"
            " HTTP, to a proxy that ends TLS"
        )
    if not address.is_private(settings.database_url):
        raise Misconfigured(
            f"{PREFIX}DATABASE_URL must name a socket's folder (host=/…) or end in sslmode=verify-full in"
            " production"
        )


def _field(name: str) -> str:
    field = name.removeprefix(PREFIX).lower()
    if field in READERS:
        return field
    near = difflib.get_close_matches(field, READERS, n=1)
    hint = f"; did you mean {PREFIX}{near[0].upper()}?" if near else ""
    raise Misconfigured(f"{name} is not a setting{hint}")


def _read(name: str, text: str) -> Any:
    try:
        return READERS[_field(name)](text)
    except ValueError as error:
        raise Misconfigured(f"{name} {error}") from None
