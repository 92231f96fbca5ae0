"""Searching the ledger, and checking an entry's proof: in the browser itself where it can, and here."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import get_args
from uuid import UUID

from flask import Response, request

from fingerpost.access.rules import RecordsAct
from fingerpost.access.switches import Because, Subject
from fingerpost.ledger.checkpoint import read_checkpoint
from fingerpost.ledger.events import AnyEvent
from fingerpost.ledger.note import read_note
from fingerpost.ledger.proof import Proof
from fingerpost.ledger.tree import Unsound
from fingerpost.oversight.search import LONGEST_DAYS, Found, Page, Sought
from fingerpost.vault.receipt import Receipt
from fingerpost.web import opened
from fingerpost.web.fields import Field, Form, Written
from fingerpost.web.names import named, with_code
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import day_words, moment_words, sentence
from fingerpost.web.records import BACK
from fingerpost.web.route import Visit
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Problem, Unavailable
from fingerpost.words.vocabulary import Band, Labelled, Level, Purpose, Role

_OF_FIELDS = re.compile(r"; [^;]*`.*")  # what an event's words say of its fields is for programmers


def _kind(event: type) -> str:
    return _OF_FIELDS.sub("", (event.__doc__ or "").partition("\n")[0]).replace("`", "").rstrip(".")


KINDS = {str(event.__struct_config__.tag): _kind(event) for event in get_args(AnyEvent)}
_LONGEST_POSITION = 19  # digits
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_CLOSED: dict[str, type[Labelled]] = {
    "purpose": Purpose, "role": Role, "band": Band, "level": Level, "because": Because, "subject": Subject,
    "act": RecordsAct,
}  # fmt: skip
_CALLED = {
    "by": "Who", "practitioner": "Who", "person": "Whose", "of kind": "Kind of entry",
    "dbs on": "DBS certificate of", "trained on": "Training of", "checked on": "Checklist of",
}  # fmt: skip
_YES_OR_NO = {"True": "yes", "False": "no"}
FORM = Form(
    heading="Search the ledger",
    address="/records/ledger",
    button="Search",
    back=BACK,
    intro=(f"At most {LONGEST_DAYS} days at a time. Your search is recorded too.",),
    fields=(
        Field("since", "First day", "For example, 27 3 2026", width="govuk-input--width-10"),
        Field("until", "Last day", "For example, 27 3 2026", width="govuk-input--width-10"),
        Field(
            "person",
            "Staff reference",
            "Who did it. Leave empty for anybody",
            width="govuk-input--width-20",
            longest=100,
        ),
        Field(
            "reference",
            "Reference",
            "Said on the phone or printed, if you have one",
            width="govuk-input--width-10",
        ),
        Field(
            "of_kind",
            "Kind of entry",
            kind="list",
            choices=(("", "Any"), *sorted(KINDS.items(), key=lambda kind: kind[1])),
        ),
    ),
)


def form(visit: Visit) -> Response:
    """Ask what to search for; the last week unless told otherwise."""
    day = today(visit.service.now())
    typed = {"since": day_words(day - timedelta(days=7)), "until": day_words(day)}
    return FORM.draw(visit, typed)


def search(visit: Visit) -> Response:
    """Search."""
    written = Written(visit, FORM)
    since: date | None = written.day("since")
    until: date | None = written.day("until")
    rest = {name: written.text(name, needed=False) for name in ("person", "reference")}
    kind = written.read("of_kind", _known, needed=False) or ""

    def act() -> Opened:
        if since is None or until is None:
            raise NotFound("no day")
        sought = Sought(since=since, until=until, of_kind=kind, before=_before(), **rest)
        page = visit.service.offices.oversight.search.find(sought, visit.by)
        who = named(visit, (value for entry in page.found for _, value in _told(entry)))
        return Opened(
            heading="Found on the ledger",
            items=tuple(_item(entry, who) for entry in page.found),
            acts=tuple(_more(page, sought)),
            back=("/records/ledger", "Search the ledger"),
            empty="Nothing fits so far." if page.before else "Nothing fits.",
            intro=f"The latest first{_reach(page)}. No entry names a child here.",
        )

    return written.do(act)


def _before() -> int:
    """Return where the page before this one ended; 0 for the first."""
    text = request.form.get("before", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_POSITION else 0


def _reach(page: Page) -> str:
    """Return how far back was looked, where there may be more."""
    return f", back to {moment_words(page.since)}; there may be more" if page.since else ""


def _more(page: Page, sought: Sought) -> Iterator[Act]:
    """Yield the button that goes on where there may be more."""
    if page.before:
        fields = {
            "since": str(sought.since), "until": str(sought.until), "person": sought.person,
            "reference": sought.reference, "of_kind": sought.of_kind, "before": str(page.before),
        }  # fmt: skip
        yield Act("Go on", FORM.address, fields)


def _known(text: str) -> str:
    kind = text.strip()
    if kind not in KINDS:
        raise Invalid(Problem("of_kind", "is no kind of entry"))
    return kind


def _item(found: Found, who: Callable[[str], str]) -> Item:
    said = ((_CALLED.get(name, name), _in_words(name, value, who)) for name, value in _told(found) if value)
    facts = (("When", moment_words(found.receipt.recorded_at)), *said, ("Reference", found.reference))
    act = Act("Check its proof", "/proof", {"entry": str(found.receipt.entry)}, f"of {found.reference}")
    return Item(
        KINDS.get(found.kind, found.kind), facts, (act,), tag="" if found.sound else "Broken", urgent=True
    )


def _told(found: Found) -> tuple[tuple[str, str], ...]:
    """Return what an entry says; of whom it says the authority and the reference apart, together."""
    said = dict(found.said)
    if said.get("practitioner") and said.get("authority") and "/" not in said["practitioner"]:
        said["practitioner"] = f"{said.pop('authority')}/{said['practitioner']}"
    return tuple(said.items())


def _in_words(name: str, value: str, who: Callable[[str], str]) -> str:
    """Return people, authorities, members of closed sets, a day, and a yes or no as people read them."""
    closed = _CLOSED.get(name)
    if name == "of kind":
        return KINDS.get(value, value)
    if closed is not None and value in set(closed):
        return sentence(closed(value).label)
    if _DAY.match(value):
        return day_words(date.fromisoformat(value))
    return _YES_OR_NO.get(value) or with_code(who(value))


def prove(visit: Visit) -> Response:
    """Open an entry's proof, checked here, with all that a browser needs to check it again by itself."""
    try:
        entry = UUID(request.form.get("entry", ""))
    except ValueError:
        raise NotFound("there is no such entry") from None
    receipt = visit.service.offices.oversight.search.receipt(entry)
    try:
        proof, words = visit.service.tree.prove(receipt), "This server found it in the tree, as signed."
    except Unavailable:
        proof, words = None, "It waits for its place in the tree. Ask again in a second."
    except Unsound as unsound:
        proof, words = None, f"It was not found as signed: {unsound}. Keep this page."
    back = (FORM.address, FORM.heading) if visit.may(RecordsAct.LEDGER) else Opened(heading="").back
    return opened.keep(visit, _proven(receipt, proof, words, back))


def _proven(receipt: Receipt, proof: Proof | None, words: str, back: tuple[str, str]) -> Opened:
    facts = (
        ("Entry", str(receipt.entry)),
        ("Recorded", moment_words(receipt.recorded_at)),
        ("Checked here", words),
    )
    return Opened(
        heading="Is the entry in the ledger?",
        items=(Item("The entry", facts),),
        proof=_to_check(receipt, proof) if proof else {},
        back=back,
    )


def _to_check(receipt: Receipt, proof: Proof) -> dict[str, str]:
    """Return what the page's own script checks: the receipt's words, the path, and the signed root."""
    note = read_note(proof.checkpoint.encode())
    head = note and read_checkpoint(note)
    if head is None:
        return {}
    return {
        "message": receipt.message().decode(),
        "index": str(proof.index),
        "size": str(head.size),
        "path": " ".join(step.hex() for step in proof.path),
        "root": head.root.hex(),
        "checkpoint": proof.checkpoint,
    }
