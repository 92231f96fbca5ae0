"""Equal finding: how often true records are missed, by name origin, and the widest gap between two origins.

Missed at `probable`, and not shown at all: what is `possible` is shown, and asks for one more detail.
Missed twice. As recorded, where children whose births were guessed, or who have no number, are missed oftener
whoever they are. And as of equal records: what each origin would miss if its records held what all records
hold, which leaves what names do (indirect standardisation: missed over expected; Breslow & Day 1987).
"""

from collections import defaultdict
from collections.abc import Sequence
from math import erf, prod, sqrt

from msgspec import Struct

from fingerpost.matching import Prepared
from fingerpost.matching.normalise import KNOWN

WILSON = 1.96  # standard deviations: a 95 % interval
FEWEST_COMPARED = 100  # true pairs; of fewer, a gap tells of chance
_NEW_YEAR = 101  # 1 January
_STEPS = 40  # of one standard deviation, for an integral
_PLACES = range(-8 * _STEPS, 8 * _STEPS + 1)

Quality = tuple[str, bool, bool, bool]


class Missed(Struct, frozen=True):
    """A true pair: the origin of its child, what its two records hold, and how far it was found.

    `missed` is not `probable` or better; `unseen` is in no band.
    """

    origin: str
    quality: Quality
    missed: bool
    unseen: bool = False


class Share(Struct, frozen=True):
    """A share with a 95 % interval (Wilson 1927)."""

    share: float
    low: float
    high: float


class Origin(Struct, frozen=True):
    """Share of true pairs missed at `probable` or better, as recorded and as of equal records; not shown."""

    origin: str
    pairs: int
    as_recorded: Share
    of_equal_records: Share
    not_shown: Share


class Gap(Struct, frozen=True):
    """The widest gap between two origins, with a 95 % interval (Newcombe 1998, method 10).

    The widest of many is wide by chance too: `by_chance` is what it would be expected to be with these
    numbers of pairs if every origin were missed alike.
    """

    most_missed: str
    least_missed: str
    gap: Share
    by_chance: float


class Finding(Struct, frozen=True):
    """How equally children are found."""

    origins: list[Origin] = []
    as_recorded: Gap | None = None
    of_equal_records: Gap | None = None
    not_shown: Gap | None = None


def _birth(one: Prepared, other: Prepared) -> str:
    if not one.birth or not other.birth:
        return "none"
    if one.birth != KNOWN or other.birth != KNOWN:
        return "interval"
    stand_in = _NEW_YEAR in {one.born_from % 10_000, other.born_from % 10_000}
    return "stand-in" if stand_in else "day"


def _is_named(record: Prepared) -> bool:
    return any(given and family for given, family in record.names)


def quality(one: Prepared, other: Prepared) -> Quality:
    """Return what two records both hold: kind of birth, whole names, a place, a number. Not what they say."""
    numbered = bool(one.nhs_numbers and other.nhs_numbers) or bool(one.upns and other.upns)
    placed = bool(one.postcodes and other.postcodes)
    return _birth(one, other), _is_named(one) and _is_named(other), placed, numbered


def _interval(missed: int, pairs: int) -> Share:
    share, square = missed / pairs, WILSON**2
    centre = (share + square / (2 * pairs)) / (1 + square / pairs)
    reach = WILSON * sqrt(share * (1 - share) / pairs + square / (4 * pairs**2)) / (1 + square / pairs)
    return Share(share, max(centre - reach, 0.0), min(centre + reach, 1.0))


def _scaled(share: Share, by: float) -> Share:
    return Share(*(round(min(value * by, 1.0), 6) for value in (share.share, share.low, share.high)))


def _expected(pairs: Sequence[Missed]) -> dict[Quality, float]:
    """Return the share missed of pairs of each quality, whatever their origin."""
    found: defaultdict[Quality, list[bool]] = defaultdict(list)
    for pair in pairs:
        found[pair.quality].append(pair.missed)
    return {kind: sum(missed) / len(missed) for kind, missed in found.items()}


def _by_chance(share: float, pairs: Sequence[int]) -> float:
    """Return the expected range of shares that differ by chance alone (Tippett 1925; normal)."""
    spreads = [sqrt(share * (1 - share) / n) for n in pairs]
    step = max(spreads) / _STEPS
    if not step:
        return 0.0
    below = [[(1 + erf(place * step / spread / sqrt(2))) / 2 for spread in spreads] for place in _PLACES]
    return step * sum(1 - prod(row) - prod(1 - each for each in row) for row in below)


def _gap(shares: dict[str, Share], pairs: Sequence[int]) -> Gap | None:
    """Return the widest gap of these shares, each of so many pairs."""
    if len(shares) < 2:
        return None
    usual = sum(share.share * n for share, n in zip(shares.values(), pairs, strict=True)) / sum(pairs)
    most, least = (choose(shares, key=lambda name: shares[name].share) for choose in (max, min))
    above, below = shares[most], shares[least]
    gap = above.share - below.share
    down = sqrt((above.share - above.low) ** 2 + (below.high - below.share) ** 2)
    up = sqrt((above.high - above.share) ** 2 + (below.share - below.low) ** 2)
    between = Share(*(round(value, 6) for value in (gap, gap - down, gap + up)))
    return Gap(most, least, between, round(_by_chance(usual, pairs), 6))


def finding(pairs: Sequence[Missed]) -> Finding:
    """Return how equally the children of true pairs are found, origin by origin."""
    expected = _expected(pairs)
    overall = sum(pair.missed for pair in pairs) / max(len(pairs), 1)
    by_origin: defaultdict[str, list[Missed]] = defaultdict(list)
    for pair in pairs:
        by_origin[pair.origin].append(pair)
    origins: list[Origin] = []
    for origin, members in sorted(by_origin.items()):
        usual = sum(expected[pair.quality] for pair in members) / len(members)
        share = _interval(sum(pair.missed for pair in members), len(members))
        adjusted = _scaled(share, overall / usual if usual else 1.0)
        unseen = _interval(sum(pair.unseen for pair in members), len(members))
        origins.append(Origin(origin, len(members), _scaled(share, 1.0), adjusted, _scaled(unseen, 1.0)))
    compared = [origin for origin in origins if origin.pairs >= FEWEST_COMPARED]
    sizes = [origin.pairs for origin in compared]
    return Finding(
        origins,
        _gap({origin.origin: origin.as_recorded for origin in compared}, sizes),
        _gap({origin.origin: origin.of_equal_records for origin in compared}, sizes),
        _gap({origin.origin: origin.not_shown for origin in compared}, sizes),
    )
