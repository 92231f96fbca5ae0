"""A form has an address of its own from the first, under which what was typed into it is kept, sealed.

So "back" shows what somebody last sent, whatever came of it; a menu's address shows the last child to nobody.
"""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID, uuid4, uuid5

import msgspec
from flask import Response, request
from msgspec import Struct

from fingerpost.web.pages import go
from fingerpost.web.route import Visit
from fingerpost.words.errors import Problem

NUMBER = "form"  # in a form's address


class Draft(Struct, frozen=True):
    """What was typed into a form, and what was said of it."""

    typed: dict[str, str]
    problems: tuple[Problem, ...] = ()
    status: int = 200

    def __repr__(self) -> str:
        return f"Draft({self.status})"


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Draft).decode


def read_number(text: str | None) -> UUID | None:
    """Return a form's number as an address or a hidden field has it."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def sent_number() -> UUID:
    """Return the number of the form that was sent."""
    return read_number(request.form.get("once")) or uuid4()


def address(path: str, form: UUID) -> str:
    """Return the address of a form's own."""
    return f"{path}?{NUMBER}={form}"


def drawn(visit: Visit, typed: dict[str, str], draw: Callable[[UUID, Draft], Response]) -> Response:
    """Draw a form as it was last sent; before that as `typed`, by us or before a sign-in.

    From a menu's address go on to one of the form's own.
    """
    form = read_number(request.args.get(NUMBER)) or read_number(typed.get("once"))
    if form is None:
        asked = {**request.args.to_dict(), NUMBER: str(uuid4())}
        return go(f"{request.path}?{urlencode(asked)}")
    return draw(form, kept(visit, form) or Draft(typed))


def keep(visit: Visit, form: UUID, draft: Draft) -> None:
    """Keep what was typed into a form, for its session."""
    visit.service.sessions.keep(visit.somebody, uuid5(form, "draft"), _encode(draft))


def kept(visit: Visit, form: UUID) -> Draft | None:
    """Return what was typed into a form; None where it was not sent yet."""
    return visit.kept(uuid5(form, "draft"), _decode)


def handed_back(visit: Visit, path: str, form: UUID, draft: Draft) -> Response:
    """Keep what was typed and show it again, with what is wrong."""
    keep(visit, form, draft)
    return go(address(path, form))
