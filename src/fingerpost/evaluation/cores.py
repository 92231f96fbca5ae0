"""Work shared out to every core, by forked processes: what they read is inherited, nothing is copied."""

import gc
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")
_inherited: list[Callable[[int, int], object]] = []


def _span(span: tuple[int, int]) -> object:
    return _inherited[-1](*span)


def shared_out(work: Callable[[int, int], T], length: int, *, chunk: int, fewest: int) -> list[T]:
    """Return what `work(start, stop)` gives for each stretch of `chunk`, in order.

    Below `fewest` another process costs more than it saves. `BrokenProcessPool` where one dies. What the
    parent holds is kept from the collector of its children: to take apart the threads and connections of a
    database library in a process that has none of them is a crash.
    """
    spans = [(start, min(start + chunk, length)) for start in range(0, length, chunk)]
    cores = len(os.sched_getaffinity(0))
    if cores == 1 or length < fewest:
        return [work(*span) for span in spans]
    _inherited.append(work)
    gc.collect()
    gc.freeze()
    try:
        with ProcessPoolExecutor(cores, get_context("fork")) as pool:
            return list(pool.map(_span, spans))  # pyright: ignore[reportReturnType]
    finally:
        gc.unfreeze()
        _inherited.pop()
