"""The figures on a few pairs, worked out by hand: whatever is published of a matcher rests on them."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from fingerpost.evaluation import read_sample
from fingerpost.evaluation.asking import Pairs, Row
from fingerpost.evaluation.figures import Best, Lookups, Quality, judge
from fingerpost.evaluation.sample import Sample

Write = Callable[[Iterable[dict[str, str]]], Path]


def _sample(write: Write, clusters: str, sources: str = "", first: int = 0) -> Sample:
    """A record for each letter: the child it is of; and whose it is."""
    named = zip(clusters, sources.ljust(len(clusters)), strict=True)
    return read_sample(
        write(
            {"record_id": str(number), "cluster_id": cluster, "source": source.strip(), "given_names": "Amy"}
            for number, (cluster, source) in enumerate(named, start=first)
        )
    )


def _pairs(rows: Sequence[Row], candidates: Sequence[int], seconds: float = 2.0) -> Pairs:
    return Pairs.of(rows, np.array(candidates, dtype=np.int64), seconds)


def test_a_file_that_asks_itself(sample: Write) -> None:
    """Each pair counts once, as the less sure of the two that asked saw it."""
    rows = [
        (0, 1, 20.0, 3), (1, 0, 19.0, 3), (0, 2, 10.0, 2), (2, 0, 10.0, 2), (2, 3, 5.0, 1), (3, 2, 3.0, 0),
        (4, 0, 4.0, 1),
    ]  # fmt: skip
    found = judge(_sample(sample, "aabbc"), _pairs(rows, [2, 1, 2, 1, 1]), household_share=0.12346)
    assert (found.mode, found.records, found.questions, found.true_pairs) == ("dedupe", 5, 5, 2)
    assert (found.households, found.lookups_per_second) == (0.1235, 2.5)
    blocking = found.blocking
    assert (blocking.pairs_completeness, blocking.candidates_mean, blocking.candidates_p99) == (1.0, 1.4, 2.0)
    assert found.bands == {
        "possible": Quality(0.333333, 0.5, 0.4),
        "probable": Quality(0.5, 0.5, 0.5),
        "certain": Quality(1.0, 0.5, 0.666667),
    }
    assert found.best == Best(19.0, 0.999998, Quality(1.0, 0.5, 0.666667))
    assert found.lookups == {
        "possible": Lookups(0.75, 0.5, 0.6),
        "probable": Lookups(0.5, 0.5, 0.4),
        "certain": Lookups(0.5, 0.5, 0.0),
    }


def test_a_second_file_that_asks(sample: Write) -> None:
    """Its first record asks the other's second, and its second the other's first: two pairs."""
    rows = [(0, 0, 9.0, 2), (0, 1, 9.1, 1), (0, 2, 9.5, 1), (1, 0, 9.2, 1), (1, 2, 1.0, 1)]
    index, queries = _sample(sample, "aab"), _sample(sample, "ac", first=7)
    found = judge(index, _pairs(rows, [3, 2], seconds=0.0), queries)
    assert (found.mode, found.records, found.questions, found.true_pairs) == ("lookup", 3, 2, 2)
    assert found.lookups_per_second is None
    assert found.bands["possible"] == Quality(0.4, 1.0, 0.571429)
    assert found.lookups["possible"] == Lookups(1.0, 0.0, 1.0)
    assert found.lookups["probable"] == Lookups(0.5, 1.0, 0.0)


def test_two_sources_that_are_linked(sample: Write) -> None:
    """A source's own second record of a child is no pair."""
    found = judge(_sample(sample, "aaab", "xyxy"), _pairs([(0, 1, 3.0, 3), (1, 0, 3.0, 3)], [1, 1, 0, 0]))
    assert (found.mode, found.true_pairs) == ("link", 2)
    assert found.bands["certain"] == Quality(1.0, 0.5, 0.666667)
    assert found.lookups["certain"] == Lookups(0.5, 0.666667, 0.0)


def test_pairs_of_equal_weight_stand_or_fall_together(sample: Write) -> None:
    rows = [(0, 1, 5.0, 1), (1, 0, 5.0, 1), (0, 2, 5.0, 1), (2, 0, 5.0, 1)]
    assert judge(_sample(sample, "aab"), _pairs(rows, [2, 1, 1])).best == Best(
        5.0, 0.969697, Quality(0.5, 1.0, 0.666667)
    )


def test_the_best_threshold_lets_in_a_wrong_pair_for_two_right_ones(sample: Write) -> None:
    rows = [(0, 1, 9.0, 3), (1, 0, 9.0, 3), (0, 2, 8.0, 2), (2, 0, 8.0, 2), (2, 3, 7.0, 2), (3, 2, 7.0, 2)]
    assert judge(_sample(sample, "aabb"), _pairs(rows, [2, 1, 2, 1])).best == Best(
        7.0, 0.992248, Quality(0.666667, 1.0, 0.8)
    )


def test_nothing_found_is_nothing_divided(sample: Write) -> None:
    found = judge(_sample(sample, "aa"), _pairs([], []))
    assert found.best == Best(None, None, Quality(None, 0.0, 0.0))
    assert found.lookups["certain"] == Lookups(0.0, 0.0, 0.0)
    assert (found.blocking.candidates_mean, found.blocking.candidates_p99) == (0.0, 0.0)
