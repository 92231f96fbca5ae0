"""How long one lookup takes: one thread, one question after another, after one warm round of the same."""

import time
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import TypeVar

import numpy as np
from msgspec import Struct

Asked = TypeVar("Asked")


class Times(Struct, frozen=True):
    """Milliseconds a question, and how many questions were timed."""

    p50: float
    mean: float
    p99: float
    questions: int


def timed(ask: Callable[[Asked], object], questions: Sequence[Asked], warm: int | None = None) -> Times:
    """Ask every question twice and time the second round; `warm` shortens the first for a slow engine."""
    for question in questions[:warm]:
        ask(question)
    took: list[float] = []
    for question in questions:
        began = time.perf_counter()
        ask(question)
        took.append((time.perf_counter() - began) * 1000)
    p50, p99 = np.percentile(took, [50, 99])
    return Times(round(float(p50), 4), round(fmean(took), 4), round(float(p99), 4), len(took))
