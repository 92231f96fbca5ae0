"""Where a family went: which authorities knew it, from when to when, and how each handed on or did not."""

from random import Random

import msgspec

from fingerpost.synthetic.days import WINDOW
from fingerpost.synthetic.lives import Ending, Stay, Tenancy
from fingerpost.synthetic.places import Area, Country, draw_home

MOVERS = 0.335
"""Share of families known to more than one authority. Not all of their children are known to each."""

_STAYS = ((2, 0.84), (3, 0.13), (4, 0.03))
_MOVES = (  # how the work ended, days from then until the next authority opened, share
    (Ending.TRANSFERRED, (0, 12), 0.42),
    (Ending.TRANSFERRED, (25, 240), 0.12),
    (Ending.CEASED, (150, 1200), 0.32),
    (Ending.UNTOLD, (-120, -5), 0.14),
)
ORPHANED = 0.025
"""Share of families of one authority only that were closed as transferred and opened nowhere."""

PREVIOUS_ADDRESS_HELD = 0.35
"""Share of moves after which the new authority's address history begins with the old address."""

_MEAN_DAYS_OPEN = 240


def _duration(rng: Random) -> int:
    return 25 + int(rng.expovariate(1 / _MEAN_DAYS_OPEN))


def _how_many(rng: Random, country: Country) -> int:
    if len(country.areas) == 1 or rng.random() >= MOVERS:
        return 1
    return rng.choices([n for n, _ in _STAYS], [share for _, share in _STAYS])[0]


def _tenancies(rng: Random, place: Area, since: int, until: int | None, as_of: int) -> tuple[Tenancy, ...]:
    """Return one home, or two where the family moved house inside the area."""
    last = as_of if until is None else until
    first = draw_home(rng, place)
    if last - since < 60 or rng.random() > 0.28:
        return (Tenancy(first, since, until),)
    moved = rng.randint(since + 30, last - 20)
    return (Tenancy(first, since, moved), Tenancy(draw_home(rng, place), moved, until))


def _last_stay(rng: Random, country: Country, area: int, as_of: int, *, alone: bool) -> Stay:
    opened = as_of - 1 - int(rng.random() ** (1.2 if alone else 1.7) * (WINDOW - 30))
    closed = opened + _duration(rng)
    since = opened - int(rng.expovariate(1 / (900 if alone else 40)))
    if closed > as_of:
        return Stay(area, opened, None, Ending.OPEN, _tenancies(rng, country.areas[area], since, None, as_of))
    orphaned = alone and len(country.areas) > 1 and rng.random() < ORPHANED
    ending = Ending.ORPHANED if orphaned else Ending.CEASED
    until = closed - rng.randint(0, 20) if orphaned else None
    return Stay(area, opened, closed, ending, _tenancies(rng, country.areas[area], since, until, as_of))


def _stay_before(rng: Random, country: Country, later: Stay, as_of: int) -> Stay | None:
    """Return the stay that led to `later`, or None where it would fall before the six years."""
    ending, (least, most), _ = rng.choices(_MOVES, [share for _, _, share in _MOVES])[0]
    gap = rng.randint(least, most)
    opened = later.opened - max(gap, 0) - _duration(rng)
    if opened < as_of - WINDOW:
        return None
    closed = later.opened - gap
    left = later.tenancies[0].since
    area = country.draw_move(rng, later.area)
    since = opened - int(rng.expovariate(1 / 900))
    tenancies = _tenancies(rng, country.areas[area], since, max(left, opened + 1), as_of)
    if ending is Ending.UNTOLD and closed > as_of:
        return Stay(area, opened, None, ending, tenancies)
    return Stay(area, opened, closed, Ending.CEASED if ending is Ending.UNTOLD else ending, tenancies)


def draw_path(rng: Random, country: Country, as_of: int) -> tuple[Stay, ...]:
    """Return a family's stays, earliest first; each authority appears once."""
    wanted = _how_many(rng, country)
    stays = [_last_stay(rng, country, country.draw_area(rng), as_of, alone=wanted == 1)]
    while len(stays) < wanted:
        earlier = _stay_before(rng, country, stays[0], as_of)
        if earlier is None or earlier.area in {stay.area for stay in stays}:
            break
        stays.insert(0, earlier)
    return _remembered(rng, stays)


def _remembered(rng: Random, stays: list[Stay]) -> tuple[Stay, ...]:
    """Let some authorities hold the last address in the area the family came from."""
    for at in range(1, len(stays)):
        if rng.random() < PREVIOUS_ADDRESS_HELD:
            before = stays[at - 1].tenancies[-1]
            until = max(before.since + 1, stays[at].tenancies[0].since)
            held = msgspec.structs.replace(before, until=until)
            stays[at] = msgspec.structs.replace(stays[at], tenancies=(held, *stays[at].tenancies))
    return tuple(stays)


def draw_relay(rng: Random, country: Country, as_of: int) -> tuple[Stay, ...]:
    """Return the stays of an unaccompanied child: taken in where it arrived, then often transferred."""
    alone = len(country.areas) == 1 or rng.random() < 0.45
    area = country.draw_area(rng)
    last = _last_stay(rng, country, area, as_of, alone=alone)
    if alone:
        return (last,)
    opened = last.opened - rng.randint(3, 60)
    arrived = country.draw_move(rng, area)
    closed = last.opened + rng.randint(0, 3)
    tenancies = _tenancies(rng, country.areas[arrived], opened, closed, as_of)
    return (Stay(arrived, opened, min(closed, as_of), Ending.TRANSFERRED, tenancies), last)
