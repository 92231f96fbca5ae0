"""Subject access: a request taken down by one officer, the pack made by another and taken away as a file."""

from datetime import date
from http import HTTPStatus
from uuid import UUID, uuid4

import msgspec
from flask import Response

from fingerpost.rights.access import Made
from fingerpost.rights.pack import Pack, Record, page
from fingerpost.rights.request import DUE_DAYS, Delay, HeldBack, Requester
from fingerpost.rights.store import Waiting
from fingerpost.web import opened
from fingerpost.web.fields import Field, Form, Typed, Written, choices_of
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import day_words, go
from fingerpost.web.records import BACK
from fingerpost.web.route import Visit
from fingerpost.words.errors import NotFound

REFERENCE = Field("reference", "Your authority’s own reference of the child", width="govuk-input--width-20")
TAKE = Form(
    heading="Take down a request",
    address="/records/subject-access",
    button="Take it down",
    back=("/records/subject-access/waiting", "Subject access"),
    intro=(
        f"See proof of whose right it is first. The pack is due within {DUE_DAYS} days, and another officer"
        " makes it.",
    ),
    fields=(
        REFERENCE,
        Field("requester", "Who asks", kind="choice", choices=choices_of(Requester)),
        Field("because", "Whether they are told who looked", kind="choice",
              choices=(("", "They are told"), *choices_of(Delay))),
        Field("until", "Until which day they are not told", "For example, 27 3 2027",
              width="govuk-input--width-10"),
    ),
)  # fmt: skip
FILES = {"pack.html": "text/html; charset=utf-8", "pack.json": "application/json"}
_decode = msgspec.msgpack.Decoder(Pack).decode


def waiting(visit: Visit) -> Response:
    """Show the requests that wait for a pack. It tells of no child, and is not recorded."""
    rows = visit.service.rights.access.waiting(visit.by)
    shown = Opened(
        heading="Subject access",
        intro="Two officers: whoever took a request down does not make its pack.",
        items=tuple(_item(row, visit.by.reference) for row in rows),
        empty="No request waits.",
        acts=(Act(TAKE.heading, TAKE.address, plain=True),),
        back=BACK,
    )
    return opened.draw(visit, shown)


def _item(row: Waiting, reader: str) -> Item:
    own = row.first == reader
    return Item(
        f"Request due by {day_words(row.due_on)}",
        (
            ("Who asks", Requester(row.requester).label),
            ("Taken down", f"on {day_words(row.asked_at.date())}, by {row.first}"),
            ("Number", str(row.id)),
        ),
        () if own else (Act("Make the pack", _at(row.id), about=f"for request {row.id}", plain=True),),
        tag="For another officer" if own else "",
    )


def taking(visit: Visit) -> Response:
    """Ask for which child, and who asks."""
    return TAKE.draw(visit)


def take(visit: Visit) -> Response:
    """Take a request down."""
    written = Written(visit, TAKE)
    reference, requester = written.text("reference"), written.member("requester", Requester)
    because = written.member("because", Delay, needed=False)
    until: date | None = written.day("until", needed=because is not None)
    if until is not None and because is None:
        written.wrong("because", "Select why they are not told who looked, or leave out the day")

    def act() -> Opened:
        if requester is None:
            raise NotFound("something is missing")
        held_back = HeldBack(until, because) if until and because else None
        access = visit.service.rights.access
        request = access.ask(visit.by.authority, reference, requester, visit.by, held_back)
        return Opened(
            heading="Taken down",
            intro=f"Another officer makes the pack of request {request}.",
            back=TAKE.back,
        )

    return written.do(act)


def _making(request: UUID) -> Form:
    return Form(
        heading="Make the pack",
        address=_at(request),
        button="Make it",
        back=TAKE.back,
        intro=(
            "It reads every answer on the ledger, and is itself recorded. Give the file to whoever asked, and"
            " to nobody else.",
        ),
        fields=(REFERENCE,),
    )


def making(visit: Visit, request: UUID, typed: Typed = None) -> Response:
    """Ask of which child it is, again: it proves that the request is of that child."""
    return _making(request).draw(visit, typed)


def make(visit: Visit, request: UUID) -> Response:
    """Make the pack, keep it for this session, and say what is in it."""
    written = Written(visit, _making(request))
    reference = written.text("reference")

    def act() -> Opened:
        made = visit.service.rights.access.make(request, visit.by.authority, reference, visit.by)
        kept = uuid4()
        visit.service.sessions.keep(visit.somebody, kept, msgspec.msgpack.encode(made.pack))
        return _made(made, kept)

    return written.do(act)


def _made(made: Made, kept: UUID) -> Opened:
    pack = made.pack
    at = f"/records/packs/{kept}"
    told = len(pack.looks)
    looks = pack.looks_held_back or f"It tells of {told} look{'' if told == 1 else 's'}."
    return Opened(
        heading="The pack is made",
        intro=f"{looks} The files are here until you sign out. Receipt {made.receipt.entry}.",
        items=tuple(map(_record, pack.records)),
        empty="Nothing is held that can be given: the pack says so.",
        acts=(
            Act("Save the page to read", f"{at}/pack.html", plain=True),
            Act("Save it for programs", f"{at}/pack.json", plain=True),
        ),
        back=TAKE.back,
    )


def _record(record: Record) -> Item:
    services = tuple((s.service, s.team) for s in record.signposts)
    return Item(record.authority, services)


def file(visit: Visit, kept: UUID, name: str) -> Response:
    """Give the pack away as a file: never shown in the browser, so its history and cache hold nothing."""
    pack = visit.kept(kept, _decode) if name in FILES else None
    if pack is None:
        return go(TAKE.back[0])
    content = page(pack).encode() if name == "pack.html" else msgspec.json.encode(pack)
    response = Response(content, HTTPStatus.OK, content_type=FILES[name])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _at(request: UUID) -> str:
    return f"/records/subject-access/{request}"
