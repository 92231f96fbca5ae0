"""How often fair people are stopped because nobody took an alert about them: the price of each way to stop.

    python -m assurance.insider.honest [--days 22000]

Pure: the guard's own rules over days that are drawn, without a database.
"""

import argparse
import random
from collections import Counter, deque
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from fingerpost.guard import rules

MONTH = 22  # days that people work; so many are within the thirty days that the guard remembers
SHIFT = timedelta(hours=8)
DAY = timedelta(days=1)
TAKEN_AFTER = (1, 2, 4)  # hours


class Work(Struct, frozen=True):
    """Whose day it is: how many questions on a mean day, and which share of them finds nobody."""

    whose: str
    a_day: int
    not_found: float


WORKS = (
    Work("a social worker", 6, 0.6),
    Work("a duty team of transfers in", 10, 0.2),
    Work("a screening team", 30, 0.5),
    Work("an emergency department", 18, 0.95),
)


class Person:
    """Somebody who does their work; an alert about them is taken after so long."""

    def __init__(self, work: Work, dice: random.Random, taken_after: timedelta) -> None:
        self._work, self._dice, self._taken_after = work, dice, taken_after
        self._today = deque[tuple[datetime, str]]()
        self._ended, self._days = Counter[str](), Counter[date]()  # of what was asked more than a day ago
        self._last = deque[str](maxlen=rules.LAST - 1)
        self._untaken: datetime | None = None

    def day(self, begins: datetime) -> Counter[str]:
        """Work a day; return whether it had an alert, and what stopped it."""
        seen = Counter(days=1)
        for moment in sorted(begins + SHIFT * self._dice.random() for _ in range(self._many())):
            if self._untaken and moment - self._untaken >= self._taken_after:
                self._untaken = None
            facts = self._facts(moment)
            if rules.nobody_looked(facts, moment, lambda _: False):
                late = self._untaken is not None and moment - self._untaken >= rules.TAKEN_WITHIN
                seen["by four hours" if late else "by many questions"] = 1
                continue
            if rules.LOCKING & set(rules.alarms(facts)):
                self._untaken, seen["alarmed"] = self._untaken or moment, 1
            how = "not_found" if self._dice.random() < self._work.not_found else "found"
            self._today.append((moment, how))
            self._last.append(how)
        return seen

    def _many(self) -> int:
        """Return how many questions a day has: they come in by themselves, so Poisson's number."""
        spent, many = self._dice.expovariate(self._work.a_day), 0
        while spent < 1:
            spent, many = spent + self._dice.expovariate(self._work.a_day), many + 1
        return min(many, rules.PERSON_A_DAY)

    def _facts(self, moment: datetime) -> rules.Facts:
        while self._today and moment - self._today[0][0] >= DAY:
            asked_at, how = self._today.popleft()
            self._ended[how] += 1
            self._days[asked_at.date()] += 1
        return rules.Facts(
            who=UUID(int=0), own_name="", today=len(self._today), earlier=self._ended.total(),
            earlier_days=len(self._days), earlier_missed=self._ended["not_found"],
            earlier_found=self._ended["found"], outcomes=[*self._last, None], untaken=self._untaken,
        )  # fmt: skip


def month(work: Work, dice: random.Random, taken_after: timedelta) -> Counter[str]:
    """Return of how many of somebody's first days what was seen."""
    person, seen = Person(work, dice, taken_after), Counter[str]()
    for number in range(MONTH):
        seen += person.day(datetime(2026, 11, 2, 9, tzinfo=UTC) + DAY * (number // 5 * 7 + number % 5))
    return seen


def main() -> None:
    """Draw days of each kind of work; print a line for each, and for each time that an alert waits."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=22_000, help="of each kind of work")
    parser.add_argument("--seed", type=int, default=27)
    given = parser.parse_args()
    dice = random.Random(given.seed)
    print(f"seed {given.seed}; the first {MONTH} days of people without a habit")
    for work in WORKS:
        for hours in TAKEN_AFTER:
            seen = Counter[str]()
            for _ in range(given.days // MONTH):
                seen += month(work, dice, timedelta(hours=hours))
            kinds = ("alarmed", "by many questions", "by four hours")
            shares = ", ".join(f"{kind} {seen[kind] / seen['days']:.3%}" for kind in kinds)
            print(f"{work.whose:28} taken after {hours} h: {shares}")


if __name__ == "__main__":
    main()
