"""An authority's feeds: the last runs, and each row to mend, by its place in the file."""

from flask import Response

from fingerpost.feeds.report import QuarantinedRow, RunSummary
from fingerpost.web import opened
from fingerpost.web.admin import BACK
from fingerpost.web.opened import Item, Opened, Table
from fingerpost.web.pages import moment_words
from fingerpost.web.route import Visit

MOST_RUNS, MOST_ROWS = 10, 200


def runs(visit: Visit) -> Response:
    """Show the last runs and what could not be used of the newest. No value of a child is in it."""
    feeds = visit.service.feeds
    latest = feeds.runs(visit.by.authority, MOST_RUNS)
    rows = feeds.quarantine(latest[0].id)[:MOST_ROWS] if latest else []
    mend = (Item("Rows to mend of the newest feed", table=_table(rows)),) if rows else ()
    shown = Opened(
        heading="Feeds",
        items=(*mend, *map(_item, latest)),
        empty="No feed yet.",
        back=BACK,
        intro="Row 1 of a file is its header. Mend rows in your own system; the next feed puts them"
        " right. What a feed"
        " would change is told before it does by `fingerpost feed load --dry-run`.",
    )
    return opened.draw(visit, shown)


def _table(rows: list[QuarantinedRow]) -> Table:
    cells = tuple((f"{r.source_table}, row {r.row_number}", r.field, r.reason) for r in rows)
    return Table("Rows to mend", ("Where", "Field", "What is wrong"), cells)


def _item(run: RunSummary) -> Item:
    return Item(
        moment_words(run.received_at),
        (
            (
                "Signposts",
                f"{run.added:,} added, {run.changed:,} changed, {run.removed:,} removed,"
                f" {run.unchanged:,} unchanged",
            ),
            ("Faults", f"{run.quarantined:,}"),
            ("Run", str(run.id)),
        ),
    )
