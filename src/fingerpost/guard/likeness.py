"""What a question is told apart by, as text for the vault to key. Pure; nothing of it is stored in clear.

Names are compared by how they sound and dates without the order of day and month, so that a slip of the pen
is the same child still.
"""

from collections.abc import Iterable, Iterator
from itertools import product

from fingerpost.matching.names import family_share, sound
from fingerpost.matching.normalise import NameParts, Prepared, prepare
from fingerpost.words.child import ChildDetails, PersonName

MOST_KEYS = 64  # of one kind; a question with more names and places than that is no likelier to be caught

# A family name that one in two thousand bears says nothing by itself: it needs the place too. How much
# that spares people is reckoned in docs/anti-trawl.md.
COMMON_FAMILY = 1 / 2000


def subject_keys(child: ChildDetails) -> list[str]:
    """Return what tells which child is meant: two questions with one in common mean the same child."""
    known = prepare(child)
    found = [f"n:{number}" for number in (*known.nhs_numbers, *known.upns)]
    for given, family in _sounded(known.names):
        found += [f"gd:{given}:{day}" for day in _days(known) if given]
        found += [f"fd:{family}:{day}" for day in _days(known) if family]
        if given and family:
            found += [f"gfm:{given}:{family}:{month}" for month in _months(known)]
            found += [f"gfp:{given}:{family}:{place}" for place in known.postcodes]
    if child.expected_on:
        found += [f"m:{g}:{f}:{child.expected_on:%Y}" for g, f in _sounded(known.mother) if g and f]
    return _capped(found)


def tie_keys(child: ChildDetails) -> list[tuple[str, str]]:
    """Return (kind, text) of everything by which a practitioner's household could be the child's."""
    known = prepare(child)
    names = list(_sounded((*known.names, *known.mother)))
    families = {family for _, family in names if family}
    found = [("member", f"{given}:{family}") for given, family in names if given and family]
    rare = {sound(part) for part in _families(known) if family_share(part) < COMMON_FAMILY}
    found += [("family", family) for family in sorted(rare)]
    found += [("home", place) for place in known.postcodes]
    if not (known.nhs_numbers or known.upns):
        found += [("near", _sector(place)) for place in known.postcodes]
    for family, place in product(sorted(families), known.postcodes):
        found += [("family_home", f"{family}:{place}"), ("family_near", f"{family}:{_district(place)}")]
    return list(dict.fromkeys(found))[:MOST_KEYS]


def household_keys(
    own_family: str, members: Iterable[PersonName], families: Iterable[str], homes: Iterable[str]
) -> list[tuple[str, str]]:
    """Return (kind, text) of what a practitioner declares, in the form that `tie_keys` asks for."""
    declared = [PersonName("", own_family), *members, *(PersonName("", family) for family in families)]
    known = prepare(ChildDetails(names=tuple(declared), postcodes=tuple(homes)))
    names = list(_sounded(known.names))
    everybody = sorted({family for _, family in names if family})
    found = [("member", f"{given}:{family}") for given, family in names if given and family]
    found += [("family", family) for family in everybody]
    for place in known.postcodes:
        found += [("home", place), ("near", _sector(place))]
        found += [("family_home", f"{family}:{place}") for family in everybody]
        found += [("family_near", f"{family}:{_district(place)}") for family in everybody]
    return list(dict.fromkeys(found))


def walk_keys(child: ChildDetails) -> tuple[str, str, str, str]:
    """Return family name, given name, birth and place of a question: what a walk through a list varies.

    What is absent is empty. So is a birth on 1 January, which stands for "not known" where it was estimated.
    """
    known = prepare(child)
    given, family = next(_sounded(known.names or known.mother), ("", ""))
    place = known.postcodes[0] if known.postcodes else ""
    birth = (
        f"{known.born_from}-{known.born_to}" if known.born_from and known.born_from % 10_000 != 101 else ""
    )
    return family, given, birth, place


def _sounded(names: Iterable[NameParts]) -> Iterator[tuple[str, str]]:
    """Yield (given, family) by sound: the first given name, each part of the family name and the whole."""
    for given, family in names:
        first = sound(given[0]) if given else ""
        parts = dict.fromkeys((*family, "".join(family)))
        for part in parts:
            yield first, sound(part) if part else ""


def _families(known: Prepared) -> Iterator[str]:
    for _, family in (*known.names, *known.mother):
        yield from dict.fromkeys((*family, "".join(family)))


def _days(known: Prepared) -> list[str]:
    if not known.born_from or known.born_from != known.born_to:
        return []
    year, month, day = known.born_from // 10_000, known.born_from // 100 % 100, known.born_from % 100
    low, high = sorted((month, day))
    return [f"{year}-{low}-{high}"]


def _months(known: Prepared) -> list[int]:
    return [known.born_from // 100] if _days(known) else []


def _sector(place: str) -> str:
    return place[:-2]  # "LS14DY" lies in the sector "LS1 4"


def _district(place: str) -> str:
    return place[:-3]


def _capped(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))[:MOST_KEYS]


def own_family_of(name: str) -> str:
    """Return the family name of a practitioner's name as written: its last word."""
    return name.rsplit(maxsplit=1)[-1]


def bears(own_name: str, child: ChildDetails) -> bool:
    """Tell whether the question's family name is the practitioner's own, and not one that thousands bear."""
    own = own_family_of(own_name)
    parts = {sound(part) for _, family in prepare(ChildDetails(names=(PersonName("", own),))).names
             for part in (*family, "".join(family)) if family_share(part) < COMMON_FAMILY}  # fmt: skip
    return bool(parts & {sound(part) for part in _families(prepare(child)) if part})
