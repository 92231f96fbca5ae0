"""Whose turn it is: without scripts a double click sends a form twice at the same moment.

Whoever comes second waits for the first, and is shown what came of it. A turn that a killed process never
gave back holds nobody up for more than seconds.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from uuid import UUID, uuid5

from fingerpost.web.route import Visit

_WAITS, _TRIES = 0.05, 100  # seconds, times: far longer than any form takes


def take(visit: Visit, turn: UUID, is_done: Callable[[], bool]) -> bool:
    """Take a turn, after whoever has it. False where meanwhile it is done, or they never gave it back."""
    for _ in range(_TRIES):
        if visit.service.sessions.claim(visit.somebody, turn):
            return True
        if is_done():
            return False
        time.sleep(_WAITS)
    return False


@contextmanager
def one_at_a_time(visit: Visit, page: UUID) -> Generator[None]:
    """Deal with what is sent to a page one after the other."""
    turn = uuid5(page, "turn")
    take(visit, turn, lambda: False)
    try:
        yield
    finally:
        visit.service.sessions.release(visit.somebody, turn)
