"""The cookies of the pages: none but what signing in needs, none readable by a script."""

from flask import Response, request

from fingerpost.access.sessions import IDLE, TO_SIGN_IN, Cookies, Person
from fingerpost.wiring import Service


def _named(service: Service, name: str) -> str:
    # Bound by the browser to this host and to TLS, where there is TLS (RFC 6265bis §4.1.3.2).
    return f"__Host-{name}" if _secure(service) else name


def _secure(service: Service) -> bool:
    return service.settings.url.startswith("https://")


def brought(service: Service) -> Cookies:
    """Return the session's cookies that the browser brought; empty where it brought none."""
    return Cookies(
        request.cookies.get(_named(service, "session"), ""), request.cookies.get(_named(service, "seen"), "")
    )


def leaving(service: Service) -> str:
    """Return the cookie of a sign-in that has begun."""
    return request.cookies.get(_named(service, "leaving"), "")


def set_leaving(service: Service, response: Response, cookie: str) -> Response:
    """Let the browser remember that it left to sign in."""
    return _set(service, response, "leaving", cookie, int(TO_SIGN_IN.total_seconds()))


def set_session(service: Service, response: Response, cookies: Cookies) -> Response:
    """Sign the browser in."""
    _set(service, response, "leaving", "", 0)
    _set(service, response, "session", cookies.name, None)
    return _set(service, response, "seen", cookies.seen, None)


def refresh(service: Service, response: Response, person: Person) -> Response:
    """Note in the browser that a page was asked for now, unless the page itself signs in or out."""
    if _named(service, "seen") in "".join(response.headers.getlist("Set-Cookie")):
        return response
    return _set(service, response, "seen", person.seen_at(service.now()), None)


def clear(service: Service, response: Response) -> Response:
    """Forget the session in the browser, and whatever it has stored of ours."""
    for name in ("session", "seen", "leaving"):
        _set(service, response, name, "", 0)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _set(service: Service, response: Response, name: str, value: str, seconds: int | None) -> Response:
    response.set_cookie(
        _named(service, name), value, max_age=seconds, path="/", secure=_secure(service), httponly=True,
        samesite="Lax",  # not Strict: the way back from the provider is a link of another site
    )  # fmt: skip
    return response


IDLE_MINUTES = int(IDLE.total_seconds() // 60)
