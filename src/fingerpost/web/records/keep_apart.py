"""Keeping a life apart, for adoption and new identity: each side marks its own."""

from flask import Response

from fingerpost.signposts.never_join import Named
from fingerpost.web.fields import Field, Form, Written
from fingerpost.web.opened import Opened
from fingerpost.web.records import BACK
from fingerpost.web.route import Visit

FORM = Form(
    heading="Keep a life apart",
    address="/records/keep-apart",
    button="Keep it apart for good",
    back=BACK,
    warns=True,
    intro=(
        "For adoption and new identity. Two lives that are marked are never joined, by machine or by hand,"
        " and no answer shows both.",
        "Mark the life that your authority knows, whether a record of it is held yet or not. The authority"
        " that knows the other life marks that one. Nothing says which two belong together, and a mark is"
        " never taken away.",
    ),
    fields=(
        Field("reference", "Your authority’s own reference of the child", width="govuk-input--width-20"),
        Field(
            "again",
            "The same reference again",
            "Nothing tells you whether a record goes by it, so a slip would stay",
            width="govuk-input--width-20",
        ),
        Field("decided", "An adoption, or a new identity, is on our own file", kind="tick"),
    ),
)


def show(visit: Visit) -> Response:
    """Ask which life."""
    return FORM.draw(visit)


def mark(visit: Visit) -> Response:
    """Mark it; what is answered is the same whether there is a record or not."""
    written = Written(visit, FORM)
    reference = written.text("reference")
    if written.text("again") != reference:
        written.wrong("again", "The two references are not the same")
    written.text("decided")

    def act() -> Opened:
        visit.service.never_join.order(Named(visit.by.authority, reference), visit.by)
        return Opened(
            heading="Kept apart",
            intro="From now on it is never joined to another life that is kept apart.",
            back=BACK,
        )

    return written.do(act)
