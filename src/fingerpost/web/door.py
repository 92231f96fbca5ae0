"""The pages' route table and what happens around every request.

GET never writes, but for the way back from the sign-in service, which OpenID Connect makes a GET. A form
counts only if a browser says that it comes from our own pages (Fetch Metadata, or Origin where it is older)
and it brings its session's own token.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from fingerpost.web import demo_identity, look, public, sign_in, static
from fingerpost.web.cookies import brought, refresh
from fingerpost.web.pages import page
from fingerpost.web.route import Guard, Page, Visit
from fingerpost.web.surprise import told
from fingerpost.wiring import Service
from fingerpost.words.errors import FingerpostError

log = structlog.get_logger()

PAGES = (
    Page("GET", "/", Guard.OPEN, public.start),
    Page("GET", "/about", Guard.OPEN, public.about),
    Page("GET", "/cookies", Guard.OPEN, public.cookies),
    Page("GET", "/assets/<digest>/<name>", Guard.OPEN, static.serve),
    Page("GET", "/sign-in", Guard.OPEN, sign_in.show),
    Page("POST", "/sign-in", Guard.OPEN, sign_in.leave),
    Page("GET", "/sign-in/back", Guard.OPEN, sign_in.come_back),
    Page("POST", "/sign-in/ended", Guard.OPEN, sign_in.ended_at_provider, foreign=True),
    Page("POST", "/sign-out", Guard.SIGNED_IN, sign_in.sign_out),
    Page("GET", "/signed-out", Guard.OPEN, sign_in.signed_out),
    Page("GET", "/look", Guard.SIGNED_IN, look.why),
    Page("POST", "/look", Guard.SIGNED_IN, look.say_why),
    Page("GET", "/look/<uuid:look>", Guard.SIGNED_IN, look.whom),
    Page("POST", "/look/<uuid:look>", Guard.SIGNED_IN, look.ask),
    Page("GET", "/look/<uuid:look>/answer", Guard.SIGNED_IN, look.answer),
)
DEMO_PAGES = (
    Page("GET", "/demo-identity/.well-known/openid-configuration", Guard.OPEN, demo_identity.description),
    Page("GET", "/demo-identity/keys", Guard.OPEN, demo_identity.keys),
    Page("GET", "/demo-identity/authorize", Guard.OPEN, demo_identity.choose),
    Page("POST", "/demo-identity/authorize", Guard.OPEN, demo_identity.chosen),
    Page("POST", "/demo-identity/token", Guard.OPEN, demo_identity.token, foreign=True),
    Page("GET", "/demo-identity/end", Guard.OPEN, demo_identity.end),
)
WRITES = frozenset({"/sign-in/back"})  # the one GET that writes: it ends a sign-in that a form began


def add(app: Flask, service: Service) -> None:
    """Add the pages to the application."""
    door = Blueprint("pages", __name__)
    for route in pages_of(service):
        door.add_url_rule(
            route.path, route.name.rpartition("web.")[2].replace(".", "_"), _guarded(route, service),
            methods=[route.method], provide_automatic_options=False,
        )  # fmt: skip
    door.after_request(_told_to_the_browser(service))
    for kind in (FingerpostError, HTTPException, Exception):
        door.register_error_handler(kind, told(service))
    app.register_blueprint(door)


def pages_of(service: Service) -> tuple[Page, ...]:
    """Return every page this service shows; the demonstration's provider only where it may be."""
    return PAGES + DEMO_PAGES if service.settings.demo_identity else PAGES


def _guarded(route: Page, service: Service) -> Callable[..., Response]:
    def view(**arguments: Any) -> Response:
        person = service.sessions.who(brought(service))
        visit = Visit(service, person)
        g.visit = visit
        if route.method == "POST" and not route.foreign and not _from_our_pages(service):
            return page(visit, "elsewhere.html", HTTPStatus.FORBIDDEN)
        if route.guard is Guard.SIGNED_IN:
            if person is None:
                return sign_in.needed(visit)
            if route.method == "POST" and not person.owns(request.form.get("form_token", "")):
                return sign_in.stale(visit)
        answer = route.view(visit, **arguments)
        return refresh(service, answer, person) if person else answer

    return view


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
        " base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
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
