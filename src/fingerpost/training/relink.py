"""A whole extract relinked: every candidate pair scored by Splink, weighed and banded by us.

Splink gives the match weight of two classes. The third, and the guards that no probability passes, are ours:
weight and band are those of a lookup, beside the other candidates of the same authority, as the less sure of
the two records that might ask sees them. What comes out are ids, weights and bands, never a value.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from fingerpost.evaluation.sample import Record
from fingerpost.matching import Model, Prepared, fitted
from fingerpost.matching.among import FELT, lost
from fingerpost.matching.decide import band
from fingerpost.matching.weigh import MOST_BITS, probability_of
from fingerpost.training.engines import database
from fingerpost.training.linkage import linker, match_weights
from fingerpost.training.pairs import Bits, Compared, Pairs, candidate_pairs, compare_pairs, sums
from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Band

_AT_ONCE = 1_000_000  # pairs in Splink's table at a time; about 1 GB


class Link(Struct, frozen=True):
    """Two records held to be of one child. `match_weight` is in bits: log2 of the posterior odds."""

    record_id: str
    other_id: str
    match_weight: float
    band: Band


def posterior(model: Model, seen: Compared, splink_weight: Bits) -> Bits:
    """Return the match weight of three classes from Splink's of two, as `weigh.assess` gives it."""
    household = sums(model, seen)[1] + model.household_prior
    return np.clip(splink_weight - np.logaddexp2(0.0, household), -MOST_BITS, MOST_BITS)


def _levels(seen: Compared, place: int) -> list[str]:
    return [seen.names[column[place]] for column in seen.level.values() if column[place]]


class _Weighed(Struct):
    """Every pair's match weight, and the levels of each that may be shown."""

    weight: Bits
    levels: dict[int, list[str]]


def _weighed(model: Model, records: Sequence[Prepared], pairs: Pairs, engine: str) -> _Weighed:
    found = _Weighed(np.empty(len(pairs)), {})
    for start in range(0, len(pairs), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        seen = compare_pairs(model, records, pairs.part(part))
        weight = posterior(model, seen, match_weights(linker(database(engine), model, seen), len(seen)))
        found.weight[part] = weight
        shown = np.flatnonzero(_probability(weight) >= model.bands.possible).tolist()
        found.levels.update((start + place, _levels(seen, place)) for place in shown)
    return found


def _probability(weight: Bits) -> Bits:
    return 1.0 / (1.0 + np.exp2(-weight))


def _holders(records: Sequence[Record]) -> list[str]:
    """Return who holds each record; nobody known where a single source tells nothing of duplicates."""
    sources = [record.source for record in records]
    return sources if len(set(sources)) > 1 else [""] * len(sources)


def _held(pairs: Pairs, weight: Bits, holders: Sequence[str]) -> tuple[Bits, Bits]:
    """Return the odds of all else of the other record's holder, summed, as either record of a pair asks."""
    names = {name: place for place, name in enumerate(sorted({*holders, ""}))}
    number = np.array([names[holder] for holder in holders], dtype=np.int64)
    asker, other = np.concatenate([pairs.low, pairs.high]), np.concatenate([pairs.high, pairs.low])
    odds = np.exp2(np.tile(np.minimum(weight, MOST_BITS), 2))
    _, group = np.unique(asker * len(names) + number[other], return_inverse=True)
    held = np.maximum(np.bincount(group, odds)[group] - odds, 0.0)
    held[number[other] == names[""]] = 0.0
    low, high = held.reshape(2, -1)
    return low, high


def _beside(
    model: Model, records: Sequence[Prepared], holders: Sequence[str], pairs: Pairs, found: _Weighed
) -> dict[int, float]:
    """Return the weight of each pair shown, as `matching.among` gives it: the lesser of both ways."""
    held_by = _held(pairs, found.weight, holders)
    asked: defaultdict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for place in found.levels:
        low, high = int(pairs.low[place]), int(pairs.high[place])
        asked[low].append((place, high, float(held_by[0][place])))
        asked[high].append((place, low, float(held_by[1][place])))
    alone = {place: float(found.weight[place]) for place in found.levels}
    lowered = dict(alone)
    for shown in asked.values():
        losses = lost(
            model,
            [alone[place] for place, _, _ in shown],
            [held for _, _, held in shown],
            [records[other] for _, other, _ in shown],
            [holders[other] for _, other, _ in shown],
        )
        for (place, _, _), (bits, _) in zip(shown, losses, strict=True):
            if bits <= -FELT:
                lowered[place] = min(lowered[place], alone[place] + bits)
    return lowered


def relink(records: Sequence[Record], base: Model, engine: str = "duckdb") -> Iterator[Link]:
    """Yield every pair of records that a lookup would show, with `base` fitted to the extract.

    `Misconfigured` where the engine is missing; `Invalid` where there is no pair to look at.
    """
    database(engine)
    prepared = [record.prepared for record in records]
    model, pairs = fitted(prepared, base), candidate_pairs(prepared)
    if not len(pairs):
        raise Invalid(Problem("sample", "no two records share a blocking key"))
    found = _weighed(model, prepared, pairs, engine)
    for place, weight in _beside(model, prepared, _holders(records), pairs, found).items():
        shown = band(model, probability_of(weight), found.levels[place])
        if shown is not None:
            low, high = records[int(pairs.low[place])], records[int(pairs.high[place])]
            yield Link(low.record_id, high.record_id, weight, shown)
