"""Which records met, which transfers are orphaned. Pure.

Sources: CIN census RC5 and SSDA903 E3 are how an authority says that another one takes over; five working
days are the service's own figure (features, row 32).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations
from uuid import UUID

from fingerpost.moves.store import Held
from fingerpost.signposts.trails import Groups, Pair, ordered
from fingerpost.words.vocabulary import Service
from fingerpost.words.working_time import working_days_after

ORPHAN_DAYS = 5  # working days in which somebody should have opened
DOUBT_DAYS = 10  # where two people still have to say whether somebody has
# Older closings make no new orphan: who took the child up may have left since (help by consent stays a year).
OLD_DAYS = 360
# Who notes that a child is missing, or treats it, has not taken it up; nor has one who handed it on and goes
# on being in touch with the care leaver.
TAKING_UP = frozenset(Service) - {Service.CARE_LEAVER, Service.MISSING, Service.SENSITIVE}
CASES = frozenset({Service.CHILD_IN_NEED, Service.LOOKED_AFTER, Service.EARLY_HELP})  # plans stand within one


def trails_of(records: Iterable[UUID], groups: Groups) -> list[frozenset[UUID]]:
    """Return the trails of records, each once."""
    return list({frozenset(groups.of(record)) for record in records})


def may_meet(trail: Collection[UUID], held: Mapping[UUID, Held]) -> Iterator[Pair]:
    """Yield the pairs of a trail whose authorities may know of each other: visible, and two of them."""
    known = [held[record] for record in trail if record in held]
    for one, other in combinations(known, 2):
        if one.authority != other.authority:
            yield ordered(one.id, other.id)


def should_meet(pair: Pair, held: Mapping[UUID, Held]) -> bool:
    """Tell whether two are to be told: somebody works with the child now. Of two past ones nobody is told."""
    return any(held[record].current for record in pair)


def orphaned(record: Held, others: Iterable[Held], *, doubted: bool, listed: bool, today: date) -> bool:
    """Tell whether a child was closed as handed on and nobody has opened in time. `listed`: it is already."""
    closed = record.handed_on
    if closed is None or working_days_after(closed, DOUBT_DAYS if doubted else ORPHAN_DAYS) >= today:
        return False
    if not listed and (today - closed).days > OLD_DAYS:
        return False
    return between_two(record, others)


def between_two(record: Held, others: Iterable[Held]) -> bool:
    """Tell whether a child was closed as handed on, and nobody, nor it itself, has taken it up since."""
    closed = record.handed_on
    if closed is None or record.current or (record.opened and record.opened > closed):
        return False
    return not any(_took_up(other, closed) for other in others)


def _took_up(other: Held, closed: date) -> bool:
    """Tell whether another record shows that somebody has the child, or had it after that day.

    Who began before it and ended by it is one of those from whom the child went on.
    """
    after = other.ended is not None and other.ended > closed
    began = other.began is not None and other.began >= closed
    return other.has or after or began or (other.in_touch and other.handed_on is None)
