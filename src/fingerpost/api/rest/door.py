"""The REST door's route table and what happens around every request."""

import time
from collections.abc import Callable
from http import HTTPMethod, HTTPStatus
from typing import Any
from urllib.parse import unquote

import msgspec
import structlog
from flask import Blueprint, Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from fingerpost.access.accounts import authenticate
from fingerpost.access.caller import Caller
from fingerpost.access.certificate import thumbprint
from fingerpost.api.rest import (
    challenges,
    ledger,
    links,
    lookups,
    moves,
    openapi,
    operations,
    problem,
    requests,
)
from fingerpost.api.rest.admission import Admission
from fingerpost.api.rest.route import Guard, Route
from fingerpost.wiring import Service
from fingerpost.words.errors import FingerpostError, Refused, Unknown

log = structlog.get_logger()

LARGEST_BODY = 64 * 1024  # a question is under 4 kB; more is not a question

ROUTES = (
    Route("POST", "/api/v1/lookups", Guard.LOOKUP, lookups.create),
    Route("POST", "/api/v1/lookups/stand", Guard.LOOKUP, moves.question_stand),
    Route("POST", "/api/v1/lookups/covert", Guard.LOOKUP, moves.case_covert),
    Route("POST", "/api/v1/contact-requests", Guard.LOOKUP, requests.ask),
    Route("GET", "/api/v1/contact-requests/asked", Guard.LOOKUP, requests.asked),
    Route("GET", "/api/v1/contact-requests/waiting", Guard.LOOKUP, requests.waiting),
    Route("POST", "/api/v1/contact-requests/<uuid:request_id>/open", Guard.LOOKUP, requests.open_one),
    Route("POST", "/api/v1/contact-requests/<uuid:request_id>/end", Guard.LOOKUP, requests.end),
    Route("GET", "/api/v1/coverage", Guard.LOOKUP, operations.coverage_now),
    Route("GET", "/api/v1/feeds", Guard.FEED, operations.feed_latest),
    Route("GET", "/api/v1/notices", Guard.NOTICES, moves.notices_waiting),
    Route("POST", "/api/v1/notices/read", Guard.NOTICES, moves.notices_read),
    Route("POST", "/api/v1/notices/acknowledge", Guard.NOTICES, moves.notice_acknowledge),
    Route("GET", "/api/v1/notices/route", Guard.NOTICES, moves.notice_route),
    Route("POST", "/api/v1/notices/route/set", Guard.NOTICES, moves.notice_route_set),
    Route("POST", "/api/v1/links/list", Guard.NOTICES, links.links_list),
    Route("POST", "/api/v1/links/show", Guard.NOTICES, links.link_show),
    Route("POST", "/api/v1/links/decide", Guard.NOTICES, links.link_decide),
    Route("POST", "/api/v1/links/break", Guard.NOTICES, links.link_break),
    Route("POST", "/api/v1/trails/show", Guard.NOTICES, links.trail_show),
    Route("POST", "/api/v1/trails/never-join", Guard.NOTICES, links.never_join),
    Route("POST", "/api/v1/told/list", Guard.NOTICES, links.told_list),
    Route("POST", "/api/v1/told/acknowledge", Guard.NOTICES, links.told_acknowledge),
    Route("POST", "/api/v1/hand-overs", Guard.NOTICES, moves.hand_over_offer),
    Route("POST", "/api/v1/hand-overs/decide", Guard.NOTICES, moves.hand_over_decide),
    Route("POST", "/api/v1/hand-overs/list", Guard.NOTICES, moves.hand_overs_list),
    Route("POST", "/api/v1/orphans/list", Guard.NOTICES, moves.orphans_list),
    Route("POST", "/api/v1/alerts", Guard.NOTICES, moves.alert_raise),
    Route("POST", "/api/v1/alerts/decide", Guard.NOTICES, moves.alert_decide),
    Route("POST", "/api/v1/alerts/list", Guard.NOTICES, moves.alerts_list),
    Route("POST", "/api/v1/challenges/list", Guard.LOOKUP, challenges.challenges_list),
    Route("POST", "/api/v1/challenges/justify", Guard.LOOKUP, challenges.challenge_justify),
    Route("POST", "/api/v1/challenges/show", Guard.LOOKUP, challenges.challenge_show),
    Route("POST", "/api/v1/challenges/review", Guard.LOOKUP, challenges.challenge_review),
    Route("GET", "/api/v1/ledger/key", Guard.OPEN, ledger.ledger_key),
    Route("GET", "/api/v1/ledger/proofs/<uuid:entry>", Guard.OPEN, ledger.proof),
    Route("GET", "/ledger/checkpoint", Guard.OPEN, ledger.checkpoint),
    Route("GET", "/ledger/cosigned", Guard.OPEN, ledger.cosigned),
    Route("GET", "/ledger/tile/<path:tile>", Guard.OPEN, ledger.tile),
    Route("GET", "/api/v1/openapi.json", Guard.OPEN, openapi.serve),
    Route("GET", "/healthz", Guard.OPEN, operations.healthy),
    Route("GET", "/readyz", Guard.OPEN, operations.ready),
)


