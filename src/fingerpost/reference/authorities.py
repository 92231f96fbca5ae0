"""The bodies that may take part, by the code their publisher gives them."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import msgspec
from msgspec import Struct

from fingerpost.reference.packaged import packaged_bytes
from fingerpost.words.errors import NotFound
from fingerpost.words.vocabulary import AuthorityKind


class Authority(Struct, frozen=True, order=True):
    """One body: `code` is GSS (local authorities, police force areas) or ODS (NHS bodies)."""

    code: str
    name: str
    kind: AuthorityKind = AuthorityKind.LOCAL_AUTHORITY


class _Lookup(Struct, frozen=True):
    """One row of the ONS lookup from lower tier to upper tier local authorities (April 2021)."""

    LTLA21CD: str
    UTLA21CD: str
    UTLA21NM: str


# What changed after the 2021 list. Structural Changes Orders of 17 March 2022 (in force 1 April 2023):
# four new unitary councils in place of three counties and their districts.
_ABOLISHED_2023 = frozenset({"E10000006", "E10000023", "E10000027"})
_CREATED_2023 = {
    "E06000063": "Cumberland",
    "E06000064": "Westmorland and Furness",
    "E06000065": "North Yorkshire",
    "E06000066": "Somerset",
}
# Boundary change order, 1 April 2025: same councils, new codes.
_RECODED_2025 = {"E08000016": "E08000038", "E08000019": "E08000039"}


def _districts() -> dict[str, Authority]:
    """Return every present English district or unitary code with the authority that serves its children."""
    rows = msgspec.json.decode(packaged_bytes("qlacref_authorities", "records.json"), type=list[_Lookup])
    found = {code: Authority(code, name) for code, name in _CREATED_2023.items()}
    for row in rows:
        if not row.LTLA21CD.startswith("E") or row.UTLA21CD in _ABOLISHED_2023:
            continue
        district = _RECODED_2025.get(row.LTLA21CD, row.LTLA21CD)
        found[district] = Authority(_RECODED_2025.get(row.UTLA21CD, row.UTLA21CD), row.UTLA21NM)
    return found


@cache
def local_authority_of() -> Mapping[str, Authority]:
    """Return the authority responsible for children by district code ("E07000178" is Oxfordshire's)."""
    return MappingProxyType(_districts())


@cache
def local_authorities() -> tuple[Authority, ...]:
    """Return the 153 English authorities responsible for children's services, in order of code."""
    return tuple(sorted(set(local_authority_of().values())))


def _hand_kept() -> list[Authority]:
    lines = (files("fingerpost.reference") / "data" / "other_authorities.csv").read_text("utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return [Authority(row["code"], row["name"], AuthorityKind(row["kind"])) for row in rows]


@cache
def authorities() -> Mapping[str, Authority]:
    """Return every listed body by code: local authorities, and some police forces and NHS bodies."""
    return MappingProxyType({a.code: a for a in (*local_authorities(), *_hand_kept())})


def authority(code: str) -> Authority:
    """Return one body; `NotFound` where no list has the code."""
    try:
        return authorities()[code]
    except KeyError:
        raise NotFound("no authority has that code; use the ONS (GSS) or ODS code") from None
