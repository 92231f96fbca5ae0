"""What a records officer does: searching the ledger, proofs, legal holds, erasures."""

from flask import Response

from fingerpost.access.rules import RecordsAct
from fingerpost.web.hub import Place, hub
from fingerpost.web.route import Visit

BACK = ("/records", "Records")
PLACES = (
    Place(
        "/records/ledger",
        "Search the ledger",
        "Who did what, and when. That you searched is recorded too.",
        (RecordsAct.LEDGER,),
    ),
    Place(
        "/records/holds",
        "Legal holds",
        "Children kept for longer than the rule allows, for an order.",
        (RecordsAct.HOLD,),
        opens=True,
    ),
    Place("/records/hold", "Place a legal hold", "For an enquiry, a review or a court.", (RecordsAct.HOLD,)),
    Place(
        "/records/erase", "Erase a child", "Before it leaves by itself, from everywhere.", (RecordsAct.ERASE,)
    ),
    Place(
        "/records/keep-apart",
        "Keep a life apart",
        "For adoption and new identity: never joined to the life before, or after.",
        (RecordsAct.NEVER_JOIN,),
    ),
    Place(
        "/records/subject-access/waiting",
        "Subject access",
        "What is held of a child, for whoever may receive it: two officers, one pack.",
        (RecordsAct.SUBJECT_ACCESS,),
    ),
    Place(
        "/work/signposts",
        "Disputes",
        "Mark a signpost of your authority as disputed, or as looked into.",
        (RecordsAct.OWN,),
    ),
    Place("/matrix", "The sharing matrix as it stands", "Who may ask for what, and what they are shown."),
)


def start(visit: Visit) -> Response:
    """Show what there is to do."""
    return hub(visit, "Records", {"": PLACES})
