"""What is recorded of the guard: households, blocks, budgets, justifications, alerts."""

from uuid import UUID

from fingerpost.ledger.event import Event


class HouseholdDeclared(Event, frozen=True, kw_only=True, tag="household_declared"):
    """A practitioner's household was declared, so that they do not look for their own."""

    practitioner: str
    by: str
    ties: int


class ConflictBlocked(Event, frozen=True, kw_only=True, tag="conflict_blocked"):
    """A worker was blocked from finding one child."""

    block: UUID
    practitioner: str
    by: str


class ConflictLifted(Event, frozen=True, kw_only=True, tag="conflict_lifted"):
    """A worker's block from one child was lifted by a second person."""

    block: UUID
    by: str


class BudgetRaised(Event, frozen=True, kw_only=True, tag="budget_raised"):
    """A larger budget for one person was asked for; `agreed` once a second person has."""

    budget: UUID
    practitioner: str
    an_hour: int
    a_day: int
    until: str
    by: str
    agreed: bool


class LookupJustified(Event, frozen=True, kw_only=True, tag="lookup_justified"):
    """A person said why they had asked: what they needed, and what they did with the answer."""

    entry: UUID
    by: str
    need: str
    use: str

    def __repr__(self) -> str:
        return f"LookupJustified({self.entry})"


class JustificationShown(Event, frozen=True, kw_only=True, tag="justification_shown"):
    """A manager read why somebody had asked."""

    entry: UUID
    by: str


class JustificationReviewed(Event, frozen=True, kw_only=True, tag="justification_reviewed"):
    """A manager accepted or questioned why somebody had asked."""

    entry: UUID
    by: str
    accepted: bool


class AlertsListed(Event, frozen=True, kw_only=True, tag="alerts_listed"):
    """A person read alerts."""

    by: str
    alerts: tuple[UUID, ...]


class AlertAcknowledged(Event, frozen=True, kw_only=True, tag="alert_acknowledged"):
    """A person acknowledged an alert."""

    alert: UUID
    by: str


class HoneyPlanted(Event, frozen=True, kw_only=True, tag="honey_planted"):
    """So many children who do not exist are to be planted, to see who browses. Which, nothing says."""

    children: int
    by: str


class HoneyRetired(Event, frozen=True, kw_only=True, tag="honey_retired"):
    """The children who do not exist are to be taken away again."""

    by: str
