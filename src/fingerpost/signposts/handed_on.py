"""A hand-over is evidence: one authority closed a child as handed on when another began with one like it.

Of any two records of the country few are of one child, and a match weight begins with that. Of a child that
was handed on, somebody takes it up as a rule: 8 of 10 in the made-up country, 6 of them from two weeks before
to three weeks after, 2 from two months to eight after. Of 40,000 children 700 begin elsewhere within those
five weeks, some 3,000 within five months, and 3,600 in the six months that follow: worth eleven bits more,
or nine, or seven. So what is as likely as not without it is sure with nine; what is nine bits below that is
put before people; and both two bits lower within the five weeks, two higher where work began late. Pure.
"""

from collections.abc import Collection, Iterable
from datetime import date

from fingerpost.signposts.supported import Weight

SOON, THEN, LATE = (
    Weight(sure=-2.0, asked=-11.0), Weight(sure=0.0, asked=-9.0), Weight(sure=2.0, asked=-7.0)
)  # fmt: skip
# Days before and after the closing in which the next authority begins, and what that is worth.
WINDOWS = ((14, 21, SOON), (90, 60, THEN), (90, 240, LATE))


def weight_of(closed: Iterable[date], begun: Collection[date]) -> Weight | None:
    """Return what it is worth that work began on these days, when another authority closed as handed on."""
    days = [(day - end).days for end in closed for day in begun]
    worth = (weight for before, after, weight in WINDOWS if any(-before <= day <= after for day in days))
    return next(worth, None)
