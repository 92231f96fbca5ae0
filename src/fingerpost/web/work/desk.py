"""The staffed desk: what a reference said aloud stands for, and looking for a caller who was rung back."""

from flask import Response

from fingerpost.lookup import Answer
from fingerpost.lookup.answer import Outcome
from fingerpost.lookup.contact import NO_NUMBER
from fingerpost.lookup.form import QuestionForm, read_question
from fingerpost.shields.desk import ToRing
from fingerpost.signposts.person import Person
from fingerpost.web.child_fields import CHILD
from fingerpost.web.fields import Field, Form, Written, choices_of
from fingerpost.web.look.cards import cards
from fingerpost.web.look.written import child_form
from fingerpost.web.opened import Item, Opened
from fingerpost.web.route import Visit
from fingerpost.words.clock import today
from fingerpost.words.errors import NotFound
from fingerpost.words.vocabulary import LookupReason, Purpose

REFERENCE = Form(
    heading="Look up a reference",
    address="/work/desk",
    button="Look it up",
    intro=("A reference is good for a day.",),
    fields=(
        Field(
            "reference", "Reference", "Two groups of four, such as 2CDF-3GHJ", width="govuk-input--width-10"
        ),
    ),
)
PHONE = Form(
    heading="Look for a caller",
    address="/work/phone",
    button="Look",
    intro=(
        "The caller asks, by their own role and papers; you ask for them. Both of you are on the ledger.",
        "Say to the caller only what the answer shows.",
    ),
    fields=(
        Field(
            "authority",
            "The caller’s authority",
            "Its code, such as RJ1 or E08000035",
            width="govuk-input--width-10",
        ),
        Field("caller", "The caller’s staff reference", width="govuk-input--width-20"),
        Field("rung_back", "I rang the caller back on a number that I did not get from them", kind="tick"),
        Field("purpose", "Reason", kind="choice", choices=choices_of(Purpose)),
        Field("case_reference", "The caller’s case reference", width="govuk-input--width-20", longest=60),
        *CHILD,
        Field(
            "reason",
            "Why they ask",
            "Only if you are asked for it: where they asked about the child before, or may know the family",
            kind="choice",
            choices=choices_of(LookupReason),
        ),
    ),
)


def reference(visit: Visit) -> Response:
    """Ask for a reference."""
    return REFERENCE.draw(visit)


def look_up(visit: Visit) -> Response:
    """Tell whom to ring for a reference."""
    written = Written(visit, REFERENCE)
    said = written.text("reference")

    def act() -> Opened:
        try:
            call = visit.service.desk.look_up(said, visit.by)
        except NotFound:
            return Opened(
                heading="No answer of the last day has that reference",
                intro="Ask the caller to say it again.",
            )
        items = tuple(_to_ring(row) for row in call.to_ring)
        return Opened(
            heading=f"Reference {call.reference}",
            items=items,
            empty="Nobody has to be rung for it.",
            back=("/work/desk", "Another reference"),
        )

    return written.do(act)


def _to_ring(row: ToRing) -> Item:
    return Item(
        f"Ring {row.authority_name}",
        (("Emergency duty", row.duty_phone or "none is known"),),
        tag="Dealt with" if row.done else "",
    )


def phone(visit: Visit) -> Response:
    """Ask who calls, why, and about whom."""
    return PHONE.draw(visit)


def ask(visit: Visit) -> Response:
    """Ask for the caller, and show what may be said."""
    written = Written(visit, PHONE)
    authority, caller = written.text("authority").upper(), written.text("caller")
    written.text("rung_back")
    purpose, case = written.member("purpose", Purpose), written.text("case_reference")
    reason = written.member("reason", LookupReason, needed=False)

    def act() -> Opened:
        if purpose is None:
            raise NotFound("something is missing")
        day = today(visit.service.now())
        form = QuestionForm(
            practitioner=caller,
            purpose=purpose,
            case_reference=case,
            child=child_form(written.typed, day),
            reasons=(reason,) if reason else (),
        )
        who = Person(authority, caller)
        answer = visit.service.offices.telephone.ask(who, read_question(form, day), visit.by)
        return _answered(answer)

    return written.do(act)


def _answered(answer: Answer) -> Opened:
    items = tuple(
        Item(
            f"{card.authority}, {card.team}",
            (
                ("Ring", card.contact.phone_now or NO_NUMBER),
                *((("The team", card.contact.left.words),) if card.contact.left else ()),
                *(
                    (line.service or "Service not named", "now" if line.current else "before")
                    for line in card.lines
                ),
            ),
            tag=child.band.label.capitalize(),
        )
        for child in cards(answer)
        for card in child.cards
    )
    coverage = answer.coverage.statement if answer.coverage else ""
    return Opened(
        heading="Say this to the caller",
        items=items,
        empty=answer.message
        if answer.outcome is Outcome.ADD_DETAIL
        else "Nothing found. That does not mean safe.",
        intro=f"Reference {answer.reference}, good for a day. {coverage}".strip(),
        back=("/work/phone", "Another caller"),
    )
