"""Promise 9, the half of it that scores: a child is found under any spelling, and a twin is not a match.

Pure: details go in, an assessment comes out, nothing is read but the shipped lists and `model.json`.

    details → prepare → Prepared → record_keys, question_keys   (which records to look at)
                        Prepared × Prepared → assess → Assessment → explain, comparisons

`learn` is imported from where it stands: it alone needs numpy, which is slow to start and rarely needed.
"""

from fingerpost.matching.among import MOST_COMPARED, among
from fingerpost.matching.decide import leaves_doubt, may_be_touched, speaks_against
from fingerpost.matching.explain import Comparison, comparisons, explain, explain_beside
from fingerpost.matching.fit import fitted
from fingerpost.matching.keys import MOST_RECORDS_PER_TOKEN, question_keys, record_keys
from fingerpost.matching.model import Model, load, shipped
from fingerpost.matching.normalise import Prepared, prepare
from fingerpost.matching.weigh import Assessment, assess, compared

__all__ = [
    "MOST_COMPARED",
    "MOST_RECORDS_PER_TOKEN",
    "Assessment",
    "Comparison",
    "Model",
    "Prepared",
    "among",
    "assess",
    "compared",
    "comparisons",
    "explain",
    "explain_beside",
    "fitted",
    "leaves_doubt",
    "load",
    "may_be_touched",
    "prepare",
    "question_keys",
    "record_keys",
    "shipped",
    "speaks_against",
]
