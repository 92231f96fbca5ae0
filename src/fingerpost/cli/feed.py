"""`feed`: an authority's extract in, a report out. No report shows a value of a child."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from fingerpost import settings
from fingerpost.cli.written import json_of
from fingerpost.feeds import Fault, FeedReport, Held
from fingerpost.signposts.eligibility import KeptOut
from fingerpost.signposts.rules import RULES
from fingerpost.wiring import opened
from fingerpost.words.errors import Invalid

ROWS_SHOWN = 20
LONG = 1_000  # steps: anything shorter is over before a bar is drawn

AUTHORITY = click.option("--authority", required=True, help="GSS or ODS code, such as E08000025.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="The whole report, for programs.")


@click.group()
def feed() -> None:
    """What authorities send."""


@feed.group()
def load() -> None:
    """Load an authority's extract."""


@load.command("ssd")
@click.argument("folder", metavar="PATH", type=click.Path(path_type=Path))
@AUTHORITY
@click.option(
    "--dry-run", is_flag=True, help="Say what would change, here and under Administration; load nothing."
)
@click.option(
    "--accept-removals",
    is_flag=True,
    help="Load even if more than a fifth of the signposts would go or end.",
)
@click.option(
    "--accept-older", is_flag=True, help="Load even if these very files were loaded before, and others since."
)
@AS_JSON
def load_ssd(folder: Path, authority: str, *, dry_run: bool, as_json: bool, **accepted: bool) -> None:
    """Load a folder of Standard Safeguarding Dataset tables (ssd_*.csv) and teams.csv."""
    console = Console(highlight=False, soft_wrap=True)
    try:
        with opened(settings.load()) as service, _bar() as progress:
            load = service.feeds.plan_ssd if dry_run else partial(service.feeds.load_ssd, **accepted)
            report, held = _run(load, folder, authority, progress)
    except Invalid as error:
        click.echo(f"fingerpost: the feed is refused and nothing was changed: {error}", err=True)
        click.get_current_context().exit(1)
    if as_json:
        click.echo(json_of(report.for_programs()))
    else:
        show(console, report)
    if held is not None:
        click.echo(f"fingerpost: {held}", err=True)
        click.get_current_context().exit(1)


def _run(
    load: Callable[..., FeedReport], folder: Path, authority: str, progress: Callable[[str, int, int], None]
) -> tuple[FeedReport, Held | None]:
    try:
        return load(folder, authority, progress=progress), None
    except Held as held:
        return held.report, held


@contextmanager
def _bar() -> Generator[Callable[[str, int, int], None]]:
    """Draw progress on a terminal's stderr, and nowhere else."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def step(phase: str, done: int, total: int) -> None:
            if total < LONG:
                return
            if phase not in tasks:
                tasks[phase] = bar.add_task(phase, total=total)
            bar.update(tasks[phase], completed=done)

        yield step


def show(console: Console, report: FeedReport) -> None:
    """Print a report for people."""
    what = "Loaded" if report.run else "Held" if report.held else "Would load"
    console.print(
        f"[bold]{what}[/bold] {report.authority}, format {report.format}, run {report.run or 'none'}"
    )
    console.print("Read      " + ", ".join(f"{name} {rows:,}" for name, rows in report.read.items()))
    _show_counts(console, report)
    if report.links:
        console.print(f"Trails    {report.links.linked:,} linked, {report.links.proposed:,} for review")
    _show_rules(console, report)
    if report.silent:
        tables = ", ".join(report.silent)
        console.print(f"Not sent, or damaged: {tables}. What these said earlier stands, unconfirmed.")
    if report.failed:
        tables = ", ".join(report.failed)
        console.print(
            f"More than a fifth of the rows could not be used: {tables}."
            " This is no report: answers name the authority as silent until its next one."
        )
    for words, teams in report.sheet:
        console.print(f"{words}: {escape(', '.join(teams))}.")
    if report.without_team:
        console.print(f"{report.without_team:,} signposts name no team of the contact sheet.")
    if report.quarantine:
        _show_quarantine(console, report.quarantine, report.rows_set_aside)
    if report.held:
        console.print(f"Nothing was changed: {report.held}.")


def _show_counts(console: Console, report: FeedReport) -> None:
    counts = report.counts
    signposts = ("added", "changed", "ended", "renewed", "removed", "left", "kept", "unchanged")
    console.print("Signposts " + ", ".join(f"{getattr(counts, name):,} {name}" for name in signposts))
    console.print(
        f"Records   {counts.records_added:,} added, {counts.records_corrected:,} corrected,"
        f" {counts.records_sealed_anew:,} sealed anew, {counts.records_removed:,} removed"
    )


def _show_rules(console: Console, report: FeedReport) -> None:
    table = Table("rule", "let in", "service", box=None, pad_edge=False)
    for rule in RULES:
        if rule.code in report.let_in:
            table.add_row(rule.code, f"{report.let_in[rule.code]:,}", rule.service.label)
    console.print(table)
    for reason, rows in report.kept_out.items():
        console.print(f"{rows:,} rows let nothing in: {KeptOut(reason).label}")
    console.print(f"The next signpost leaves on {report.next_leave or 'no day yet'}.")


def _show_quarantine(console: Console, faults: tuple[Fault, ...], rows: int) -> None:
    table = Table("table", "row", "field", "reason", "", box=None, pad_edge=False)
    for fault in faults[:ROWS_SHOWN]:
        table.add_row(fault.table, str(fault.row), fault.field, fault.reason, fault.effect)
    console.print(f"Quarantine: {len(faults):,} faults, {rows:,} whole rows set aside")
    console.print(table)
    if len(faults) > ROWS_SHOWN:
        console.print(f"… and {len(faults) - ROWS_SHOWN:,} more; `feed runs` or --json shows them")


@feed.command("runs")
@AUTHORITY
@click.option("--most", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many feeds.")
@AS_JSON
def runs(authority: str, most: int, as_json: bool) -> None:
    """List an authority's latest feeds, and what could not be used of the newest."""
    with opened(settings.load()) as service:
        service.accounts.authority_name(authority)  # a mistyped code is refused, not answered "No feed yet."
        latest = service.feeds.runs(authority, most)
        rows = service.feeds.quarantine(latest[0].id) if latest else []
    if as_json:
        click.echo(json_of({"runs": latest, "quarantine": rows}))
        return
    for run in latest:
        click.echo(
            f"{run.received_at:%Y-%m-%d %H:%M}  {run.format:5}{run.added:>8} added {run.changed:>8} changed"
            f" {run.removed:>8} removed {run.unchanged:>8} unchanged {run.quarantined:>6} faults  {run.id}"
        )
    for row in rows:
        click.echo(f"{row.source_table:26}{row.row_number:>8}  {row.field:34}{row.reason}")
    if not latest:
        click.echo("No feed yet.")


@feed.command("signposts")
@AUTHORITY
@click.option("--most", type=click.IntRange(1, 1_000_000), default=50, show_default=True, help="How many.")
def signposts(authority: str, most: int) -> None:
    """List an authority's own signposts: rule, source row, and when each leaves. It goes on the ledger."""
    with opened(settings.load()) as service:
        for row, source in service.feeds.signposts(authority, most):
            click.echo(f"{row.id}  {row.rule:12} {row.source_table} {source}  leaves {row.leaves_on}")
