"""The life of a hand-over, as data: what each state may become, and who holds the child in it. Pure.

The sender holds until the receiver has accepted. Who holds is read off the one row that changes, so there is
no moment at which nobody does, and none at which two do.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import unique

from msgspec import Struct

from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Labelled
from fingerpost.words.working_time import working_days_between

# Working Together to Safeguard Children: a transfer-in conference within 15 working days of being told.
CLOCK_DAYS = 15
LAPSE_DAYS = 30  # working days; by then both managers have been told for three weeks that it waits
STAY_DAYS = 14  # a shorter stay moves nothing: the host is told, no more
ASLEEP_YEARS = 3  # how long a return to England is waited for


@unique
class Kind(Labelled):
    """What is handed over."""

    RESPONSIBILITY = "responsibility", "responsibility for the child"
    STAY = "stay", "nothing: the child stays in the area for less than fifteen days"
    LEAVING = "leaving", "nothing: the child leaves England, and may return"


@unique
class State(Labelled):
    """Where a hand-over stands."""

    OFFERED = "offered", "offered; the sender holds the child"
    ACCEPTED = "accepted", "accepted; the receiver holds the child"
    DECLINED = "declined", "declined with a reason; the sender holds the child"
    LAPSED = "lapsed", "unanswered for thirty working days; the sender holds the child"
    WITHDRAWN = "withdrawn", "taken back; the sender holds the child"
    STAYING = "staying", "staying for less than fifteen days; the sender holds the child"
    ASLEEP = "asleep", "away from England; the sender's record sleeps"
    OVER = "over", "the stay or the absence is over"


@unique
class Side(Labelled):
    """One of the two authorities."""

    SENDER = "sender", "who offers"
    RECEIVER = "receiver", "whom it is offered to"


@unique
class Reason(Labelled):
    """Why a hand-over was declined or withdrawn."""

    NOT_LIVING_HERE = "not_living_here", "the child does not live in our area"
    NOT_MET = "not_met", "the threshold for this service is not met here"
    ALREADY_KNOWN = "already_known", "we work with this child already"
    MORE_NEEDED = "more_needed", "we need more before we can take this on; offer again"
    RECORD_GONE = "record_gone", "the sender states nothing of the child any more"
    SENDER = "sender", "the sender took it back"


DECLINES = (Reason.NOT_LIVING_HERE, Reason.NOT_MET, Reason.ALREADY_KNOWN, Reason.MORE_NEEDED)

BEGINS: dict[Kind, State] = {
    Kind.RESPONSIBILITY: State.OFFERED,
    Kind.STAY: State.STAYING,
    Kind.LEAVING: State.ASLEEP,
}
LIFE: dict[State, frozenset[State]] = {
    State.OFFERED: frozenset({State.ACCEPTED, State.DECLINED, State.LAPSED, State.WITHDRAWN}),
    State.ACCEPTED: frozenset(),
    State.DECLINED: frozenset(),
    State.LAPSED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.STAYING: frozenset({State.OVER}),
    State.ASLEEP: frozenset({State.OVER}),
    State.OVER: frozenset(),
}
HOLDS: dict[State, Side] = {
    state: Side.RECEIVER if state is State.ACCEPTED else Side.SENDER for state in State
}


class Step(Struct, frozen=True):
    """One hand-over of a child, as far as it says who holds it."""

    state: State
    sender: str
    receiver: str | None


def holder(first: str, steps: Iterable[Step]) -> str:
    """Return who holds a child that `first` held, after these hand-overs in their order."""
    for step in steps:
        if HOLDS[step.state] is Side.RECEIVER and step.receiver is not None:
            first = step.receiver
    return first


def may_become(state: State, later: State) -> bool:
    """Tell whether a hand-over may come to another state."""
    return later in LIFE[state]


def days_waited(offered_on: date, today: date) -> int:
    """Return the working days since an offer: the same count for both sides."""
    return working_days_between(offered_on, today)


def last_day(kind: Kind, until: date | None, today: date) -> date | None:
    """Return the last day of a stay or of a wait for a return, or raise `Invalid`; an offer has none."""
    match kind:
        case Kind.RESPONSIBILITY:
            if until is not None:
                raise Invalid(Problem("until", "is for a stay or a return; responsibility has no last day"))
            return None
        case Kind.STAY:
            if until is None or not today <= until <= today + timedelta(days=STAY_DAYS):
                raise Invalid(
                    Problem("until", "must be within fourteen days; for a longer stay offer responsibility")
                )
            return until
        case Kind.LEAVING:
            latest = today + timedelta(days=365 * ASLEEP_YEARS)
            if until is not None and not today < until <= latest:
                raise Invalid(Problem("until", "must be within three years"))
            return until or latest


def diagram() -> str:
    """Return the life of a hand-over as Mermaid draws it; docs/moves.md shows it and a test compares."""
    words = [f"    {state} : {state} ({state.label})" for state in State]
    begins = [f"    [*] --> {state}" for state in BEGINS.values()]
    later = [f"    {state} --> {after}" for state in LIFE for after in State if after in LIFE[state]]
    return "\n".join(["stateDiagram-v2", *words, *begins, *later])
