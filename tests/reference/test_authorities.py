"""The authorities of England: all of them, by the codes in use today."""

import pytest

from fingerpost.reference import authorities, authority, local_authorities, local_authority_of
from fingerpost.words.errors import NotFound
from fingerpost.words.vocabulary import AuthorityKind


def test_england_has_153_authorities_responsible_for_children() -> None:
    assert len(local_authorities()) == 153
    assert len({a.code for a in local_authorities()}) == 153
    assert all(a.code.startswith(("E06", "E08", "E09", "E10")) for a in local_authorities())


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("E06000063", "Cumberland"),
        ("E06000066", "Somerset"),
        ("E08000038", "Barnsley"),
        ("E08000039", "Sheffield"),
        ("E06000053", "Isles of Scilly"),
        ("E09000033", "Westminster"),
    ],
)
def test_present_codes_are_listed(code: str, name: str) -> None:
    assert authority(code).name == name


@pytest.mark.parametrize("code", ["E10000006", "E10000023", "E10000027", "E08000016", "E08000019"])
def test_ended_codes_are_not(code: str) -> None:
    with pytest.raises(NotFound):
        authority(code)


def test_a_district_is_served_by_its_county() -> None:
    assert local_authority_of()["E07000178"].name == "Oxfordshire"


def test_every_kind_of_body_is_listed() -> None:
    assert {a.kind for a in authorities().values()} == set(AuthorityKind)
