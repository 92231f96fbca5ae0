"""Review: what a second person looks at. That each list was read is recorded, so a form opens it."""

from flask import Response

from fingerpost.access.rules import RecordsAct
from fingerpost.web.hub import Place, hub
from fingerpost.web.route import Visit

BACK = ("/review", "Review")
PLACES = (
    Place(
        "/review/links",
        "Records that may be of one child",
        "Two people decide each: one child, or two.",
        (RecordsAct.REVIEW,),
        opens=True,
    ),
    Place(
        "/review/trail",
        "What a child is linked to",
        "See why, and break a wrong link. One person is enough.",
        (RecordsAct.REVIEW,),
    ),
    Place(
        "/review/lookups",
        "Looks chosen to be checked",
        "Some are chosen by chance, and whoever asked says why.",
        (RecordsAct.GUARD,),
        opens=True,
    ),
    Place(
        "/review/alerts",
        "Alerts",
        "Unusual looks that somebody has to check.",
        (RecordsAct.GUARD,),
        opens=True,
    ),
    Place(
        "/review/emergencies",
        "Emergency access",
        "Reviewed by a second person before the next working day ends.",
        (RecordsAct.EMERGENCY,),
        opens=True,
    ),
    Place(
        "/review/shields",
        "Shields your authority keeps",
        "Evidence, six-monthly review, and records that are another child’s.",
        (RecordsAct.SHIELD_KEEP,),
        opens=True,
    ),
    Place(
        "/review/asked",
        "Who asked about shielded children",
        "Ring them back. They were told that nothing was found.",
        (RecordsAct.SHIELD_KEEP,),
        opens=True,
    ),
)


def start(visit: Visit) -> Response:
    """Show what there is to review."""
    return hub(visit, "Review", {"": PLACES})
