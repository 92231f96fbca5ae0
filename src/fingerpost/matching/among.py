"""How sure it is of each candidate beside the others: a child is one of them, or none.

Two kinds of record are rivals: two of one authority, which holds one record of a child, seldom two; and,
whoever holds them, two whose numbers or births are not one child's. Where one fits far better, the lesser is
most likely of another child who is like the first; where both fit alike, it is one or the other. The odds of
each are those of its joint outcomes, that it is the child alone or that its rivals are the same child's
(Fellegi & Sunter 1969 §5 leave this to a one-to-one assignment; authorities do hold second records, and
numbers are typed wrong, so it is weighed instead of forced). The surest of rivals stays shown: whoever asks
about a child who may be either of two learns of both.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from math import log2

import msgspec

from fingerpost.matching import compare
from fingerpost.matching.decide import FEWEST_HOUSEHOLDS, band
from fingerpost.matching.model import Model, shipped
from fingerpost.matching.normalise import Prepared
from fingerpost.matching.weigh import MOST_BITS, Assessment, assess, probability_of

HELD_TOO, ANOTHER_CHILD = "rival.better", "rival.another_child"
FELT = 0.5  # bits; less is not worth telling
_CLEARLY = 1e-6  # bits: what is kept at the edge of a band is inside it, however it is rounded
MOST_COMPARED = 40  # records; pairs grow with the square, and this is far beyond what is ever shown
_OTHER_BIRTHS = frozenset({"birth.different", "birth.outside"})

Lost = tuple[float, str]  # bits, 0 or fewer, and the level that says why


def _odds(weight: float) -> float:
    return 2.0 ** min(weight, MOST_BITS)


def _are_two(one: Prepared, other: Prepared) -> bool:
    """Whether the numbers or births of two records are not one child's. Names are not asked: they change."""
    return (
        compare.nhs_number(one, other)[0] == "nhs_number.different"
        or compare.upn(one, other)[0] == "upn.different"
        or compare.birth(one, other)[0] in _OTHER_BIRTHS
    )


def lost(
    model: Model, weights: Sequence[float], held: Sequence[float], records: Sequence[Prepared],
    holders: Sequence[str],
) -> list[Lost]:  # fmt: skip
    """Return what each of one question's records loses beside the others.

    `weights` are their match weights alone, in bits; `held` the odds of all else that the holder of each
    holds, summed; `holders` says who that is, "" where nobody knows.
    """
    least = log2(model.bands.possible / (1.0 - model.bands.possible))
    shown = [place for place, weight in enumerate(weights) if weight >= least]
    compares = len(shown) <= MOST_COMPARED and model.household_share >= FEWEST_HOUSEHOLDS
    apart, second = [0.0] * len(weights), [model.second_record * rivals for rivals in held]
    surest = [True] * len(weights)
    for one, other in combinations(shown, 2):
        same = bool(holders[one]) and holders[one] == holders[other]
        if not same:
            if not compares or not _are_two(records[one], records[other]):
                continue
            both = assess(records[one], records[other], model=model).probability
            for this, that in ((one, other), (other, one)):
                apart[this] += _odds(weights[that])
                second[this] += both * _odds(weights[that])
        if weights[one] != weights[other]:
            surest[one if weights[one] < weights[other] else other] = False
    found: list[Lost] = []
    for place, weight in enumerate(weights):
        bits = log2((1.0 + second[place]) / (1.0 + held[place] + apart[place]))
        if surest[place] and weight >= least:
            bits = max(bits, min(0.0, least + _CLEARLY - weight))
        found.append((bits, HELD_TOO if held[place] >= apart[place] else ANOTHER_CHILD))
    return found


def _lowered(model: Model, assessment: Assessment, bits: float, why: str) -> Assessment:
    weight = assessment.match_weight + bits
    probability = probability_of(weight)
    return msgspec.structs.replace(
        assessment,
        match_weight=weight,
        probability=probability,
        band=band(model, probability, [level for level, _ in assessment.found]),
        found=(*assessment.found, (why, bits)),
    )


def among(
    assessments: Sequence[Assessment], records: Sequence[Prepared], holders: Sequence[str], *,
    model: Model | None = None,
) -> list[Assessment]:  # fmt: skip
    """Return the assessments of one question's candidates, each weighed beside the others.

    `records` are the candidates; `holders` says who holds each, "" where nobody knows.
    """
    model = model or shipped()
    weights = [assessment.match_weight for assessment in assessments]
    total: defaultdict[str, float] = defaultdict(float)
    for weight, holder in zip(weights, holders, strict=True):
        total[holder] += _odds(weight)
    held = [
        max(total[holder] - _odds(weight), 0.0) if holder else 0.0
        for weight, holder in zip(weights, holders, strict=True)
    ]
    return [
        _lowered(model, assessment, bits, why) if bits <= -FELT else assessment
        for assessment, (bits, why) in zip(
            assessments, lost(model, weights, held, records, holders), strict=True
        )
    ]
