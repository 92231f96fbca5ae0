"""Shares of levels from counts, held towards the model so far where pairs are few."""

from collections.abc import Mapping

from msgspec.structs import replace

from fingerpost.matching.model import KEPT, ModelFile, level_sets
from fingerpost.training.levels import Levels, flat

SMOOTHING = 25  # pairs that the figures so far count for
FEWEST_SEEN = 20  # of random pairs on a level; with fewer, its u stays as it is
COUNTED_U = ("given", "family", "birth")
_IN_NO_SAMPLE = frozenset({"mother", "birth_estimated"})

Shares = dict[str, float]
Counts = Mapping[str, float]


def smoothed(counts: Counts, prior: Shares) -> Shares:
    """Return each level's share of a set, held towards `prior` where pairs are few."""
    total = sum(counts[level] for level in prior)
    return {
        level: (counts[level] + SMOOTHING * before) / (total + SMOOTHING) for level, before in prior.items()
    }


def chance(counts: Counts, prior: Shares) -> Shares:
    """Return each level's share among strangers; a level too rare to be counted keeps the share it had."""
    total = sum(counts[level] for level in prior)
    often = {level for level in prior if counts[level] >= FEWEST_SEEN}
    rest = 1.0 - sum(share for level, share in prior.items() if level not in often)
    seen = sum(counts[level] for level in often)
    if total < FEWEST_SEEN or not seen:
        return dict(prior)
    return {level: rest * counts[level] / seen if level in often else prior[level] for level in prior}


def counted_levels(written: ModelFile) -> dict[str, tuple[str, ...]]:
    """Return the sets whose shares a sample can teach: with alternatives, of fields it has columns for."""
    sets = level_sets(flat(written))
    return {name: sets[name] for name in sets if len(sets[name]) > 1 and name not in _IN_NO_SAMPLE}


def put(levels: Levels, kind: str, shares: Shares) -> None:
    """Put new shares of one kind (m, u or t) into levels; those set by judgement stay."""
    for name, share in shares.items():
        if name not in KEPT:
            levels[name] = replace(levels[name], **{kind: share})


def prior_of(written: ModelFile, kind: str, names: tuple[str, ...]) -> Shares:
    """Return the shares so far of one kind."""
    levels = flat(written)
    return {name: getattr(levels[name], kind) for name in names}
