"""How fast pages may be asked for: far more than a person can, far less than a program would.

The guard counts questions; this counts everything, for each session, and for all who have none together.
In memory, for each process: it protects the server, not a secret.
"""

import threading
import time
from collections import OrderedDict
from uuid import UUID

A_MINUTE = 240  # pages and forms of one session; a person who presses a button each second stays well within
WITHOUT_A_SESSION = 3000  # for everybody who has not signed in, together
_MOST_KEPT = 50_000


class Pace:
    """A bucket for each session: it fills evenly and each request takes one out."""

    def __init__(self, a_minute: int = A_MINUTE, without: int = WITHOUT_A_SESSION) -> None:
        self._a_minute, self._without = a_minute, without
        self._left: OrderedDict[UUID | None, tuple[float, float]] = OrderedDict()
        self._turn = threading.Lock()

    def allows(self, session: UUID | None) -> bool:
        """Take one request out of a session's bucket. Tell whether there was one left."""
        most = float(self._a_minute if session else self._without)
        moment = time.monotonic()
        with self._turn:
            left, since = self._left.pop(session, (most, moment))
            left = min(most, left + (moment - since) * most / 60)
            self._left[session] = (max(left - 1, 0), moment)
            while len(self._left) > _MOST_KEPT:
                self._left.popitem(last=False)
        return left >= 1
