"""The three engines, each asked the same set, and the same questions one by one when a lookup is timed."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from msgspec import Struct

from benchmarks.matching import judge, ours, ours_sealed, postgres_peer, sets, splink_peer
from benchmarks.matching.judge import Judged, Samples
from benchmarks.matching.sets import Row, Trial
from benchmarks.matching.timing import Times, timed
from fingerpost.evaluation import Pairs, scored

OURS, SPLINK, POSTGRES = "ours", "splink", "postgres"
ENGINES = (OURS, SPLINK, POSTGRES)
SEALED = "ours_sealed"
_SLOW_QUESTIONS = 60  # of an engine that needs a good part of a second for each
_WARM = 3
_SEED = 5  # of the ids under which records are sealed


class Measured(Struct):
    """What was measured of one set, by engine; `times` and `stages` only where single lookups were timed."""

    title: str
    records: int
    quality: dict[str, Judged] = {}
    times: dict[str, Times] = {}
    stages: dict[str, float] = {}


def _splink_pairs(trial: Trial, samples: Samples, rows: list[Row]) -> Pairs:
    if trial.queries is not None:
        found = splink_peer.SplinkLookups(trial, rows).ask(splink_peer.table(sets.rows(trial.queries)))
    else:
        sources = sorted({row.get("source", "") for row in rows})
        parts = [[row for row in rows if row.get("source", "") == source] for source in sources]
        found = splink_peer.Splink(trial, parts, linked=len(parts) > 1).pairs()
    return judge.as_pairs(samples, found.left, found.right, found.weight, found.probability)


def _plain_pairs(trial: Trial, samples: Samples, rows: list[Row], server: str) -> Pairs:
    asked = rows if trial.queries is None else sets.rows(trial.queries)
    found: list[tuple[int, int, float]] = []
    with postgres_peer.plain_search(server, rows) as search:
        for place, row in enumerate(asked):
            for record, score in search.ask(postgres_peer.stored(row)):
                itself = trial.queries is None and record == place
                if not itself and (not row.get("source") or rows[record]["source"] != row["source"]):
                    found.append((place, record, score))
    question, record, score = np.array(found).reshape(-1, 3).T
    pairs = judge.as_pairs(samples, question.astype(np.int64), record.astype(np.int64), score)
    return judge.at_best_threshold(samples, pairs)


def quality(trial: Trial, engines: tuple[str, ...], server: str) -> Measured:
    """Ask every engine one set, and judge what each found."""
    samples, rows = judge.read(trial), sets.rows(trial.index)
    asks: dict[str, Callable[[], Pairs]] = {
        OURS: lambda: scored(samples.index, samples.queries)[0],
        SPLINK: lambda: _splink_pairs(trial, samples, rows),
        POSTGRES: lambda: _plain_pairs(trial, samples, rows, server),
    }
    measured = Measured(trial.title, len(rows))
    for engine in engines:
        began = time.perf_counter()
        pairs = asks[engine]()
        measured.quality[engine] = judge.judged(trial, samples, pairs, time.perf_counter() - began)
    return measured


def _time_ours(trial: Trial, questions: list[Row], measured: Measured) -> None:
    asked = [ours.details(row) for row in questions]
    memory = ours.InMemory([ours.prepare(ours.details(row)) for row in sets.rows(trial.index)])
    measured.times[OURS] = memory.times(asked)
    measured.stages = memory.stages(asked)


def _time_sealed(trial: Trial, questions: list[Row], measured: Measured, work: Path) -> None:
    with ours_sealed.sealed(work / f"{trial.name}-instance", sets.rows(trial.index), _SEED) as search:
        measured.times[SEALED] = timed(search.ask, [ours.details(row) for row in questions])


def _time_splink(trial: Trial, questions: list[Row], measured: Measured) -> None:
    search = splink_peer.SplinkLookups(trial, sets.rows(trial.index))
    search.one_thread()
    asked = [splink_peer.table([row]) for row in questions[:_SLOW_QUESTIONS]]
    measured.times[SPLINK] = timed(search.ask, asked, _WARM)


def _time_plain(trial: Trial, questions: list[Row], measured: Measured, server: str) -> None:
    with postgres_peer.plain_search(server, sets.rows(trial.index)) as search:
        measured.times[POSTGRES] = timed(search.ask, [postgres_peer.stored(row) for row in questions])


def times(trial: Trial, engines: tuple[str, ...], server: str, work: Path, measured: Measured) -> None:
    """Time single lookups of every engine, one after another, and ours both in memory and sealed."""
    assert trial.queries is not None
    questions = sets.rows(trial.queries)
    if OURS in engines:
        _time_ours(trial, questions, measured)
        _time_sealed(trial, questions, measured, work)
    if POSTGRES in engines:
        _time_plain(trial, questions, measured, server)
    if SPLINK in engines:
        _time_splink(trial, questions, measured)
