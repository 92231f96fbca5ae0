"""A model fitted to the index it will be asked of: its size, its births, its households.

Three things that no shipped figure can know, read off the records without labels:

* *size*: the more records, the more strangers look alike, so the lower the odds beforehand;
* *birth*: a shared birthday says more among adults of four generations than among children of one;
* *households*: twins cannot be told from one child with a misread name unless it is known whether the set
  holds families at all. Brothers and sisters show it: other given name, other birth, same family name and
  postcode. Where there are none the household class weighs nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from fingerpost.matching.alike import Grade, grade_given
from fingerpost.matching.model import Model, shipped
from fingerpost.matching.names import codes
from fingerpost.matching.normalise import KNOWN, Prepared

_USUAL_SHARE = 0.25  # of children on a register who have a sister or brother on it
_LARGEST_HOUSEHOLD = 30  # beyond this it is a school or a hostel
_HALF_A_YEAR = 7_000  # between two dates written yyyymmdd
_FEWEST_BIRTHS = 200  # fewer tell nothing of how births are spread


def _home(prepared: Prepared) -> tuple[str, str] | None:
    whole = prepared.birth == KNOWN and prepared.names and prepared.postcodes
    if not whole or not all(prepared.names[0]):
        return None
    return codes(prepared.names[0][1][0])[0], prepared.postcodes[0]


def _relatives(one: Prepared, other: Prepared) -> bool:
    if (
        abs(one.born_from - other.born_from) < _HALF_A_YEAR
        or one.born_from % 10_000 == other.born_from % 10_000
    ):
        return False
    return grade_given(one.names[0][0][0], other.names[0][0][0]) == Grade.DIFFERENT


def household_share(records: Sequence[Prepared]) -> float:
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


def birth_chance(records: Sequence[Prepared]) -> float | None:
    """Return how often two records share a date of birth by chance, from how their years are spread."""
    years = Counter(record.born_from // 10_000 for record in records if record.birth == KNOWN)
    births = sum(years.values())
    if births < _FEWEST_BIRTHS:
        return None
    return sum((count / births) ** 2 for count in years.values()) / 365.25


def fitted(records: Sequence[Prepared], model: Model | None = None) -> Model:
    """Return `model` (the shipped one, unless told) fitted to the records of an index."""
    return (model or shipped()).fitted(
        records=len(records), household_share=household_share(records), birth_chance=birth_chance(records)
    )
