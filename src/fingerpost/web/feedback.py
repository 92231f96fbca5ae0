"""Feedback: given by whoever is signed in, answered in public."""

from uuid import UUID

from flask import Response

from fingerpost.access.rules import RecordsAct
from fingerpost.oversight.feedback import LONGEST, Said
from fingerpost.web import opened
from fingerpost.web.fields import Field, Form, Typed, Written
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import day_words
from fingerpost.web.route import Visit

PUBLIC = ("/feedback", "Feedback")
FORM = Form(
    heading="Give feedback", address="/feedback/give", button="Send it", back=PUBLIC,
    intro=("It is read by the national service and answered in public. Write nobody’s name.",),
    fields=(Field("words", "What happened, or what would help", kind="lines", longest=LONGEST),),
)  # fmt: skip


def public(visit: Visit) -> Response:
    """Show what was said and answered; to whoever may answer, what waits."""
    feedback = visit.service.offices.oversight.feedback
    acts = [Act("Give feedback", FORM.address, plain=True)] if visit.person else []
    if visit.may(RecordsAct.FEEDBACK):
        acts.append(Act("What waits for an answer", "/feedback/waiting", plain=True))
    shown = Opened(
        heading="Feedback, answered in public", items=tuple(map(_item, feedback.public())), acts=tuple(acts),
        empty="Nothing has been answered yet.", back=("/", "Start"),
        intro="" if visit.person else "Sign in to say what would help.",
    )  # fmt: skip
    return opened.draw(visit, shown)


def _item(said: Said) -> Item:
    facts = (
        ("Said", said.words or "no longer readable"),
        ("Answered", said.answer or "no longer readable"),
    )
    return Item(day_words(said.given_at.date()), facts)


def giving(visit: Visit) -> Response:
    """Ask what would help."""
    return FORM.draw(visit)


def give(visit: Visit) -> Response:
    """Take it."""
    written = Written(visit, FORM)
    words = written.text("words")

    def act() -> Opened:
        visit.service.offices.oversight.feedback.give(words, visit.by)
        return Opened(heading="Thank you", intro="It is answered in public.", back=PUBLIC)

    return written.do(act)


def waiting(visit: Visit) -> Response:
    """Show what waits for an answer."""
    items = tuple(
        Item(
            day_words(said.given_at.date()), (("Said", said.words),),
            (Act("Answer", f"/feedback/{said.id}", about=f"item {place}", plain=True),),
        )
        for place, said in enumerate(visit.service.offices.oversight.feedback.waiting(visit.by), start=1)
    )  # fmt: skip
    return opened.draw(
        visit, Opened(heading="What waits for an answer", items=items, empty="Nothing.", back=PUBLIC)
    )


def _answering(feedback: UUID) -> Form:
    return Form(
        heading="Answer", address=f"/feedback/{feedback}", button="Answer",
        back=("/feedback/waiting", "What waits"),
        fields=(
            Field("words", "Answer", kind="lines", longest=LONGEST),
            Field("published", "It names nobody: show both in public", kind="tick"),
        ),
    )  # fmt: skip


def answering(visit: Visit, feedback: UUID, typed: Typed = None) -> Response:
    """Ask for the answer."""
    return _answering(feedback).draw(visit, typed)


def answer(visit: Visit, feedback: UUID) -> Response:
    """Answer it."""
    written = Written(visit, _answering(feedback))
    words, published = written.text("words"), written.typed["published"] == "yes"

    def act() -> Opened:
        visit.service.offices.oversight.feedback.answer(feedback, words, visit.by, published=published)
        return Opened(heading="Answered", intro="In public." if published else "Not in public.", back=PUBLIC)

    return written.do(act)
