"""Notices, hand-overs and orphaned transfers for an authority's own system, which opens no port: it asks."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from fingerpost.access.caller import Caller
from fingerpost.api.rest import body
from fingerpost.api.rest.body import ByForm, Reference, by_form
from fingerpost.moves.alert import MOST_CHILDREN, Alert, EndReason
from fingerpost.moves.covert import CovertReason
from fingerpost.moves.hand_over import HandOver
from fingerpost.moves.life import Kind, Reason
from fingerpost.moves.orphans import Orphaned
from fingerpost.notices.delivery_store import Route
from fingerpost.notices.inbox import Item
from fingerpost.notices.store import Waiting
from fingerpost.wiring import Service
from fingerpost.words import checks
from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Labelled

Address = Annotated[str, Meta(max_length=200)]


class NoticeForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which notice was seen."""

    notice: UUID


class RouteForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where the authority wants to be told, beside its teams' inboxes; what is not given is empty."""

    managers: Address = ""
    directors: Address = ""
    duty: Address = ""
    webhook: Address = ""


class OfferForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is offered to whom: by the authority's own reference, or a hand-over that it accepted.

    `receiver` is an authority's code; null where the child leaves England. `until` is a stay's last day.
    """

    reference: Annotated[str, Meta(min_length=1, max_length=100)]
    receiver: Annotated[str, Meta(max_length=9)] | None = None
    kind: Kind = Kind.RESPONSIBILITY
    until: date | None = None

    def __repr__(self) -> str:
        return "OfferForm(…)"


class Decision(Labelled):
    """What is decided of a hand-over."""

    ACCEPT = "accept", "the receiver takes responsibility"
    DECLINE = "decline", "the receiver does not; a reason is needed"
    WITHDRAW = "withdraw", "the sender takes the offer back"


class DecisionForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is decided of which hand-over, by its id or as it is said aloud."""

    hand_over: Reference
    decision: Decision
    reason: Reason | None = None


class StandForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which answer found nobody: its receipt's entry, or its reference as it is said aloud."""

    entry: Reference


class CovertForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which case is covert, for which reason, and until which day at most."""

    case_reference: Annotated[str, Meta(min_length=1, max_length=100)]
    reason: CovertReason
    until: date

    def __repr__(self) -> str:
        return "CovertForm(…)"


class AlertForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An alert of a missing family: the answers about its children, each as above, and its last day."""

    entries: Annotated[tuple[Reference, ...], Meta(min_length=1, max_length=MOST_CHILDREN)]
    until: date


class AlertDecision(Labelled):
    """What is decided of an alert."""

    APPROVE = "approve", "a senior who did not raise it lets it out"
    END = "end", "it is called back from everybody it reached; a reason is needed"


class AlertDecisionForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is decided of which alert, by its id or as it is said aloud."""

    alert: Reference
    decision: AlertDecision
    reason: EndReason | None = None


class AlertsShown(Struct, frozen=True):
    """An authority's alerts, those out first, and as of which feed each authority was looked through."""

    items: tuple[Alert, ...]


class NoticesWaiting(Struct, frozen=True):
    """How many items wait, and the oldest of them. Nothing about a child."""

    waiting: int
    items: tuple[Waiting, ...]


class NoticesShown(Struct, frozen=True):
    """What an authority is told."""

    items: tuple[Item, ...]


class HandOversShown(Struct, frozen=True):
    """An authority's hand-overs: all that wait for an answer, then the newest others."""

    items: tuple[HandOver, ...]


class OrphansShown(Struct, frozen=True):
    """An authority's orphaned transfers, oldest first."""

    items: tuple[Orphaned, ...]


class Done(Struct, frozen=True):
    """It is on the ledger."""

    status: str = "done"


def notices_waiting(service: Service, caller: Caller | None) -> NoticesWaiting:
    """Tell how many items wait for the calling authority: the poll of a system without an inbound port."""
    count, items = service.notices.inbox.waiting(body.known(caller).authority)
    return NoticesWaiting(count, tuple(items))


def notices_read(service: Service, caller: Caller | None) -> NoticesShown:
    """Give what waits for the calling authority, and whom to ring. It is recorded who read it."""
    _, by = by_form(caller, ByForm)
    return NoticesShown(tuple(service.notices.inbox.items(by)))


