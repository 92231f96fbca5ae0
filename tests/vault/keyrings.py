"""Keyrings to be broken, and what must hold of one whatever happened to it."""

import shutil
from pathlib import Path

from msgspec import Struct

from fingerpost.vault.keyring_file import Content, parse
from fingerpost.vault.keys import FileKeyring
from fingerpost.vault.wrapping import FileWrapping
from fingerpost.words.errors import Misconfigured

GONE, KEPT = "data/E06000001/2027-03", "data/E06000001/2027-04"


class Place(Struct, frozen=True):
    """One host's folder for a keyring, and another for what wraps it."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "keyring" / "keyring.json"

    @property
    def wrapping(self) -> FileWrapping:
        return FileWrapping(self.folder / "wrapping-key")

    def create(self) -> FileKeyring:
        keyring = FileKeyring.create(self.path, self.wrapping)
        keyring.ensure([GONE, KEPT])
        return keyring

    def open(self) -> FileKeyring:
        return FileKeyring(self.path, self.wrapping)

    def copy(self, folder: Path) -> "Place":
        return Place(shutil.copytree(self.folder, folder))

    def content(self) -> Content:
        return parse(self.path.read_bytes(), self.path)

    def wrapping_files(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "wrapping-key").iterdir())

    def opens(self, backup: bytes, elsewhere: Path) -> bool:
        """Tell whether a backup of the keyring opens with the wrapping keys that are here now."""
        (elsewhere / "keyring").mkdir(parents=True)
        path = elsewhere / "keyring" / "keyring.json"
        path.touch(0o600)
        path.write_bytes(backup)
        try:
            FileKeyring(path, FileWrapping(shutil.copytree(self.folder / "wrapping-key", elsewhere / "w")))
        except Misconfigured:
            return False
        return True


def faults(place: Place) -> list[str]:
    """Return what is wrong once a process has been started again: the checker of every fault test."""
    try:
        keyring = place.open()
    except Exception as error:
        return [f"does not open: {error}"]
    found = []
    if place.wrapping_files() != [f"{keyring.generation}.key"]:
        found.append(f"wrapping keys {place.wrapping_files()} beside generation {keyring.generation}")
    if (left := {p.name for p in place.path.parent.iterdir()} - _EXPECTED) != set():
        found.append(f"left over: {sorted(left)}")
    if KEPT not in keyring.names():
        found.append("a key is lost that nobody destroyed")
    return found


_EXPECTED = {"keyring.json", "keyring.lock", "keyring.latest"}
