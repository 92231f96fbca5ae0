"""One's own sign-ins: where else one is signed in, ended from here; what happened to one's account."""

from uuid import UUID

from flask import Response, request

from fingerpost.access.own_sign_ins import OwnSignIns
from fingerpost.access.sessions_store import Elsewhere
from fingerpost.web import opened
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import moment_words, sentence
from fingerpost.web.route import Visit
from fingerpost.words.errors import NotFound

ADDRESS = "/work/sign-ins"


def show(visit: Visit) -> Response:
    """Show where else somebody is signed in. Nothing of a child is in it."""
    return opened.draw(visit, _listed(visit))


def end(visit: Visit) -> Response:
    """End one session elsewhere, or all."""
    which = request.form.get("session", "")
    return opened.settle(
        visit, lambda: _own(visit).end(visit.somebody, _session(which)), _listed, "Signed out there."
    )


def waiting(visit: Visit) -> list[str]:
    """Return what somebody must learn of their own account."""
    return [
        f"{moment_words(news.happened_at)}: {news.kind.label}. Not expected? Tell your administrator."
        for news in _own(visit).news(visit.somebody)
    ]


def _listed(visit: Visit) -> Opened:
    elsewhere = _own(visit).elsewhere(visit.somebody)
    items = [_item(place, row) for place, row in enumerate(elsewhere, start=1)]
    items += [
        Item(sentence(news.kind.label), (("When", moment_words(news.happened_at)),), tag="Your account")
        for news in _own(visit).news(visit.somebody)
    ]
    everywhere = Act("Sign out everywhere else", f"{ADDRESS}/end", kind="warning")
    return Opened(
        heading="My sign-ins",
        intro=f"You signed in here at {moment_words(visit.somebody.authenticated_at)}.",
        items=tuple(items),
        acts=(everywhere,) if elsewhere else (),
        empty="You are signed in nowhere else, and nothing happened to your account in the last two weeks.",
    )


def _item(place: int, row: Elsewhere) -> Item:
    facts = (
        ("Signed in", moment_words(row.authenticated_at)),
        ("Ends at the latest", moment_words(row.ends_at)),
    )
    act = Act("Sign out there", f"{ADDRESS}/end", {"session": str(row.id)}, f"session {place}")
    return Item(f"Session {place} in another browser", facts, (act,))


def _session(typed: str) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise NotFound("there is no such session") from None


def _own(visit: Visit) -> OwnSignIns:
    return visit.service.offices.own_sign_ins
