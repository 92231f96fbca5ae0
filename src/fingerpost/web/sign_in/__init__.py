"""Signing in and out, at a provider of the operator's choice."""

from http import HTTPStatus

from flask import Response, request

from fingerpost.web import handed_back
from fingerpost.web.cookies import brought, clear, leaving, set_leaving, set_session
from fingerpost.web.pages import go, page
from fingerpost.web.route import Visit
from fingerpost.words.errors import Refused

BACK = "/sign-in/back"


def show(visit: Visit) -> Response:
    """Ask whether to go on to the provider. Reading the page begins nothing."""
    return page(visit, "sign_in.html", onward=_ours(request.args.get("onward", "")))


def leave(visit: Visit) -> Response:
    """Begin to sign in and go to the provider; afresh where something asks for a new sign-in."""
    onward, afresh = _ours(request.form.get("onward", "")), request.form.get("afresh") == "yes"
    handed = handed_back.taken_along()
    cookie, address = visit.service.sessions.start(_back_to(visit), onward, afresh=afresh, handed=handed)
    return set_leaving(visit.service, go(address), cookie)


def come_back(visit: Visit) -> Response:
    """Finish signing in, or say why not."""
    service = visit.service
    if "error" in request.args:  # what it holds is the provider's, and unproven: not repeated
        raise Refused("the sign-in service did not let you in; sign in again")
    state, code = request.args.get("state", ""), request.args.get("code", "")
    before = brought(service).name
    cookies, onward = service.sessions.finish(leaving(service), state, code, _back_to(visit), before)
    return set_session(service, go(onward), cookies)


def sign_out(visit: Visit) -> Response:
    """End the session here, and at the provider where it lets us."""
    away = f"{visit.service.settings.url}/signed-out"
    address = visit.service.sessions.end(visit.somebody, away)
    return clear(visit.service, go(address or "/signed-out"))


def signed_out(visit: Visit) -> Response:
    """Say that the session is over."""
    return page(visit, "signed_out.html")


def ended_at_provider(visit: Visit) -> Response:
    """End sessions that the provider ended: its own servers send this, signed (Back-Channel Logout 1.0)."""
    visit.service.sessions.end_at_provider(request.form.get("logout_token", ""))
    return Response(status=HTTPStatus.OK)


def needed(visit: Visit) -> Response:
    """Ask somebody whose session is over to sign in. A form they sent is handed back, to be sent again."""
    if request.method == "POST":
        given = {"sent": handed_back.sent(), "prefix": handed_back.PREFIX, "address": request.path}
        return page(visit, "sign_in_needed.html", HTTPStatus.UNAUTHORIZED, **given)
    return page(visit, "sign_in.html", HTTPStatus.UNAUTHORIZED, onward=request.path)


def afresh(visit: Visit) -> Response:
    """Ask for a new sign-in before what was asked for is done. The form comes back as it was typed."""
    given = {"sent": handed_back.sent(), "prefix": handed_back.PREFIX, "address": request.path}
    return page(visit, "sign_in_needed.html", HTTPStatus.UNAUTHORIZED, afresh=True, **given)


def stale(visit: Visit) -> Response:
    """Hand back a form that an earlier session drew, to be sent again as this session's."""
    sent = handed_back.sent()
    return page(visit, "send_again.html", HTTPStatus.CONFLICT, sent=sent, address=request.path)


def _back_to(visit: Visit) -> str:
    return f"{visit.service.settings.url}{BACK}"


def _ours(onward: str) -> str:
    """Return where to go after signing in: a path of ours, or the start; never another site (CWE-601)."""
    plain = onward.startswith("/") and not onward.startswith(("//", "/\\")) and onward.isprintable()
    return onward if plain and len(onward) <= 200 else "/work"
