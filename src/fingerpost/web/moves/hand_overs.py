"""Hand-overs: the list with its clock, offering a child, accepting, declining with a reason, withdrawing."""

from datetime import date
from uuid import UUID

from flask import Response

from fingerpost.moves.hand_over import HandOver
from fingerpost.moves.life import CLOCK_DAYS, DECLINES, LAPSE_DAYS, Kind, Reason, State
from fingerpost.web import opened
from fingerpost.web.authorities import authority_code
from fingerpost.web.fields import Field, Form, Typed, Written, choices_of
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import day_words, moment_words, sentence
from fingerpost.web.route import Visit
from fingerpost.words.errors import NotFound
from fingerpost.words.working_time import working_days_after

OPEN_THEM = Act("Open the hand-overs", "/work/hand-overs", about="to accept or decline")
OFFER = Form(
    heading="Offer a hand-over",
    address="/work/hand-over",
    button="Offer",
    intro=(
        "You hold the child until the other authority has accepted. It is told at once, and sees no name:"
        " ring it and say which child you mean.",
        f"A transfer-in conference is due within {CLOCK_DAYS} working days; unanswered for {LAPSE_DAYS}, the"
        " offer lapses and the child stays yours.",
    ),
    fields=(
        Field(
            "reference",
            "Your own reference of the child",
            "Or, for a child you accepted, the code to say on the phone: it is shown under Hand-overs",
            width="govuk-input--width-20",
        ),
        Field("kind", "What is handed over", kind="choice", choices=choices_of(Kind)),
        Field(
            "receiver",
            "Other authority",
            "Its name or code, such as Kent or E10000016. Leave empty where the child leaves England",
        ),
        Field(
            "until",
            "Last day",
            "For a stay, within 14 days. For leaving England, if a return is known. For example, 27 3 2027",
            width="govuk-input--width-10",
        ),
    ),
)


def listed(visit: Visit) -> Response:
    """Open the list."""
    return opened.keep(visit, _listed(visit))


def _listed(visit: Visit) -> Opened:
    rows = visit.service.moves.hand_overs.listed(visit.by)
    return Opened(
        heading="Hand-overs",
        items=tuple(_item(row, visit.by.authority, place) for place, row in enumerate(rows, start=1)),
        empty="Your authority offers no child, and is offered none.",
        again=OPEN_THEM.address,
        acts=(Act("Offer a hand-over", OFFER.address, plain=True),),
        intro="What waits for an answer first, then the newest. Whom to ring about a child is in your inbox.",
    )


def _item(row: HandOver, own: str, place: int) -> Item:
    if row.sender == own:
        title = f"To {row.receiver_name}" if row.receiver_name else "Away from England"
    else:
        title = f"From {row.sender_name}"
    return Item(
        title,
        (
            ("What", sentence(row.kind.label)),
            ("Status", sentence(row.state.label)),
            ("Offered", day_words(row.offered_on)),
            *_clock(row),
            *((("Until", day_words(row.until)),) if row.until else ()),
            *((("Why", sentence(row.reason.label)),) if row.reason else ()),
            *(_silence(row) if row.state is State.OFFERED and row.sender == own else ()),
            ("Say on the phone", row.spoken),
        ),
        _acts(row, own, f"hand-over {place}"),
        tag="Overdue" if row.overdue else row.state.value.capitalize(),
        urgent=row.overdue,
    )


def _clock(row: HandOver) -> tuple[tuple[str, str], ...]:
    """Return the day count that both sides see, and the days on which the conference is due and it lapses."""
    if row.days is None:
        return ()
    due, lapses = (working_days_after(row.offered_on, days) for days in (CLOCK_DAYS, LAPSE_DAYS + 1))
    return (
        ("Waits for", f"{row.days} working day{'' if row.days == 1 else 's'}, as both sides count"),
        ("Conference due by", f"{day_words(due)}, working day {CLOCK_DAYS}"),
        ("Lapses on", f"{day_words(lapses)}, if nobody answers"),
    )


def _silence(row: HandOver) -> tuple[tuple[str, str], ...]:
    if not row.receiver_silent:
        return ()
    since = moment_words(row.receiver_silent_since) if row.receiver_silent_since else "always"
    return (("Ring them as well", f"They are silent here since {since}: nobody may read what waits"),)


def _acts(row: HandOver, own: str, about: str) -> tuple[Act, ...]:
    at = f"/work/hand-overs/{row.id}"
    if row.state is not State.OFFERED:
        return ()
    if row.receiver == own:
        return (
            Act("Accept: the child is ours", f"{at}/accept", about=about, kind="primary"),
            Act("Decline", f"{at}/decline", about=about, plain=True),
        )
    return (Act("Take the offer back", f"{at}/withdraw", about=about, kind="warning"),)


def offering(visit: Visit) -> Response:
    """Ask which child, and to whom."""
    return OFFER.draw(visit)


def offer(visit: Visit) -> Response:
    """Offer a hand-over."""
    written = Written(visit, OFFER)
    reference, kind = written.text("reference"), written.member("kind", Kind)
    receiver = written.read("receiver", authority_code, needed=kind is not Kind.LEAVING)
    until: date | None = written.day("until", needed=kind is Kind.STAY)

    def act() -> Opened:
        if kind is None:
            raise NotFound("something is missing")
        offered = visit.service.moves.hand_overs.offer(reference, receiver, visit.by, kind=kind, until=until)
        item = _item(offered, visit.by.authority, 1)
        return Opened(heading="Noted", items=(item,), acts=(OPEN_THEM,))

    return written.do(act)


def accept(visit: Visit, hand_over: UUID) -> Response:
    """Take responsibility."""
    hand_overs = visit.service.moves.hand_overs
    words = "Accepted: your authority holds the child from now on."
    return opened.settle(visit, lambda: hand_overs.accept(hand_over, visit.by), _listed, words)


def withdraw(visit: Visit, hand_over: UUID) -> Response:
    """Take an offer back."""
    hand_overs = visit.service.moves.hand_overs
    words = "Taken back: your authority holds the child."
    return opened.settle(visit, lambda: hand_overs.withdraw(hand_over, visit.by), _listed, words)


def _declining(hand_over: UUID) -> Form:
    return Form(
        heading="Why do you decline?",
        address=f"/work/hand-overs/{hand_over}/decline",
        button="Decline",
        intro=("The other authority is told why, and still holds the child.",),
        fields=(Field("reason", "Reason", kind="choice", choices=choices_of(DECLINES)),),
    )


def declining(visit: Visit, hand_over: UUID, typed: Typed = None) -> Response:
    """Ask why."""
    return _declining(hand_over).draw(visit, typed)


def decline(visit: Visit, hand_over: UUID) -> Response:
    """Decline."""
    written = Written(visit, _declining(hand_over))
    reason = written.member("reason", Reason)

    def act() -> Opened:
        if reason is None:
            raise NotFound("no reason")
        declined = visit.service.moves.hand_overs.decline(hand_over, visit.by, reason)
        item = _item(declined, visit.by.authority, 1)
        return Opened(heading="Declined", items=(item,), acts=(OPEN_THEM,))

    return written.do(act)
