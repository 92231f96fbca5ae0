"""The score: Fellegi–Sunter with three classes, the same child, a stranger, and a twin or sibling.

Each class gives a sum of bits; the posterior odds of the same child are 2^match / (1 + 2^household). Where
name and address agree but the given name does not, the household class takes the weight away.
"""

from math import copysign, log2

from msgspec import Struct

from fingerpost.matching import compare
from fingerpost.matching.compare import NOTHING, Found
from fingerpost.matching.compare_names import mother, names
from fingerpost.matching.decide import band
from fingerpost.matching.model import Model, shipped
from fingerpost.matching.normalise import Prepared
from fingerpost.words.vocabulary import Band

MOST_BITS = 60.0  # beyond this a double cannot tell the probability from 1, and nobody needs to


class Assessment(Struct, frozen=True, gc=False):
    """What was found of a pair. `match_weight` is in bits: log2 of the posterior odds.

    `found` holds (level, bits) of each field compared; `explain.comparisons` puts words to them. Holds no
    value of either record.
    """

    match_weight: float
    probability: float
    band: Band | None
    found: tuple[tuple[str, float], ...]


def compared(model: Model, question: Prepared, record: Prepared) -> list[Found]:
    """Return the comparison level and adjustments of every field, `NOTHING` where one side is silent."""
    _, given, family, order = names(model, question, record)
    nhs_numbers, upns = question.nhs_numbers, question.upns
    return [  # a call costs as much as some of these comparisons, so none is made where a side is silent
        compare.nhs_number(question, record) if nhs_numbers and record.nhs_numbers else NOTHING,
        compare.upn(question, record) if upns and record.upns else NOTHING,
        given,
        family,
        order,
        compare.birth(question, record),
        compare.sex(question, record),
        compare.place(question, record),
        mother(model, question, record) if question.mother and record.mother else NOTHING,
    ]


def probability_of(weight: float) -> float:
    """Return the probability of a match weight: log2 of the posterior odds."""
    return 1.0 / (1.0 + 2.0**-weight)


def assess(question: Prepared, record: Prepared, *, model: Model | None = None) -> Assessment:
    """Return how sure it is that two records are of one child. Symmetrical; never fails."""
    model = model or shipped()
    match, household = model.prior, model.household_prior
    found: list[tuple[str, float]] = []
    alone, related = model.match, model.household
    for level, adjustment in compared(model, question, record):
        if level:
            bits = alone[level] + adjustment
            match += bits
            household += related[level] + adjustment
            found.append((level, bits))
    weight = match - (household if household > MOST_BITS else log2(1.0 + 2.0**household))
    weight = weight if -MOST_BITS < weight < MOST_BITS else copysign(MOST_BITS, weight)
    probability = probability_of(weight)
    if probability < model.bands.possible:  # most candidates are strangers, and need no closer look
        return Assessment(weight, probability, None, tuple(found))
    levels = [level for level, _ in found]
    return Assessment(weight, probability, band(model, probability, levels), tuple(found))
