"""The figures: blocking, precision and recall of pairs, and what a practitioner would have seen.

A pair is two records of the sample, counted once whichever asked. Three ways of asking:

* *dedupe*: every record asks for the others;
* *link*: the file has exactly two sources; records ask across them, and pairs within one do not count;
* *lookup*: a second file asks the first.
"""

from collections import Counter, defaultdict

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fingerpost.evaluation.asking import BANDS, Allowed, Pairs, Work, fit, search
from fingerpost.evaluation.index import TokenIndex
from fingerpost.evaluation.origins import Finding, Missed, finding, quality
from fingerpost.evaluation.sample import Sample, Warned
from fingerpost.evaluation.trails import with_trails
from fingerpost.matching import Model, shipped

_SHOWN, _PROBABLE = 1, 2  # grades of search.Pairs

Flags = NDArray[np.bool_]


class Quality(Struct, frozen=True):
    """Pairs called the same child against the truth; None where there is nothing to divide by."""

    precision: float | None
    recall: float | None
    f1: float | None


class Best(Struct, frozen=True):
    """The match weight (bits) at which F1 is highest, its probability, and the quality there."""

    threshold: float | None
    probability: float | None
    quality: Quality


class Blocking(Struct, frozen=True):
    """Share of true pairs that are candidates at all (or linked to one, by trails); candidates a question."""

    pairs_completeness: float | None
    candidates_mean: float
    candidates_p99: float


class Lookups(Struct, frozen=True):
    """What would have been seen at a band or better.

    `recall` is the share of true records shown; `top_1` the share of lookups, of those with a true record,
    whose first answer is one; `wrong` the share of all lookups that show a wrong child.
    """

    recall: float | None
    top_1: float | None
    wrong: float | None


class Report(Struct, frozen=True):
    """Everything measured of one sample. `trails`: what was found led to the records linked to it."""

    mode: str
    trails: bool
    records: int
    questions: int
    true_pairs: int
    households: float
    blocking: Blocking
    bands: dict[str, Quality]
    best: Best
    lookups: dict[str, Lookups]
    lookups_per_second: float | None
    finding: Finding
    warnings: list[Warned]


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 6) if whole else None


def _quality(right: int, called: int, true_pairs: int) -> Quality:
    return Quality(
        precision=_ratio(right, called),
        recall=_ratio(right, true_pairs),
        f1=_ratio(2 * right, called + true_pairs),
    )


def _best(weight: NDArray[np.float64], right: Flags, true_pairs: int) -> Best:
    """Try every distinct weight as threshold; pairs of equal weight stand or fall together."""
    order = np.argsort(-weight, kind="stable")
    weights, hits = weight[order], np.cumsum(right[order])
    last = (
        np.flatnonzero(np.append(weights[1:] != weights[:-1], True))
        if len(weights)
        else np.array([], dtype=np.int64)
    )
    if not len(last) or not true_pairs:
        return Best(None, None, _quality(0, 0, true_pairs))
    f1 = 2 * hits[last] / (last + 1 + true_pairs)
    top = int(last[int(np.argmax(f1))])
    threshold = float(weights[top])
    return Best(
        round(threshold, 3),
        round(1 / (1 + 2.0**-threshold), 6),
        _quality(int(hits[top]), top + 1, true_pairs),
    )


class _Trial:
    """One sample being asked: who asks whom, and which pairs are true."""

    def __init__(self, index: Sample, queries: Sample | None) -> None:
        self.records = index.records
        self.questions = queries.records if queries else index.records
        self.sources = {record.source for record in self.records}
        self.mode = "lookup" if queries else "link" if len(self.sources) == 2 else "dedupe"
        self.warnings = index.warnings + (queries.warnings if queries else [])

    def holders(self) -> list[str]:
        """Return the authority of each record, or "" where a single source tells nothing of duplicates."""
        return [record.source if len(self.sources) > 1 else "" for record in self.records]

    def allowed(self) -> Allowed:
        """Return which (question, record) pairs count."""
        questions, records = self.questions, self.records
        if self.mode == "link":
            sources = [record.source for record in records]
            return lambda q, r: sources[q] != sources[r]
        if self.mode == "dedupe":
            return lambda q, r: q != r
        return lambda q, r: questions[q].record_id != records[r].record_id or questions[q] != records[r]

    def true_records(self) -> NDArray[np.int64]:
        """Return, for each question, how many records it ought to find."""
        clusters = Counter(record.cluster_id for record in self.records)
        if self.mode == "lookup":
            held = {(r.record_id, r.cluster_id): r for r in self.records}
            same = [held.get((q.record_id, q.cluster_id)) == q for q in self.questions]
            return np.array(
                [clusters[q.cluster_id] - own for q, own in zip(self.questions, same, strict=True)],
                dtype=np.int64,
            )
        if self.mode == "dedupe":
            return np.array([clusters[q.cluster_id] - 1 for q in self.questions], dtype=np.int64)
        own = Counter((record.cluster_id, record.source) for record in self.records)
        return np.array(
            [clusters[q.cluster_id] - own[q.cluster_id, q.source] for q in self.questions], dtype=np.int64
        )


