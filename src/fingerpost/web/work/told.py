"""What an authority is told of its own records: links that changed."""

from uuid import UUID

from flask import Response

from fingerpost.web import opened
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import moment_words, sentence
from fingerpost.web.route import Visit


def inbox(visit: Visit) -> Response:
    """Open what was told."""
    return opened.keep(visit, _inbox(visit))


def _inbox(visit: Visit) -> Opened:
    items = tuple(
        Item(
            f"Your reference {row.reference}" if row.reference else "A record that has left",
            (("What", sentence(row.kind.label)), ("When", moment_words(row.told_at))),
            (Act("Mark as seen", f"/work/told/{row.id}/seen", about=f"item {place}"),),
        )
        for place, row in enumerate(visit.service.told.items(visit.by), start=1)
    )
    return Opened(
        heading="Changed links",
        items=items,
        empty="Nothing is waiting.",
        again="/work/told",
        intro="What your authority is told of its own records, by its own references.",
    )


def seen(visit: Visit, item: UUID) -> Response:
    """Note that an item was seen."""
    told = visit.service.told
    return opened.settle(visit, lambda: told.acknowledge(item, visit.by), _inbox, "Noted on the ledger.")
