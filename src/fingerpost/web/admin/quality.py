"""What an authority's own data looks like, and what to mend."""

from flask import Response

from fingerpost.web import opened
from fingerpost.web.admin import BACK
from fingerpost.web.opened import Item, Opened, Table
from fingerpost.web.pages import moment_words
from fingerpost.web.route import Visit


def report(visit: Visit) -> Response:
    """Show the report: counts and places in files, never a child's value."""
    found = visit.service.offices.administration.quality.report(visit.by)
    counts = found.counts
    standing = Item(
        "Your signposts",
        (
            ("Now", f"{counts.current:,}"),
            ("Before", f"{counts.ended:,}"),
            ("Registered by form", f"{counts.by_form:,}"),
            ("Leave within 30 days", f"{counts.leaving:,}"),
        ),
    )
    mend = Item(
        "Signposts to mend",
        (
            ("Without a team", f"{counts.without_team:,}"),
            ("Of a team that left your contact sheet", f"{counts.of_left:,}"),
            ("With a phone not proven for 30 days", f"{counts.unproven:,}"),
            ("Not confirmed for 35 days", f"{counts.unconfirmed:,}"),
        ),
    )
    rows = tuple((f"{f.source_table}: {f.field}", f.reason, f"{f.rows:,}") for f in found.faults)
    faults = (
        Item("Faults of the newest feed", table=Table("Faults", ("Where", "What is wrong", "Rows"), rows)),
    )
    fed = (
        f"The newest feed came at {moment_words(found.fed_at)}." if found.fed_at else "There was no feed yet."
    )
    shown = Opened(
        heading="Data quality", items=(standing, mend, *(faults if rows else ())), intro=fed, back=BACK
    )
    return opened.draw(visit, shown)
