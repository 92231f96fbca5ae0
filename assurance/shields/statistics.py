"""Whether two samples of times can be told apart: the area under the curve, and Kolmogorov-Smirnov."""

import math
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

Sample = Sequence[float]
NEIGHBOURS = 40  # of either kind, asked just before and after: what the machine did meanwhile is taken out


def auc(one: Sample, other: Sample) -> float:
    """Return how well a threshold tells the two apart, whichever way round: 0.5 is not at all.

    The Mann-Whitney U over the number of pairs; a tie counts half.
    """
    ordered = sorted(other)
    below = sum((bisect_left(ordered, x) + bisect_right(ordered, x)) / 2 for x in one)
    area = below / (len(one) * len(other))
    return max(area, 1 - area)


def ks_p(one: Sample, other: Sample) -> float:
    """Return the asymptotic p of the two-sample Kolmogorov-Smirnov test (Numerical Recipes §14.3.3)."""
    first, second = sorted(one), sorted(other)
    apart = max(
        abs(bisect_right(first, x) / len(first) - bisect_right(second, x) / len(second))
        for x in (*first, *second)
    )
    n = math.sqrt(len(first) * len(second) / (len(first) + len(second)))
    x = (n + 0.12 + 0.11 / n) * apart
    if x < 0.2:
        return 1.0
    return max(0.0, min(1.0, 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * x * x) for k in range(1, 101))))


def beside_neighbours(times: Sample) -> list[float]:
    """Return each time less the median of those around it, in the order in which they were taken."""
    half = NEIGHBOURS // 2
    return [
        time - statistics.median(times[max(0, place - half) : place + half + 1])
        for place, time in enumerate(times)
    ]
