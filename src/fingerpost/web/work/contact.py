"""Contact requests: "ask them to contact me" on an answer, what became of it, and those to answer."""

from uuid import UUID

from flask import Response

from fingerpost.requests.ask import Asking
from fingerpost.requests.life import ASK_WITHIN, Outcome
from fingerpost.requests.shown import Mine, Waiting
from fingerpost.requests.shown import Opened as Seen
from fingerpost.requests.store import Overdue
from fingerpost.web import opened
from fingerpost.web.fields import Field, Form, Typed, Written, choices_of
from fingerpost.web.look.kept import kept_look
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import go, moment_words
from fingerpost.web.route import Visit
from fingerpost.words.errors import NotFound

MINE = ("/work/contact", "Contact requests I made")
TO_US = ("/work/requests", "Contact requests to answer")


def _asking(look: UUID, signpost: UUID) -> Form:
    return Form(
        heading="Ask them to contact me",
        address=f"/look/{look}/contact/{signpost}",
        button="Ask them",
        back=(f"/look/{look}/answer", "Answer"),
        intro=(
            "They see who you are, why you asked and your phone, and which child it is by their own"
            " reference. If"
            " they do not answer in time, the desk rings them. If they may not share, they say why.",
        ),
        fields=(Field("phone", "Your phone", "On which they reach you now", width="govuk-input--width-20"),),
    )


def asking(visit: Visit, look: UUID, signpost: UUID, typed: Typed = None) -> Response:
    """Ask on which phone; of an answer that has closed with its session it says so once it is sent."""
    kept = kept_look(visit, look)
    closed = kept is None or kept.answer is None
    return go("/look") if closed and typed is None else _asking(look, signpost).draw(visit, typed)


def ask(visit: Visit, look: UUID, signpost: UUID) -> Response:
    """Ask a team to make contact."""
    kept = kept_look(visit, look)
    written = Written(visit, _asking(look, signpost))
    phone = written.text("phone")
    if kept is None or kept.answer is None:
        written.wrong("phone", "The answer has closed: look for the child again, and ask them from there")
    entry = kept.answer.receipt.entry if kept and kept.answer else UUID(int=0)

    def act() -> Opened:
        asked = visit.service.requests.ask.ask(visit.by, Asking(entry=entry, signpost=signpost, phone=phone))
        return Opened(
            heading="Asked", items=(_mine(asked),), back=(f"/look/{look}/answer", "Answer"),
            intro="You find it again under My work.",
        )  # fmt: skip

    return written.do(act)


def mine(visit: Visit) -> Response:
    """Show what one asked and how it stands. Nothing of a child is in it."""
    rows = visit.service.requests.ask.mine(visit.by)
    shown = Opened(
        heading=MINE[1], items=tuple(map(_mine, rows)), empty="You have made no contact requests.",
        intro=f"A team can be asked within {ASK_WITHIN.days} days of an answer that showed it.",
    )  # fmt: skip
    return opened.draw(visit, shown)


def _mine(row: Mine) -> Item:
    ended = (("How", row.outcome_words), ("When", moment_words(row.ended_at))) if row.ended_at else ()
    return Item(
        f"{row.authority_name}, {row.team}",
        (
            ("Case", row.case_reference),
            ("Asked", moment_words(row.asked_at)),
            ("Status", row.state_words),
            *(ended or (("Due by", moment_words(row.due_at)),)),
        ),
        tag="With the desk" if row.with_the_desk else row.state.value.replace("_", " ").capitalize(),
    )


def to_us(visit: Visit) -> Response:
    """Show what waits for the authority: who asks, why and by when; not yet of which child."""
    rows = visit.service.requests.inbox.waiting(visit.by)
    items = tuple(_waiting(row, place) for place, row in enumerate(rows, start=1))
    return opened.draw(
        visit, Opened(heading=TO_US[1], items=items, empty="Nobody is waiting for your authority.")
    )


def _waiting(row: Waiting, place: int) -> Item:
    return Item(
        f"A {row.role.label} of {row.authority_name}",
        (("For", row.purpose_words), ("Asks", row.team), ("Answer by", moment_words(row.due_at))),
        (
            Act(
                "Open it", f"/work/requests/{row.id}", about=f"request {place}",
                kind="primary",
            ),
        ),
        tag="With the desk" if row.with_the_desk else "",
        urgent=True,
    )  # fmt: skip


def see(visit: Visit, request: UUID) -> Response:
    """Open one: whom to ring, and which child it is by one's own reference."""
    return opened.keep(visit, _seen(visit.service.requests.inbox.see(request, visit.by)))


def _seen(row: Seen) -> Opened:
    facts = (
        ("Ring", row.phone),
        ("Who", row.asker_name),
        ("For", row.waiting.purpose_words),
        ("Their case", row.case_reference),
        ("Your own reference", row.own_reference),
        ("Answer by", moment_words(row.waiting.due_at)),
    )
    act = Act("Say how it ended", f"/work/requests/{row.waiting.id}/end", plain=True)
    item = Item(f"{row.asker_name}, {row.waiting.authority_name}", facts, (act,))
    return Opened(heading="They ask you to contact them", items=(item,), back=TO_US)


def _ending(request: UUID) -> Form:
    return Form(
        heading="How did it end?", address=f"/work/requests/{request}/end", button="Save", back=TO_US,
        intro=("The one who asked sees it, and it stands on the ledger.",),
        fields=(Field("outcome", "Outcome", kind="choice", choices=choices_of(Outcome)),),
    )  # fmt: skip


def ending(visit: Visit, request: UUID, typed: Typed = None) -> Response:
    """Ask how it ended."""
    return _ending(request).draw(visit, typed)


def end(visit: Visit, request: UUID) -> Response:
    """Say how it ended."""
    written = Written(visit, _ending(request))
    outcome = written.member("outcome", Outcome)

    def act() -> Opened:
        if outcome is None:
            raise NotFound("no outcome")
        state = visit.service.requests.inbox.end(request, outcome, visit.by)
        return Opened(heading="Noted", intro=f"It is now: {state.label}.", back=TO_US)

    return written.do(act)


def overdue(visit: Visit) -> Response:
    """Show the desk whom to ring because nobody has answered in time."""
    items = tuple(map(_overdue, visit.service.requests.due.overdue(visit.by)))
    shown = Opened(heading="Overdue contact requests", items=items, empty="Nothing is waiting.")
    return opened.draw(visit, shown)


def _overdue(row: Overdue) -> Item:
    return Item(
        row.authority_name,
        (("Emergency duty", row.duty_phone or "none is known"), ("Asked", moment_words(row.asked_at))),
    )
