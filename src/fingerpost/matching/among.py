"""How sure it is of each candidate beside the others: an authority holds one record of a child, seldom two.

So where one record of an authority fits far better, a lesser one of the same authority is most likely
another child who is like the first. The odds of each are those of its two joint outcomes, that it is the
child alone or a second record of one already there (Fellegi & Sunter 1969 §5 leave this to a one-to-one
assignment; authorities do hold second records, so it is weighed instead of forced).
"""

from collections import defaultdict
from collections.abc import Sequence
from math import log2

import msgspec

from fingerpost.matching.decide import band
from fingerpost.matching.model import Model, shipped
from fingerpost.matching.weigh import MOST_BITS, Assessment, probability_of

SECOND_RECORD = 2.0**-14
RIVAL = "rival.better"
FELT = 0.5  # bits; less is not worth telling


def _odds(weight: float) -> float:
    return 2.0 ** min(weight, MOST_BITS)


def _lowered(model: Model, assessment: Assessment, rivals: float) -> Assessment:
    """Return an assessment beside rivals of its holder, whose odds sum to `rivals`."""
    bits = log2((1.0 + model.second_record * rivals) / (1.0 + rivals))
    if bits > -FELT:
        return assessment
    weight = assessment.match_weight + bits
    probability = probability_of(weight)
    return msgspec.structs.replace(
        assessment,
        match_weight=weight,
        probability=probability,
        band=band(model, probability, [level for level, _ in assessment.found]),
        found=(*assessment.found, (RIVAL, bits)),
    )


def among(
    assessments: Sequence[Assessment], holders: Sequence[str], *, model: Model | None = None
) -> list[Assessment]:
    """Return the assessments of one question's candidates, each weighed beside the others of its holder.

    `holders` says who holds each candidate; "" stands for nobody known, and such a record has no rivals.
    """
    model = model or shipped()
    total: defaultdict[str, float] = defaultdict(float)
    for assessment, holder in zip(assessments, holders, strict=True):
        total[holder] += _odds(assessment.match_weight)
    return [
        _lowered(model, assessment, max(total[holder] - _odds(assessment.match_weight), 0.0))
        if holder
        else assessment
        for assessment, holder in zip(assessments, holders, strict=True)
    ]
