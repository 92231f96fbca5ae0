"""What anybody may read: what the service is, what it holds and does not, who may ask, how it is used."""

from flask import Response

from fingerpost.access.matrix import EMERGENCY, POLICY, ROWS, Row
from fingerpost.oversight.figures import Counted
from fingerpost.web.cookies import IDLE_MINUTES
from fingerpost.web.pages import page
from fingerpost.web.route import Visit
from fingerpost.words.vocabulary import Level, Service

_LEVELS = {Level.FULL: "Shown in full", Level.CONTACT: "Contact alone", Level.NONE: "Not shown"}


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


def matrix(visit: Visit) -> Response:
    """Show the sharing matrix as it stands at this moment: it is what decides."""
    rows = [(_reason(row), row, _shown(row)) for row in (*ROWS, EMERGENCY)]
    levels = [(_LEVELS[level], level.label) for level in (Level.FULL, Level.CONTACT)]
    return page(visit, "matrix.html", rows=rows, policy=POLICY, levels=levels)


def _reason(row: Row) -> str:
    return row.purpose.label if row.purpose else "an emergency, whatever the reason"


def _shown(row: Row) -> list[tuple[str, str]]:
    """Return each level with the services shown at it, if there are any."""
    at = {level: ", ".join(s.label for s in Service if row.levels[s] is level) for level in Level}
    return [(_LEVELS[level], services) for level, services in at.items() if services]


def figures(visit: Visit) -> Response:
    """Show what was done with the service, month by month; small numbers are masked."""
    published = visit.service.offices.oversight.figures.published()
    return page(
        visit, "figures.html", months=published, counted=list(Counted),
        coverage=visit.service.lookup.coverage(),
    )  # fmt: skip


def too_long(visit: Visit) -> Response:
    """Say that a form was too long to be read: the proxy in front asks for it in place of the form."""
    return page(visit, "too_much.html")


def cookies(visit: Visit) -> Response:
    """Say which cookies there are."""
    return page(visit, "cookies.html", idle_minutes=IDLE_MINUTES)
