"""A hand-over is evidence: one authority closed a child as handed on when another began with one like it.

Of any two records of the country few are of one child, and a match weight begins with that. Of a child that
was handed on, somebody takes it up as a rule: 8 of 10 in the made-up country, 6 of them from two weeks before
to three weeks after. Of 40,000 children some 3,000 begin elsewhere within five months, 700 within those five
weeks: worth nine bits more, or eleven. So what is as likely as not without it is sure with it; what is nine
bits below that is put before people; and both two bits lower within the five weeks. Pure.
"""

from collections.abc import Iterable
from datetime import date

from fingerpost.signposts.supported import Weight

BEFORE, AFTER = 90, 60  # days around the closing in which the next authority begins
SOON_BEFORE, SOON_AFTER = 14, 21
THEN, SOON = Weight(sure=0.0, asked=-9.0), Weight(sure=-2.0, asked=-11.0)


def weight_of(closed: date | None, begun: Iterable[date]) -> Weight | None:
    """Return what it is worth that work began on these days, when another authority closed as handed on."""
    days = [(day - closed).days for day in begun] if closed else []
    if any(-SOON_BEFORE <= day <= SOON_AFTER for day in days):
        return SOON
    return THEN if any(-BEFORE <= day <= AFTER for day in days) else None
