"""The third class, twin or sibling: t and `relatives` by EM inside homes (family-name sound and postcode).

Three classes meet inside a home: two records of one child, of two members of a household, and of strangers
who share name and postcode by chance. m and u are held, and so is how many strangers there must be: as many
as share both if sharing one said nothing of the other. So where nobody lives with a relative, nothing is
left for the household class, and its weight falls to zero by itself.

Dempster, Laird & Rubin 1977.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fingerpost.matching import Model, Prepared
from fingerpost.matching.fit import home
from fingerpost.matching.model import ModelFile
from fingerpost.training.counting import Shares, counted_levels, prior_of, smoothed
from fingerpost.training.levels import flat, within
from fingerpost.training.pairs import Bits, Compared, Flags, compare_pairs, homes, pairs_of, sums

_ROUNDS = 200
_SETTLED = 1e-6  # largest change of a class's share, or of a t, at which EM stops
_MOST_STRANGERS = 0.98  # of the pairs in homes; keeps the other two classes open
_SHARED_AT_HOME = ("family", "order", "place")  # agree in every home, so no home tells anything of them
_FEWEST_RELATIVES = 50  # pairs of a household; with fewer, t stays as it was


class Households(Struct, frozen=True):
    """What the homes of a set tell: `t` by level, and pairs of one child, of relatives and of strangers.

    `relatives` is pairs of relatives in the whole set for each pair of one child; None without homes to see.
    """

    t: Shares
    children: float
    related: float
    strangers: float
    relatives: float | None


def _pairs_sharing(values: Counter[object]) -> float:
    return sum(count * (count - 1) / 2 for count in values.values())


def strangers_at_home(records: Sequence[Prepared], at_home: int) -> float:
    """Return how many pairs share family-name sound and postcode by chance alone.

    Strangers share the one as often where they share the other as where they do not: a table of two by two.
    """
    found = [at for record in records if (at := home(record))]
    sound = _pairs_sharing(Counter(at[0] for at in found)) - at_home
    postcode = _pairs_sharing(Counter(at[1] for at in found)) - at_home
    neither = len(found) * (len(found) - 1) / 2 - sound - postcode - at_home
    return max(sound, 0.0) * max(postcode, 0.0) / neither if neither > 0 else 0.0


def _shares(match: Bits, household: Bits, classes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of each class (rows: child, relatives, strangers) in each pair."""
    bits = np.stack([match, household, np.zeros_like(match)])
    bits += np.log2(np.maximum(classes, 1e-300))[:, None]
    bits -= bits.max(axis=0)
    likely = np.exp2(bits)
    return likely / likely.sum(axis=0)


def _free(seen: Compared) -> list[str]:
    return [field for field in seen.level if field not in _SHARED_AT_HOME]


def _learnt_t(written: ModelFile, seen: Compared, weight: Bits) -> Shares:
    counts = seen.count(weight)
    found: Shares = {}
    for members in counted_levels(written).values():
        if members[0].partition(".")[0] not in _SHARED_AT_HOME:
            found |= smoothed(counts, prior_of(written, "t", members))
    return {level: within(level, share) for level, share in found.items()}


def _bits_of(model: Model, t: Shares) -> dict[str, float]:
    levels = flat(model.written)
    fitted = {name: model.match[name] - np.log2(level.m) for name, level in levels.items()}
    return {name: float(np.log2(t.get(name, level.t)) + fitted[name]) for name, level in levels.items()}


def _household_bits(seen: Compared, bits: dict[str, float]) -> Bits:
    table = np.array([0.0, *(bits[name] for name in seen.names[1:])])
    return sum((table[seen.level[field]] + seen.bits[field] for field in _free(seen)), np.zeros(len(seen)))


def _maximised(shares: NDArray[np.float64], chance: float) -> NDArray[np.float64]:
    """Return the classes' shares anew; that of strangers is known beforehand and held."""
    children, related = shares[0].sum(), shares[1].sum()
    rest = (1.0 - chance) / max(children + related, 1e-12)
    return np.array([children * rest, related * rest, chance])


def _em(
    model: Model, seen: Compared, strangers: float, truth: Flags | None
) -> tuple[Shares, NDArray[np.float64]]:
    """Return t and the pairs of each class. `truth` says which are of one child, where that is known."""
    others = ~truth if truth is not None else np.ones(len(seen), dtype=np.bool_)
    chance = min(strangers / max(int(others.sum()), 1), _MOST_STRANGERS)
    match = sums(model, seen, _free(seen))[0]
    classes = np.array([(1 - chance) / 2, (1 - chance) / 2, chance])
    t: Shares = {}
    shares = np.zeros((3, len(seen)))
    for _ in range(_ROUNDS):
        household = _household_bits(seen, _bits_of(model, t))
        shares = _shares(match, household, classes)
        if truth is not None:
            shares = np.where(truth, np.array([[1.0], [0.0], [0.0]]), shares * [[0.0], [1.0], [1.0]])
            shares /= shares.sum(axis=0)
        after, t_after = _maximised(shares[:, others], chance), _learnt_t(model.written, seen, shares[1])
        moved = max(*abs(after - classes), *(abs(t_after[name] - t.get(name, 1.0)) for name in t_after))
        classes, t = after, t_after
        if moved < _SETTLED:
            break
    return t, shares.sum(axis=1)


def _agree_at_home(model: Model, kind: str) -> float:
    levels = flat(model.written)
    return float(getattr(levels["family.exact"], kind) * getattr(levels["place.exact"], kind))


def learn_households(
    model: Model, records: Sequence[Prepared], truth: Sequence[str] | None = None
) -> Households:
    """Return what the homes of a set tell of relatives. `truth` holds each record's child, where known.

    `model` has m and u already, and t to begin with.
    """
    pairs = pairs_of(homes(records), len(records))
    if len(pairs) < _FEWEST_RELATIVES:
        return Households({}, 0.0, 0.0, 0.0, None)
    same = None
    if truth is not None:
        same = np.array([truth[low] == truth[high] for low, high in pairs], dtype=np.bool_)
    strangers = strangers_at_home(records, len(pairs))
    t, classes = _em(model, compare_pairs(model, records, pairs), strangers, same)
    children, related, chance = classes.tolist()
    # Not every pair of a kind is at one home: children move, and so do their brothers and sisters.
    apart = _agree_at_home(model, "m") / _agree_at_home(model, "t")
    relatives = related / children * apart if children else None
    return Households(t if related >= _FEWEST_RELATIVES else {}, children, related, chance, relatives)
