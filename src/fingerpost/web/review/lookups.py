"""Looks chosen to be checked, what their askers said, and alerts: for the manager of those who ask."""

from uuid import UUID

from flask import Response, request

from fingerpost.web import opened
from fingerpost.web.names import named, own
from fingerpost.web.opened import Act, Item, Opened
from fingerpost.web.pages import moment_words
from fingerpost.web.review import BACK
from fingerpost.web.route import Visit
from fingerpost.words.vocabulary import AlertKind


def chosen(visit: Visit) -> Response:
    """Open the list of chosen looks."""
    return opened.keep(visit, _chosen(visit))


def _chosen(visit: Visit) -> Opened:
    rows = visit.service.challenges.waiting(visit.by)
    who = own(visit, (row.practitioner for row in rows))
    items = tuple(
        Item(
            f"Asked by {who(row.practitioner)}",
            (("Reason due by", moment_words(row.due_at)),),
            (Act("Read what they said", f"/review/lookups/{row.entry}", about=f"about {row.entry}"),)
            if row.justified_by
            else (),
            tag="To review"
            if row.justified_by and row.accepted is None
            else "Asked again"
            if row.justified_by
            else "No reason yet",
        )
        for row in rows
    )
    return Opened(
        heading="Looks chosen to be checked",
        items=items,
        empty="Nothing is waiting.",
        again="/review/lookups",
        back=BACK,
        intro="Nobody reviews their own.",
    )


def said(visit: Visit, entry: UUID) -> Response:
    """Open what an asker said."""
    found = visit.service.challenges.show(entry, visit.by)
    address = f"/review/lookups/{entry}/review"
    item = Item(
        f"Asked by {own(visit, [found.waiting.practitioner])(found.waiting.practitioner)}",
        (("What they needed", found.need), ("What they did with it", found.use), ("Entry", str(entry))),
        (
            Act("Accept", address, {"accepted": "yes"}, kind="primary", key="1"),
            Act("Ask them again", address, {"accepted": "no"}, key="2"),
        ),
    )
    return opened.keep(visit, Opened(heading="Why they asked", items=(item,), back=BACK))


def review(visit: Visit, entry: UUID) -> Response:
    """Note whether what was said is accepted."""
    accepted = request.form.get("accepted") == "yes"
    return opened.settle(
        visit,
        lambda: visit.service.challenges.review(entry, visit.by, accepted=accepted),
        _chosen,
        "Accepted." if accepted else "They are asked again.",
    )


def alerts(visit: Visit) -> Response:
    """Open the alerts."""
    return opened.keep(visit, _alerts(visit))


def _alerts(visit: Visit) -> Opened:
    rows = visit.service.guard_alerts.waiting(visit.by)
    who = named(visit, (f"{row.authority}/{row.practitioner}" for row in rows))
    items = tuple(
        Item(
            who(f"{row.authority}/{row.practitioner}"),
            (
                ("What", AlertKind(row.kind).label),
                ("When", moment_words(row.raised_at)),
                ("Entry", str(row.entry or "nothing was answered")),
            ),
            (Act("I have looked at it", f"/review/alerts/{row.id}/seen", about=f"at alert {place}"),),
        )
        for place, row in enumerate(rows, start=1)
    )
    return Opened(
        heading="Alerts",
        items=items,
        empty="Nothing is waiting.",
        again="/review/alerts",
        back=BACK,
        intro="Nothing here says which child. Somebody else than the person it is about looks at each.",
    )


def seen(visit: Visit, alert: UUID) -> Response:
    """Note that an alert was looked at."""
    acknowledge = visit.service.guard_alerts.acknowledge
    return opened.settle(visit, lambda: acknowledge(alert, visit.by), _alerts, "Noted on the ledger.")
