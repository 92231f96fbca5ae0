"""What somebody asked themselves, and saying why where a look was chosen to be checked."""

from uuid import UUID

from flask import Response

from fingerpost.lookup.answer import Outcome
from fingerpost.oversight.mine import Look
from fingerpost.web import opened
from fingerpost.web.fields import Field, Form, Typed, Written
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import moment_words, sentence
from fingerpost.web.route import Visit

_OUTCOMES = {outcome.value: outcome.label for outcome in Outcome}


def mine(visit: Visit) -> Response:
    """Open one's own looks."""
    items = tuple(_item(look) for look in visit.service.offices.oversight.mine.looks(visit.by))
    shown = Opened(
        heading="My looks",
        items=items,
        again="/work/looks",
        empty="You asked nothing in the last 30 days.",
        intro="What you asked in the last 30 days. No child’s name is kept here: your case reference"
        " tells which.",
    )
    return opened.keep(visit, shown)


def _item(look: Look) -> Item:
    outcome = _OUTCOMES.get(look.outcome, "refused")
    facts = [("How it ended", sentence(outcome)), ("When", moment_words(look.asked_at))]
    if look.purpose:
        facts.insert(0, ("Why", look.purpose.label))
    if look.reference:
        facts.append(("Reference", look.reference))
    check = Act("Check its proof", "/proof", {"entry": str(look.entry)}, f"of look {look.reference}")
    return Item(
        f"Case {look.case_reference}" if look.case_reference else "A look",
        tuple(facts),
        (check,) if look.entry else (),
    )


def due(visit: Visit) -> Response:
    """Show which of one's looks wait for a reason. It tells of no child, and is not recorded."""
    items = tuple(
        Item(
            f"Entry {row.entry}",
            (("Say why by", moment_words(row.due_at)),),
            (Act("Say why", f"/work/justify/{row.entry}", about=f"you asked, item {place}", plain=True),),
            tag="Asked again" if row.accepted is False else "",
        )
        for place, row in enumerate(visit.service.challenges.mine(visit.by), start=1)
    )
    shown = Opened(
        heading="Say why you asked",
        items=items,
        empty="Nothing waits for you.",
        intro="Some looks are chosen by chance. Say why by the time shown: after it, no more of your looks"
        " are answered until you have.",
    )
    return opened.draw(visit, shown)


def _form(entry: UUID) -> Form:
    return Form(
        heading="Say why you asked",
        address=f"/work/justify/{entry}",
        button="Save",
        back=("/work/justify", "Looks to say why of"),
        intro=("Your manager reads it. Write no child’s name.",),
        fields=(
            Field("need", "What you needed", "A line of 10 to 200 characters", kind="lines"),
            Field("use", "What you did with the answer", "A line of 10 to 200 characters", kind="lines"),
        ),
    )


def justify(visit: Visit, entry: UUID, typed: Typed = None) -> Response:
    """Ask why."""
    return _form(entry).draw(visit, typed)


def say_why(visit: Visit, entry: UUID) -> Response:
    """Note why."""
    written = Written(visit, _form(entry))
    need, use = written.text("need"), written.text("use")

    def act() -> Opened:
        visit.service.challenges.justify(entry, visit.by, need, use)
        return Opened(heading="You have said why", intro="Your manager reads it, and may ask again.")

    return written.do(act)
