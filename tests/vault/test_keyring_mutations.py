"""R12: a keyring or wrapping key that was corrupted, cut, swapped, put back or opened to others is refused.

A thousand random mutations of the two files: no service starts on any of them, the message names the file,
and no byte of a key is in it. Control: both files as they are do open.
"""

import base64
import random
import shutil
import traceback
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fingerpost.vault.keyring_file import Content, pack, unwrap
from fingerpost.vault.keys import REFERENCE, SIGNING, index_key
from fingerpost.vault.wrapping import first_generation
from fingerpost.words.errors import Misconfigured
from tests.vault.keyrings import GONE, Place
from tests.vault.test_keyring_faults import memory  # noqa: F401

MUTATIONS = 1000


def _flip(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    changed[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw))]


def _grow(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.randbytes(chance.randint(1, 40)) + raw[at:]


def _zero(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    length = chance.randint(1, 64)
    return (raw[:at] + bytes(length) + raw[at + length :])[: len(raw)]


def _swap(raw: bytes, chance: random.Random) -> bytes:
    """Let two values change places: two keys, or anything else that a JSON object holds."""
    content = msgspec.json.decode(raw)
    inside = content["keys"] if "keys" in content and chance.random() < 0.8 else content
    one, other = chance.sample(sorted(inside), 2)
    inside[one], inside[other] = inside[other], inside[one]
    return msgspec.json.encode(content)


def _drop(raw: bytes, chance: random.Random) -> bytes:
    content = msgspec.json.decode(raw)
    inside = content["keys"] if "keys" in content and chance.random() < 0.8 else content
    del inside[chance.choice(sorted(inside))]
    return msgspec.json.encode(content)


def _space(raw: bytes, chance: random.Random) -> bytes:
    return msgspec.json.format(raw, indent=chance.randint(1, 4))


KINDS: tuple[Callable[[bytes, random.Random], bytes], ...] = (_flip, _cut, _grow, _zero, _swap, _drop, _space)


def _secrets(place: Place) -> list[bytes]:
    """Every form in which a key could show: keys, wrapping key, and what the files hold of them."""
    ring = place.open()._ring
    wrapping = msgspec.json.decode(_wrapping_file(place).read_bytes())["key"]
    keys = [*ring.keys.values(), *ring.content.keys.values(), base64.b64decode(wrapping)]
    return [form for key in keys for form in (key, key.hex().encode(), base64.b64encode(key)[:20])]


def _wrapping_file(place: Place) -> Path:
    return next((place.folder / "wrapping-key").glob("*.key"))


def _refusal(place: Place) -> str:
    """Open it as a service does; return all that could be shown of the refusal, or nothing if it opened."""
    try:
        place.open()
    except Misconfigured as error:
        return "".join(traceback.format_exception(error))
    return ""


def test_a_thousand_mutations_are_refused(memory: Path) -> None:  # noqa: F811
    scene = Place(memory / "scene")
    scene.create()
    elder = scene.copy(memory / "elder")
    scene.open().destroy([GONE])
    stranger = Place(memory / "stranger")
    stranger.create()
    secrets, chance = _secrets(scene) + _secrets(elder), random.Random(12)
    assert _refusal(scene) == ""  # the control
    whole = {path: path.read_bytes() for path in (scene.path, _wrapping_file(scene))}
    kinds: dict[str, int] = {}
    for _ in range(MUTATIONS):
        path = chance.choice(list(whole))
        kind = _mutate(path, whole[path], chance, (elder, stranger))
        kinds[kind] = kinds.get(kind, 0) + 1
        shown = _refusal(scene)
        assert "keyring.json" in shown or "wrapping" in shown, kind
        assert not any(secret in shown.encode() for secret in secrets), kind
        path.write_bytes(whole[path])
        path.chmod(0o600)
        assert _refusal(scene) == ""
    assert len(kinds) == len(KINDS) + 3
    assert min(kinds.values()) > 30


def _mutate(path: Path, raw: bytes, chance: random.Random, others: tuple[Place, Place]) -> str:
    kind = chance.randrange(len(KINDS) + 3)
    if kind < len(KINDS):
        changed = raw
        while changed == raw:
            changed = KINDS[kind](raw, chance)
        path.write_bytes(changed)
        return KINDS[kind].__name__
    if kind == len(KINDS):
        path.chmod(0o600 | chance.choice([0o040, 0o004, 0o044, 0o020, 0o007]))
        return "opened to others"
    other = others[kind - len(KINDS) - 1]
    path.write_bytes((other.path if path.name == "keyring.json" else _wrapping_file(other)).read_bytes())
    return f"of {other.folder.name}"


def test_each_cause_is_named(tmp_path: Path) -> None:
    place = Place(tmp_path / "i")
    place.create()
    before = place.path.read_bytes()
    place.open().ensure(["audit/2027-05"])
    now = place.path.read_bytes()
    key = _wrapping_file(place)

    def refused(content: bytes, path: Path = place.path) -> str:
        kept = path.read_bytes()
        path.write_bytes(content)
        with pytest.raises(Misconfigured) as error:
            place.open()
        path.write_bytes(kept)
        return str(error.value)

    assert "damaged or cut short" in refused(now[:-1])
    assert "changed or damaged" in refused(now + b" ")
    assert "format" in refused(now.replace(b'"format":2', b'"format":3'))
    assert "older than the one last used" in refused(before)
    assert "damaged or cut short" in refused(b"", key)
    assert "changed or damaged" in refused(key.read_bytes() + b" ", key)
    place.path.with_suffix(".latest").write_bytes(b"?")
    with pytest.raises(Misconfigured, match="which notes"):
        place.open()


def test_files_that_are_away_are_named(tmp_path: Path) -> None:
    place = Place(tmp_path / "i")
    place.create()
    place.path.chmod(0o600)
    (tmp_path / "i" / "wrapping-key").rename(tmp_path / "away")
    with pytest.raises(Misconfigured, match=r"is not in .*wrapping-key"):
        place.open()
    (tmp_path / "away").rename(tmp_path / "i" / "wrapping-key")
    file = _wrapping_file(place)
    other = file.with_name(f"{first_generation()}.key")
    shutil.copy(file, other)
    other.rename(file.with_suffix(".bak"))
    file.unlink()
    file.mkdir(mode=0o700)
    with pytest.raises(Misconfigured, match="cannot be read: Is a directory"):
        place.open()
    keyring = Place(tmp_path / "none")
    with pytest.raises(Misconfigured, match="cannot be read: No such file"):
        keyring.open()


def test_the_wrapping_key_of_another_generation_is_named(tmp_path: Path) -> None:
    place, other = Place(tmp_path / "a"), Place(tmp_path / "b")
    place.create(), other.create()
    shutil.copy(_wrapping_file(other), _wrapping_file(place))
    with pytest.raises(Misconfigured, match="is that of generation"):
        place.open()


def test_keys_that_cannot_be_right_are_refused() -> None:
    cipher, generation = AESGCM(bytes(32)), first_generation()
    good = {name: bytes(32) for name in (index_key(1), REFERENCE, SIGNING)}

    def packed(keys: dict[str, bytes]) -> Content:
        return msgspec.json.decode(pack(cipher, generation, 1, keys, {}), type=Content)

    assert unwrap(cipher, packed(good), Path("k")) == good
    with pytest.raises(Misconfigured, match="wrong length"):
        unwrap(cipher, packed({**good, SIGNING: b"short"}), Path("k"))
    with pytest.raises(Misconfigured, match="lacks"):
        unwrap(cipher, packed({REFERENCE: bytes(32), SIGNING: bytes(32)}), Path("k"))
