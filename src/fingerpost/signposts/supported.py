"""What is known beside two records' details may speak for one child: a hand-over, a family that moved.

It moves the match weights from which the machine may link and from which people are asked; where a field
speaks against one child, or another record would fit as well, only people may.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec
from msgspec import Struct

from fingerpost.matching import speaks_against
from fingerpost.signposts.trails import STRENGTH, Comparable, Pair, ordered
from fingerpost.vault import Candidate, Vault
from fingerpost.words.vocabulary import Band

CLEAR = 9.0  # bits between the record that is meant and the next one: odds of 500 to 1
_NEAR_NAMES = frozenset({"given.near", "given.blurred", "given.other_tongue"})
_OTHER_FORMS = _NEAR_NAMES | {"given.form"}
_OTHERWISE = frozenset({"given.different", "birth.different"})
_BOTH_NAMES = frozenset({"given.different", "family.different"})
_OWN = frozenset({"nhs_number", "upn", "given", "birth", "sex"})
_NUMBERS = frozenset({"nhs_number.same", "upn.same"})

_End = tuple[bool, UUID, str]


class Weight(Struct, frozen=True):
    """From which match weight the machine may link, where nothing speaks against it, and people are asked.

    `own`: in bits of what a child shares with no brother or sister, and of nothing else.
    """

    sure: float
    asked: float
    own: bool = False


class Supported(Struct, frozen=True):
    """Two records of two authorities that something beside their details supports; and how alike they are.

    `doubted`: only people may link them. `outweighed`: people must as soon as another record of either
    authority may be meant, handed on or not, and however much better a number fits: it is typed on the wrong
    twin's record once in seven hundred.
    """

    one: UUID
    other: UUID
    authorities: tuple[str, str]
    weight: Weight
    found: Comparable
    match_weight: float
    doubted: bool
    outweighed: bool = False


def supported(
    vault: Vault, weight: Weight, one: Candidate, other: Candidate, found: Mapping[Pair, Comparable]
) -> Supported:
    """Return two records as supported; `found` is how the linker sees those that are shown without it."""
    pair, compared = ordered(one.id, other.id), vault.compare(one, other)
    bits = sum(row.match_weight for row in compared.comparisons)
    own = sum(row.match_weight for row in compared.comparisons if row.level.partition(".")[0] in _OWN)
    levels = frozenset(row.level for row in compared.comparisons)
    return Supported(
        one.id, other.id, (one.authority, other.authority), weight,
        found.get(pair, Comparable(pair, Band.POSSIBLE, bits, sure=False)),
        own if weight.own else compared.match_weight,
        doubted=speaks_against(levels - _overlooked(levels, weight)),
        outweighed=not weight.own and speaks_against(levels),
    )  # fmt: skip


def _overlooked(levels: frozenset[str], weight: Weight) -> frozenset[str]:
    """Return what no longer speaks against one child, beside what supports it.

    A near name where a whole number is the same: a number is typed on the wrong twin's record; but who is met
    alone is no twin. Where one was handed on when the other began, another form of a name; and another name
    or birth where a whole number is the same, but not two other names: that may be a changed identity.
    """
    numbered = not _NUMBERS.isdisjoint(levels)
    if weight.own:
        return _NEAR_NAMES if numbered else frozenset()
    return _OTHER_FORMS | _OTHERWISE if numbered and not levels >= _BOTH_NAMES else _OTHER_FORMS


def weighed(pairs: Iterable[Supported]) -> dict[Pair, Comparable]:
    """Return what becomes of these pairs with their support: what may be linked, and what people are asked.

    Twins move together, and so do brothers and sisters. So where a second record of either authority may be
    meant nearly as well, people are asked.
    """
    known = list(pairs)
    weights: dict[_End, list[float]] = defaultdict(list)
    for pair in known:
        for end in _ends(pair):
            weights[end].append(pair.match_weight)
    return {
        pair.found.pair: _with(pair, alone=all(_is_alone(pair, weights[end]) for end in _ends(pair)))
        for pair in known
        if not pair.found.sure and pair.match_weight >= pair.weight.asked
    }


def _ends(pair: Supported) -> tuple[_End, _End]:
    """Return each record of a pair, with the authority that it is compared with."""
    return (True, pair.one, pair.authorities[1]), (False, pair.other, pair.authorities[0])


def _is_alone(pair: Supported, weights: Iterable[float]) -> bool:
    """Tell whether of these match weights, the pair's own among them, no other comes near."""
    return sum(weight > pair.match_weight - CLEAR for weight in weights) == 1


def _with(pair: Supported, *, alone: bool) -> Comparable:
    if pair.doubted or not alone or pair.match_weight < pair.weight.sure:
        return pair.found
    band = min(pair.found.band, Band.PROBABLE, key=lambda band: STRENGTH[band])
    return msgspec.structs.replace(pair.found, band=band, sure=True, supported=True)
