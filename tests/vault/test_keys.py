"""The keyring: durable, shared, private, and never a byte of a key in an error."""

import multiprocessing
import os
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fingerpost.vault.keyring_file import pack
from fingerpost.vault.keys import FRESH, REFERENCE, SIGNING, FileKeyring, KeyDestroyed, data_key, index_key
from fingerpost.vault.wrapping import Cipher, FileWrapping, WrappingKeyGone
from fingerpost.words.errors import Misconfigured, Unavailable
from tests.vault.keyrings import GONE, KEPT, Place, faults


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    FileKeyring.create(made.path, made.wrapping)
    return made


@pytest.fixture
def path(place: Place) -> Path:
    return place.path


def test_made_private_with_its_first_keys(place: Place, path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    key = next((place.folder / "wrapping-key").iterdir())
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.parent.stat().st_mode & 0o777 == 0o700
    assert place.open().names() == {index_key(1), REFERENCE, SIGNING}


def test_never_overwritten(place: Place, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(Misconfigured, match="already"):
        FileKeyring.create(path, place.wrapping)
    assert path.read_bytes() == before


def test_a_key_made_once_stays(place: Place) -> None:
    keyring, name = place.open(), data_key("E06000001", date(2027, 3, 1))
    assert keyring.ensure([name]) == [name]
    assert keyring.ensure([name]) == []
    assert place.open().key(name) == keyring.key(name)


def test_another_process_sees_a_new_key(place: Place) -> None:
    reader, writer = place.open(), place.open()
    writer.ensure(["audit/2026-11"])
    assert reader.key("audit/2026-11") == writer.key("audit/2026-11")


class _Counting(FileWrapping):
    """Counts what its device is asked to open."""

    opened = 0

    @contextmanager
    def cipher(self, generation: str) -> Generator[Cipher]:
        with super().cipher(generation) as cipher:
            self._cipher = cipher
            yield self

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        return self._cipher.encrypt(nonce, data, associated_data)

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        self.opened += 1
        return self._cipher.decrypt(nonce, data, associated_data)


def test_a_key_more_is_one_key_more_to_open(place: Place) -> None:
    """A nation's keyring holds tens of thousands, and a device that wraps them may take its time for each."""
    place.open().ensure([KEPT, *(f"data/E06000001/20{year}-01" for year in range(30, 60))])
    wrapping = _Counting(place.folder / "wrapping-key")
    keyring = FileKeyring(place.path, wrapping)
    assert wrapping.opened > 30
    wrapping.opened = 0
    keyring.ensure(["audit/2026-12"])
    place.open().ensure(["audit/2027-01"])
    assert keyring.names() == place.open().names()
    assert wrapping.opened == 4  # each time the whole, and the new one
    assert keyring.key("audit/2027-01") == place.open().key("audit/2027-01")
    place.open().renew()
    assert keyring.key(KEPT) == place.open().key(KEPT)


def test_a_destroyed_key_is_gone(place: Place) -> None:
    keyring = place.open()
    keyring.ensure(["audit/2026-11"])
    assert keyring.destroy(["audit/2026-11", "audit/2026-12"]) == ["audit/2026-11"]
    with pytest.raises(KeyDestroyed, match="audit/2026-11"):
        place.open().key("audit/2026-11")


def _ensure(place: Place, name: str) -> None:
    place.open().ensure([name, "shared"])


def test_many_processes_lose_no_key(place: Place) -> None:
    names = [f"data/E0600000{n}/2027-01" for n in range(8)]
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_ensure, args=(place, name)) for name in names]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert {*names, "shared"} <= place.open().names()


def test_a_destroyed_key_leaves_other_processes_within_a_second(place: Place) -> None:
    writer, reader = place.open(), place.open()
    writer.ensure([KEPT])
    assert reader.key(KEPT)
    writer.destroy([KEPT])
    time.sleep(FRESH)
    with pytest.raises(KeyDestroyed):
        reader.key(KEPT)


def test_a_key_destroyed_elsewhere_is_made_anew_never_used_again(place: Place) -> None:
    writer, reader = place.open(), place.open()
    writer.ensure([KEPT])
    old = reader.key(KEPT)
    writer.destroy([KEPT])
    assert reader.ensure([KEPT]) == [KEPT]
    assert reader.key(KEPT) != old


def test_what_is_needed_cannot_be_destroyed(place: Place) -> None:
    keyring = place.open()
    for name in (index_key(1), REFERENCE, SIGNING):
        with pytest.raises(Misconfigured, match="lacks"):
            keyring.destroy([name])
    assert len(keyring.names()) == 3
    assert faults_but_the_key_kept(place) == []


