"""What is told, who is looking at it, and how long they have. Pure."""

from datetime import datetime
from enum import unique

from fingerpost.words.vocabulary import Labelled
from fingerpost.words.working_time import after_working_hours

STEP_HOURS = 4  # working hours until the next in line is told (features, row 39)


@unique
class NoticeKind(Labelled):
    """What an authority is told."""

    SHARED = "shared", "another authority is, or was, working with this child too: ring its team"
    ORPHANED = (
        "orphaned",
        "this child was closed as handed on to another authority, and nobody has opened: find out who has",
    )
    ORPHAN_ASKED = (
        "orphan_asked",
        "this child was closed as handed on, and two people have not said whether a record elsewhere is the"
        " child's: have it decided",
    )
    OUT_OF_AREA = "out_of_area", "a child of another authority lives in this area: ring its team"
    HAND_OVER_OFFERED = (
        "hand_over_offered",
        "another authority offers responsibility for a child: accept or decline",
    )
    HAND_OVER_ACCEPTED = (
        "hand_over_accepted",
        "the hand-over was accepted: the other authority holds the child now",
    )
    HAND_OVER_DECLINED = (
        "hand_over_declined",
        "the hand-over was declined: this authority still holds the child",
    )
    HAND_OVER_LAPSED = (
        "hand_over_lapsed",
        "the hand-over lapsed unanswered: whoever offered it still holds the child",
    )
    HAND_OVER_WITHDRAWN = (
        "hand_over_withdrawn",
        "the hand-over was withdrawn: whoever offered it holds the child",
    )
    HAND_OVER_OVERDUE = "hand_over_overdue", "the hand-over has waited for more than fifteen working days"
    STAYING = "staying", "a child of another authority stays in this area for less than fifteen days"
    RETURNED = "returned", "a child who had left is known to an authority in England again: ring its team"
    LATE_HIT = (
        "late_hit",
        "a child you asked about, and who was not found, was registered since: ring the team",
    )
    LOOKED_FOR = "looked_for", "this child was looked for in unscheduled care"
    ALERT = "alert", "a child of this authority may be of a family that is missing: ring who raised the alert"
    ALERT_FOUND = (
        "alert_found",
        "another authority may work with a child of the family of your alert: ring its team",
    )
    ALERT_ENDED = "alert_ended", "the alert of a missing family has ended: stop looking"
    CONTACT_TEST = (
        "contact_test",
        "a test of this team: see that these numbers are yours and are answered, and acknowledge it",
    )
    LINKS_WAIT = (
        "links_wait",
        "pairs of records that may be of one child wait: two people have to say so under review",
    )
    LINKS_OVERDUE = (
        "links_overdue",
        "pairs of records have waited under review for more than five working days: have them decided",
    )


@unique
class Step(Labelled):
    """Who is looking at a notice now."""

    TEAM = "team", "the team"
    MANAGER = "manager", "the manager"
    DIRECTOR = "director", "the director"
    DUTY = "duty", "the duty team"


# Whose silence leads to whom. The duty team is staffed at all hours: nobody comes after it.
NEXT: dict[Step, Step | None] = {
    Step.TEAM: Step.MANAGER,
    Step.MANAGER: Step.DUTY,
    Step.DIRECTOR: Step.DUTY,
    Step.DUTY: None,
}
# Where a notice begins that no team answers for.
FIRST = {
    NoticeKind.ORPHANED: Step.DIRECTOR, NoticeKind.ORPHAN_ASKED: Step.DIRECTOR,
    NoticeKind.HAND_OVER_OVERDUE: Step.MANAGER,
    NoticeKind.LINKS_WAIT: Step.MANAGER, NoticeKind.LINKS_OVERDUE: Step.DIRECTOR,
    # By day and night: a family that is looked for does not wait for an office.
    NoticeKind.ALERT: Step.DUTY, NoticeKind.ALERT_FOUND: Step.DUTY, NoticeKind.ALERT_ENDED: Step.DUTY,
}  # fmt: skip


def first_step(kind: NoticeKind) -> Step:
    """Return who is told first."""
    return FIRST.get(kind, Step.TEAM)


def next_step_at(kind: NoticeKind, step: Step, moment: datetime) -> datetime | None:
    """Return when the next in line is told, unless somebody acknowledges; a test escalates to nobody."""
    if NEXT[step] is None or kind is NoticeKind.CONTACT_TEST:
        return None
    return after_working_hours(moment, STEP_HOURS)
