"""Every question of a sample asked of its index, on every core, by the path of a lookup."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from fingerpost.evaluation.cores import shared_out
from fingerpost.evaluation.index import TokenIndex
from fingerpost.matching import Model, Prepared, among, assess, compared, fitted
from fingerpost.matching.learn import Candidate, learnt
from fingerpost.words.vocabulary import Band

BANDS = (Band.POSSIBLE, Band.PROBABLE, Band.CERTAIN)  # weakest first; 0 stands for not shown
GRADES = {None: 0} | {band: place for place, band in enumerate(BANDS, start=1)}
_FEWEST_TO_SHARE_OUT = 2_000  # questions; below this starting another process costs more than it saves
_CHUNK = 500
_MOST_LEARNT_FROM = 5_000  # questions: enough for faults that one record in a hundred has
_SEED = 1

Allowed = Callable[[int, int], bool]
Row = tuple[int, int, float, int]  # question, record, match weight, grade


class Pairs(Struct):
    """Scored pairs as columns of equal length, and what it took to find them.

    `question` and `record` are places in their lists; `weight` is in bits; `grade` is 0 (not shown) to 3
    (certain). `candidates` has one number for each question; `seconds` is time spent asking, one core.
    """

    question: NDArray[np.int64]
    record: NDArray[np.int64]
    weight: NDArray[np.float64]
    grade: NDArray[np.int64]
    candidates: NDArray[np.int64]
    seconds: float

    @classmethod
    def of(cls, rows: Sequence[Row], candidates: NDArray[np.int64], seconds: float) -> "Pairs":
        """Return rows as columns."""
        question, record, weight, grade = zip(*rows, strict=True) if rows else ((), (), (), ())
        return cls(
            question=np.array(question, dtype=np.int64),
            record=np.array(record, dtype=np.int64),
            weight=np.array(weight, dtype=np.float64),
            grade=np.array(grade, dtype=np.int64),
            candidates=candidates,
            seconds=seconds,
        )

    def rows(self) -> Iterator[Row]:
        """Yield the pairs one by one."""
        columns = (self.question, self.record, self.weight, self.grade)
        return zip(*(column.tolist() for column in columns), strict=True)


class Work(Struct):
    """Who asks what of whom. A worker inherits it when the process is forked; nothing is copied or written.

    `allowed` says which (question, record) pairs count: no record finds itself. `holders` names the authority
    of each record, "" where that is not known.
    """

    index: TokenIndex
    questions: Sequence[Prepared]
    records: Sequence[Prepared]
    model: Model
    allowed: Allowed
    holders: Sequence[str]

    def candidates(self, question: int) -> list[int]:
        """Return the places of the records that a question has to be compared with."""
        found = self.index.candidates(self.questions[question])
        return [record for record in found if self.allowed(question, record)]


def _ask(work: Work, question: int) -> list[Row]:
    asked = work.questions[question]
    candidates = work.candidates(question)
    records = [work.records[record] for record in candidates]
    found = among(
        [assess(asked, record, model=work.model) for record in records],
        records,
        [work.holders[record] for record in candidates],
        model=work.model,
    )
    return [
        (question, record, one.match_weight, GRADES[one.band])
        for record, one in zip(candidates, found, strict=True)
    ]


def _ask_many(work: Work, start: int, stop: int) -> tuple[list[Row], list[int], float]:
    began = time.perf_counter()
    answers = [_ask(work, question) for question in range(start, stop)]
    rows = [row for answer in answers for row in answer]
    return rows, [len(answer) for answer in answers], time.perf_counter() - began


def fit(work: Work) -> Model:
    """Return the model fitted to the index, and to what a sample of the questions finds: no label is read."""
    model = fitted(work.records, work.model)
    total = len(work.questions)
    asked = random.Random(_SEED).sample(range(total), min(_MOST_LEARNT_FROM, total))  # noqa: S311
    pairs = [
        Candidate(
            question, work.holders[record], compared(model, work.questions[question], work.records[record])
        )
        for question in asked
        for record in work.candidates(question)
    ]
    return learnt(model, pairs, questions=len(asked))


def search(work: Work) -> Pairs:
    """Ask every question."""
    answers = shared_out(
        partial(_ask_many, work), len(work.questions), chunk=_CHUNK, fewest=_FEWEST_TO_SHARE_OUT
    )
    return Pairs.of(
        [row for found, _, _ in answers for row in found],
        np.array([n for _, counts, _ in answers for n in counts], dtype=np.int64),
        sum(seconds for _, _, seconds in answers),
    )
