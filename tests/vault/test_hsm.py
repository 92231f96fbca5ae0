"""A PKCS#11 device (SoftHSM2) in the place of the file: the same keyring, and a key that never comes out."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fingerpost.custody.shares import combine, split
from fingerpost.instance import Instance
from fingerpost.settings import Settings, load
from fingerpost.vault import hsm
from fingerpost.vault.hsm import HsmPlace, HsmWrapping, read_place
from fingerpost.vault.keys import FileKeyring, KeyDestroyed
from fingerpost.vault.wrapping import first_generation, next_generation
from fingerpost.words.errors import Misconfigured
from tests.vault.keyrings import GONE, KEPT

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
needs_device = pytest.mark.skipif(not MODULE.exists(), reason="softhsm2 is not installed")
URI = "pkcs11:token=finger%20post?module-path=/usr/lib/x.so&pin-source=file:/etc/fingerpost/pin"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HsmPlace]:
    """A device of this run's own. Its library is told once a process where it keeps what it holds."""
    folder = tmp_path_factory.mktemp("device")
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    pin = folder / "pin"
    pin.touch(0o600)
    pin.write_text("271828\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(configuration))
        line = ["softhsm2-util", "--init-token", "--free", "--label", "fingerpost"]
        subprocess.run([*line, "--pin", "271828", "--so-pin", "314159"], check=True, capture_output=True)
        yield HsmPlace(MODULE, "fingerpost", pin)


@pytest.fixture
def device(place: HsmPlace) -> HsmWrapping:
    return HsmWrapping(place)


def test_a_place_is_a_uri() -> None:
    place = HsmPlace(Path("/usr/lib/x.so"), "finger post", Path("/etc/fingerpost/pin"))
    assert read_place(URI) == place
    assert read_place(URI.replace("file:", "file://")) == place
    given = {"FINGERPOST_INSTANCE": "/srv/i", "FINGERPOST_WRAPPING_KEY": URI}
    assert load(given).wrapping_key == place
    assert isinstance(Instance(load(given)).wrapping, HsmWrapping)
    for missing in (
        "token=finger%20post",
        "module-path=/usr/lib/x.so",
        "pin-source=file:/etc/fingerpost/pin",
    ):
        with pytest.raises(Misconfigured, match="RFC 7512"):
            load(given | {"FINGERPOST_WRAPPING_KEY": URI.replace(missing, "x=y")})


@needs_device
def test_a_keyring_lives_and_destroys_as_with_a_file(device: HsmWrapping, tmp_path: Path) -> None:
    path = tmp_path / "keyring" / "keyring.json"
    keyring = FileKeyring.create(path, device)
    keyring.ensure([GONE, KEPT])
    backup, old = keyring.raw(), keyring.generation
    assert FileKeyring(path, device).key(KEPT) == keyring.key(KEPT)
    assert keyring.destroy([GONE]) == [GONE]
    assert device.held(old[:8]) == {keyring.generation}
    with pytest.raises(KeyDestroyed):
        FileKeyring(path, device).key(GONE)
    path.write_bytes(backup)
    path.with_suffix(".latest").unlink()
    with pytest.raises(Misconfigured, match=f"{old} is not in the PKCS#11 device"):
        FileKeyring(path, device)
    keyring.discard()
    assert device.held(old[:8]) == frozenset()


@needs_device
def test_a_key_never_comes_out(device: HsmWrapping) -> None:
    import pkcs11  # noqa: PLC0415

    made, imported = first_generation("aaaaaaaa"), first_generation("aaaaaaaa")
    device.hold(made)
    device.hold(imported, os.urandom(32))
    with device._session() as (_, session):
        for generation in (made, imported):
            [key] = session.get_objects({pkcs11.Attribute.LABEL: generation})
            with pytest.raises(pkcs11.exceptions.AttributeSensitive):
                key[pkcs11.Attribute.VALUE]
            assert (key[pkcs11.Attribute.SENSITIVE], key[pkcs11.Attribute.EXTRACTABLE]) == (True, False)
    device.destroy(made)
    device.destroy(imported)
    device.destroy(imported)  # what is gone already is no fault


@needs_device
def test_a_ceremony_makes_shares_and_imports_their_key(device: HsmWrapping, tmp_path: Path) -> None:
    """The device is lost; three shares and a backup of the keyring make it again in another."""
    keyring = FileKeyring.create(tmp_path / "keyring.json", device)
    keyring.ensure([KEPT])
    key = os.urandom(32)
    shares = split(key)
    generation = keyring.renew(next_generation(keyring.generation), key)
    backup = keyring.raw()
    device.destroy(generation)
    with pytest.raises(Misconfigured, match="is not in the"):
        FileKeyring(tmp_path / "keyring.json", device)
    (tmp_path / "keyring.json").unlink()
    again = FileKeyring.recover(tmp_path / "keyring.json", device, backup, combine(shares[1:4]))
    assert again.key(KEPT) == keyring._ring.keys[KEPT]
    again.discard()


@needs_device
def test_the_device_and_the_library_agree(device: HsmWrapping) -> None:
    key, generation, nonce = os.urandom(32), first_generation("bbbbbbbb"), os.urandom(12)
    device.hold(generation, key)
    with device.cipher(generation) as cipher:
        sealed = cipher.encrypt(nonce, b"key", b"place")
        assert AESGCM(key).decrypt(nonce, sealed, b"place") == b"key"
        assert cipher.decrypt(nonce, AESGCM(key).encrypt(nonce, b"key", b"place"), b"place") == b"key"
        for wrong in (
            (sealed, b"elsewhere"),
            (sealed[:-1] + bytes([sealed[-1] ^ 1]), b"place"),
            (b"", b"place"),
        ):
            with pytest.raises(InvalidTag):
                cipher.decrypt(nonce, *wrong)
    device.destroy(generation)


@needs_device
def test_after_a_fork_the_device_still_answers(device: HsmWrapping) -> None:
    generation = first_generation("cccccccc")
    device.hold(generation)
    if not (child := os.fork()):
        os._exit(0 if device.held("cccccccc") == {generation} else 1)
    assert os.waitpid(child, 0)[1] == 0
    for library in hsm._initialised:  # as the child found it: what another process initialised is not ours
        hsm._initialised[library] = 0
    assert device.held("cccccccc") == {generation}
    device.destroy(generation)


@needs_device
def test_what_cannot_be_used_is_named(place: HsmPlace, tmp_path: Path) -> None:
    wrong = tmp_path / "pin"
    wrong.touch(0o600)
    wrong.write_text("0000")
    for other, words in (
        (HsmPlace(MODULE, "fingerpost", wrong), "PinIncorrect"),
        (HsmPlace(MODULE, "nowhere", place.pin), "NoSuchToken"),
        (HsmPlace(tmp_path / "none.so", "fingerpost", place.pin), "cannot be used"),
        (HsmPlace(MODULE, "fingerpost", tmp_path / "none"), "PIN file"),
    ):
        with pytest.raises(Misconfigured, match=words) as refused:
            HsmWrapping(other).held("dddddddd")
        assert "0000" not in str(refused.value)
    shutil.copy(place.pin, tmp_path / "open")
    (tmp_path / "open").chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"):
        HsmWrapping(HsmPlace(MODULE, "fingerpost", tmp_path / "open")).held("dddddddd")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pkcs11", None)
    with pytest.raises(Misconfigured, match="fingerpost\\[hsm\\]"):
        HsmWrapping(read_place(URI)).held("dddddddd")
    assert Settings(instance=Path("/srv/i")).wrapping_key is None
