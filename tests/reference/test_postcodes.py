"""Real postcodes and the authority that each is in."""

import pytest

from fingerpost.reference import authority_of, local_authorities, postcodes_of
from fingerpost.reference.postcodes import letters_found, letters_of, places_of
from fingerpost.words.checks import postcode_of
from fingerpost.words.errors import NotFound


def test_postcodes_of_an_authority_lie_in_it() -> None:
    rutland = postcodes_of("E06000017")
    assert len(rutland) > 1000
    assert {authority_of(p) for p in rutland} == {"E06000017"}
    assert all(postcode_of(p, "postcode") == p for p in rutland)


@pytest.mark.parametrize("postcode", ["", "EH1 1BB", "CF10 1AA", "ZZ99 3VZ", "B1", "é"])
def test_a_postcode_outside_england_has_no_authority(postcode: str) -> None:
    assert authority_of(postcode) is None


def test_known_addresses() -> None:
    assert authority_of("SW1A 1AA") == "E09000033"
    assert authority_of("S1 2HH") == "E08000039"


def test_letters_file_is_what_the_list_says() -> None:
    assert letters_found() == dict(letters_of())
    assert set(letters_of()) == {a.code for a in local_authorities()}


def test_places_carry_metres() -> None:
    scilly = places_of(("E06000053",))["E06000053"]
    assert len(scilly.postcodes) == len(scilly.eastings) == len(scilly.northings)
    assert 80_000 < scilly.eastings[0] < 100_000


def test_unknown_authority_is_refused() -> None:
    with pytest.raises(NotFound):
        places_of(("E99999999",))
