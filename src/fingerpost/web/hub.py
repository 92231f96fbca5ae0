"""The parts of the service, as lists of what somebody may open there."""

from flask import Response
from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.web.pages import page
from fingerpost.web.route import Visit


class Place(Struct, frozen=True):
    """One thing to go to. `opens`: that it was read is recorded, so it is a form. `acts`: any lets in."""

    address: str
    label: str
    about: str
    acts: tuple[RecordsAct, ...] = ()
    opens: bool = False


def hub(
    visit: Visit, heading: str, parts: dict[str, tuple[Place, ...]], waiting: tuple[tuple[str, str], ...] = ()
) -> Response:
    """Draw those places that the person may go to, each part of them under its heading, if it has one.

    `waiting` are what should not wait, in a sentence, and where it is done.
    """
    shown = {part: [p for p in places if not p.acts or visit.may(*p.acts)] for part, places in parts.items()}
    return page(visit, "hub.html", heading=heading, parts=shown, waiting=waiting)