def faults_but_the_key_kept(place: Place) -> list[str]:
    return [fault for fault in faults(place) if "nobody destroyed" not in fault]


def test_an_older_backup_never_opens_with_a_wrapping_key_that_lives(place: Place, tmp_path: Path) -> None:
    """The proof: after a month of changes, every backup ever kept is tried against every wrapping key."""
    keyring, backups = place.open(), []
    for month in range(1, 9):
        keyring.ensure([f"data/E06000001/2027-{month:02}", KEPT])
        backups.append((keyring.generation, keyring.raw()))
        if month % 2:
            keyring.destroy([f"data/E06000001/2027-{month:02}"])
            backups.append((keyring.generation, keyring.raw()))
    opened = [place.opens(raw, tmp_path / f"try{n}") for n, (_, raw) in enumerate(backups)]
    assert opened == [generation == keyring.generation for generation, _ in backups]
    assert (opened.count(True), opened.count(False)) == (2, 10)
    assert place.wrapping_files() == [f"{keyring.generation}.key"]


def test_without_a_new_wrapping_key_a_backup_brings_the_key_back(place: Place, tmp_path: Path) -> None:
    """The control: a keyring that only leaves the key out."""
    keyring = place.open()
    keyring.ensure([GONE, KEPT])
    backup, ring = keyring.raw(), keyring._ring
    left = {name: key for name, key in ring.keys.items() if name != GONE}
    keyring._disk.write(left, ring.content.generation, ring.content.edition + 1, ring.content.keys)
    with pytest.raises(KeyDestroyed):
        place.open().key(GONE)
    assert place.opens(backup, tmp_path / "backup")


def _full_for_keyrings(replace: Callable[..., None]) -> Callable[..., None]:
    def replacing(source: Path, target: Path) -> None:
        if target.name == "keyring.json":
            raise OSError(28, "full")
        replace(source, target)

    return replacing


def test_a_keyring_that_never_stood_leaves_no_wrapping_key(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Path,
            "replace",
            lambda *_: (_ for _ in ()).throw(OSError(28, "full")) if "json" in str(_[1]) else os.replace(*_),
        )
        with pytest.raises(OSError, match="full"):
            FileKeyring.create(place.path, place.wrapping)
    assert place.wrapping_files() == []
    FileKeyring.create(place.path, place.wrapping).discard()
    assert (place.wrapping_files(), list(place.path.parent.iterdir())) == ([], [])


def test_a_keyring_that_changes_all_the_time_is_unavailable(place: Place) -> None:
    stranger = AESGCM(AESGCM.generate_key(256))
    ring = place.open()._ring
    others = iter(range(100))

    class Moving(FileWrapping):
        def cipher(self, generation: str) -> AbstractContextManager[AESGCM]:
            """Another process puts a keyring in its place whenever we look for the key of the last."""
            text = f"{generation[:8]}.{5 + next(others)}.00000000"
            place.path.write_bytes(pack(stranger, text, 1, ring.keys, {}))
            raise WrappingKeyGone("gone")

    with pytest.raises(Unavailable):
        FileKeyring(place.path, Moving(place.folder / "wrapping-key"))


def test_nothing_shows_a_key(place: Place) -> None:
    keyring = place.open()
    shown = f"{keyring!r} {keyring._ring!r} {keyring._ring.content!r} {place.wrapping!r}"
    for key in keyring._ring.keys.values():
        assert key.hex() not in shown
        assert repr(key) not in shown


def test_of_two_processes_that_make_the_same_key_one_does(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slower one has looked already when the other writes: it finds the key made."""
    slow, fast = place.open(), place.open()
    fast.ensure([KEPT])
    seen, look = [False], slow._load

    def load() -> None:
        if seen[0]:
            look()
        seen[0] = True

    monkeypatch.setattr(slow, "_load", load)
    assert slow.ensure([KEPT]) == []
    assert place.open().key(KEPT) == fast.key(KEPT)


def test_a_keyring_that_is_gone_is_named(place: Place, path: Path) -> None:
    keyring = place.open()
    path.unlink()
    with pytest.raises(Misconfigured, match="cannot be read: No such file"):
        keyring.ensure([KEPT])


def test_a_keyring_is_made_from_a_backup_where_there_is_none(place: Place, tmp_path: Path) -> None:
    keyring = place.open()
    key = next((place.folder / "wrapping-key").iterdir()).read_bytes()
    with pytest.raises(Misconfigured, match="already"):
        FileKeyring.recover(place.path, place.wrapping, keyring.raw(), key)


def test_no_older_wrapping_key_takes_over(place: Place) -> None:
    keyring = place.open()
    with pytest.raises(Unavailable, match="meanwhile"):
        keyring.renew(keyring.generation)