def build(service: Service) -> Flask:
    """Return the WSGI application over an open service."""
    app = Flask("fingerpost", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.url_map.merge_slashes = False  # a path is written one way; anything else is not found
    door = Blueprint("rest", __name__)
    for route in ROUTES:
        door.add_url_rule(
            route.path, route.view.__name__, _guarded(route, service), methods=[route.method],
            provide_automatic_options=False,
        )  # fmt: skip
    app.register_blueprint(door)
    _around(app)
    app.wsgi_app = Admission(app.wsgi_app, service.settings.threads)  # type: ignore[method-assign]
    return app


def _guarded(route: Route, service: Service) -> Callable[..., Response]:
    def view(**_: object) -> Response:  # a path's arguments are the view's to read, from the request
        caller = _caller(route, service)
        answer = route.view(service, caller)
        if isinstance(answer, Response):
            return answer
        return Response(msgspec.json.encode(answer), HTTPStatus.OK, content_type="application/json")

    return view


def _caller(route: Route, service: Service) -> Caller | None:
    if route.guard.scope is None:
        return None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unknown("a bearer token is needed")
    try:
        caller = authenticate(service.lookup_database, token.strip(), service.now(), _shown())
    except Unknown as unknown:  # there is nobody to name: how often, by route, is what the log can tell
        log.warning("token_refused", route=route.path, why=str(unknown))
        raise
    try:
        caller.require(route.guard.scope)
        return _with_person(caller, service)
    except Refused as refused:
        if route.view is lookups.create:  # a question, though not this client's to ask: recorded too
            service.lookup.refuse_unread(caller, str(refused))
        raise Refused(f"{refused}. {service.lookup.desk}") from None


def _with_person(caller: Caller, service: Service) -> Caller:
    """Return the client and the person for whom it speaks, by the token that they have of their provider."""
    token, settings = request.headers.get("Person-Token", ""), service.settings
    person = service.sessions.proven(token, settings.oidc_audience) if token else None
    return msgspec.structs.replace(caller, person=person, must_prove=settings.people_prove)


def _shown() -> bytes | None:
    """Return the thumbprint of the certificate that the proxy in front says the system has shown."""
    try:
        return thumbprint(unquote(request.headers.get("X-Client-Cert", "")))
    except ValueError:
        return None


def _around(app: Flask) -> None:
    def started() -> None:
        g.started = time.perf_counter()

    def finished(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        took = round((time.perf_counter() - g.started) * 1000, 1)
        rule = request.url_rule.rule if request.url_rule else "unmatched"
        # The route's pattern, not the path, and no method of their own making: nothing that was typed
        # may reach a log.
        method = request.method if request.method in HTTPMethod.__members__ else "other"
        log.info("request", method=method, route=rule, status=response.status_code, ms=took)
        return response

    app.before_request(started)
    app.after_request(finished)
    handlers: list[tuple[type[Exception], Callable[[Any], Response]]] = [
        (FingerpostError, problem.of_ours),
        (HTTPException, problem.of_http),
        (Exception, problem.of_surprise),
    ]
    for kind, handler in handlers:
        app.register_error_handler(kind, handler)
