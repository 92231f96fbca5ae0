"""Learning from an index without labels: how often one child's records agree, by expectation-maximisation.

The pairs are those that a question's tokens find. Which pairs those are depends on nothing but the pairs,
so the posterior of each stands, and m and the odds beforehand are read off it (Dempster, Laird & Rubin 1977;
Winkler 1988 for linkage). u and t stay: few strangers and few twins are among candidates, and not at random.
"""

from collections import Counter
from collections.abc import Sequence
from math import log2

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fingerpost.matching.compare import Found
from fingerpost.matching.decide import is_doubtful
from fingerpost.matching.model import SECOND_RECORD, Model, learnable_sets
from fingerpost.matching.weigh import MOST_BITS

ROUNDS = 12  # the shares no longer move in the fourth figure
BEFORE = 100  # pairs that the figures so far count for
_QUESTIONS_BEFORE = 50  # questions, each with one match, that the odds so far count for
_FEWEST_PAIRS = 500  # fewer say too little of rare faults
_SURE = 0.999

Bits = NDArray[np.float64]
Places = NDArray[np.int64]


class Candidate(Struct, frozen=True):
    """What `weigh.compared` found of a question and a record, and who holds the record ("" if not known)."""

    question: int
    holder: str
    found: Sequence[Found]


class _Columns:
    """Pairs as numbers: the level of each field (one past the last where silent), and what is added to it."""

    def __init__(self, names: list[str], pairs: Sequence[Candidate]) -> None:
        self._names = names
        place = {name: number for number, name in enumerate(names)} | {"": len(names)}
        self.levels: Places = np.array([[place[level] for level, _ in pair.found] for pair in pairs])
        self.added: Bits = np.array([sum(bits for _, bits in pair.found) for pair in pairs])

    def bits(self, by_level: Bits) -> Bits:
        return self.added + np.append(by_level, 0.0)[self.levels].sum(axis=1)

    def seen(self, weights: Bits) -> Bits:
        """Return how often each level is seen, each pair counting by its weight."""
        size = len(self._names) + 1
        counted = [np.bincount(column, weights, size) for column in self.levels.T]
        return np.sum(counted, axis=0)


def _posterior(match: Bits, household: Bits) -> Bits:
    weight = np.clip(match - np.logaddexp2(0.0, household), -MOST_BITS, MOST_BITS)
    return 1.0 / (1.0 + np.exp2(-weight))


def _second_records(pairs: Sequence[Candidate], posterior: Bits) -> float:
    """Return how often a holder that surely has a child's record has a second one."""
    sure = Counter(
        (pair.question, pair.holder) for pair, p in zip(pairs, posterior, strict=True) if p >= _SURE
    )
    held = [count for (_, holder), count in sure.items() if holder]
    return (sum(held) - len(held) + 1) / (len(held) + 1 / SECOND_RECORD)


def learnt(model: Model, pairs: Sequence[Candidate], *, questions: int) -> Model:
    """Return `model` with m and the odds beforehand learnt from all candidates of `questions` questions.

    Too few pairs teach nothing, and neither does one that no sum would call the same child: names that a
    community shares agree oftener than their shares say, and would teach that births need not.
    """
    pairs = [pair for pair in pairs if not is_doubtful(model, [level for level, _ in pair.found if level])]
    if len(pairs) < _FEWEST_PAIRS:
        return model
    names = list(model.match)
    columns = _Columns(names, pairs)
    household = model.household_prior + columns.bits(np.array([model.household[name] for name in names]))
    started = model.shares()
    before = np.array([started[name] for name in names])
    chance = before / np.exp2([model.match[name] for name in names])
    sets = [[names.index(name) for name in levels] for levels in learnable_sets(model.match)]
    m, prior, posterior = before.copy(), model.prior, household
    for _ in range(ROUNDS):
        posterior = _posterior(prior + columns.bits(np.log2(m / chance)), household)
        seen = columns.seen(posterior)[: len(names)]
        for levels in sets:
            m[levels] = (seen[levels] + BEFORE * before[levels]) / (seen[levels].sum() + BEFORE)
        each = (float(posterior.sum()) + _QUESTIONS_BEFORE) / (questions + _QUESTIONS_BEFORE)
        prior = model.prior + log2(each)
    match = dict(zip(names, np.log2(m / chance).tolist(), strict=True))
    return model.learnt(match, prior, _second_records(pairs, posterior))
