"""`retention`: what ends, when, and who says so. Receipts are printed as JSON: keep them."""

from collections.abc import Iterable
from datetime import date, datetime

import click
import msgspec

from fingerpost import settings
from fingerpost.cli.review import Pair
from fingerpost.ledger import Receipt
from fingerpost.retention.destroy import Keys
from fingerpost.retention.periods import periods
from fingerpost.retention.purge import Purged
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened

BY = click.option("--by", required=True, type=Pair(), help="Who decides: CODE/REFERENCE.")


def show_receipts(receipts: Iterable[Receipt]) -> None:
    """Print receipts, one a line, as `ledger verify --receipt` reads them."""
    for receipt in receipts:
        click.echo(msgspec.json.encode(receipt))


@click.group()
def retention() -> None:
    """What ends: leaving dates, purges, holds, a month's keys."""


@retention.command("rules")
def show_rules() -> None:
    """Show how long anything stays, on what basis, and why so long."""
    for period in periods():
        click.echo(
            f"{period.what}\n  basis: {period.basis}\n  stays: {period.stays}\n  why:   {period.source}"
        )


@retention.command()
def purge() -> None:
    """Take away everything whose day has come, now. `serve` does it by itself every hour."""
    with opened(settings.load()) as service:
        done = service.purge.run()
        finished = service.destruction.finish()
    click.echo(told(done))
    show_receipts([*done.receipts, *(some.receipt for some in finished)])


def told(done: Purged) -> str:
    """Return what a purge took away, in words."""
    if not done.receipts:
        return "Nothing has reached its day."
    return (
        f"Gone: {done.signposts} signposts, {done.records} records with their tokens and links,"
        f" {done.told} items told, {done.holds} holds that had ended with {done.copies} copies,"
        f" {done.alerts} alerts of shields, {done.requests} requests,"
        f" {done.quarantined} rows set aside."
    )


class _Month(click.ParamType[date]):
    """A month, as YYYY-MM."""

    name = "YYYY-MM"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
        except ValueError:
            self.fail("write it as YYYY-MM, such as 2026-09", param, ctx)


@retention.command("destroy-month")
@click.argument("month", type=_Month())
@BY
@click.option("--audit", is_flag=True, help="The month's audit key, after its legal period, instead.")
@click.option("--confirm", is_flag=True, help="Confirm what another person asked for. There is no way back.")
def destroy_month(month: date, by: Person, audit: bool, confirm: bool) -> None:
    """Destroy a month's keys: what they sealed is unreadable in every backup. It takes two people."""
    keys = Keys.AUDIT if audit else Keys.DATA
    with opened(settings.load()) as service:
        if not confirm:
            receipt = service.destruction.ask(month, keys, by)
            click.echo("Asked. Nothing is destroyed until another person confirms it with --confirm.")
            show_receipts([receipt])
            return
        done = service.destruction.confirm(month, keys, by)
    click.echo(
        f"Destroyed {len(done.names)} keys of {month:%Y-%m}: {keys.label} can be read nowhere any more."
    )
    show_receipts([done.receipt])
