"""One judgement for every engine: its scored pairs against the truth, by what `fingerpost evaluate` uses."""

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
from benchmarks.matching.sets import Trial
from msgspec import Struct
from numpy.typing import NDArray

from fingerpost.evaluation import Pairs, Report, Sample, judge, read_sample
from fingerpost.matching import shipped

_PROBABLE, _CERTAIN = 2, 3  # grades of `Pairs`
_ROUNDED = 0.0005  # the threshold of a report has three places


class Twins(Struct, frozen=True):
    """Pairs of records of two children born on one day into one home, and how many were called one child."""

    pairs: int
    certain: int
    probable: int  # and not certain


class Judged(Struct, frozen=True):
    """What one engine made of one set. Shares are None where there is nothing to divide by.

    `precision`, `recall` and `wrong` (lookups that show a wrong child) are at a probability of 0.95 or
    more; an engine without probabilities is taken at its best threshold.
    """

    best_f1: float | None
    precision: float | None
    recall: float | None
    wrong: float | None
    certain_precision: float | None
    blocking_recall: float | None
    candidates: float
    twins: Twins
    seconds: float = 0.0


class Samples(Struct, frozen=True):
    """A set as our own reader sees it; its order is that of the file's rows."""

    index: Sample
    queries: Sample | None

    @property
    def asked(self) -> Sample:
        return self.queries or self.index


def read(trial: Trial) -> Samples:
    """Read a set."""
    return Samples(read_sample(trial.index), read_sample(trial.queries) if trial.queries else None)


def as_pairs(
    samples: Samples, question: NDArray[np.int64], record: NDArray[np.int64], weight: NDArray[np.float64],
    probability: NDArray[np.float64] | None = None,
) -> Pairs:  # fmt: skip
    """Return an engine's scores as ours are kept, graded at the very probabilities of our bands."""
    bands = shipped().bands
    limits = np.array([bands.possible, bands.probable, bands.certain])
    grade = (
        np.zeros(len(question), dtype=np.int64)
        if probability is None
        else np.searchsorted(limits, probability, side="right")
    )
    counts = np.bincount(question, minlength=len(samples.asked.records))
    if samples.queries is None:  # the engine names each pair once; either record could have asked
        counts = counts + np.bincount(record, minlength=len(samples.index.records))
    return Pairs(question, record, weight, grade, counts, 0.0)


def at_best_threshold(samples: Samples, pairs: Pairs) -> Pairs:
    """Return pairs of an engine without probabilities, called probable where its F1 is best."""
    threshold = judge(samples.index, pairs, samples.queries).best.threshold
    shown = pairs.weight >= (np.inf if threshold is None else threshold - _ROUNDED)
    return msgspec.structs.replace(pairs, grade=np.where(shown, _PROBABLE, 0))


def _clusters(sample: Sample) -> list[str]:
    return [record.cluster_id for record in sample.records]


def _twin_pairs(trial: Trial, asked: Sequence[str], held: Sequence[str]) -> int:
    questions, records = Counter(asked), Counter(held)
    both = [(a, b) for pair in trial.twins for a, b in [sorted(pair)]]
    if trial.queries is None:
        return sum(records[a] * records[b] for a, b in both)
    return sum(questions[a] * records[b] + questions[b] * records[a] for a, b in both)


def _twins(trial: Trial, samples: Samples, pairs: Pairs) -> Twins:
    asked, held = _clusters(samples.asked), _clusters(samples.index)
    called: dict[tuple[int, int], int] = {}
    shown = pairs.grade >= _PROBABLE
    columns = (pairs.question[shown], pairs.record[shown], pairs.grade[shown])
    for question, record, grade in zip(*(column.tolist() for column in columns), strict=True):
        if frozenset((asked[question], held[record])) in trial.twins:
            pair = (
                (min(question, record), max(question, record))
                if trial.queries is None
                else (question, record)
            )
            called[pair] = max(called.get(pair, 0), grade)
    grades = Counter(called.values())
    return Twins(_twin_pairs(trial, asked, held), grades[_CERTAIN], grades[_PROBABLE])


def judged(trial: Trial, samples: Samples, pairs: Pairs, seconds: float) -> Judged:
    """Judge one engine's pairs of one set."""
    report: Report = judge(samples.index, pairs, samples.queries)
    probable = report.bands["probable"]
    return Judged(
        best_f1=report.best.quality.f1,
        precision=probable.precision,
        recall=probable.recall,
        wrong=report.lookups["probable"].wrong,
        certain_precision=report.bands["certain"].precision,
        blocking_recall=report.blocking.pairs_completeness,
        candidates=report.blocking.candidates_mean,
        twins=_twins(trial, samples, pairs),
        seconds=round(seconds, 1),
    )
