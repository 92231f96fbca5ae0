"""Who may send what to the vault: every public method in a row, every row a method, and nobody else."""

import inspect
import re

import pytest

from fingerpost.vault import messages
from fingerpost.vault.messages import (
    ADMIN,
    FEED,
    LEDGER,
    MAY,
    RECORDS,
    RETENTION,
    SHIELDS,
    WEB,
    Caller,
    why_not,
)
from fingerpost.vault.vault import LocalVault

METHODS = {
    name: method for name, method in inspect.getmembers(LocalVault, inspect.isfunction) if name[0] != "_"
}


def row(name: str) -> str:
    """The row that a method needs in `messages.Vault`, but for who may send it."""
    source = re.match(r"\s*(def .*?\) -> .*?:)\s", inspect.getsource(METHODS[name]), re.S)
    assert source is not None
    stub = re.sub(r"\s+", " ", source[1])
    callers = ", ".join(caller.name for caller in Caller)
    return f"\n    @may_send(…)  # of {callers}; *NOBODY: at the keyring alone\n    {stub} ..."


def test_every_public_method_has_its_row() -> None:
    missing = "\n".join(row(name) for name in sorted(METHODS.keys() - MAY.keys()))
    assert not missing, f"add to `class Vault` in src/fingerpost/vault/messages.py:\n{missing}\n"
    stale = sorted(MAY.keys() - METHODS.keys())
    assert not stale, f"take out of `class Vault` in src/fingerpost/vault/messages.py: {', '.join(stale)}"


@pytest.mark.parametrize("name", sorted(MAY))
def test_a_row_is_as_its_method(name: str) -> None:
    stated = inspect.signature(getattr(messages.Vault, name), eval_str=True)
    done = inspect.signature(METHODS[name], eval_str=True)
    assert stated == done, f"src/fingerpost/vault/messages.py: make {name}{row(name)}"


def test_nobody_sends_what_has_no_row() -> None:
    for caller in Caller:
        assert why_not(frozenset({caller}), "_keyring")
        assert why_not(frozenset({caller}), "no_such")
        assert why_not(frozenset({caller}), "destroy_indexes")
    assert why_not(frozenset(), "verifying_key")
    assert why_not(frozenset({WEB, FEED}), "open_details") is None


def test_what_answers_questions_can_open_nothing_and_end_nothing() -> None:
    """Widen this on purpose alone: SECURITY.md says what somebody who owns the door gains."""
    may = {message for message, callers in MAY.items() if WEB in callers}
    assert may == {
        "warm", "question", "weigh", "planted", "why_linked", "release", "guard_tokens", "meant_by", "keep",
        "kept", "verifying_key", "enter", "last_signed", "newest_ended",
    }  # fmt: skip
    opening = {message for message in MAY if re.match("open_|own_|seal_|reseal|destroy_|sign_|end", message)}
    assert opening
    assert may.isdisjoint(opening)


def test_few_may_open_details_and_sign_the_tree() -> None:
    assert MAY["open_details"] == {FEED, RECORDS}
    assert MAY["open_sensitive"] == {RECORDS}
    assert MAY["open_copy"] == {RETENTION}
    assert MAY["sign_checkpoint"] == {LEDGER, RETENTION}
    assert MAY["end"] == {RECORDS, RETENTION, ADMIN, SHIELDS}
