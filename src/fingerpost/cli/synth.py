"""`fingerpost synth`: make a synthetic England."""

from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fingerpost.reference.authorities import local_authorities
from fingerpost.synthetic.country import Order, make_country, most_children
from fingerpost.synthetic.days import AS_OF

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


def _check_empty(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise click.BadParameter(f"{out} is a file; name a folder to make", param_hint="OUT")
    if out.exists() and any(out.iterdir()):
        raise click.BadParameter(f"{out} is not empty; name a new folder or empty this one", param_hint="OUT")


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
@click.argument("out", type=click.Path(path_type=Path))
def synth(children: int, seed: int, authorities: int, as_of: date, out: Path) -> None:
    """Write a synthetic England into the folder OUT, as each authority's extract with the truth beside it."""
    _check_empty(out)
    order = Order(children=children, seed=seed, authorities=authorities, as_of=as_of.toordinal())
    try:
        _run(order, out)
    except OSError as error:
        raise click.ClickException(f"could not write to {out}: {error.strerror}") from None
