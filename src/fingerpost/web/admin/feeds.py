"""An authority's feeds: what the next would change, the last runs, and each row to mend, by its place."""

from collections.abc import Iterable

from flask import Response, request

from fingerpost.feeds.planned import Planned
from fingerpost.feeds.report import RunSummary
from fingerpost.web import opened
from fingerpost.web.admin import BACK
from fingerpost.web.names import own
from fingerpost.web.opened import Act, Item, Opened, Table
from fingerpost.web.pages import moment_words, sentence
from fingerpost.web.route import Visit

MOST_RUNS, MOST_ROWS = 10, 200
DECIDE = "/admin/feeds/decide"
Cell = tuple[str, str, str]


def runs(visit: Visit) -> Response:
    """Show what the next feed would change, the last runs, and what to mend. No value of a child is in it."""
    return opened.draw(visit, _runs(visit))


def _runs(visit: Visit) -> Opened:
    feeds = visit.service.feeds
    planned, latest = feeds.plans.newest(visit.by), feeds.runs(visit.by.authority, MOST_RUNS)
    rows = feeds.quarantine(latest[0].id)[:MOST_ROWS] if latest else []
    cells = [_cell(row.source_table, row.row_number, row.field, row.reason) for row in rows]
    by = planned.decided_by if planned and planned.decided_by else ""
    mend = (Item("Rows to mend of the newest feed", table=_table(cells)),) if rows else ()
    return Opened(
        heading="Feeds",
        items=(*((_plan(planned, own(visit, [by])(by)),) if planned else ()), *mend, *map(_item, latest)),
        empty="No feed yet.",
        back=BACK,
        intro="Row 1 of a file is its header. Mend rows in your own system; the next feed puts them right."
        " Whoever runs your feeds can try one without loading it: what it would change stands here first.",
    )


def decide(visit: Visit) -> Response:
    """Let the held feed in, or call it a mistake."""
    digest, accepted = request.form.get("digest", ""), request.form.get("accepted") == "yes"
    words = (
        "Let in. The same files are loaded when they are sent again."
        if accepted
        else "Noted as a mistake. The same files are not loaded, whoever sends them."
    )
    plans = visit.service.feeds.plans
    return opened.settle(visit, lambda: plans.decide(digest, visit.by, accepted=accepted), _runs, words)


def _plan(planned: Planned, who: str) -> Item:
    report, faults = planned.plan.report, planned.plan.faults
    counts = report.counts
    cells = [_cell(f.table, f.row, f.field, f"{f.reason} ({f.effect})") for f in report.quarantine]
    facts = (
        ("Tried", moment_words(report.at)),
        *((("Why it is held", f"{sentence(report.held)}. Nothing was changed."),) if report.held else ()),
        *((("Decided", _decision(planned, who)),) if planned.decided_at else ()),
        ("Signposts begun", f"{counts.added:,}"),
        ("Signposts ended", f"{counts.ended:,}"),
        ("Signposts changed", f"{counts.changed + counts.renewed:,}"),
        ("Signposts taken away", f"{counts.removed:,}"),
        ("Signposts unchanged", f"{counts.unchanged + counts.kept:,}"),
        (
            "Children",
            f"{counts.records_added:,} new, {counts.records_corrected:,} corrected,"
            f" {counts.records_removed:,} taken away",
        ),
        *((words, ", ".join(teams)) for words, teams in report.sheet),
        ("Faults", f"{faults:,}{f', the first {len(cells)} below' if faults > len(cells) else ''}"),
    )
    heading = "A feed that is held" if report.held else "What the next feed would change"
    table = _table(cells) if cells else None
    return Item(heading, facts, _acts(planned) if report.held else (), tag=_tag(planned), table=table)


def _decision(planned: Planned, who: str) -> str:
    what = "let in" if planned.accepted else "a mistake"
    when = moment_words(planned.decided_at) if planned.decided_at else ""
    return f"{sentence(what)}, by {who} at {when}"


def _tag(planned: Planned) -> str:
    if planned.plan.report.held is None:
        return "Not loaded yet"
    return {None: "Waits for you", True: "Let in", False: "A mistake"}[planned.accepted]


def _acts(planned: Planned) -> tuple[Act, ...]:
    """Return what can still be said: the other thing than was said last."""
    let_in = Act(
        "It is right: let it in", DECIDE, {"digest": planned.digest, "accepted": "yes"}, kind="warning"
    )
    mistake = Act("It is a mistake", DECIDE, {"digest": planned.digest, "accepted": "no"})
    return tuple(act for act, said in ((let_in, True), (mistake, False)) if planned.accepted is not said)


def _cell(table: str, row: int, field: str, reason: str) -> Cell:
    return f"{table}, row {row}", field, reason


def _table(cells: Iterable[Cell]) -> Table:
    return Table("Rows to mend", ("Where", "Field", "What is wrong"), tuple(cells))


def _item(run: RunSummary) -> Item:
    return Item(
        f"Loaded at {moment_words(run.received_at)}",
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
