"""What is recorded of notices, moves between authorities, hand-overs and alerts."""

from datetime import date
from uuid import UUID

from fingerpost.ledger.event import Event


class MovesFollowed(Event, frozen=True, kw_only=True, tag="moves_followed"):
    """Records that changed were followed: authorities were told, or what they were told was recalled."""

    told: tuple[UUID, ...]
    recalled: tuple[UUID, ...] = ()


class NoticesRead(Event, frozen=True, kw_only=True, tag="notices_read"):
    """A person read what their authority is told; `disclosed` are the signposts whose teams were shown."""

    by: str
    notices: tuple[UUID, ...]
    disclosed: tuple[UUID, ...]


class NoticeAcknowledged(Event, frozen=True, kw_only=True, tag="notice_acknowledged"):
    """A person has seen a notice."""

    by: str
    notice: UUID


class NoticesPassedOn(Event, frozen=True, kw_only=True, tag="notices_passed_on"):
    """Nobody acknowledged these notices in time: the next in line were told."""

    notices: tuple[UUID, ...]


class NoticeRouteSet(Event, frozen=True, kw_only=True, tag="notice_route_set"):
    """A person set where their authority wants to be told."""

    by: str
    authority: str


class HandOverMoved(Event, frozen=True, kw_only=True, tag="hand_over_moved"):
    """A hand-over was offered or came to another state; `by` is empty where its time did that."""

    by: str
    hand_over: UUID
    child: UUID
    state: str
    sender: str
    receiver: str | None
    told: tuple[UUID, ...]


class HandOversListed(Event, frozen=True, kw_only=True, tag="hand_overs_listed"):
    """A person read the hand-overs, or the orphaned transfers, of their authority."""

    by: str
    items: tuple[UUID, ...]


class LateHitsKept(Event, frozen=True, kw_only=True, tag="late_hits_kept"):
    """Answered questions were looked at behind the answers: those not found are remembered for a while."""

    questions: int


class AlertMoved(Event, frozen=True, kw_only=True, tag="alert_moved"):
    """A missing-family alert was raised, approved, or ended."""

    by: str
    alert: UUID
    authority: str
    state: str
    told: tuple[UUID, ...]
    keys_made: tuple[str, ...] = ()


class AlertSwept(Event, frozen=True, kw_only=True, tag="alert_swept"):
    """What these authorities hold was looked through for an alert, as of each one's own feed."""

    alert: UUID
    authorities: tuple[str, ...]


class CovertNoted(Event, frozen=True, kw_only=True, tag="covert_noted"):
    """A person held back what holding authorities are told of one case's questions, until a day."""

    by: str
    authority: str
    reason: str
    until: date


class ContactsTested(Event, frozen=True, kw_only=True, tag="contacts_tested"):
    """Teams whose contact was not proven lately were sent a test."""

    tests: tuple[UUID, ...]
