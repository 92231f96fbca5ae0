"""The keyring: durable, shared, private, and never a byte of a key in an error."""

import base64
import json
import multiprocessing
import os
from datetime import date
from pathlib import Path

import pytest

from fingerpost.vault.keys import INDEX, SIGNING, FileKeyring, KeyDestroyed, data_key
from fingerpost.words.errors import Misconfigured


@pytest.fixture
def path(tmp_path: Path) -> Path:
    FileKeyring.create(tmp_path / "keys" / "keyring.json")
    return tmp_path / "keys" / "keyring.json"


def test_made_private_with_its_first_keys(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert FileKeyring(path).names() == {INDEX, SIGNING}


def test_never_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(Misconfigured, match="already"):
        FileKeyring.create(path)
    assert path.read_bytes() == before


def test_a_key_made_once_stays(path: Path) -> None:
    keyring, name = FileKeyring(path), data_key("E06000001", date(2027, 3, 1))
    assert keyring.ensure([name]) == [name]
    assert keyring.ensure([name]) == []
    assert FileKeyring(path).key(name) == keyring.key(name)


def test_another_process_sees_a_new_key(path: Path) -> None:
    reader, writer = FileKeyring(path), FileKeyring(path)
    writer.ensure(["audit/2026-11"])
    assert reader.key("audit/2026-11") == writer.key("audit/2026-11")


def test_a_destroyed_key_is_gone(path: Path) -> None:
    keyring = FileKeyring(path)
    keyring.ensure(["audit/2026-11"])
    assert keyring.destroy(["audit/2026-11", "audit/2026-12"]) == ["audit/2026-11"]
    with pytest.raises(KeyDestroyed, match="audit/2026-11"):
        FileKeyring(path).key("audit/2026-11")


def _ensure(path: Path, name: str) -> None:
    FileKeyring(path).ensure([name, "shared"])


def test_many_processes_lose_no_key(path: Path) -> None:
    names = [f"data/E0600000{n}/2027-01" for n in range(8)]
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_ensure, args=(path, name)) for name in names]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert {*names, "shared"} <= FileKeyring(path).names()


def _damage(text: bytes) -> list[bytes]:
    content = json.loads(text)
    one_key = dict(content, keys={**content["keys"], INDEX: base64.b64encode(os.urandom(32)).decode()})
    return [
        b"",
        text[: len(text) // 2],
        text.replace(b'"format":1', b'"format":2'),
        b"\x00" * len(text),
        json.dumps(one_key).encode(),
        json.dumps(dict(content, keys={})).encode(),
        text.replace(b"=", b"!"),
    ]


@pytest.mark.parametrize("kind", range(7))
def test_a_damaged_keyring_is_refused_without_showing_it(path: Path, kind: int) -> None:
    text = path.read_bytes()
    keys = json.loads(text)["keys"].values()
    path.write_bytes(_damage(text)[kind])
    with pytest.raises(Misconfigured, match=r"keyring\.json") as refused:
        FileKeyring(path)
    assert not any(key in str(refused.value) for key in keys)


def test_a_readable_keyring_is_refused(path: Path) -> None:
    path.chmod(0o640)
    with pytest.raises(Misconfigured, match="chmod 600"):
        FileKeyring(path)
