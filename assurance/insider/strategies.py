"""How an insider goes about it: whom they ask about next, and how long they wait before it.

Nobody here knows what is in the database, but some hold a list: a class, a stolen list of numbers, or, the
worst, the names of children of whom they know already that somebody works with them.
"""

import random
from collections.abc import Callable, Iterator
from itertools import cycle

from msgspec import Struct
from msgspec.structs import replace

from fingerpost.lookup.form import ChildForm

SHARE_KNOWN = 0.03  # of the children of a class: 400,000 children in need of 12 million
UNHURRIED = 3.2  # minutes: nineteen questions in an hour, one less than the budget
FULL_DAY, QUIET_DAY = 59, 14


class Lists(Struct):
    """Children the insider may come to hold the names of: known to somebody, and known to nobody."""

    known: Iterator[ChildForm]
    unknown: Iterator[ChildForm]
    dice: random.Random

    def of_a_class(self) -> Iterator[ChildForm]:
        """Yield children as they sit in a class: few are known."""
        while True:
            yield next(self.known if self.dice.random() < SHARE_KNOWN else self.unknown)


class Act(Struct):
    """One question: whether it is outside the asker's own work, after how many minutes, and whose it is."""

    child: ChildForm
    outside: bool = True
    wait: float = UNHURRIED
    by: int = 0
    emergency: bool = False


class Strategy(Struct):
    """`acts` of one day; they are taken up anew each morning. `begins` at an hour of the day."""

    acts: Callable[[Lists], Iterator[Act]]
    a_day: int = FULL_DAY
    begins: int = 9
    people: int = 1
    left: int = 5  # days that are shown of it if nobody ever acts


def _of(children: Iterator[ChildForm], **changes: float) -> Iterator[Act]:
    return (Act(child, **changes) for child in children)  # type: ignore[arg-type]


def _one_held(lists: Lists, *fields: str) -> Iterator[Act]:
    """Ask about one child after another who share some details: a walk."""
    held = next(lists.unknown)
    kept = {field: getattr(held, field) for field in fields}
    return _of(replace(child, **kept) for child in lists.unknown)


def _numbers(lists: Lists) -> Iterator[Act]:
    bare = (ChildForm(nhs_number=c.nhs_number, date_of_birth=c.date_of_birth) for c in lists.of_a_class())
    return _of(form for form in bare if form.nhs_number)


def _among_work(lists: Lists) -> Iterator[Act]:
    """Ask about a class among one's own work, so that never more than three in ten are not found."""
    for place in cycle((0, 0, 1, 0, 0, 1, 0, 0, 0, 1)):
        yield Act(next(lists.of_a_class()) if place else next(lists.known), outside=bool(place))


def _ring(lists: Lists) -> Iterator[Act]:
    for by in cycle(range(5)):
        yield Act(next(lists.known), by=by, wait=UNHURRIED / 5)


STRATEGIES: dict[str, Strategy] = {
    "guesses": Strategy(lambda lists: _of(lists.unknown)),
    "one family name": Strategy(lambda lists: _one_held(lists, "family_name")),
    "one home": Strategy(lambda lists: _one_held(lists, "postcodes")),
    "one birthday": Strategy(lambda lists: _one_held(lists, "date_of_birth")),
    "a class list": Strategy(lambda lists: _of(lists.of_a_class())),
    "one of a class a day": Strategy(lambda lists: _of(lists.of_a_class()), a_day=1),
    "numbers and births, no names": Strategy(_numbers),
    "a class among own work": Strategy(_among_work, left=30),
    "a list of known children": Strategy(lambda lists: _of(lists.known), left=30),
    "known children, at night": Strategy(lambda lists: _of(lists.known, wait=12), a_day=40, begins=22),
    "known children, few a day": Strategy(lambda lists: _of(lists.known, wait=30), a_day=QUIET_DAY, left=30),
    "known children, as an emergency": Strategy(
        lambda lists: _of(lists.known, wait=1, emergency=True), a_day=300
    ),
    "five with one list of known children": Strategy(_ring, a_day=5 * QUIET_DAY, people=5),
}


def _fair(lists: Lists, not_found: float, wait: float) -> Iterator[Act]:
    while True:
        unknown = lists.dice.random() < not_found
        yield Act(next(lists.unknown if unknown else lists.known), outside=False, wait=wait)


# The control of the other kind: people who do their work. How often are they alarmed about?
FAIR: dict[str, Strategy] = {
    "social worker, 6 a day, 6 in 10 not found": Strategy(lambda ls: _fair(ls, 0.6, 60), a_day=6),
    "screening team, 30 a day, 5 in 10 not found": Strategy(lambda ls: _fair(ls, 0.5, 15), a_day=30),
    "emergency department, 18 a shift, 19 in 20 not found": Strategy(
        lambda ls: _fair(ls, 0.95, 25), a_day=18, begins=14
    ),
}
