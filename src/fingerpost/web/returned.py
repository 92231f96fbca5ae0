"""A page that answers a form comes back by an address of its own: "back" and "reload" never send it again."""

from http import HTTPStatus
from uuid import UUID, uuid4

import msgspec
from flask import Response
from msgspec import Struct

from fingerpost.web.pages import go, page
from fingerpost.web.route import Visit


class Returned(Struct, frozen=True):
    """A page as it was drawn."""

    status: int
    html: bytes

    def __repr__(self) -> str:
        return f"Returned({self.status})"


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Returned).decode


def keep(visit: Visit, drawn: Response) -> Response:
    """Keep a page for its session, sealed, and go on to it."""
    at = uuid4()
    visit.service.sessions.keep(visit.somebody, at, _encode(Returned(drawn.status_code, drawn.get_data())))
    return go(f"/returned/{at}")


def show(visit: Visit, returned: UUID) -> Response:
    """Show a form as it came back."""
    kept = visit.kept(returned, _decode)
    if kept is None:
        return page(visit, "closed.html", HTTPStatus.NOT_FOUND)
    return Response(kept.html, kept.status, content_type="text/html; charset=utf-8")
