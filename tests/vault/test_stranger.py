"""Tink, an outside opinion, opens what we seal; we open what it seals; both refuse another place."""

import os
from datetime import date
from uuid import UUID

import pytest
import tink
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from tink import aead, secret_key_access
from tink.proto import aes_gcm_pb2, tink_pb2

from fingerpost.vault.seal import Broken, Context, seal, unseal

COHORT_KEY = os.urandom(32)
HERE = Context("record", UUID(int=7), "E06000001", date(2027, 3, 1))
THERE = Context("record", UUID(int=8), "E06000001", date(2027, 3, 1))
HEADER = 17  # layout and commitment; then the nonce, as Tink has it too


@pytest.fixture(autouse=True, scope="module")
def registered() -> None:
    aead.register()


def _derived(context: Context) -> bytes:
    """The record's own 32 bytes and its commitment's 16, by RFC 5869 and docs alone."""
    info = b"fingerpost seal\x00" + context.bytes()
    return HKDFExpand(hashes.SHA256(), 48, info).derive(COHORT_KEY)


def _stranger(context: Context) -> aead.Aead:
    """Tink's AES-GCM with the record's key and no prefix of its own."""
    key = aes_gcm_pb2.AesGcmKey(version=0, key_value=_derived(context)[:32])
    keyset = tink_pb2.Keyset(primary_key_id=1)
    entry = keyset.key.add(
        key_id=1, status=tink_pb2.KeyStatusType.ENABLED, output_prefix_type=tink_pb2.OutputPrefixType.RAW
    )
    entry.key_data.type_url = "type.googleapis.com/google.crypto.tink.AesGcmKey"
    entry.key_data.value = key.SerializeToString()
    entry.key_data.key_material_type = tink_pb2.KeyData.KeyMaterialType.SYMMETRIC
    handle = tink.proto_keyset_format.parse(keyset.SerializeToString(), secret_key_access.TOKEN)
    return handle.primitive(aead.Aead)


def test_it_opens_what_we_seal() -> None:
    sealed = seal(COHORT_KEY, HERE, b"details")
    assert sealed[1:HEADER] == _derived(HERE)[32:]
    assert _stranger(HERE).decrypt(sealed[HEADER:], HERE.bytes()) == b"details"


def test_we_open_what_it_seals() -> None:
    theirs = _stranger(HERE).encrypt(b"details", HERE.bytes())
    assert unseal(COHORT_KEY, HERE, b"\x01" + _derived(HERE)[32:] + theirs) == b"details"


def test_both_refuse_another_place() -> None:
    sealed = seal(COHORT_KEY, HERE, b"details")
    with pytest.raises(tink.TinkError):
        _stranger(HERE).decrypt(sealed[HEADER:], THERE.bytes())
    with pytest.raises(Broken):
        unseal(COHORT_KEY, THERE, sealed)
    theirs = _stranger(HERE).encrypt(b"details", THERE.bytes())  # the right key, and another place
    with pytest.raises(Broken):
        unseal(COHORT_KEY, HERE, b"\x01" + _derived(HERE)[32:] + theirs)
