"""What is recorded of those who keep the service honest and its contacts right, at the pages."""

from datetime import date
from uuid import UUID

from fingerpost.ledger.event import Event


class LedgerSearched(Event, frozen=True, kw_only=True, tag="ledger_searched"):
    """A records officer searched the ledger and was shown these entries."""

    by: str
    since: date
    until: date
    person: str
    of_kind: str
    entries: tuple[UUID, ...]


class OwnLooksShown(Event, frozen=True, kw_only=True, tag="own_looks_shown"):
    """A practitioner was shown what they had asked themselves."""

    by: str
    entries: tuple[UUID, ...]


class FiguresPublished(Event, frozen=True, kw_only=True, tag="figures_published"):
    """A month's figures were counted from the ledger and made public."""

    month: date
    entries: int


class CallerVerified(Event, frozen=True, kw_only=True, tag="caller_verified"):
    """An officer of the staffed desk asks for somebody on the phone, whom they rang back to be sure of."""

    by: str
    caller: str


class FeedbackGiven(Event, frozen=True, kw_only=True, tag="feedback_given"):
    """Somebody said what would help; the words stand here alone."""

    by: str
    words: str

    def __repr__(self) -> str:
        return "FeedbackGiven(…)"


class FeedbackAnswered(Event, frozen=True, kw_only=True, tag="feedback_answered"):
    """Somebody of the service answered what a user said: in public, or not where it names somebody."""

    by: str
    feedback: UUID
    words: str
    published: bool

    def __repr__(self) -> str:
        return "FeedbackAnswered(…)"


class TeamKept(Event, frozen=True, kw_only=True, tag="team_kept"):
    """A team's contact was changed, its phones were rung and answered, or it was said how it stands.

    `left_on`: it is rung no more from then on, but `successor`, or else the front door.
    """

    authority: str
    by: str
    team: UUID
    proven_on: date | None
    left_on: date | None = None
    successor: UUID | None = None
