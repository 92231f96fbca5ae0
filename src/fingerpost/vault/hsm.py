"""Wrapping keys in a PKCS#11 device, an HSM or SoftHSM2: they cannot be taken out; wrapping happens inside.

The place is a URI of RFC 7512: `pkcs11:token=LABEL?module-path=/…/lib….so&pin-source=file:/…/pin`. A "token"
there is one of the device's key stores; elsewhere in this service a token is a value of the blind index.
"""

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from cryptography.exceptions import InvalidTag
from msgspec import Struct

from fingerpost.vault.wrapping import (
    WRAPPING_KEY_BYTES,
    Cipher,
    WrappingKeyGone,
    is_generation,
    private_bytes,
)
from fingerpost.words.errors import Misconfigured

SCHEME = "pkcs11:"
_TAG_BITS = 128
_TURN = threading.Lock()  # a process logs in to a device once, and shares one connection to its library
_initialised: dict[str, int] = {}  # by which process each library was initialised; a fork must do it again


class HsmPlace(Struct, frozen=True):
    """Which device, and where its PIN is kept: a file that nobody else may read, never a setting."""

    module: Path
    token: str
    pin: Path


def read_place(uri: str) -> HsmPlace:
    """Read a URI of RFC 7512; `ValueError` says what is missing."""
    path, _, query = uri.removeprefix(SCHEME).partition("?")
    named: dict[str, str] = {}
    for part in (*path.split(";"), *query.split("&")):
        name, _, value = part.partition("=")
        named[name] = unquote(value)
    pin = named.get("pin-source", "").removeprefix("file:").removeprefix("//")
    if not (named.get("token") and named.get("module-path") and pin):
        raise ValueError("must be pkcs11:token=LABEL?module-path=LIBRARY&pin-source=file:FILE (RFC 7512)")
    return HsmPlace(Path(named["module-path"]), named["token"], Path(pin))


class HsmWrapping:
    """Wrapping keys as objects of a PKCS#11 device: AES-256, sensitive, not extractable."""

    def __init__(self, place: HsmPlace) -> None:
        self._place = place

    def __repr__(self) -> str:
        return f"PKCS#11 device {self._place.token}"

    def held(self, family: str) -> frozenset[str]:
        """Return the generations of one keyring whose key the device holds."""
        with self._session() as (_, session):
            labels = [_label(found) for found in session.get_objects(_secret_keys())]
        return frozenset(label for label in labels if label.startswith(f"{family}.") and is_generation(label))

    def hold(self, generation: str, key: bytes | None = None) -> None:
        """Make a key inside the device, or import the one of a ceremony. Neither ever comes out again."""
        with self._session(writing=True) as (p11, session):
            if key is None:
                session.generate_key(
                    p11.KeyType.AES, WRAPPING_KEY_BYTES * 8, store=True, template=_kept(p11, generation)
                )
            else:
                asked = {p11.Attribute.KEY_TYPE: p11.KeyType.AES, p11.Attribute.VALUE: key}
                session.create_object({**_secret_keys(), **asked, **_kept(p11, generation)})

    @contextmanager
    def cipher(self, generation: str) -> Generator[Cipher]:
        """Open a generation's key for use inside the device."""
        with self._session() as (p11, session):
            found = list(session.get_objects({**_secret_keys(), p11.Attribute.LABEL: generation}))
            if not found:
                raise WrappingKeyGone(
                    f"the wrapping key of generation {generation} is not in the {self}: it was destroyed,"
                    " or it is kept elsewhere"
                )
            yield _HsmCipher(p11, found[0])

    def destroy(self, generation: str) -> None:
        """Have the device destroy a key."""
        with self._session(writing=True) as (p11, session):
            for found in list(session.get_objects({**_secret_keys(), p11.Attribute.LABEL: generation})):
                found.destroy()

    @contextmanager
    def _session(self, *, writing: bool = False) -> Generator[tuple[Any, Any]]:
        p11 = _library()
        pin = self._pin()
        with _TURN:
            try:
                token = self._module(p11).get_token(token_label=self._place.token)
                with token.open(rw=writing, user_pin=pin) as session:
                    yield p11, session
            except p11.PKCS11Error as error:
                raise Misconfigured(f"the {self} cannot be used: {type(error).__name__}") from None

    def _module(self, p11: Any) -> Any:
        """Return the device's library, initialised in this process."""
        path = str(self._place.module)
        module = p11.lib(path)
        if _initialised.setdefault(path, os.getpid()) != os.getpid():
            module.reinitialize()  # PKCS#11 §5.4: what the parent initialised is not ours after a fork
            _initialised[path] = os.getpid()
        return module

    def _pin(self) -> str:
        try:
            return private_bytes(self._place.pin, "the PIN file").decode().strip()
        except (FileNotFoundError, UnicodeDecodeError):
            raise Misconfigured(f"the PIN file {self._place.pin} is not there or not text") from None


class _HsmCipher:
    """AES-GCM by the device (CKM_AES_GCM)."""

    def __init__(self, p11: Any, key: Any) -> None:
        self._p11, self._key = p11, key

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """Return ciphertext and tag."""
        return bytes(self._key.encrypt(data, **self._how(nonce, associated_data)))

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """Return the plaintext, or raise `InvalidTag`: devices name that fault in several ways."""
        faults = (self._p11.exceptions.GeneralError, self._p11.exceptions.EncryptedDataInvalid)
        try:
            return bytes(self._key.decrypt(data, **self._how(nonce, associated_data)))
        except (*faults, self._p11.exceptions.EncryptedDataLenRange, self._p11.exceptions.ArgumentsBad):
            raise InvalidTag from None

    def _how(self, nonce: bytes, associated_data: bytes | None) -> dict[str, Any]:
        parameters = self._p11.GCMParams(nonce, associated_data, _TAG_BITS)
        return {"mechanism": self._p11.Mechanism.AES_GCM, "mechanism_param": parameters}


def _library() -> Any:
    try:
        import pkcs11  # noqa: PLC0415  an extra: instances with a file need none of it
    except ImportError:
        raise Misconfigured("a PKCS#11 device needs more: pip install 'fingerpost[hsm]'") from None
    return pkcs11


def _secret_keys() -> dict[Any, Any]:
    p11 = _library()
    return {p11.Attribute.CLASS: p11.ObjectClass.SECRET_KEY}


def _kept(p11: Any, generation: str) -> dict[Any, Any]:
    """What every wrapping key in a device is, made there or imported."""
    a = p11.Attribute
    yes = dict.fromkeys((a.TOKEN, a.PRIVATE, a.SENSITIVE, a.ENCRYPT, a.DECRYPT), True)
    no = dict.fromkeys((a.EXTRACTABLE, a.MODIFIABLE, a.WRAP, a.UNWRAP), False)
    return {**yes, **no, a.LABEL: generation}


def _label(found: Any) -> str:
    return str(found.label or "")
