"""The life of a contact request as a table of states, how it may end, and by when. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import unique
from types import MappingProxyType

from fingerpost.words.vocabulary import Labelled, Purpose

ASK_WITHIN = timedelta(days=7)  # of the answer: what was shown longer ago is asked about anew
LAPSES_AFTER = timedelta(days=7)
KEPT = timedelta(days=90)  # both sides can read how it ended; the ledger keeps that it was

# By when somebody must have answered, before the desk rings the authority's emergency duty team. Unscheduled
# care, a police protection and a missing child do not wait for the morning.
_TONIGHT, _TODAY, _TOMORROW = timedelta(hours=1), timedelta(hours=4), timedelta(hours=24)
ESCALATES_AFTER: Mapping[Purpose, timedelta] = MappingProxyType({
    Purpose.POLICE_PROTECTION: _TONIGHT,
    Purpose.UNSCHEDULED_CARE: _TONIGHT,
    Purpose.MISSING_CHILD: _TONIGHT,
    Purpose.SECTION_47_ENQUIRY: _TODAY,
    Purpose.SECTION_17_ASSESSMENT: _TOMORROW,
    Purpose.TRANSFER_IN: _TOMORROW,
})  # fmt: skip


@unique
class State(Labelled):
    """Where a contact request stands."""

    ASKED = "asked", "asked, and not opened yet"
    SEEN = "seen", "opened by somebody who was asked"
    ANSWERED = "answered", "answered"
    NOT_SHARED = "not_shared", "not shared, for the reason given"
    LAPSED = "lapsed", "not answered in its time"


@unique
class Outcome(Labelled):
    """How a contact request was ended by those who were asked."""

    SPOKE = "spoke", "they spoke to you"
    WROTE = "wrote", "they wrote to you by secure mail"
    NO_CONSENT = "no_consent", "not shared, because it rests on consent that was not given"
    NOT_NECESSARY = "not_necessary", "not shared, because the purpose you gave does not need it"
    WOULD_HARM = "would_harm", "not shared, because sharing it could harm the child"
    COURT_ORDER = "court_order", "not shared, because a court's order forbids it"
    ANOTHER_CHILD = "another_child", "not shared, because they work with another child"


ENDS: Mapping[Outcome, State] = MappingProxyType({
    outcome: State.ANSWERED if outcome in {Outcome.SPOKE, Outcome.WROTE} else State.NOT_SHARED
    for outcome in Outcome
})  # fmt: skip
_ENDED = frozenset({State.ANSWERED, State.NOT_SHARED, State.LAPSED})
LIFE: Mapping[State, frozenset[State]] = MappingProxyType({
    State.ASKED: frozenset({State.SEEN}) | _ENDED,
    State.SEEN: _ENDED,
    State.ANSWERED: frozenset(),
    State.NOT_SHARED: frozenset(),
    State.LAPSED: frozenset(),
})  # fmt: skip


def stands(state: State, lapses_at: datetime, moment: datetime) -> State:
    """Return where a request stands at this moment, whether the clock's round has come by or not."""
    return State.LAPSED if LIFE[state] and lapses_at <= moment else state