def notice_acknowledge(service: Service, caller: Caller | None) -> Done:
    """Note that a notice was seen."""
    form, by = by_form(caller, NoticeForm)
    service.notices.inbox.acknowledge(form.notice, by)
    return Done()


def notice_route(service: Service, caller: Caller | None) -> Route:
    """Give where the calling authority is told."""
    return service.notices.routes.of(body.known(caller).authority)


def notice_route_set(service: Service, caller: Caller | None) -> Done:
    """Set where the calling authority is told."""
    form, by = by_form(caller, RouteForm)
    route = Route(managers=form.managers, directors=form.directors, duty=form.duty, webhook=form.webhook)
    service.notices.routes.set(route, by)
    return Done()


def hand_over_offer(service: Service, caller: Caller | None) -> HandOver:
    """Offer a child to another authority; the sender holds until that one accepts."""
    form, by = by_form(caller, OfferForm)
    reference = checks.text(form.reference, "reference")
    receiver = form.receiver and checks.text(form.receiver, "receiver")
    return service.moves.hand_overs.offer(reference, receiver, by, kind=form.kind, until=form.until)


def hand_over_decide(service: Service, caller: Caller | None) -> HandOver:
    """Accept, decline or withdraw a hand-over."""
    form, by = by_form(caller, DecisionForm)
    verbs = service.moves.hand_overs
    hand_over = verbs.meant(form.hand_over, by)
    match form.decision:
        case Decision.ACCEPT:
            return verbs.accept(hand_over, by)
        case Decision.WITHDRAW:
            return verbs.withdraw(hand_over, by)
        case Decision.DECLINE:
            if form.reason is None:
                raise Invalid(Problem("reason", "is needed to decline"))
            return verbs.decline(hand_over, by, form.reason)


def hand_overs_list(service: Service, caller: Caller | None) -> HandOversShown:
    """Give the hand-overs that the calling authority offers or is offered. It is recorded who read them."""
    _, by = by_form(caller, ByForm)
    return HandOversShown(tuple(service.moves.hand_overs.listed(by)))


def orphans_list(service: Service, caller: Caller | None) -> OrphansShown:
    """Give the calling authority's orphaned transfers. It is recorded who read them."""
    _, by = by_form(caller, ByForm)
    return OrphansShown(tuple(service.moves.orphans.listed(by)))


def question_stand(service: Service, caller: Caller | None) -> Done:
    """Let a question stand that found nobody: a notice tells if the child is registered within 30 days."""
    form, by = by_form(caller, StandForm)
    service.moves.asked.stand(service.offices.oversight.mine.meant(form.entry, by), by)
    return Done()


def case_covert(service: Service, caller: Caller | None) -> Done:
    """Note that a case is covert: no holder is told of what is asked for it, until a day is over."""
    form, by = by_form(caller, CovertForm)
    service.moves.covert.note(form.case_reference, form.reason, form.until, by)
    return Done()


def alert_raise(service: Service, caller: Caller | None) -> Alert:
    """Raise an alert of a missing family. Nobody is told before a senior approves."""
    form, by = by_form(caller, AlertForm)
    mine = service.offices.oversight.mine
    entries = [mine.meant(entry, by) for entry in form.entries]
    return service.moves.alerts.raise_(entries, form.until, by)


def alert_decide(service: Service, caller: Caller | None) -> Alert:
    """Approve an alert, or call it back."""
    form, by = by_form(caller, AlertDecisionForm)
    alerts = service.moves.alerts
    alert = alerts.meant(form.alert, by)
    match form.decision:
        case AlertDecision.APPROVE:
            return alerts.approve(alert, by)
        case AlertDecision.END:
            if form.reason is None:
                raise Invalid(Problem("reason", "is needed to end an alert"))
            return alerts.end(alert, form.reason, by)


def alerts_list(service: Service, caller: Caller | None) -> AlertsShown:
    """Give the calling authority's alerts, and who was looked through. It is recorded who read them."""
    _, by = by_form(caller, ByForm)
    return AlertsShown(tuple(service.moves.alerts.listed(by)))
