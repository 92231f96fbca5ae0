"""What would show five people who share a list of known children, and its price for fair people.

    python -m assurance.insider.together [--days 500]

Pure: days are drawn, without a database. Two rules that were thought of: a bound on the children whom five
people find before anybody can look; and a stop once four of an authority's people have each found all of
their last seven, which is thirty-five children for five who share a list.
"""

import argparse
import random

from assurance.insider.honest import WORKS, Work

FIVE, MOST = 5, 40  # children: 0.01 % of 400,000
LOOKED_AFTER = 2  # working days: what is said of an answer is reviewed by noon of the third
RUN, RUNNING = 7, 4
MIXED = 6  # of a list; then one name that nobody knows, and no run is ever seven


def _day(work: Work, dice: random.Random) -> list[tuple[float, bool]]:
    """Return when in a day somebody asks, and whether a child is found."""
    moments: list[float] = []
    moment = dice.expovariate(work.a_day)
    while moment < 1:
        moments.append(moment)
        moment += dice.expovariate(work.a_day)
    return [(moment, dice.random() >= work.not_found) for moment in moments]


def found(works: list[Work], dice: random.Random) -> int:
    """Return how many children these people find before anybody has to have looked."""
    return sum(is_found for _ in range(LOOKED_AFTER) for work in works for _, is_found in _day(work, dice))


def runs(days: list[list[tuple[float, bool]]]) -> int:
    """Return at which find of theirs four of them have found all of their last seven, or 0."""
    lengths, finds = [0] * len(days), 0
    for _, who, is_found in sorted((at, who, f) for who, day in enumerate(days) for at, f in day):
        lengths[who] = lengths[who] + 1 if is_found else 0
        finds += is_found
        if sum(length >= RUN for length in lengths) >= RUNNING:
            return finds
    return 0


def _ring(mixes: int) -> list[list[tuple[float, bool]]]:
    """Return one day of five with a list, fourteen each, who ask of a stranger after so many if any."""
    day = [(place / 14, not mixes or place % (mixes + 1) != mixes) for place in range(14)]
    return [day] * FIVE


def main() -> None:
    """Draw days; print what each rule costs and what it sees."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=500)
    parser.add_argument("--seed", type=int, default=27)
    given = parser.parse_args()
    dice = random.Random(given.seed)
    teams = [(f"five: {work.whose}", [work] * FIVE) for work in WORKS]
    teams.append(("a hundred: twenty-five of each", WORKS * 25))
    for whose, works in teams:
        bound = sum(found(works, dice) > MOST for _ in range(given.days)) / given.days
        ran = sum(runs([_day(work, dice) for work in works]) > 0 for _ in range(given.days)) / given.days
        print(f"{whose:38} over {MOST} found {bound:.1%}, four runs of {RUN} {ran:.1%}")
    plain, mixed = runs(_ring(0)), runs(_ring(MIXED))
    print(f"five with a list: seen at find {plain}; with a stranger after {MIXED}: {mixed or 'not seen'}")


if __name__ == "__main__":
    main()
