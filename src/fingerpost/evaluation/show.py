"""A report as tables for a terminal."""

from rich.console import Console
from rich.table import Table

from fingerpost.evaluation.figures import Best, Quality, Report
from fingerpost.evaluation.origins import FEWEST_COMPARED, Gap, Origin, Share
from fingerpost.evaluation.sample import Warned

_MODES = {
    "dedupe": "every record asks for the others",
    "link": "records ask across the two sources",
    "lookup": "the second file asks the first",
}


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _quality_row(table: Table, title: str, quality: Quality) -> None:
    table.add_row(title, _share(quality.precision), _share(quality.recall), _share(quality.f1))


def _best_title(best: Best) -> str:
    return "best threshold" if best.threshold is None else f"best threshold ({best.threshold:.1f} bits)"


def _pairs_table(report: Report) -> Table:
    table = Table("Pairs", "precision", "recall", "F1")
    for band in ("certain", "probable", "possible"):
        _quality_row(table, band if band == "certain" else f"{band} or better", report.bands[band])
    _quality_row(table, _best_title(report.best), report.best.quality)
    return table


def _lookups_table(report: Report) -> Table:
    table = Table("Lookups", "true records shown", "first is right", "show a wrong child")
    for band in ("certain", "probable", "possible"):
        seen = report.lookups[band]
        title = band if band == "certain" else f"{band} or better"
        table.add_row(title, _share(seen.recall), _share(seen.top_1), _share(seen.wrong))
    return table


def _with_interval(share: Share) -> str:
    return f"{share.share * 100:.1f} ({share.low * 100:.1f}–{share.high * 100:.1f})"


def _origins_table(origins: list[Origin]) -> Table:
    """Shares in per cent, each with its 95 % interval."""
    table = Table("Name origin", "true pairs", "missed, %", "of equal records, %", "not shown, %")
    for origin in origins:
        shares = (origin.as_recorded, origin.of_equal_records, origin.not_shown)
        table.add_row(origin.origin, str(origin.pairs), *map(_with_interval, shares))
    return table


def _gap(title: str, gap: Gap | None) -> str:
    if gap is None:
        return f"{title}: fewer than two origins with {FEWEST_COMPARED} true pairs"
    return (
        f"{title}: {gap.gap.share * 100:.1f} points (95 % interval {gap.gap.low * 100:.1f} to "
        f"{gap.gap.high * 100:.1f}), {gap.most_missed} and {gap.least_missed}; "
        f"{gap.by_chance * 100:.1f} would be by chance alone"
    )


def _warning(warned: Warned) -> str:
    rows = ", ".join(map(str, warned.rows)) + (" …" if warned.count > len(warned.rows) else "")
    return f"{warned.field}: {warned.problem} ({warned.count}; rows {rows})"


def _summary(report: Report) -> list[str]:
    blocking = report.blocking
    return [
        f"{report.records:,} records, {report.questions:,} questions ({_MODES[report.mode]}), "
        f"{report.true_pairs:,} true pairs",
        f"Blocking: {_share(blocking.pairs_completeness)} of true pairs are candidates"
        f"{', or linked to one' if report.trails else ''}; "
        f"{blocking.candidates_mean:.1f} candidates a question; "
        f"99 questions in 100 have at most {blocking.candidates_p99:.0f}",
        f"Households: {report.households:.2f} of those on a register of children; "
        f"{report.lookups_per_second or 0:,.0f} lookups a second on one core",
    ]


def show(report: Report, console: Console | None = None) -> None:
    """Print a report for people."""
    console = console or Console(highlight=False)
    for line in _summary(report):
        console.print(line, markup=False)
    console.print(_pairs_table(report))
    console.print(_lookups_table(report))
    if report.finding.origins:
        console.print(_origins_table(report.finding.origins))
        console.print(_gap("Widest gap as recorded", report.finding.as_recorded), markup=False)
        console.print(_gap("Widest gap of equal records", report.finding.of_equal_records), markup=False)
        console.print(_gap("Widest gap of those not shown", report.finding.not_shown), markup=False)
    if not report.true_pairs:
        console.print(
            "Warning: no two rows are labelled as one child, so nothing says what is right", markup=False
        )
    for warned in report.warnings:
        console.print(f"Warning: {_warning(warned)}", markup=False)
