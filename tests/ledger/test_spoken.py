"""References as they are said aloud: one form, taken wherever a whole id is."""

from uuid import UUID, uuid4

import pytest

from fingerpost.ledger.spoken import ending, heard, meant, speakable
from fingerpost.words.errors import Invalid, NotFound

ONE, OTHER = UUID("e4b47ce9-7fcd-4fac-a86e-e471a65713b4"), UUID("cc11bbf2-5e02-43f8-b129-754a79c51a30")
TWIN = UUID(int=ONE.int % 24**8)  # said like ONE


@pytest.mark.parametrize("written", [str(ONE), str(ONE).upper(), speakable(ONE), speakable(ONE).lower()])
def test_a_reference_is_taken_however_it_is_written(written: str) -> None:
    assert heard(written) == speakable(ONE)
    assert meant(f" {written} ", lambda: [OTHER, ONE]) == ONE


def test_a_whole_id_needs_no_list() -> None:
    assert meant(str(ONE), list[UUID]) == ONE


def test_what_is_not_said_so_or_of_two_is_told_apart() -> None:
    with pytest.raises(NotFound):
        meant(speakable(ONE), lambda: [OTHER])
    with pytest.raises(Invalid, match="give the whole id"):
        meant(speakable(ONE), lambda: [ONE, TWIN])
    with pytest.raises(Invalid, match="two groups of four"):
        meant("yesterday", lambda: [ONE])


def test_every_id_that_is_said_alike_ends_alike() -> None:
    for _ in range(200):
        one = uuid4()
        assert one.hex.endswith(ending(speakable(one)))
    alike = UUID(int=ONE.int % 24**8 + 24**8 * 12345)
    assert speakable(alike) == speakable(ONE)
    assert alike.hex[-6:] == ONE.hex[-6:] == ending(speakable(ONE))
