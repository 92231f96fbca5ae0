"""An authority's administration: its people and their papers, its teams, its feeds, its data."""

from flask import Response

from fingerpost.access.rules import RecordsAct
from fingerpost.web.hub import Place, hub
from fingerpost.web.route import Visit

BACK = ("/admin", "Administration")
PLACES = (
    Place("/admin/people", "People", "Who may ask, in which role, until when; leavers and dormant accounts."),
    Place("/admin/teams", "Teams and their phones", "What is rung, and when it last answered."),
    Place(
        "/admin/notices",
        "Where notices are sent",
        "Which e-mail or program hears that something waits.",
        (RecordsAct.ROUTE,),
    ),
    Place("/admin/feeds", "Feeds", "What the next would change, the last runs, and each row to mend."),
    Place("/admin/quality", "Data quality", "What stands, what nobody confirms, what leaves soon."),
)


def start(visit: Visit) -> Response:
    """Show what there is to keep."""
    return hub(visit, "Administration", {"": PLACES})
