"""Legal holds, by a records officer: placed, renewed, lifted by two, opened for the order they rest on."""

from datetime import date
from uuid import UUID

from flask import Response

from fingerpost.retention.hold import Copy, HoldKind, Listed, Order
from fingerpost.web import opened
from fingerpost.web.authorities import authority_name
from fingerpost.web.fields import Field, Form, Typed, Written, choices_of
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import day_words
from fingerpost.web.records import BACK
from fingerpost.web.route import Visit
from fingerpost.words.errors import NotFound

_UNTIL = Field(
    "until",
    "Last day",
    "For example, 27 3 2027; at most a year on, renewed if need be",
    width="govuk-input--width-10",
)
PLACE = Form(
    heading="Place a legal hold",
    address="/records/hold",
    button="Hold this child",
    back=BACK,
    intro=("The child still leaves every answer on the usual day. A sealed copy is kept for the order.",),
    fields=(
        Field("reference", "Your authority’s own reference of the child", width="govuk-input--width-20"),
        Field("kind", "Proceedings it serves", kind="choice", choices=choices_of(HoldKind)),
        Field(
            "order", "The order’s reference", "It is sealed; no child’s name", width="govuk-input--width-20"
        ),
        _UNTIL,
    ),
)


def listed(visit: Visit) -> Response:
    """Open the holds."""
    return opened.keep(visit, _listed(visit))


def _listed(visit: Visit) -> Opened:
    return Opened(
        heading="Legal holds",
        items=tuple(map(_item, visit.service.holds.listed(visit.by))),
        empty="No holds.",
        again="/records/holds",
        back=BACK,
        acts=(Act(PLACE.heading, PLACE.address, plain=True),),
        intro="A hold ends on its last day, or when two people say so.",
    )


def _item(row: Listed) -> Item:
    about = f"hold {row.order}"
    return Item(
        f"{row.order}, {authority_name(row.authority)}",
        (("For", row.kind.label), ("Until", day_words(row.until))),
        (
            Act("Renew", _at(row.id, "renew"), about=about, plain=True),
            Act("Open what it kept", _at(row.id, "open"), about=about),
            Act("It may end", _at(row.id, "lift"), about=about, kind="warning"),
        ),
    )


def placing(visit: Visit) -> Response:
    """Ask whom to hold, and why."""
    return PLACE.draw(visit)


def place(visit: Visit) -> Response:
    """Place a hold."""
    written = Written(visit, PLACE)
    reference, order = written.text("reference"), written.text("order")
    kind = written.member("kind", HoldKind)
    until: date | None = written.day("until")

    def act() -> Opened:
        if kind is None or until is None:
            raise NotFound("something is missing")
        visit.service.holds.place(visit.by.authority, reference, Order(kind, order, until), visit.by)
        return Opened(heading="Held", intro=f"Until {day_words(until)}.", back=BACK)

    return written.do(act)


def _renewing(hold: UUID) -> Form:
    return Form(
        heading="Renew a legal hold",
        address=_at(hold, "renew"),
        button="Renew it",
        back=BACK,
        fields=(_UNTIL,),
    )


def renewing(visit: Visit, hold: UUID, typed: Typed = None) -> Response:
    """Ask until when."""
    return _renewing(hold).draw(visit, typed)


def renew(visit: Visit, hold: UUID) -> Response:
    """Renew a hold."""
    written = Written(visit, _renewing(hold))
    until: date | None = written.day("until")

    def act() -> Opened:
        if until is None:
            raise NotFound("no day")
        visit.service.holds.renew(hold, until, visit.by)
        return Opened(heading="Renewed", intro=f"Held until {day_words(until)}.", back=BACK)

    return written.do(act)


def lift(visit: Visit, hold: UUID) -> Response:
    """Say that a hold may end."""
    words = "Noted. It ends when a second person says the same."
    return opened.settle(visit, lambda: visit.service.holds.lift(hold, visit.by), _listed, words)


def open_(visit: Visit, hold: UUID) -> Response:
    """Open what a hold kept. It names a child, and it is recorded."""
    copies = visit.service.holds.opened(hold, visit.by)
    shown = Opened(
        heading="What the hold kept",
        items=tuple(map(_copy, copies)),
        back=BACK,
        empty="Nothing had to be kept yet: what there is of the child still stands as usual.",
    )
    return opened.keep(visit, shown)


def _copy(copy: Copy) -> Item:
    names = "; ".join(f"{name.given} {name.family}" for name in copy.details.names)
    born = copy.details.date_of_birth
    return Item(
        "A copy",
        (
            ("Names", names),
            ("Born", day_words(born) if born else "not known"),
            ("Pointers", str(len(copy.pointers))),
        ),
    )


def _at(hold: UUID, act: str) -> str:
    return f"/records/holds/{hold}/{act}"
