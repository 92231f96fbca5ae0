"""Erasing one child before its day, by a records officer."""

from flask import Response

from fingerpost.retention.periods import SETTLE_HOURS
from fingerpost.web.fields import Field, Form, Written
from fingerpost.web.opened import Opened
from fingerpost.web.records import BACK
from fingerpost.web.route import Visit

FORM = Form(
    heading="Erase a child",
    address="/records/erase",
    button="Erase this child",
    back=BACK,
    warns=True,
    intro=(
        "Erase the child in your own system first, or the next feed brings it back. This cannot be undone.",
    ),
    fields=(
        Field("reference", "Your authority’s own reference of the child", width="govuk-input--width-20"),
        Field("erased", "The child is erased in our own system", kind="tick"),
    ),
)


def show(visit: Visit) -> Response:
    """Ask which child."""
    return FORM.draw(visit)


def erase(visit: Visit) -> Response:
    """Erase the child."""
    written = Written(visit, FORM)
    reference = written.text("reference")
    written.text("erased")

    def act() -> Opened:
        gone = visit.service.erasure.erase(visit.by.authority, reference, visit.by)
        return Opened(
            heading="Erased",
            intro=f"{gone.signposts} signposts and {gone.told} items are gone now. Within {SETTLE_HOURS}"
            " hours the"
            " operator makes every older backup unreadable.",
            back=BACK,
        )

    return written.do(act)
