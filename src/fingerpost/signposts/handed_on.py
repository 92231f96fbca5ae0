"""A hand-over is evidence: one authority closed a child as handed on when another began with one like it.

Of any two records of the country few are of one child, and a match weight begins with that. Of a child that
was handed on, somebody takes it up as a rule (8 of 10 in the made-up country, most within two weeks), and of
40,000 children some 3,000 begin elsewhere around that day: worth nine bits more. So what is as likely as not
without it is sure with it; what is nine bits below that is put before people. Pure.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec
from msgspec import Struct

from fingerpost.signposts.trails import STRENGTH, Comparable, Pair
from fingerpost.words.vocabulary import Band

BEFORE, AFTER = 90, 60  # days around the closing in which the next authority begins
SURE = 0.0  # match weight from which the machine may link, where nothing speaks against it
ASKED = -9.0  # and from which people are asked


class HandedOn(Struct, frozen=True):
    """A pair of records, the one closed as handed on when work began on the other; and how alike they are."""

    old: UUID
    new: UUID
    authorities: tuple[str, str]
    found: Comparable
    match_weight: float
    doubted: bool


def began_then(closed: date | None, begun: Iterable[date]) -> bool:
    """Tell whether work began around the day on which another authority closed as handed on."""
    return closed is not None and any(-BEFORE <= (day - closed).days <= AFTER for day in begun)


def weighed(pairs: Iterable[HandedOn]) -> dict[Pair, Comparable]:
    """Return what becomes of these pairs with the hand-over: what may be linked, and what people are asked.

    Twins move together. So where a second record of either authority would fit as well, people are asked.
    """
    known = list(pairs)
    takers = Counter((pair.old, pair.authorities[1]) for pair in known)
    givers = Counter((pair.new, pair.authorities[0]) for pair in known)
    return {
        pair.found.pair: _with(
            pair, alone=takers[pair.old, pair.authorities[1]] == givers[pair.new, pair.authorities[0]] == 1
        )
        for pair in known
        if not pair.found.sure and pair.match_weight >= ASKED
    }


def _with(pair: HandedOn, *, alone: bool) -> Comparable:
    if pair.doubted or not alone or pair.match_weight < SURE:
        return pair.found
    band = min(pair.found.band, Band.PROBABLE, key=lambda band: STRENGTH[band])
    return msgspec.structs.replace(pair.found, band=band, sure=True, handed_on=True)
