"""Tokens: equal for equal keys, and nothing without the index key."""

from hypothesis import given
from hypothesis import strategies as st

from fingerpost.vault.tokens import IndexKey, ReferenceKey

ONE, OTHER = IndexKey(b"1" * 32), IndexKey(b"2" * 32)


@given(st.lists(st.text(), max_size=20))
def test_deterministic_and_fit_for_a_bigint(keys: list[str]) -> None:
    tokens = ONE.tokens(keys)
    assert tokens == ONE.tokens(keys)
    assert len(tokens) == len(keys)
    assert all(-(2**63) <= token < 2**63 for token in tokens)


@given(st.text(), st.text())
def test_differ_with_the_value_and_with_the_key(one: str, other: str) -> None:
    assert (ONE.tokens([one]) == ONE.tokens([other])) == (one == other)
    assert ONE.tokens([one]) != OTHER.tokens([one])


def test_a_reference_is_not_a_token() -> None:
    references = ReferenceKey(b"1" * 32)
    assert references.reference("x")[:8] != ONE.tokens(["x"])[0].to_bytes(8, "big", signed=True)
    assert references.reference("a", "b") != references.reference("ab")


def test_keys_show_nothing() -> None:
    assert (repr(ONE), repr(ReferenceKey(b"1" * 32))) == ("IndexKey(…)", "ReferenceKey(…)")
