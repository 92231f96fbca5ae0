"""The pages' route table and what happens around every request.

GET never writes, but for the way back from the sign-in service, which OpenID Connect makes a GET. A form
counts only if a browser says that it comes from our own pages (Fetch Metadata, or Origin where it is older)
and it brings its session's own token.
"""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from fingerpost.web import handed_back, reports, returned, sign_in
from fingerpost.web.cookies import brought, refresh
from fingerpost.web.pace import Pace
from fingerpost.web.pages import page
from fingerpost.web.route import Guard, Page, Visit
from fingerpost.web.routes import DEMO_PAGES, PAGES
from fingerpost.web.surprise import told
from fingerpost.wiring import Service
from fingerpost.words.errors import FingerpostError, Refused, Unavailable

log = structlog.get_logger()


def add(app: Flask, service: Service) -> None:
    """Add the pages to the application."""
    door, pace = Blueprint("pages", __name__), Pace()
    for route in pages_of(service):
        door.add_url_rule(
            route.path, _endpoint(route), _guarded(route, service, pace), methods=[route.method],
            provide_automatic_options=False,
        )  # fmt: skip
    app.extensions[handed_back.FORMS] = {
        f"pages.{_endpoint(route)}": route.again for route in pages_of(service) if route.again
    }
    door.after_request(_told_to_the_browser(service))
    for kind in (FingerpostError, HTTPException, Exception):
        door.register_error_handler(kind, told(service))
    app.register_blueprint(door)


def lost(service: Service) -> Callable[[Exception], Response]:
    """Return what tells a person, as a page that knows who is signed in, that an address is nobody's."""
    tell, after = told(service), _told_to_the_browser(service)

    def handler(error: Exception) -> Response:
        with suppress(Unavailable):  # that nothing is here can be said without the database
            g.visit = Visit(service, service.sessions.who(brought(service)))
        return after(tell(error))

    return handler


def pages_of(service: Service) -> tuple[Page, ...]:
    """Return every page this service shows; the demonstration's provider only where it may be."""
    return PAGES + DEMO_PAGES if service.settings.demo_identity else PAGES


def _endpoint(route: Page) -> str:
    return route.name.rpartition("web.")[2].replace(".", "_")


def _guarded(route: Page, service: Service, pace: Pace) -> Callable[..., Response]:
    tell = told(service)

    def view(**arguments: Any) -> Response:
        person = service.sessions.who(brought(service))
        visit = Visit(service, person)
        g.visit = visit
        if not pace.allows(person and person.session):
            response = page(visit, "too_fast.html", HTTPStatus.TOO_MANY_REQUESTS)
            response.headers["Retry-After"] = "60"
            return response
        if route.method == "POST" and not route.foreign and not _from_our_pages(service):
            return page(visit, "elsewhere.html", HTTPStatus.FORBIDDEN)
        if route.guard is Guard.SIGNED_IN and person is None:
            return sign_in.needed(visit)
        if person is None:
            return route.view(visit, **arguments)
        if route.method == "POST":
            return refresh(service, _settled(route, visit, arguments, tell), person)
        return refresh(service, _answered(route, visit, arguments), person)

    return view


def _answered(route: Page, visit: Visit, arguments: dict[str, Any]) -> Response:
    if route.guard is Guard.SIGNED_IN:
        if route.method == "POST" and not visit.somebody.owns(request.form.get("form_token", "")):
            return sign_in.stale(visit)
        _require(visit, route)
        if route.fresh and visit.somebody.must_sign_in(visit.service.now()):
            return sign_in.afresh(visit)
    return route.view(visit, **arguments)


def _settled(
    route: Page, visit: Visit, arguments: dict[str, Any], tell: Callable[[Exception], Response]
) -> Response:
    """Return what answers somebody's form: always a way on, so that "back" and "reload" send nothing."""
    try:
        answer = _answered(route, visit, arguments)
    except Unavailable:  # where nothing can be kept either
        raise
    except Exception as error:
        answer = tell(error)
    return answer if answer.status_code == HTTPStatus.SEE_OTHER else returned.keep(visit, answer)


def _require(visit: Visit, route: Page) -> None:
    """Raise `Refused` where the person may do none of what the page is for; of a form it is recorded."""
    if not route.acts or visit.may(*route.acts):
        return
    if route.method == "POST":
        visit.service.offices.reviewers.allow(visit.by, route.acts[0], {visit.by.authority})
    raise Refused(visit.refusal(route.acts[0]) or "")


def _from_our_pages(service: Service) -> bool:
    """Tell whether a browser says that a form comes from our own pages. A token stands behind it too."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin == _origin(service.settings.url)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _told_to_the_browser(service: Service) -> Callable[[Response], Response]:
    secure = service.settings.url.startswith("https://")
    # A form's redirect counts as its action in some browsers, and signing in goes on to the provider.
    actions = " ".join(("'self'", *service.sessions.origins()))
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action {actions};"
        " base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script';"
        f" report-uri {reports.ADDRESS}"
    )

    def after(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if secure:
            response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        return response

    return after
