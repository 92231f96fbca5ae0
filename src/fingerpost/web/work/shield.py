"""Asking for a shield: it stands at once, the paperwork comes later."""

from flask import Response

from fingerpost.shields.request import EVIDENCE_DAYS, Body, Ground, Request
from fingerpost.web.child_fields import CHILD, child_of
from fingerpost.web.fields import Field, Form, Written, choices_of
from fingerpost.web.opened import Opened
from fingerpost.web.route import Visit
from fingerpost.words.errors import NotFound

FORM = Form(
    heading="Ask for a shield",
    address="/work/shield",
    button="Shield this child",
    intro=(
        "From now on nobody who looks finds this child, and nobody can tell that there is a shield. Your"
        " authority"
        " keeps it and is told who asked.",
        f"Evidence follows within {EVIDENCE_DAYS} days. Two people of different authorities can lift it.",
    ),
    fields=(
        *CHILD,
        Field("body", "Body that asks", kind="choice", choices=choices_of(Body)),
        Field("ground", "Ground", kind="choice", choices=choices_of(Ground)),
        Field("call_back", "Their phone", "On which they are rung back", width="govuk-input--width-20"),
    ),
)


def show(visit: Visit) -> Response:
    """Ask which child, who asks and why."""
    return FORM.draw(visit)


def ask(visit: Visit) -> Response:
    """Shield a child."""
    written = Written(visit, FORM)
    child = child_of(visit, written)
    body, ground = written.member("body", Body), written.member("ground", Ground)
    phone = written.text("call_back")

    def act() -> Opened:
        if body is None or ground is None:
            raise NotFound("something is missing")
        request = Request(body=body, ground=ground, call_back=phone)
        visit.service.shields.ask(visit.by.authority, request, child, visit.by)
        # How many records it covers is not said: that would tell whether there are any.
        return Opened(heading="The child is shielded", intro="Your authority reviews it within six months.")

    return written.do(act)
