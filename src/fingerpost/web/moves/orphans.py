"""Orphaned transfers: children closed here as handed on, and whom nobody has opened. One page."""

from flask import Response

from fingerpost.moves.orphans import Orphaned
from fingerpost.moves.rules import DOUBT_DAYS, ORPHAN_DAYS
from fingerpost.web import opened
from fingerpost.web.opened import Item, Opened
from fingerpost.web.pages import day_words
from fingerpost.web.route import Visit


def listed(visit: Visit) -> Response:
    """Open the list."""
    rows = visit.service.moves.orphans.listed(visit.by)
    shown = Opened(
        heading="Closed here, opened nowhere",
        items=tuple(map(_item, rows)),
        again="/work/orphans",
        empty="Nobody is lost between authorities, as far as is known.",
        intro="You closed these children as handed on, and no other authority has opened them within"
        f" {ORPHAN_DAYS} working days ({DOUBT_DAYS} where two people still have to say whether one has). Ring"
        " the authority you handed the child to. A child leaves this list once somebody opens.",
    )
    return opened.keep(visit, shown)


def _item(row: Orphaned) -> Item:
    asked = ("Perhaps opened elsewhere", "Two people still have to say: see links in doubt")
    return Item(
        f"Your reference {row.reference}" if row.reference else "A child of another authority",
        (
            ("Closed", day_words(row.closed_on)),
            ("Waits for", f"{row.working_days} working days"),
            *((asked,) if row.asked else ()),
            ("Say on the phone", row.spoken),
        ),
        tag="" if row.reference else "May live in your area",
    )
