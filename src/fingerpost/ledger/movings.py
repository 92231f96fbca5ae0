"""What is recorded of notices, moves between authorities and hand-overs."""

from datetime import date
from uuid import UUID

from fingerpost.ledger.event import Event


class MovesFollowed(Event, frozen=True, kw_only=True, tag="moves_followed"):
    """Records that changed were followed: authorities were told, or what they were told was recalled."""

    told: tuple[UUID, ...]
    recalled: tuple[UUID, ...] = ()


class AnswersFollowed(Event, frozen=True, kw_only=True, tag="answers_followed"):
    """Answers were looked at again: questions that found nobody stand, or authorities were told."""

    stand: tuple[UUID, ...]
    told: tuple[UUID, ...]


class QuestionStands(Event, frozen=True, kw_only=True, tag="question_stands"):
    """A person let a question stand that had found nobody; `entry` is its answer."""

    by: str
    entry: UUID


class CovertNoted(Event, frozen=True, kw_only=True, tag="covert_noted"):
    """A senior noted that a case is covert until a day: no holder is told of what is asked for it before."""

    by: str
    authority: str
    reason: str
    until: date


class MissingAlertMoved(Event, frozen=True, kw_only=True, tag="missing_alert_moved"):
    """An alert of a missing family was raised, let out or ended; `by` is empty where its time did that."""

    by: str
    alert: UUID
    authority: str
    state: str
    reason: str = ""
    entries: tuple[UUID, ...]
    told: tuple[UUID, ...]


class MissingAlertsSwept(Event, frozen=True, kw_only=True, tag="missing_alerts_swept"):
    """Authorities were looked through for alerts, as of their feeds: (alert, authority)."""

    swept: tuple[tuple[UUID, str], ...]
    told: tuple[UUID, ...]


class MissingAlertsShown(Event, frozen=True, kw_only=True, tag="missing_alerts_shown"):
    """A person read the alerts of missing families of their authority."""

    by: str
    alerts: tuple[UUID, ...]


class ContactsTested(Event, frozen=True, kw_only=True, tag="contacts_tested"):
    """Teams that nobody had proven for a month were sent a test."""

    tests: tuple[UUID, ...]


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
