"""The ledger's key signs receipts of this moment and trees that go on, and nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest

from fingerpost.vault.entries import MOST_SKEW
from fingerpost.vault.receipt import Receipt, checkpoint_text
from fingerpost.vault.vault import LocalVault
from fingerpost.words.clock import now
from fingerpost.words.errors import Refused


@pytest.mark.parametrize("off", [MOST_SKEW * 2, -MOST_SKEW * 2, timedelta(days=400)])
def test_another_days_receipt_is_not_signed(vault: LocalVault, off: timedelta) -> None:
    names = vault._keyring.names()
    with pytest.raises(Refused, match="this moment"):
        vault.enter(uuid4(), now() + off, b"nonce and event")
    assert vault._keyring.names() == names  # nor is any month's key made by it


def test_a_receipt_is_of_what_was_sealed(vault: LocalVault) -> None:
    entry, moment = uuid4(), now()
    made = vault.enter(entry, moment, b"nonce and event")
    receipt = Receipt(entry, moment, made.leaf.hex(), made.signature.hex())
    assert receipt.is_signed_by(vault.verifying_key())
    assert vault.open_event(entry, made.cohort, made.sealed) == b"nonce and event"


def test_a_tree_behind_the_one_signed_last_is_not_signed(vault: LocalVault) -> None:
    root, other = b"\1" * 32, b"\2" * 32
    assert vault.sign_checkpoint("log.example", 7, root)
    assert vault.sign_checkpoint("log.example", 7, other)  # none was committed yet
    vault.remember_signed(7, root)
    for size, found in ((6, root), (7, other)):
        with pytest.raises(Refused, match="signed already"):
            vault.sign_checkpoint("log.example", size, found)
    assert vault.sign_checkpoint("log.example", 7, root)
    assert vault.sign_checkpoint("log.example", 8, other)


@pytest.mark.parametrize("origin", ["two words", "a\nb", "", " x"])
def test_no_other_statement_passes_for_a_checkpoint(origin: str) -> None:
    with pytest.raises(ValueError, match="one word"):
        checkpoint_text(origin, 1, bytes(32))
