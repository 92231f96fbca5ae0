"""Covert enquiries: a case of which no holder is told that its child was looked for, until a day is over."""

from flask import Response

from fingerpost.moves.covert import MOST_COVERT, CovertReason
from fingerpost.web.fields import Field, Form, Written, choices_of
from fingerpost.web.look.kept import LONGEST_REFERENCE
from fingerpost.web.opened import Opened
from fingerpost.web.pages import day_words
from fingerpost.web.route import Visit
from fingerpost.words.errors import NotFound

FORM = Form(
    heading="Keep an enquiry covert",
    address="/work/covert",
    button="Note it",
    intro=(
        "Whoever holds a child is told when it is looked for in unscheduled care. Note a case here before"
        " anybody looks, and of its looks they are told only once the last day is over.",
        "That you noted it, and why, stands on the ledger.",
    ),
    fields=(
        Field(
            "case_reference", "Case reference", "As whoever looks will give it",
            width="govuk-input--width-20", longest=LONGEST_REFERENCE,
        ),
        Field("reason", "Why they must not know yet", kind="choice", choices=choices_of(CovertReason)),
        Field(
            "until", "Last day", f"Within {MOST_COVERT.days} days. For example, 27 3 2027",
            width="govuk-input--width-10",
        ),
    ),
)  # fmt: skip


def show(visit: Visit) -> Response:
    """Ask which case, why and until when."""
    return FORM.draw(visit)


def note(visit: Visit) -> Response:
    """Note a case."""
    written = Written(visit, FORM)
    case, reason, until = (
        written.text("case_reference"),
        written.member("reason", CovertReason),
        written.day("until"),
    )

    def act() -> Opened:
        if reason is None:
            raise NotFound("no reason")
        visit.service.moves.covert.note(case, reason, until, visit.by)
        told = f"Whoever holds the child is told once {day_words(until)} is over."
        return Opened(heading="The case is covert", intro=told)

    return written.do(act)
