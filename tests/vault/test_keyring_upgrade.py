"""A keyring of format 1, its keys in clear, is wrapped at the first opening, and its clear text destroyed."""

import base64
import hashlib
import json
import os
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from fingerpost.vault.keyring_disk import Disk
from fingerpost.vault.keys import REFERENCE, SIGNING, index_key
from fingerpost.words.errors import Misconfigured
from tests.vault.keyrings import GONE, KEPT, Place, faults


def write_format_1(path: Path) -> dict[str, bytes]:
    """Write what the first version of this service wrote."""
    keys = {name: os.urandom(32) for name in ("index", SIGNING, GONE, KEPT)}
    encoded = {name: base64.b64encode(key).decode() for name, key in keys.items()}
    ordered = json.dumps(sorted(encoded.items()), separators=(",", ":")).encode()
    content = {"format": 1, "digest": hashlib.sha256(ordered).hexdigest(), "keys": encoded}
    path.parent.mkdir(mode=0o700, parents=True)
    path.touch(0o600)
    path.write_bytes(json.dumps(content, separators=(",", ":")).encode())
    return keys


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_every_key_keeps_its_bytes(place: Place) -> None:
    old = write_format_1(place.path)
    keyring = place.open()
    new = {name: keyring.key(name) for name in keyring.names()}
    index = old.pop("index")
    assert new == {**old, index_key(1): index, REFERENCE: index}
    assert faults(place) == []


def test_no_clear_text_stays(place: Place) -> None:
    keys = write_format_1(place.path)
    before = os.open(place.path, os.O_RDONLY)  # the old file, whatever its name becomes
    place.open()
    left = os.pread(before, 10_000, 0)
    os.close(before)
    assert left == bytes(len(left))
    everything = b"".join(p.read_bytes() for p in place.folder.rglob("*") if p.is_file())
    assert not any(base64.b64encode(key) in everything for key in keys.values())


def test_a_backup_of_format_1_is_refused_afterwards(place: Place) -> None:
    write_format_1(place.path)
    backup = place.path.read_bytes()
    place.open()
    place.path.write_bytes(backup)
    with pytest.raises(Misconfigured, match="earlier version"):
        place.open()


@pytest.mark.parametrize("change", ["key", "base64", "index", "digest"])
def test_a_damaged_one_is_refused(place: Place, change: str) -> None:
    write_format_1(place.path)
    content = json.loads(place.path.read_bytes())
    match change:
        case "key":
            content["keys"][KEPT] = base64.b64encode(bytes(32)).decode()
        case "base64":
            content["keys"][KEPT] = "!"
        case "index":
            del content["keys"]["index"]
        case _:
            del content["digest"]
    place.path.write_bytes(json.dumps(content).encode())
    with pytest.raises(Misconfigured, match=r"keyring\.json"):
        place.open()


def test_of_two_processes_that_upgrade_one_does(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The slower one has seen the clear text when the other writes: in its turn there is none any more."""
    write_format_1(place.path)
    locked, others = Disk.locked, iter([place])

    def behind(disk: Disk) -> AbstractContextManager[None]:
        for other in others:
            other.open()
        return locked(disk)

    monkeypatch.setattr(Disk, "locked", behind)
    place.open()
    assert faults(place) == []
