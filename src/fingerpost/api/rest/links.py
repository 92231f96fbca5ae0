"""Links and trails, lives never joined, and what is told of them: by an authority's own system."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from fingerpost.access.caller import Caller
from fingerpost.api.rest.body import ByForm, by_form
from fingerpost.api.rest.moves import Done
from fingerpost.signposts.never_join import Named
from fingerpost.signposts.review import Shown
from fingerpost.signposts.review_store import Waiting
from fingerpost.signposts.told import ToldItem
from fingerpost.signposts.trails import BreakReason, Link, LinkState
from fingerpost.wiring import Service
from fingerpost.words import checks


class LinkForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which link."""

    link: UUID


class VerdictForm(LinkForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one person says of a link: one child, or two."""

    same: bool


class BreakForm(LinkForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which link is broken for good, and why."""

    reason: BreakReason


class TrailForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose trail: a record's, or that of a signpost's record."""

    record: UUID


class NeverJoinForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which life is kept apart from others: a child by the calling authority's own reference."""

    reference: Annotated[str, Meta(min_length=1, max_length=100)]

    def __repr__(self) -> str:
        return "NeverJoinForm(…)"


class ToldForm(ByForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which item was seen."""

    item: UUID


class LinksWaiting(Struct, frozen=True):
    """The queue, oldest first: how many wait in all, since when, and how many for too long."""

    waiting: int
    oldest: datetime | None
    overdue: int
    items: tuple[Waiting, ...]


class Standing(Struct, frozen=True):
    """Where a link stands after what was said."""

    state: LinkState


class Broken(Struct, frozen=True):
    """The links that were taken back with it, because they still joined the two."""

    taken_back: tuple[UUID, ...]


class ToldShown(Struct, frozen=True):
    """What an authority is told of its own records and nobody has acknowledged, oldest first."""

    items: tuple[ToldItem, ...]


class RecordHeld(Struct, frozen=True):
    """A record of a trail, and who holds it."""

    record: UUID
    authority: str


class TrailShown(Struct, frozen=True):
    """The records of a trail, and every link that touches one."""

    records: tuple[RecordHeld, ...]
    links: tuple[Link, ...]


def links_list(service: Service, caller: Caller | None) -> LinksWaiting:
    """Give the links that wait for the calling authority's people. It is recorded who read them."""
    _, by = by_form(caller, ByForm)
    queue = service.review.queue(by)
    return LinksWaiting(queue.age.waiting, queue.age.oldest, queue.age.overdue, tuple(queue.links))


def link_show(service: Service, caller: Caller | None) -> Shown:
    """Give one link with how alike its records are, field by field. It is recorded who read it."""
    form, by = by_form(caller, LinkForm)
    return service.review.show(form.link, by)


def link_decide(service: Service, caller: Caller | None) -> Standing:
    """Note what one person says of a proposed link; two different people decide."""
    form, by = by_form(caller, VerdictForm)
    return Standing(service.review.decide(form.link, by, same=form.same))


def link_break(service: Service, caller: Caller | None) -> Broken:
    """Break a link for good; both authorities are told."""
    form, by = by_form(caller, BreakForm)
    return Broken(tuple(service.review.break_link(form.link, by, form.reason)))


def trail_show(service: Service, caller: Caller | None) -> TrailShown:
    """Give the trail of a record. It is recorded who read it."""
    form, by = by_form(caller, TrailForm)
    found = service.review.trail(form.record, by)
    records = (RecordHeld(record, authority) for record, authority in found.records.items())
    return TrailShown(tuple(records), found.links)


def never_join(service: Service, caller: Caller | None) -> Done:
    """Keep a child's life apart from all of which the same is said; held or not, the answer is one."""
    form, by = by_form(caller, NeverJoinForm)
    service.never_join.order(Named(by.authority, checks.text(form.reference, "reference")), by)
    return Done()


def told_list(service: Service, caller: Caller | None) -> ToldShown:
    """Give what the calling authority is told of its own records. It is recorded who read it."""
    _, by = by_form(caller, ByForm)
    return ToldShown(tuple(service.told.items(by)))


def told_acknowledge(service: Service, caller: Caller | None) -> Done:
    """Note that an item was seen."""
    form, by = by_form(caller, ToldForm)
    service.told.acknowledge(form.item, by)
    return Done()
