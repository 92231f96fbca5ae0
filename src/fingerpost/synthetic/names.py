"""Names by community with their frequencies, and the other spellings and short forms each is met in."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from types import MappingProxyType

from msgspec import Struct


class Weighted(Struct, frozen=True):
    """Names with running totals of their weights, so that one is drawn by bisection."""

    names: tuple[str, ...]
    running: tuple[int, ...]

    def draw(self, rng: Random) -> str:
        """Return a name, by frequency."""
        return self.names[bisect_right(self.running, int(rng.random() * self.running[-1]))]


def _lines(name: str) -> Iterator[str]:
    text = (files("fingerpost.synthetic") / "data" / name).read_text("utf-8")
    return (line for line in text.splitlines() if not line.startswith("#"))


def _weighted(rows: Sequence[tuple[str, int]]) -> Weighted:
    return Weighted(tuple(name for name, _ in rows), tuple(accumulate(weight for _, weight in rows)))


@cache
def _book() -> Mapping[tuple[str, str], Weighted]:
    """Return names by (community, kind): kind F or M for given names, S for family names."""
    rows: dict[tuple[str, str], list[tuple[str, int]]] = {}
    key = ("", "")
    for line in _lines("names.tsv"):
        first, second = line.split("\t")
        if first.startswith("@"):
            key = (first[1:], second)
        else:
            rows.setdefault(key, []).append((first, int(second)))
    return MappingProxyType({key: _weighted(found) for key, found in rows.items()})


def communities_named() -> frozenset[str]:
    """Return the communities that have names."""
    return frozenset(community for community, _ in _book())


def given_names(community: str, sex: str) -> Weighted:
    """Return the given names of a community for sex F or M."""
    return _book()[community, sex]


def family_names(community: str) -> Weighted:
    """Return the family names of a community."""
    return _book()[community, "S"]


@cache
def spellings() -> Mapping[str, tuple[str, ...]]:
    """Return, for a name, the other spellings of it met in English records."""
    others: dict[str, tuple[str, ...]] = {}
    for line in _lines("spellings.txt"):
        forms = tuple(line.split("\t"))
        for form in forms:
            others[form] = others.get(form, ()) + tuple(f for f in forms if f != form)
    return MappingProxyType(others)


@cache
def nicknames() -> Mapping[str, tuple[str, ...]]:
    """Return the short forms of an English given name."""
    rows = (line.split("\t") for line in _lines("nicknames.txt"))
    return MappingProxyType({row[0]: tuple(row[1:]) for row in rows})


@cache
def uncommon_names(community: str, kind: str) -> frozenset[str]:
    """Return the names of a kind (F, M, S) that make up the rarest tenth of a community by frequency."""
    found = _book()[community, kind]
    floor = found.running[-1] * 0.9
    return frozenset(n for n, r in zip(found.names, found.running, strict=True) if r > floor)
