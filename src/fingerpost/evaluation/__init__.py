"""A labelled sample in, the quality of matching out: by the path of a lookup, and nothing is stored."""

from fingerpost.evaluation.asking import Pairs, search
from fingerpost.evaluation.figures import Report, judge, measure, scored
from fingerpost.evaluation.labels import read_labelled
from fingerpost.evaluation.sample import Sample, read_sample

__all__ = [
    "Pairs",
    "Report",
    "Sample",
    "judge",
    "measure",
    "read_labelled",
    "read_sample",
    "scored",
    "search",
]
