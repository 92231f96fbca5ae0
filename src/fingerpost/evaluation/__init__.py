"""An authority's own labelled sample in, the quality of matching out. Runs the path of a lookup; stores nothing."""

from fingerpost.evaluation.measure import Report, measure
from fingerpost.evaluation.sample import Sample, read_sample
from fingerpost.evaluation.search import Pairs, search

__all__ = ["Pairs", "Report", "Sample", "measure", "read_sample", "search"]
