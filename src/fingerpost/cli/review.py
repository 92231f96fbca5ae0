"""`review`, `trail` and `told`: links that two people decide; trails, shown and broken; who is told."""

from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from fingerpost import settings
from fingerpost.cli.ask import Discreet
from fingerpost.cli.written import json_of
from fingerpost.signposts.never_join import Named
from fingerpost.signposts.person import Person
from fingerpost.signposts.review import Shown
from fingerpost.signposts.trails import REVIEW_DAYS, BreakReason
from fingerpost.wiring import opened

AS_JSON = click.option("--json", "as_json", is_flag=True, help="The same, for programs.")


class Pair(click.ParamType[Person]):
    """Somebody of an authority, by its own reference: CODE/REFERENCE."""

    name = "CODE/REFERENCE"

    def convert(
        self, value: str | Person, param: click.Parameter | None, ctx: click.Context | None
    ) -> Person:
        if isinstance(value, Person):
            return value
        authority, _, reference = value.partition("/")
        if not authority or not reference:
            self.fail("write it as CODE/REFERENCE, such as E08000025/records1", param, ctx)
        return Person(authority, reference)


PAIR = Pair()
BY = click.option("--by", required=True, type=PAIR, help="Who decides; a records officer or manager.")
READER = click.option("--by", required=True, type=PAIR, help="Who reads; a records officer or manager.")


@click.group()
def review() -> None:
    """Links in doubt, which two different people decide."""


@review.command("list")
@READER
@click.option("--most", type=click.IntRange(1, 10_000), default=100, help="How many to list.")
@AS_JSON
def list_waiting(by: Person, most: int, as_json: bool) -> None:
    """List what waits for the reader's authority, oldest first, what was said so far, and for how long."""
    with opened(settings.load()) as service:
        queue = service.review.queue(by, most)
    if as_json:
        click.echo(json_of(queue.links))
        return
    for row in queue.links:
        said = f"{row.same} same, {row.different} different"
        disagreed = "  DISAGREED" if row.same and row.different else ""
        click.echo(
            f"{row.id}  {row.proposed_at:%Y-%m-%d}  {row.authority_a} {row.authority_b}  {said}{disagreed}"
        )
    age = queue.age
    if age.oldest is None:
        click.echo("Nothing waits.")
    else:
        click.echo(
            f"{age.waiting} in all, the oldest since {age.oldest:%Y-%m-%d};"
            f" {age.overdue} for more than {REVIEW_DAYS} working days."
        )


@review.command("show")
@click.argument("link", type=click.UUID)
@READER
@AS_JSON
def show_link(link: UUID, by: Person, as_json: bool) -> None:
    """Show why two records may be of one child: each field, its comparison level and its match weight."""
    with opened(settings.load()) as service:
        shown = service.review.show(link, by)
    if as_json:
        click.echo(json_of(shown))
    else:
        _print(Console(highlight=False, soft_wrap=True), shown)


def _print(console: Console, shown: Shown) -> None:
    console.print(f"[bold]{shown.state.label.capitalize()}[/bold]: {' and '.join(shown.authorities)}")
    table = Table("field", "level", "match weight", "in words", box=None, pad_edge=False)
    for row in shown.compared.comparisons:
        table.add_row(row.field, row.level, f"{row.match_weight:+.2f}", row.words)
    console.print(table)
    band = shown.compared.band or "not shown"
    console.print(f"Together {shown.compared.match_weight:+.1f} bits: {band}")


@review.command("decide")
@click.argument("link", type=click.UUID)
@click.option("--same/--different", "same", required=True, help="One child, or two.")
@BY
def decide(link: UUID, same: bool, by: Person) -> None:
    """Say whether two records are of one child. Two different people must agree."""
    with opened(settings.load()) as service:
        state = service.review.decide(link, by, same=same)
    click.echo(f"Noted on the ledger. The link {state.label}.")


@click.group()
def trail() -> None:
    """Records held to be of one child."""


@trail.command("show")
@click.argument("record", metavar="RECORD-or-SIGNPOST-ID", type=click.UUID)
@READER
@AS_JSON
def show_trail(record: UUID, by: Person, as_json: bool) -> None:
    """Show the trail of a record, or of a signpost's record, with every link that touches it."""
    with opened(settings.load()) as service:
        found = service.review.trail(record, by)
    if as_json:
        click.echo(json_of(found))
        return
    for row, authority in found.records.items():
        click.echo(f"record {row}  {authority}")
    for link in found.links:
        click.echo(f"link   {link.id}  {link.record_a} {link.record_b}  {link.band}  {link.state}")


@trail.command("break")
@click.argument("link", type=click.UUID)
@BY
@click.option("--reason", required=True, type=click.Choice([r.value for r in BreakReason]), help="Why.")
def break_link(link: UUID, by: Person, reason: str) -> None:
    """Break a link for good; both authorities are told."""
    with opened(settings.load()) as service:
        taken = service.review.break_link(link, by, BreakReason(reason))
    click.echo(f"Broken for good. {len(taken)} other links that still joined the two were taken back.")


@trail.command("never-join", cls=Discreet)
@click.argument("child", metavar="CODE/CHILD", type=Pair())
@click.option("--by", required=True, type=Pair(), help="Who orders it; a records officer.")
def never_join(child: Person, by: Person) -> None:
    """Keep a child's life apart from every other of which the same is said, as before and after adoption.

    By the authority's own reference, linked or not, held or not yet. Each side orders its own: neither
    machine nor people join the two then, and no answer shows both.
    """
    with opened(settings.load()) as service:
        service.never_join.order(Named(child.authority, child.reference), by)
    click.echo("Noted on the ledger. It is never joined to another life that is kept apart.")


@trail.command("relink")
def relink() -> None:
    """Link whatever is due: after an upgrade, or a night that was cut short."""
    with opened(settings.load()) as service:
        for authority, linked in service.review.linking.link_all().items():
            click.echo(f"{authority}  {linked.linked:,} linked, {linked.proposed:,} for review")


@click.group()
def told() -> None:
    """What an authority is told of its own records."""


@told.command("list")
@READER
@click.option("--most", type=click.IntRange(1, 10_000), default=100, help="How many to list.")
@click.option("--all", "everything", is_flag=True, help="Also what was acknowledged.")
@AS_JSON
def list_told(by: Person, most: int, everything: bool, as_json: bool) -> None:
    """List what the reader's authority is told, by its own references, oldest first. It is recorded."""
    with opened(settings.load()) as service:
        items = service.told.items(by, most=most, acknowledged=everything)
    if as_json:
        click.echo(json_of(items))
        return
    for item in items:
        seen = (
            f"  (seen by {item.acknowledged_by} on {item.acknowledged_at:%Y-%m-%d})"
            if item.acknowledged_at
            else ""
        )
        click.echo(
            f"{item.id}  {item.told_at:%Y-%m-%d}  {item.reference or 'has left'}  {item.kind.label}{seen}"
        )
    if not items:
        click.echo("Nothing to tell.")


@told.command("acknowledge")
@click.argument("item", type=click.UUID)
@READER
def acknowledge(item: UUID, by: Person) -> None:
    """Note that an item was seen."""
    with opened(settings.load()) as service:
        service.told.acknowledge(item, by)
    click.echo("Noted on the ledger.")
