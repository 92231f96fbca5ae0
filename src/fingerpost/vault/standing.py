"""Shields, kept beside the keyring while they stand: a database restored from a backup lacks the newest.

One file for each, sealed whole: its name is an id, and nothing in it can be read without the keyring. It goes
with the shield, before that commits.
"""

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from msgspec import Struct

from fingerpost.vault import durable
from fingerpost.words.errors import Unavailable

_SUFFIX = ".shield"


class StandingShield(Struct, frozen=True, kw_only=True):
    """A shield as the database holds it; `covered` are records by authority and token of their reference.

    So are `cleared`, each with its fingerprint then; `words` are who said that it may be lifted, and when.
    """

    id: UUID
    authority: str
    cohort: date
    schema_version: int
    sealed: bytes
    note: bytes
    asked_by: str
    asked_at: datetime
    evidence_by: date | None
    review_on: date
    covered: list[tuple[str, bytes]]
    cleared: list[tuple[str, bytes, bytes]] = []
    words: list[tuple[str, datetime]] = []

    def __repr__(self) -> str:
        return f"StandingShield({self.id})"


class Standing:
    """The files. Back them up with the keyring."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, shield: UUID, content: bytes) -> None:
        """Keep a shield durably, in place of what was kept of it."""
        try:
            if not self._folder.exists():
                self._folder.mkdir(mode=0o700, exist_ok=True)
                durable.flush_folder(self._folder.parent)
            durable.replace(self._path(shield), content)
        except OSError:
            raise Unavailable("a shield cannot be kept beside the database just now") from None

    def remove(self, shield: UUID) -> None:
        """Overwrite and unlink what is kept of a shield, if anything is."""
        try:
            if self._folder.exists():
                durable.destroy(self._path(shield))
        except OSError:
            raise Unavailable("what is kept of a shield cannot be taken away just now") from None

    def ids(self) -> list[UUID]:
        """Return which shields are kept."""
        return sorted(UUID(path.stem) for path in self._folder.glob(f"*{_SUFFIX}"))

    def content(self, shield: UUID) -> bytes | None:
        """Return what is kept of a shield."""
        try:
            return self._path(shield).read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            raise Unavailable("what is kept of a shield cannot be read just now") from None

    def _path(self, shield: UUID) -> Path:
        return self._folder / f"{shield}{_SUFFIX}"
