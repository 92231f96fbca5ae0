"""Emergency access, which a second person reviews."""

from uuid import UUID

from flask import Response, request

from fingerpost.access.emergency import last_day
from fingerpost.web import opened
from fingerpost.web.names import own
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import day_words, moment_words
from fingerpost.web.review import BACK
from fingerpost.web.route import Visit
from fingerpost.words.vocabulary import Purpose


def waiting(visit: Visit) -> Response:
    """Open what waits."""
    return opened.keep(visit, _waiting(visit))


def _waiting(visit: Visit) -> Opened:
    rows = visit.service.emergencies.waiting(_pair(visit))
    who = own(visit, (row.practitioner for row in rows))
    items = tuple(
        Item(
            f"Opened by {who(row.practitioner)}",
            (
                ("When", moment_words(row.opened_at)),
                ("Review by", f"the end of {day_words(last_day(row.review_by))}"),
                ("For", Purpose(row.purpose).label if row.purpose else "no longer readable"),
                ("Case", row.case_reference or "no longer readable"),
                ("Reason given", row.reason or "no longer readable"),
            ),
            (
                Act("It was justified", _at(row.id), {"justified": "yes"}, who(row.practitioner), "primary"),
                Act(
                    "It was not: suspend them",
                    _at(row.id),
                    {"justified": "no"},
                    who(row.practitioner),
                    "warning",
                ),
            ),
        )
        for row in rows
    )
    return Opened(
        heading="Emergency access",
        items=items,
        empty="Nothing is waiting.",
        again="/review/emergencies",
        back=BACK,
        intro="Nobody reviews their own. One that is not reviewed in time locks its opener’s account.",
    )


def review(visit: Visit, emergency: UUID) -> Response:
    """Note what the reviewer found."""
    justified = request.form.get("justified") == "yes"
    done = "Reviewed: it was justified." if justified else "Reviewed. The account is suspended."
    return opened.settle(
        visit,
        lambda: visit.service.emergencies.review(emergency, _pair(visit), justified=justified),
        _waiting,
        done,
    )


def _at(emergency: UUID) -> str:
    return f"/review/emergencies/{emergency}"


def _pair(visit: Visit) -> tuple[str, str]:
    return visit.by.authority, visit.by.reference
