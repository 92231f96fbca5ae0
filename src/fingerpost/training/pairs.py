"""Pairs of records as columns: which to look at, and which level each field of a pair is on.

Records are compared by `matching.compared`, on every core; numbers of levels come out, no value of a child.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import TypeVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fingerpost.evaluation.cores import shared_out
from fingerpost.evaluation.index import TokenIndex
from fingerpost.matching import Model, Prepared
from fingerpost.matching.fit import LARGEST_HOUSEHOLD, home
from fingerpost.matching.weigh import compared
from fingerpost.training.levels import field_of, flat

_CHUNK = 2_000  # records or pairs handed to a process at once
_FEWEST_TO_SHARE_OUT = 5_000  # below this starting another process costs more than it saves

Numbers = NDArray[np.int64]
Bits = NDArray[np.float64]
Flags = NDArray[np.bool_]
T = TypeVar("T")


class Pairs(Struct, frozen=True):
    """Places of two records of each pair, columns of equal length; `low` is less than `high`."""

    low: Numbers
    high: Numbers

    def __len__(self) -> int:
        return len(self.low)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        lows: list[int] = self.low.tolist()
        highs: list[int] = self.high.tolist()
        return iter(zip(lows, highs, strict=True))

    def part(self, chosen: slice) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(self.low[chosen], self.high[chosen])


class Compared(Struct, frozen=True):
    """Pairs and, by field, the number of the level (its place in `names`; 0 is not compared) and the bits
    by which how common a name is, or how wide an estimated birth, adjusts the level's weight.
    """

    pairs: Pairs
    names: tuple[str, ...]
    level: dict[str, NDArray[np.int16]]
    bits: dict[str, Bits]

    def __len__(self) -> int:
        return len(self.pairs)

    def chosen(self, which: Flags) -> "Compared":
        """Return the pairs for which `which` holds."""
        return Compared(
            Pairs(self.pairs.low[which], self.pairs.high[which]),
            self.names,
            {field: column[which] for field, column in self.level.items()},
            {field: column[which] for field, column in self.bits.items()},
        )

    def count(self, weight: Bits | None = None) -> dict[str, float]:
        """Return how many pairs are on each level, or the sum of their weights."""
        found = dict.fromkeys(self.names[1:], 0.0)
        for column in self.level.values():
            totals = np.bincount(column, weight, minlength=len(self.names))
            for number in np.flatnonzero(totals[1:]) + 1:
                found[self.names[number]] = float(totals[number])
        return found


def level_names(model: Model) -> tuple[str, ...]:
    """Return the name of each level's number; the first is empty, for a field that was not compared."""
    return ("", *flat(model.written))


def _shared_out(work: Callable[[int, int], T], length: int) -> list[T]:
    return shared_out(work, length, chunk=_CHUNK, fewest=_FEWEST_TO_SHARE_OUT)


def _unique(codes_of_pairs: Numbers, records: int) -> Pairs:
    once = np.unique(codes_of_pairs)
    return Pairs(once // records, once % records)


def candidate_pairs(records: Sequence[Prepared]) -> Pairs:
    """Return every pair that a lookup would look at: each record asks for the others, by its own keys."""
    index, total = TokenIndex(records), len(records)

    def asked(start: int, stop: int) -> Numbers:
        found = [
            min(place, other) * total + max(place, other)
            for place in range(start, stop)
            for other in index.candidates(records[place])
            if other != place
        ]
        return np.unique(np.array(found, dtype=np.int64))

    parts = _shared_out(asked, total)
    return _unique(np.concatenate([np.empty(0, np.int64), *parts]), total)


def pairs_of(groups: Iterable[Sequence[int]], records: int) -> Pairs:
    """Return every pair of places within each group."""
    found = (low * records + high for group in groups for low, high in combinations(sorted(group), 2))
    return _unique(np.fromiter(found, np.int64), records)


def random_pairs(records: int, wanted: int, rng: random.Random) -> Pairs:
    """Return pairs drawn at random, as two strangers meet; a pair may be drawn twice."""
    drawn = np.array([rng.randrange(records) for _ in range(2 * wanted)], dtype=np.int64).reshape(2, -1)
    drawn = drawn[:, drawn[0] != drawn[1]]
    return Pairs(drawn.min(axis=0), drawn.max(axis=0))


def homes(records: Sequence[Prepared]) -> Iterator[list[int]]:
    """Yield the places of the records at each home; of none that is too large to be one."""
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        if at := home(record):
            found[at].append(place)
    return (group for group in found.values() if len(group) <= LARGEST_HOUSEHOLD)


def compare_pairs(model: Model, records: Sequence[Prepared], pairs: Pairs) -> Compared:
    """Return the levels of pairs. `model` decides, as in a lookup, which of several names are compared."""
    names = level_names(model)
    fields = {field: place for place, field in enumerate(model.written.levels)}
    at = {name: (fields[field_of(name)], number) for number, name in enumerate(names) if name}

    def seen(start: int, stop: int) -> tuple[NDArray[np.int16], Bits]:
        levels = np.zeros((len(fields), stop - start), dtype=np.int16)
        bits = np.zeros((len(fields), stop - start))
        for place, (low, high) in enumerate(pairs.part(slice(start, stop))):
            for level, adjustment in compared(model, records[low], records[high]):
                if level:
                    field, number = at[level]
                    levels[field, place] = number
                    bits[field, place] = adjustment
        return levels, bits

    parts = _shared_out(seen, len(pairs))
    levels = np.concatenate([np.zeros((len(fields), 0), np.int16), *(part[0] for part in parts)], axis=1)
    bits = np.concatenate([np.zeros((len(fields), 0)), *(part[1] for part in parts)], axis=1)
    return Compared(
        pairs, names, dict(zip(fields, levels, strict=True)), dict(zip(fields, bits, strict=True))
    )


def sums(model: Model, seen: Compared, fields: Iterable[str] | None = None) -> tuple[Bits, Bits]:
    """Return the bits of each pair for one child and for one household, without what was so beforehand."""
    match, household = np.zeros(len(seen)), np.zeros(len(seen))
    of_match = np.array([0.0, *(model.match[name] for name in seen.names[1:])])
    of_household = np.array([0.0, *(model.household[name] for name in seen.names[1:])])
    for field in fields if fields is not None else seen.level:
        match += of_match[seen.level[field]] + seen.bits[field]
        household += of_household[seen.level[field]] + seen.bits[field]
    return match, household
