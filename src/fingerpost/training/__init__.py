"""A sample in, a model out: m, u and t learnt from records, labelled or not; and a whole extract relinked.

Splink does what it is good at: expectation maximisation over candidate pairs, and scoring many of them on
DuckDB or Spark. Which level a pair is on is decided by `matching` alone, so what is learnt here is what a
lookup uses. Splink is imported when one of them is called, not before: the service runs without it.

    records → candidate_pairs → compare_pairs → Compared → Splink → m                    (train)
                                                         → Splink → match weight → band   (relink)
"""

from fingerpost.training.engines import ENGINES
from fingerpost.training.held_out import Split, links, quality, split
from fingerpost.training.learn import Learnt, Seen, learn, learn_from_labels
from fingerpost.training.relink import Link, relink

__all__ = [
    "ENGINES",
    "Learnt",
    "Link",
    "Seen",
    "Split",
    "learn",
    "learn_from_labels",
    "links",
    "quality",
    "relink",
    "split",
]
