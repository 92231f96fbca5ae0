"""Contact requests: asked, listed, opened and ended by the people whom a client names."""

from typing import Annotated
from uuid import UUID

from flask import request
from msgspec import Meta, Struct

from fingerpost.access.caller import Caller
from fingerpost.api.rest import body
from fingerpost.requests.ask import Asking
from fingerpost.requests.life import Outcome, State
from fingerpost.requests.shown import Mine, Opened, Waiting
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.errors import Invalid, Problem

Reference = Annotated[str, Meta(min_length=1, max_length=100)]


class AskForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who asks, about which signpost of which answer (its receipt's entry), and where to ring back."""

    practitioner: Reference
    entry: UUID
    signpost: UUID
    phone: Annotated[str, Meta(min_length=1, max_length=30)]


class ActForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who opens a request."""

    practitioner: Reference


class EndForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who ends a request, and how."""

    practitioner: Reference
    outcome: Outcome


class AskedRequests(Struct, frozen=True):
    """What a person asked, the newest first."""

    requests: tuple[Mine, ...]


class WaitingRequests(Struct, frozen=True):
    """What waits for an authority, what is due first at first."""

    requests: tuple[Waiting, ...]


class Ended(Struct, frozen=True):
    """Where a request stands now."""

    state: State
    state_words: str


def ask(service: Service, caller: Caller | None) -> Mine:
    """Ask the team of a signpost to contact the practitioner."""
    form = body.read(AskForm)
    asking = Asking(entry=form.entry, signpost=form.signpost, phone=form.phone)
    return service.requests.ask.ask(body.person(caller, form.practitioner), asking)


def asked(service: Service, caller: Caller | None) -> AskedRequests:
    """Give what a practitioner asked, and how it stands."""
    return AskedRequests(tuple(service.requests.ask.mine(_named(caller))))


def waiting(service: Service, caller: Caller | None) -> WaitingRequests:
    """Give what waits for the calling authority; of which child is shown on opening."""
    return WaitingRequests(tuple(service.requests.inbox.waiting(_named(caller))))


def open_one(service: Service, caller: Caller | None) -> Opened:
    """Open a request: whom to ring, and the authority's own reference of the child."""
    form = body.read(ActForm)
    return service.requests.inbox.see(_request(), body.person(caller, form.practitioner))


def end(service: Service, caller: Caller | None) -> Ended:
    """Say how a request was answered, or why it is not shared."""
    form = body.read(EndForm)
    state = service.requests.inbox.end(_request(), form.outcome, body.person(caller, form.practitioner))
    return Ended(state, state.label)


def _request() -> UUID:
    return (request.view_args or {})["request_id"]


def _named(caller: Caller | None) -> Person:
    named = request.args.get("practitioner", "")
    if not 1 <= len(named) <= 100:
        raise Invalid(Problem("practitioner", "is needed: the reference of whoever reads"))
    return body.person(caller, named)
