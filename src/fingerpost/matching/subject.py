"""What tells which child is meant, as text to be keyed: two strong details of it together. Pure.

Names are compared by how they sound and dates without the order of day and month, so that a slip of the pen
is the same child still. Of a question and of a record alike, so that one is held against the other.
"""

from collections.abc import Iterable, Iterator

from fingerpost.matching.names import sound
from fingerpost.matching.normalise import NameParts, Prepared, prepare
from fingerpost.words.child import ChildDetails

SUBJECT = "subject"  # the use of the guard's tokens that are made of these


def subject_keys(child: ChildDetails) -> list[str]:
    """Return what tells which child is meant: two questions with one in common mean the same child."""
    known = prepare(child)
    found = [f"n:{number}" for number in (*known.nhs_numbers, *known.upns)]
    for given, family in sounded(known.names):
        found += [f"gd:{given}:{day}" for day in _days(known) if given]
        found += [f"fd:{family}:{day}" for day in _days(known) if family]
        if given and family:
            found += [f"gfm:{given}:{family}:{month}" for month in _months(known)]
            found += [f"gfp:{given}:{family}:{place}" for place in known.postcodes]
    if child.expected_on:
        found += [f"m:{g}:{f}:{child.expected_on:%Y}" for g, f in sounded(known.mother) if g and f]
    return list(dict.fromkeys(found))


def sounded(names: Iterable[NameParts]) -> Iterator[tuple[str, str]]:
    """Yield (given, family) by sound: the first given name, each part of the family name and the whole."""
    for given, family in names:
        first = sound(given[0]) if given else ""
        parts = dict.fromkeys((*family, "".join(family)))
        for part in parts:
            yield first, sound(part) if part else ""


def _days(known: Prepared) -> list[str]:
    if not known.born_from or known.born_from != known.born_to:
        return []
    year, month, day = known.born_from // 10_000, known.born_from // 100 % 100, known.born_from % 100
    low, high = sorted((month, day))
    return [f"{year}-{low}-{high}"]


def _months(known: Prepared) -> list[int]:
    return [known.born_from // 100] if _days(known) else []