def _once(pairs: Pairs, trial: _Trial) -> NDArray[np.int64]:
    """Return the places of the pairs, each counted once: as the less sure of the two that asked saw it."""
    if trial.mode == "lookup":
        return np.arange(len(pairs.question))
    low, high = np.minimum(pairs.question, pairs.record), np.maximum(pairs.question, pairs.record)
    order = np.lexsort((pairs.weight, low * len(trial.records) + high))
    return order[np.unique((low * len(trial.records) + high)[order], return_index=True)[1]]


def _right(pairs: Pairs, trial: _Trial) -> Flags:
    numbers: dict[str, int] = {}
    asked = np.array(
        [numbers.setdefault(q.cluster_id, len(numbers)) for q in trial.questions], dtype=np.int64
    )
    held = np.array([numbers.setdefault(r.cluster_id, len(numbers)) for r in trial.records], dtype=np.int64)
    return asked[pairs.question] == held[pairs.record]


def _lookups(pairs: Pairs, right: Flags, wanted: NDArray[np.int64], grade: int) -> Lookups:
    shown = pairs.grade >= grade
    order = np.flatnonzero(shown)[np.argsort(-pairs.weight[shown], kind="stable")]
    asked, first = np.unique(pairs.question[order], return_index=True)
    top = int(right[order[first]][wanted[asked] > 0].sum())
    wrong = len(np.unique(pairs.question[shown & ~right]))
    return Lookups(
        recall=_ratio(int((shown & right).sum()), int(wanted.sum())),
        top_1=_ratio(top, int((wanted > 0).sum())),
        wrong=_ratio(wrong, len(wanted)),
    )


def _missed(pairs: Pairs, right: Flags, trial: _Trial) -> list[Missed]:
    """Return every true pair of a question whose origin is known, and whether it was missed."""
    graded = zip(pairs.question.tolist(), pairs.record.tolist(), pairs.grade.tolist(), strict=True)
    found = {(question, record): grade for question, record, grade in graded if grade >= _SHOWN}
    allowed = trial.allowed()
    held: defaultdict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(trial.records):
        held[record.cluster_id].append(place)
    return [
        Missed(
            asked.origin,
            quality(asked.prepared, trial.records[record].prepared),
            missed=found.get((question, record), 0) < _PROBABLE,
            unseen=(question, record) not in found,
        )
        for question, asked in enumerate(trial.questions)
        if asked.origin
        for record in held.get(asked.cluster_id, ())
        if allowed(question, record)
    ]


def _report(trial: _Trial, pairs: Pairs, share: float, *, trails: bool) -> Report:
    right, once, wanted = _right(pairs, trial), _once(pairs, trial), trial.true_records()
    true_pairs = int(wanted.sum()) // (1 if trial.mode == "lookup" else 2)
    hits = right[once]
    grades = {band.value: grade for grade, band in enumerate(BANDS, start=1)}
    called = {band: pairs.grade[once] >= grade for band, grade in grades.items()}
    return Report(
        mode=trial.mode,
        trails=trails,
        records=len(trial.records),
        questions=len(trial.questions),
        true_pairs=true_pairs,
        households=round(share, 4),
        blocking=Blocking(
            pairs_completeness=_ratio(int(hits.sum()), true_pairs),
            candidates_mean=round(float(pairs.candidates.mean()), 2) if len(pairs.candidates) else 0.0,
            candidates_p99=float(np.percentile(pairs.candidates, 99)) if len(pairs.candidates) else 0.0,
        ),
        bands={b: _quality(int((hits & yes).sum()), int(yes.sum()), true_pairs) for b, yes in called.items()},
        best=_best(pairs.weight[once], hits, true_pairs),
        lookups={band: _lookups(pairs, right, wanted, grade) for band, grade in grades.items()},
        lookups_per_second=round(len(trial.questions) / pairs.seconds, 1) if pairs.seconds else None,
        finding=finding(_missed(pairs, right, trial)),
        warnings=trial.warnings,
    )


def judge(
    index: Sample,
    pairs: Pairs,
    queries: Sample | None = None,
    *,
    household_share: float = 0.0,
    trails: bool = False,
) -> Report:
    """Return the quality of pairs that were scored already, by this matcher or by another."""
    return _report(_Trial(index, queries), pairs, household_share, trails=trails)


def scored(
    index: Sample,
    queries: Sample | None = None,
    *,
    model: Model | None = None,
    as_it_is: bool = False,
    trails: bool = False,
) -> tuple[Pairs, float]:
    """Return the scored candidates of a labelled sample, and how far it is made of households.

    The model (the shipped one, unless told) is fitted to the sample without its labels, or taken `as_it_is`.
    With `trails`, what is found leads to the records linked to it.
    """
    trial = _Trial(index, queries)
    records = [r.prepared for r in trial.records]
    questions = [q.prepared for q in queries.records] if queries else records
    work = Work(TokenIndex(records), questions, records, model or shipped(), trial.allowed(), trial.holders())
    if not as_it_is:
        work.model = fit(work)
    pairs = search(work)
    return with_trails(work, pairs) if trails else pairs, work.model.household_share


def measure(
    index: Sample,
    queries: Sample | None = None,
    *,
    model: Model | None = None,
    as_it_is: bool = False,
    trails: bool = False,
) -> Report:
    """Return the quality of matching on a labelled sample; `queries` ask `index`, or it asks itself."""
    pairs, share = scored(index, queries, model=model, as_it_is=as_it_is, trails=trails)
    return judge(index, pairs, queries, household_share=share, trails=trails)
