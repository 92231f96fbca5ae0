"""The three engines, each asked the same set, and the same questions one by one when a lookup is timed."""

import gc
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from benchmarks.matching import judge, ours, ours_sealed, postgres_peer, sets, splink_peer
from benchmarks.matching.judge import Judged, Samples
from benchmarks.matching.sets import Row, Trial
from benchmarks.matching.timing import Times, timed
from msgspec import Struct

from fingerpost.evaluation import Pairs, scored
from fingerpost.matching import Prepared, prepare

OURS, SPLINK, POSTGRES = "ours", "splink", "postgres"
ENGINES = (OURS, SPLINK, POSTGRES)
SEALED = "ours_sealed"
_SLOW_QUESTIONS = 25  # of an engine that needs a good part of a second for each
_SEED = 5  # of the ids under which records are sealed


class Measured(Struct):
    """What was measured of one set, by engine; `times` and `stages` only where single lookups were timed."""

    title: str
    records: int
    quality: dict[str, Judged] = {}
    times: dict[str, Times] = {}
    stages: dict[str, float] = {}


class Machine(Struct, frozen=True):
    """Where a run took place: trust its ratios more than its times."""

    cores: int
    python: str
    processor: str
    packages: dict[str, str]


class Run(Struct):
    """One run: what was measured by set, what was left out, and what it took."""

    started: str
    machine: Machine
    measured: dict[str, Measured]
    left_out: dict[str, str]
    minutes: float = 0.0
    peak_gib: float = 0.0


class Job(Struct, frozen=True):
    """One set as every engine gets it. `questions` is empty where each record asks for the others."""

    trial: Trial
    samples: Samples | None  # None where only single lookups are timed
    rows: list[Row]
    questions: list[Row]
    server: str
    work: Path


def _judge(job: Job, engine: str, measured: Measured, ask: Callable[[], Pairs]) -> None:
    if job.samples is not None:
        began = time.perf_counter()
        pairs = ask()
        took = time.perf_counter() - began
        measured.quality[engine] = judge.judged(job.trial, job.samples, pairs, took)


def _prepared(job: Job) -> list[Prepared]:
    if job.samples is not None:
        return [record.prepared for record in job.samples.index.records]
    return [prepare(ours.details(row)) for row in job.rows]


def _ours(job: Job, measured: Measured) -> None:
    if job.samples is not None:
        samples = job.samples
        _judge(job, OURS, measured, lambda: scored(samples.index, samples.queries)[0])
    if job.questions:
        asked = [ours.details(row) for row in job.questions]
        memory = ours.InMemory(_prepared(job))
        measured.times[OURS] = timed(memory.ask, asked)
        measured.stages = memory.stages(asked)


def _sealed(job: Job, measured: Measured) -> None:
    if job.questions:
        with ours_sealed.sealed(job.work / f"{job.trial.name}-instance", job.rows, _SEED) as search:
            measured.times[SEALED] = timed(search.ask, [ours.details(row) for row in job.questions])


def _splink(job: Job, measured: Measured) -> None:
    sources = sorted({row.get("source", "") for row in job.rows})
    parts = [[row for row in job.rows if row.get("source", "") == source] for source in sources]
    engine = splink_peer.Splink(job.trial, parts)
    _judge(job, SPLINK, measured, lambda: _splink_pairs(job, engine))
    if job.questions:
        engine.one_thread()
        asked = [splink_peer.table([row]) for row in job.questions[:_SLOW_QUESTIONS]]
        measured.times[SPLINK] = timed(engine.ask, asked)


def _splink_pairs(job: Job, engine: splink_peer.Splink) -> Pairs:
    assert job.samples is not None
    found = engine.ask(splink_peer.table(job.questions)) if job.questions else engine.pairs()
    return judge.as_pairs(job.samples, found.left, found.right, found.weight, found.probability)


def _plain(job: Job, measured: Measured) -> None:
    with postgres_peer.plain_search(job.server, job.rows) as search:
        _judge(job, POSTGRES, measured, lambda: _plain_pairs(job, search))
        if job.questions:
            measured.times[POSTGRES] = timed(search.ask, [postgres_peer.stored(r) for r in job.questions])


def _plain_pairs(job: Job, search: postgres_peer.PlainSearch) -> Pairs:
    assert job.samples is not None
    found: list[tuple[int, int, float]] = []
    for place, row in enumerate(job.questions or job.rows):
        for record, score in search.ask(postgres_peer.stored(row)):
            if job.questions or _may_ask(job.rows, place, record):
                found.append((place, record, score))
    question, record, score = np.array(found).reshape(-1, 3).T
    pairs = judge.as_pairs(job.samples, question.astype(np.int64), record.astype(np.int64), score)
    return judge.at_best_threshold(job.samples, pairs)


def _may_ask(rows: list[Row], place: int, record: int) -> bool:
    """Whether a pair counts: no record finds itself, and of two sources each asks the other."""
    source = rows[place].get("source", "")
    return place != record and (not source or rows[record].get("source") != source)


_STEPS: dict[str, tuple[Callable[[Job, Measured], None], ...]] = {
    OURS: (_ours, _sealed),
    POSTGRES: (_plain,),
    SPLINK: (_splink,),
}


def measure(
    trial: Trial, engines: Sequence[str], server: str, work: Path, *, judged: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> Measured:  # fmt: skip
    """Ask every engine one set: judge what each found, and time single lookups where the set holds them."""
    rows, questions = sets.rows(trial.index), sets.rows(trial.queries) if trial.queries else []
    job = Job(trial, judge.read(trial) if judged else None, rows, questions, server, work)
    measured = Measured(trial.title, len(rows))
    for engine in engines:
        say(f"{trial.title}: {engine}")
        for step in _STEPS[engine]:
            step(job, measured)
            gc.collect()
    return measured
