"""`retention hold`: legal holds, by a records officer."""

from datetime import date, datetime
from uuid import UUID

import click
import msgspec

from fingerpost import settings
from fingerpost.cli.retention import BY, retention, show_receipts
from fingerpost.retention.hold import HoldKind, Order
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened
from fingerpost.words.errors import Invalid, Problem

KIND = click.option(
    "--kind", required=True, type=click.Choice([kind.value for kind in HoldKind]), help="What it serves."
)
ORDER = click.option("--order", required=True, help="The reference of the order it rests on; it is sealed.")
UNTIL = click.option(
    "--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Its last day: YYYY-MM-DD."
)


@retention.group()
def hold() -> None:
    """Legal holds: a child kept, sealed and out of every answer, past its day."""


@hold.command()
@click.option("--authority", help="With --reference: whose child.")
@click.option("--reference", help="The authority's own reference of the child, held now or not.")
@click.option("--record", type=click.UUID, help="A record's id, instead.")
@KIND
@ORDER
@UNTIL
@BY
def place(
    *, authority: str | None, reference: str | None, record: UUID | None, kind: str, order: str,
    until: datetime, by: Person,
) -> None:  # fmt: skip
    """Place a hold on a child."""
    rests_on = Order(HoldKind(kind), order, _day(until))
    with opened(settings.load()) as service:
        if record is not None and not (authority or reference):
            made, receipt = service.holds.place_on(record, rests_on, by)
        elif record is None and authority and reference:
            made, receipt = service.holds.place(authority, reference, rests_on, by)
        else:
            raise Invalid(Problem("child", "give --authority with --reference, or --record alone"))
    click.echo(f"Held until {until:%-d %B %Y}. The hold's id is {made}.")
    show_receipts([receipt])


@hold.command()
@click.argument("hold", type=click.UUID)
@UNTIL
@BY
def renew(hold: UUID, until: datetime, by: Person) -> None:
    """Give a hold a later last day."""
    with opened(settings.load()) as service:
        receipt = service.holds.renew(hold, _day(until), by)
    click.echo(f"Held until {until:%-d %B %Y}.")
    show_receipts([receipt])


@hold.command()
@click.argument("hold", type=click.UUID)
@BY
def lift(hold: UUID, by: Person) -> None:
    """Say that a hold may end before its day. Two different people must."""
    with opened(settings.load()) as service:
        agreed, receipt = service.holds.lift(hold, by)
    click.echo("Lifted." if agreed else "Noted. A second person must say the same.")
    show_receipts([receipt])


@hold.command("list")
@BY
def list_holds(by: Person) -> None:
    """List the holds of the reader's authority, the first to end first. It is recorded."""
    with opened(settings.load()) as service:
        holds = service.holds.listed(by)
    for held in holds:
        click.echo(f"{held.id}  {held.authority}  until {held.until}  {held.kind.label}  {held.order}")
    if not holds:
        click.echo("No holds.")


@hold.command("open")
@click.argument("hold", type=click.UUID)
@BY
def open_hold(hold: UUID, by: Person) -> None:
    """Print what a hold kept, as JSON, for the order it rests on. It names a child, and it is recorded."""
    with opened(settings.load()) as service:
        copies = service.holds.opened(hold, by)
    for copy in copies:
        click.echo(msgspec.json.encode(copy))
    if not copies:
        click.echo("Nothing had to be kept yet: what there is of the child still stands as usual.", err=True)


def _day(moment: datetime) -> date:
    return moment.date()
