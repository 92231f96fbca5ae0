"""Promise 5: a sealed value opens with its key, in its place, unchanged, and in no other case."""

import os
from datetime import date
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.vault.seal import Broken, Context, key_version, seal, unseal

KEY = bytes(range(32))
HERE = Context("record", UUID(int=1), "E06000001", date(2027, 3, 1))


@given(st.binary(max_size=2000))
def test_opens_what_it_sealed(plaintext: bytes) -> None:
    assert unseal(KEY, HERE, seal(KEY, HERE, plaintext)) == plaintext


def test_never_seals_alike() -> None:
    assert seal(KEY, HERE, b"same") != seal(KEY, HERE, b"same")


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"kind": "source"},
        {"row": uuid4()},
        {"authority": "E06000002"},
        {"cohort": date(2027, 4, 1)},
        {"version": 2},
    ],
)
def test_does_not_open_elsewhere(elsewhere: dict[str, object]) -> None:
    sealed = seal(KEY, HERE, b"details")
    with pytest.raises(Broken):
        unseal(KEY, msgspec.structs.replace(HERE, **elsewhere), sealed)


def test_does_not_open_with_another_key() -> None:
    with pytest.raises(Broken):
        unseal(os.urandom(32), HERE, seal(KEY, HERE, b"details"))


@given(st.data())
def test_any_changed_bit_is_refused(data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, HERE, b"some details of a child"))
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises(Broken):
        unseal(KEY, HERE, bytes(sealed))


@given(st.integers(0, 60))
def test_a_truncated_value_is_refused(length: int) -> None:
    sealed = seal(KEY, HERE, b"some details of a child, long enough to be cut")
    with pytest.raises(Broken):
        unseal(KEY, HERE, sealed[:length])


@pytest.mark.parametrize("version", [1, 2, 255, 256, 65_535])
def test_tells_which_version_of_the_key_sealed_it(version: int) -> None:
    sealed = seal(KEY, HERE, b"details", version)
    assert key_version(sealed) == version
    assert unseal(KEY, HERE, sealed) == b"details"
    for wrong in (b"\x03" + sealed[1:], sealed[:-1] + bytes([sealed[-1] ^ 1])):
        with pytest.raises(Broken):
            unseal(KEY, HERE, wrong)


@pytest.mark.parametrize("sealed", [b"", b"\x00" * 60, b"\x03" * 60])
def test_a_layout_that_is_not_known_is_refused(sealed: bytes) -> None:
    with pytest.raises(Broken):
        unseal(KEY, HERE, sealed)
