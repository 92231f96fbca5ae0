"""Every error as `application/problem+json` (RFC 9457): names the field, never its value."""

from http import HTTPStatus
from typing import Any
from uuid import uuid4

import msgspec
import structlog
from flask import Response, request
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from fingerpost.words.errors import FingerpostError, Invalid, NotFound, Refused, Unavailable, Unknown
from fingerpost.words.errors import Problem as FieldProblem

log = structlog.get_logger()

PROBLEM_JSON = "application/problem+json"
RETRY_SECONDS = "2"


class ProblemDocument(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457 §3.1 with two extensions: `errors` names fields, `reference` is for the support desk."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: tuple[FieldProblem, ...] = ()
    reference: str = ""


def respond(status: HTTPStatus, detail: str = "", **extra: Any) -> Response:
    """Return a problem document."""
    slug = status.phrase.lower().replace(" ", "-")
    document = ProblemDocument(
        type=f"/problems/{slug}", title=status.phrase, status=status.value, detail=detail, **extra
    )
    response = Response(msgspec.json.encode(document), status.value, content_type=PROBLEM_JSON)
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="fingerpost"'
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def busy() -> Response:
    """Return what a caller is told who was not let in: nothing of the request was read."""
    response = respond(HTTPStatus.SERVICE_UNAVAILABLE, "Too many are asking at this moment. Try again.")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def of_ours(error: FingerpostError) -> Response:
    """Turn one of the service's own errors into a response."""
    match error:
        case Invalid():
            return respond(
                HTTPStatus.UNPROCESSABLE_ENTITY, "Some fields cannot be right.", errors=error.problems
            )
        case Unknown():
            return respond(HTTPStatus.UNAUTHORIZED, str(error))
        case Refused():
            return respond(HTTPStatus.FORBIDDEN, str(error))
        case NotFound():
            return respond(HTTPStatus.NOT_FOUND, str(error))
        case Unavailable():
            return _unavailable(error)
        case _:
            return of_surprise(error)


def _unavailable(error: Unavailable) -> Response:
    """Say "try again", with a reference by which the log tells what could not be reached."""
    reference = uuid4().hex[:8].upper()
    log.warning("unavailable", reference=reference, detail=str(error))
    return respond(HTTPStatus.SERVICE_UNAVAILABLE, str(error), reference=reference)


def of_http(error: HTTPException) -> Response:
    """Turn Flask's own errors (no such page, wrong method, too large) into a response."""
    response = respond(HTTPStatus(error.code or 500))
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def of_surprise(error: Exception) -> Response:
    """Turn anything else into a reference; the log holds the error's type and place, never its words."""
    reference = uuid4().hex[:8].upper()
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    rule = request.url_rule.rule if request.url_rule else "unmatched"
    log.error("surprise", reference=reference, error=type(error).__name__, place=place, route=rule)
    return respond(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side.", reference=reference)
