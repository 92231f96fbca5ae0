"""A form that was sent without a session comes back after signing in, as it was typed: nothing is lost."""

from collections.abc import Callable
from typing import Any

import msgspec
from flask import Response, current_app, request
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from fingerpost.access.sessions import HANDED
from fingerpost.web.pages import go, page
from fingerpost.web.route import Visit

PREFIX = "sent."  # before the names of what was sent, in the form that goes to sign in
LONGEST_ADDRESS = 200
FORMS = "fingerpost.forms"  # the application's table of what draws the form that is sent to an endpoint


class Handed(Struct, frozen=True):
    """A form and where it was sent."""

    address: str
    fields: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return f"Handed({len(self.fields)} fields)"


_decode = msgspec.msgpack.Decoder(Handed).decode


def sent() -> list[tuple[str, str]]:
    """Return what was sent, but for what belongs to a session."""
    return [(name, value) for name, value in request.form.items(multi=True) if name != "form_token"]


def taken_along() -> bytes:
    """Return the form that goes along to sign in; nothing where there is none."""
    fields = tuple((n[len(PREFIX) :], v) for n, v in request.form.items(multi=True) if n.startswith(PREFIX))
    address = request.form.get("address", "")[:LONGEST_ADDRESS]
    return msgspec.msgpack.encode(Handed(address, fields)) if fields and address.startswith("/") else b""


def show(visit: Visit) -> Response:
    """Show the form again, as it was typed; where it was a button alone, ask whether to press it."""
    sealed = visit.service.sessions.kept(visit.somebody, HANDED)
    if sealed is None:
        return go("/work")
    handed = _decode(sealed)
    again = _drawn_by(handed.address)
    if again is not None:
        found, arguments = again
        return found(visit, typed=dict(handed.fields), **arguments)
    return page(visit, "send_again.html", sent=handed.fields, address=handed.address)


def _drawn_by(address: str) -> tuple[Callable[..., Response], dict[str, Any]] | None:
    """Return what draws the form that is sent to an address, and the address's arguments."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return None
    try:
        name, arguments = adapter.match(address, method="POST")
    except HTTPException:
        return None
    draws: Callable[..., Response] | None = current_app.extensions[FORMS].get(name)
    return draws and (draws, dict(arguments))
