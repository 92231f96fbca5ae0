"""A whole extract relinked: every candidate pair scored by Splink, banded by us.

Splink gives the match weight of two classes. The third, and the guards that no probability passes, are ours:
weight and band are those of a lookup, pair by pair. What comes out are ids, weights and bands, never a value.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from fingerpost.evaluation.sample import Record
from fingerpost.matching import Model, Prepared, fitted
from fingerpost.matching.decide import band
from fingerpost.training.engines import database
from fingerpost.training.linkage import linker, match_weights
from fingerpost.training.pairs import Bits, Compared, Pairs, candidate_pairs, compare_pairs, sums
from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Band

_AT_ONCE = 1_000_000  # pairs in Splink's table at a time; about 1 GB
_MOST_BITS = 60.0  # as in `weigh`


class Link(Struct, frozen=True):
    """Two records held to be of one child. `match_weight` is in bits: log2 of the posterior odds."""

    record_id: str
    other_id: str
    match_weight: float
    band: Band


def posterior(model: Model, seen: Compared, splink_weight: Bits) -> Bits:
    """Return the match weight of three classes from Splink's of two, as `weigh.assess` gives it."""
    household = sums(model, seen)[1] + model.household_prior
    return np.clip(splink_weight - np.logaddexp2(0.0, household), -_MOST_BITS, _MOST_BITS)


def _levels(seen: Compared, place: int) -> list[str]:
    return [seen.names[column[place]] for column in seen.level.values() if column[place]]


def _shown(model: Model, seen: Compared, weight: Bits) -> Iterator[tuple[int, Band]]:
    """Yield the place and band of each pair that a lookup would show."""
    probability = 1.0 / (1.0 + np.exp2(-weight))
    for place in np.flatnonzero(probability >= model.bands.possible).tolist():
        found = band(model, float(probability[place]), _levels(seen, place))
        if found is not None:
            yield place, found


def _links(
    model: Model, records: Sequence[Prepared], pairs: Pairs, engine: str
) -> Iterator[tuple[int, int, float, Band]]:
    seen = compare_pairs(model, records, pairs)
    weight = posterior(model, seen, match_weights(linker(database(engine), model, seen), len(seen)))
    for place, found in _shown(model, seen, weight):
        yield int(pairs.low[place]), int(pairs.high[place]), float(weight[place]), found


def relink(records: Sequence[Record], base: Model, engine: str = "duckdb") -> Iterator[Link]:
    """Yield every pair of records that a lookup would show, with `base` fitted to the extract.

    `Misconfigured` where the engine is missing; `Invalid` where there is no pair to look at.
    """
    database(engine)
    prepared = [record.prepared for record in records]
    model, pairs = fitted(prepared, base), candidate_pairs(prepared)
    if not len(pairs):
        raise Invalid(Problem("sample", "no two records share a blocking key"))
    for start in range(0, len(pairs), _AT_ONCE):
        part = pairs.part(slice(start, start + _AT_ONCE))
        for low, high, weight, found in _links(model, prepared, part, engine):
            yield Link(records[low].record_id, records[high].record_id, weight, found)
