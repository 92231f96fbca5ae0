"""`fingerpost synth`: make a synthetic England."""

from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fingerpost.reference.authorities import local_authorities
from fingerpost.synthetic.country import Order, make_country, most_children
from fingerpost.synthetic.days import AS_OF
from fingerpost.synthetic.next_night import make_next_night
from fingerpost.synthetic.questions import ASKED

_LONG = 5_000  # children: a shorter run is over before a progress bar helps


class Day(click.ParamType[date]):
    """A date as YYYY-MM-DD, near enough to now that children's ages make sense."""

    name = "YYYY-MM-DD"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date, or refuse it in words."""
        if isinstance(value, date):
            return value
        try:
            day = datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 (a calendar day has no zone)
        except ValueError:
            self.fail("is not a date; write it as YYYY-MM-DD, for instance 2026-11-22", param, ctx)
        if not date(2015, 1, 1) <= day <= date(2050, 1, 1):
            self.fail("is not between 2015-01-01 and 2050-01-01", param, ctx)
        return day


def _check_empty(folder: Path, hint: str) -> None:
    if folder.exists() and not folder.is_dir():
        raise click.BadParameter(f"{folder} is a file; name a folder to make", param_hint=hint)
    if folder.exists() and any(folder.iterdir()):
        raise click.BadParameter(f"{folder} is not empty; name a new folder or empty it", param_hint=hint)


def _check_apart(out: Path, next_night: Path) -> None:
    first, then = out.resolve(), next_night.resolve()
    if first == then or first in then.parents or then in first.parents:
        raise click.BadParameter(
            "the two nights need folders apart from each other", param_hint="--next-night"
        )


def _run(order: Order, out: Path) -> None:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=order.children < _LONG) as progress:
        task = progress.add_task("Children", total=order.children)
        tally = make_country(order, out, lambda done: progress.update(task, completed=done))
    click.echo(
        f"{tally['children']:,} children in {order.authorities} authorities, {tally['records']:,} records, "
        f"{tally['eligible_rows']:,} episodes that may give a signpost: {out}"
    )


@click.command()
@click.option("--children", type=click.IntRange(1, most_children()), required=True, help="How many children.")
@click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), required=True, help="The same seed, the same bytes."
)
@click.option(
    "--authorities",
    type=click.IntRange(1, len(local_authorities())),
    default=len(local_authorities()),
    show_default=True,
    help="How many local authorities take part.",
)
@click.option(
    "--as-of", type=Day(), default=date.isoformat(AS_OF), show_default=True, help="The night of the extract."
)
@click.option(
    "--asked",
    type=click.FloatRange(0, 1),
    default=ASKED,
    show_default=True,
    help="Share of children who are asked about.",
)
@click.option(
    "--next-night", type=click.Path(path_type=Path), help="Also write the country a day later, here."
)
@click.argument("out", type=click.Path(path_type=Path))
def synth(
    *,
    children: int,
    seed: int,
    authorities: int,
    as_of: date,
    asked: float,
    next_night: Path | None,
    out: Path,
) -> None:
    """Write a synthetic England into the folder OUT, as each authority's extract with the truth beside it."""
    _check_empty(out, "OUT")
    if next_night is not None:
        _check_empty(next_night, "--next-night")
        _check_apart(out, next_night)
    order = Order(children=children, seed=seed, authorities=authorities, as_of=as_of.toordinal(), asked=asked)
    try:
        _run(order, out)
        if next_night is not None:
            click.echo(f"{make_next_night(out, next_night):,} changes overnight: {next_night}")
    except OSError as error:
        raise click.ClickException(f"could not write to {out}: {error.strerror}") from None
