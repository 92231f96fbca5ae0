"""Equal finding: what is missed for what records hold is told apart from what is missed for a name."""

import numpy as np
import pytest

from fingerpost.evaluation.origins import Missed, Quality, finding

DAY: Quality = ("day", True, True, True)
STAND_IN: Quality = ("stand-in", True, True, False)


def _pairs(origin: str, quality: Quality, pairs: int, missed: int) -> list[Missed]:
    return [Missed(origin, quality, place < missed) for place in range(pairs)]


def test_a_gap_that_records_explain_is_none_of_equal_records():
    """Both are missed alike by kind of birth, but one has three guessed births in four."""
    found = finding(
        _pairs("one", DAY, 900, 45)
        + _pairs("one", STAND_IN, 100, 30)
        + _pairs("other", DAY, 100, 5)
        + _pairs("other", STAND_IN, 300, 90)
    )
    assert found.as_recorded is not None
    assert found.of_equal_records is not None
    assert (found.as_recorded.most_missed, found.as_recorded.least_missed) == ("other", "one")
    assert found.as_recorded.gap.share == pytest.approx(95 / 400 - 75 / 1000, abs=1e-5)
    assert found.as_recorded.gap.low > 0.1
    assert found.of_equal_records.gap.share == pytest.approx(0, abs=1e-5)


def test_a_gap_that_names_make_stays():
    """The same records, one origin missed four times as often: the control of the test above."""
    found = finding(_pairs("one", DAY, 1000, 50) + _pairs("other", DAY, 400, 80))
    assert found.of_equal_records is not None
    assert found.of_equal_records.most_missed == "other"
    assert found.of_equal_records.gap.share == pytest.approx(0.15, abs=1e-5)
    assert found.of_equal_records.gap.low > 0.1


def test_an_interval_covers_its_share_and_narrows_with_pairs():
    few, many = (finding(_pairs("one", DAY, size, size // 10)).origins[0] for size in (50, 5000))
    for origin in (few, many):
        assert origin.as_recorded.low < origin.as_recorded.share < origin.as_recorded.high
    assert many.as_recorded.high - many.as_recorded.low < (few.as_recorded.high - few.as_recorded.low) / 5


def test_an_origin_of_few_is_shown_and_not_compared():
    found = finding(_pairs("one", DAY, 1000, 50) + _pairs("few", DAY, 99, 99))
    assert [origin.origin for origin in found.origins] == ["few", "one"]
    assert found.as_recorded is None
    assert finding([]).origins == []


def test_what_is_possible_is_shown():
    """Both origins are missed alike at probable; of one half are shown as possible, of the other none."""
    shown = [Missed("shown", DAY, missed=place < 20, unseen=place < 10) for place in range(200)]
    lost = [Missed("lost", DAY, missed=place < 20, unseen=place < 20) for place in range(200)]
    found = finding(shown + lost)
    assert found.as_recorded is not None
    assert found.not_shown is not None
    assert found.as_recorded.gap.share == 0
    assert found.not_shown.gap.share == pytest.approx(0.05)
    assert [origin.not_shown.share for origin in found.origins] == [0.1, 0.05]


def test_the_widest_gap_of_many_is_held_against_what_chance_makes():
    """What drawing twenty origins that are missed alike makes of it, ten thousand times over."""
    sizes = [100 + 37 * place for place in range(20)]
    alike = [pair for place, size in enumerate(sizes) for pair in _pairs(str(place), DAY, size, size // 10)]
    drawn = np.random.default_rng(1).binomial(sizes, 0.1, size=(10_000, len(sizes))) / sizes
    found = finding(alike).as_recorded
    assert found is not None
    assert found.gap.share < 0.01 < found.by_chance
    assert found.by_chance == pytest.approx(np.ptp(drawn, axis=1).mean(), rel=0.03)


def test_where_nobody_is_missed_chance_makes_no_gap():
    found = finding(_pairs("one", DAY, 100, 0) + _pairs("other", DAY, 200, 0)).as_recorded
    assert found is not None
    assert (found.gap.share, found.by_chance) == (0, 0)
