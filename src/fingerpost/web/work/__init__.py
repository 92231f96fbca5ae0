"""My work: what waits for somebody, what they asked, and what their authority states."""

from flask import Response

from fingerpost.access.rules import RecordsAct
from fingerpost.web.hub import Place, hub
from fingerpost.web.moves.inbox import waiting
from fingerpost.web.pages import moment_words
from fingerpost.web.route import Visit
from fingerpost.web.work import sign_ins

PARTS = {
    "Waiting for you": (
        Place("/inbox", "Inbox", "What your authority is told, and whom to ring.", (RecordsAct.NOTICES,)),
        Place(
            "/work/requests",
            "Contact requests to answer",
            "Practitioners who asked your authority to contact them.",
            (RecordsAct.CONTACT_ANSWER,),
        ),
        Place(
            "/work/contact",
            "Contact requests I made",
            "Who has answered you, and by when the others must.",
            (RecordsAct.CONTACT_ASK,),
        ),
        Place(
            "/work/justify", "Say why you asked", "Looks of yours that were chosen by chance to be checked."
        ),
    ),
    "Children who move": (
        Place(
            "/work/hand-overs",
            "Hand-overs",
            "Children you offer or are offered: accept, decline, and how many days have gone.",
            (RecordsAct.HAND_OVER,),
            opens=True,
        ),
        Place(
            "/work/hand-over",
            "Offer a hand-over",
            "To the authority it moves to, stays in, or away from England.",
            (RecordsAct.HAND_OVER,),
        ),
        Place(
            "/work/orphans",
            "Closed here, opened nowhere",
            "Children handed on whom no other authority has opened.",
            (RecordsAct.ORPHANS,),
            opens=True,
        ),
        Place(
            "/work/alerts",
            "Alerts of missing families",
            "Raise one, approve one, see who was searched, call one back.",
            (RecordsAct.ALERT_RAISE,),
            opens=True,
        ),
        Place(
            "/work/covert",
            "Keep an enquiry covert",
            "Nobody is told yet that their child was looked for.",
            (RecordsAct.COVERT,),
        ),
    ),
    "Children of your authority": (
        Place("/work/signposts", "My team’s signposts", "See them, confirm one, end one.", (RecordsAct.OWN,)),
        Place(
            "/work/register",
            "Register a signpost",
            "For bodies that send no feed, and for what cannot wait.",
            (RecordsAct.OWN,),
        ),
        Place(
            "/work/told",
            "Changed links",
            "Links of your own records that changed.",
            (RecordsAct.TOLD,),
            opens=True,
        ),
        Place(
            "/work/shield",
            "Ask for a shield",
            "For a child who must not be found. It stands at once.",
            (RecordsAct.SHIELD_ASK,),
        ),
    ),
    "The desk": (
        Place(
            "/work/phone",
            "Look for a caller",
            "For a practitioner on the phone, once you have rung them back.",
            (RecordsAct.DESK,),
        ),
        Place(
            "/work/desk",
            "Look up a reference",
            "Whether somebody has to be rung.",
            (RecordsAct.DESK,),
        ),
        Place("/work/overdue", "Overdue contact requests", "Whom to ring.", (RecordsAct.DESK,)),
    ),
    "Your account": (
        Place(
            "/work/looks", "My looks", "What you asked in the last 30 days, with the references.", opens=True
        ),
        Place("/work/sign-ins", "My sign-ins", "Where else you are signed in, and how to end it."),
    ),
}


def start(visit: Visit) -> Response:
    """Show what there is, and what is due."""
    due = [(line, sign_ins.ADDRESS) for line in sign_ins.waiting(visit)]
    due += [
        (f"Say why you asked, by {moment_words(row.due_at)}", "/work/justify")
        for row in visit.service.challenges.mine(visit.by)
    ]
    if visit.may(RecordsAct.NOTICES) and (count := visit.service.notices.inbox.count(visit.by.authority)):
        due.append((waiting(count), "/inbox"))
    if visit.may(RecordsAct.CONTACT_ANSWER) and (asked := visit.service.requests.inbox.waiting(visit.by)):
        words = "1 contact request is" if len(asked) == 1 else f"{len(asked)} contact requests are"
        due.append((f"{words} waiting for an answer", "/work/requests"))
    return hub(visit, "My work", PARTS, waiting=tuple(due))
