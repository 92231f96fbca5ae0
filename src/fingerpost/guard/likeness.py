"""What a question is told apart by, as text for the vault to key. Pure; nothing of it is stored in clear.

Names are compared by how they sound and dates without the order of day and month, so that a slip of the pen
is the same child still.
"""

from collections.abc import Iterable, Iterator
from itertools import product

from fingerpost.matching.names import family_share, sound
from fingerpost.matching.normalise import Prepared, prepare
from fingerpost.matching.subject import sounded
from fingerpost.words.child import ChildDetails, PersonName

# A family name that one in two thousand bears says nothing by itself: it needs the place too. How much
# that spares people is reckoned in docs/anti-trawl.md.
COMMON_FAMILY = 1 / 2000


def tie_keys(child: ChildDetails) -> list[tuple[str, str]]:
    """Return (kind, text) of everything by which a practitioner's household could be the child's."""
    known = prepare(child)
    names = list(sounded((*known.names, *known.mother)))
    families = {family for _, family in names if family}
    found = [("member", f"{given}:{family}") for given, family in names if given and family]
    rare = {sound(part) for part in _families(known) if family_share(part) < COMMON_FAMILY}
    found += [("family", family) for family in sorted(rare)]
    found += [("home", place) for place in known.postcodes]
    if not (known.nhs_numbers or known.upns):
        found += [("near", _sector(place)) for place in known.postcodes]
    for family, place in product(sorted(families), known.postcodes):
        found += [("family_home", f"{family}:{place}"), ("family_near", f"{family}:{_district(place)}")]
    return list(dict.fromkeys(found))


def household_keys(
    own_family: str, members: Iterable[PersonName], families: Iterable[str], homes: Iterable[str]
) -> list[tuple[str, str]]:
    """Return (kind, text) of what a practitioner declares, in the form that `tie_keys` asks for."""
    declared = [PersonName("", own_family), *members, *(PersonName("", family) for family in families)]
    known = prepare(ChildDetails(names=tuple(declared), postcodes=tuple(homes)))
    names = list(sounded(known.names))
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
    given, family = next(sounded(known.names or known.mother), ("", ""))
    place = known.postcodes[0] if known.postcodes else ""
    birth = (
        f"{known.born_from}-{known.born_to}" if known.born_from and known.born_from % 10_000 != 101 else ""
    )
    return family, given, birth, place


def _families(known: Prepared) -> Iterator[str]:
    for _, family in (*known.names, *known.mother):
        yield from dict.fromkeys((*family, "".join(family)))


def _sector(place: str) -> str:
    return place[:-2]  # "LS14DY" lies in the sector "LS1 4"


def _district(place: str) -> str:
    return place[:-3]


def own_family_of(name: str) -> str:
    """Return the family name of a practitioner's name as written: its last word."""
    return name.rsplit(maxsplit=1)[-1]


def bears(own_name: str, child: ChildDetails) -> bool:
    """Tell whether the question's family name is the practitioner's own, and not one that thousands bear."""
    own = own_family_of(own_name)
    parts = {sound(part) for _, family in prepare(ChildDetails(names=(PersonName("", own),))).names
             for part in (*family, "".join(family)) if family_share(part) < COMMON_FAMILY}  # fmt: skip
    return bool(parts & {sound(part) for part in _families(prepare(child)) if part})
