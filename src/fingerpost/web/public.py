"""What anybody may read: what the service is, what it holds and does not, who may ask."""

from flask import Response

from fingerpost.access.matrix import POLICY, ROWS
from fingerpost.web.cookies import IDLE_MINUTES
from fingerpost.web.pages import page
from fingerpost.web.route import Visit
from fingerpost.words.vocabulary import Service


def start(visit: Visit) -> Response:
    """Say what this is and where to sign in."""
    return page(visit, "start.html")


def about(visit: Visit) -> Response:
    """Say what the service holds, who may ask, and how far it can be trusted."""
    clauses = [(row.purpose.label, row.law, [r.label for r in row.roles]) for row in ROWS if row.purpose]
    return page(
        visit, "about.html", clauses=clauses, policy=POLICY, services=[s.label for s in Service],
        coverage=visit.service.lookup.coverage(),
    )  # fmt: skip


def cookies(visit: Visit) -> Response:
    """Say which cookies there are."""
    return page(visit, "cookies.html", idle_minutes=IDLE_MINUTES)
