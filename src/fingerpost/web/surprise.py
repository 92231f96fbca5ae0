"""Errors as pages: what happened and what to do next, with a reference where it is our fault."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import uuid4

import structlog
from flask import Response, g, request
from werkzeug.exceptions import HTTPException

from fingerpost.web.pages import page
from fingerpost.web.route import Visit
from fingerpost.wiring import Service
from fingerpost.words.errors import Invalid, Misconfigured, NotFound, Refused, Unavailable, Unknown

log = structlog.get_logger()

MOST_READ_AWAY = 16 * 1024 * 1024  # bytes: a paste of megabytes, each letter of which may be written as three


def told(service: Service) -> Callable[[Exception], Response]:
    """Return the handler of every error that reaches a page."""

    def handler(error: Exception) -> Response:
        visit = g.get("visit") or Visit(service, None)
        match error:
            case Refused() | Unknown():
                return page(visit, "refused.html", HTTPStatus.FORBIDDEN, why=str(error))
            case NotFound() | Invalid():
                return page(visit, "not_found.html", HTTPStatus.NOT_FOUND)
            case Unavailable():
                response = page(visit, "busy.html", HTTPStatus.SERVICE_UNAVAILABLE)
                response.headers["Retry-After"] = "5"
                return response
            case HTTPException(code=int(code)) if code < HTTPStatus.INTERNAL_SERVER_ERROR:
                return _http(visit, error)
            case _:
                return _surprise(visit, error)

    return handler


def _http(visit: Visit, error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.NOT_FOUND)
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        _read_away()
        return page(visit, "too_much.html", status)
    response = page(visit, "not_found.html", status)
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _read_away() -> None:
    """Read what is too long to its end, if that is near: a browser that is cut off shows no page of ours."""
    stream, left = request.environ["wsgi.input"], MOST_READ_AWAY
    while left > 0 and (chunk := stream.read(min(left, 64 * 1024))):
        left -= len(chunk)


def _surprise(visit: Visit, error: Exception) -> Response:
    """Give a reference; the log holds the error's type and place, never its words."""
    reference = uuid4().hex[:8].upper()
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    rule = request.url_rule.rule if request.url_rule else "unmatched"
    kind = "misconfigured" if isinstance(error, Misconfigured) else type(error).__name__
    log.error("surprise", reference=reference, error=kind, place=place, route=rule)
    return page(visit, "wrong.html", HTTPStatus.INTERNAL_SERVER_ERROR, reference=reference)
