"""Two clocks that must agree before anything ends (R6): one that has jumped must end nothing early."""

from datetime import date, datetime, timedelta

from fingerpost.db.database import Session
from fingerpost.retention import store
from fingerpost.words.clock import today
from fingerpost.words.errors import Refused

BOUND = timedelta(seconds=60)  # far above what network time leaves between two machines (milliseconds)


class ClocksDisagree(Refused):
    """This machine's clock and the database's differ: nothing is ended until somebody has put them right."""


def agreed_day(session: Session, moment: datetime) -> date:
    """Return the earlier of the two clocks' days in England, or raise `ClocksDisagree`."""
    other = store.moment(session)
    if abs(moment - other) > BOUND:
        seconds = (moment - other).total_seconds()
        raise ClocksDisagree(
            f"this machine's clock and the database's differ by {seconds:+.0f} s, more than"
            f" {BOUND.total_seconds():.0f} s: put the clock right, then try again; nothing was ended"
        )
    return today(min(moment, other))
