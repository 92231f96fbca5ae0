"""How long one lookup takes: one thread, one question after another, caches warm."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from msgspec import Struct

ROUNDS = 3
Asked = TypeVar("Asked")


class Times(Struct, frozen=True):
    """Milliseconds a question, and how many questions were timed."""

    p50: float
    mean: float
    p99: float
    questions: int


def timed(ask: Callable[[Asked], object], questions: Sequence[Asked], rounds: int = ROUNDS) -> Times:
    """Ask every question once to warm up, then in so many rounds; keep each question's fastest.

    Others work on the same machine: a question that was interrupted tells of them, not of the engine.
    """
    for question in questions:
        ask(question)
    took = np.array([[_once(ask, question) for question in questions] for _ in range(rounds)]).min(axis=0)
    p50, p99 = np.percentile(took, [50, 99])
    return Times(round(float(p50), 4), round(float(took.mean()), 4), round(float(p99), 4), len(questions))


def _once(ask: Callable[[Asked], object], question: Asked) -> float:
    began = time.perf_counter()
    ask(question)
    return (time.perf_counter() - began) * 1000
