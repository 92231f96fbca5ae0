"""How much of a set lives with relatives. Where nobody does, the household class must not weigh.

Twins cannot be told from one child with a misread name unless it is known whether the set holds families
at all. Brothers and sisters show it: other given name, other birth, same family name and postcode.
"""

from collections import defaultdict
from collections.abc import Iterable

from fingerpost.matching.alike import Grade, grade_given
from fingerpost.matching.names import codes
from fingerpost.matching.normalise import KNOWN, Prepared

_USUAL_SHARE = 0.25  # of children on a register who have a sister or brother on it
_LARGEST_HOUSEHOLD = 30  # beyond this it is a school or a hostel
_YEARS_APART = 7_000  # of yyyymmdd: more than half a year


def _home(prepared: Prepared) -> tuple[str, str] | None:
    whole = prepared.birth == KNOWN and prepared.names and prepared.postcodes
    if not whole or not all(prepared.names[0]):
        return None
    return codes(prepared.names[0][1][0])[0], prepared.postcodes[0]


def _relatives(one: Prepared, other: Prepared) -> bool:
    if abs(one.born_from - other.born_from) < _YEARS_APART:
        return False
    given = grade_given(one.names[0][0][0], other.names[0][0][0])
    return given == Grade.DIFFERENT and one.born_from % 10_000 != other.born_from % 10_000


def share(records: Iterable[Prepared]) -> float:
    """Return how far a set is made of households, from 0 (none) to 1 (as a register of children is)."""
    homes: defaultdict[tuple[str, str], list[Prepared]] = defaultdict(list)
    for record in records:
        if home := _home(record):
            homes[home].append(record)
    housed = sum(map(len, homes.values()))
    related = sum(
        any(_relatives(one, other) for other in members)
        for members in homes.values()
        if len(members) <= _LARGEST_HOUSEHOLD
        for one in members
    )
    return min(related / housed / _USUAL_SHARE, 1.0) if housed else 1.0
