"""`notices`: what an authority is told, acknowledged by its people, and where it wants to be told."""

from uuid import UUID

import click
import msgspec

from fingerpost import settings
from fingerpost.cli.review import AS_JSON, PAIR
from fingerpost.cli.written import json_of
from fingerpost.lookup.contact import to_ring
from fingerpost.notices.delivery_store import Route
from fingerpost.notices.inbox import Item
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened

BY = click.option("--by", required=True, type=PAIR, help="Who reads or decides, of their own authority.")


@click.group()
def notices() -> None:
    """What an authority is told: read, acknowledged, and where it is sent."""


@notices.command("list")
@BY
@click.option("--all", "everything", is_flag=True, help="Acknowledged ones too.")
@click.option("--most", type=click.IntRange(1, 10_000), default=100, help="How many to list.")
@AS_JSON
def list_notices(by: Person, everything: bool, most: int, as_json: bool) -> None:
    """List what waits for the reader's authority, oldest first, and whom to ring."""
    with opened(settings.load()) as service:
        items = service.notices.inbox.items(by, most=most, acknowledged=everything)
    if as_json:
        click.echo(json_of(items))
        return
    for item in items:
        _print(item)
    if not items:
        click.echo("Nothing waits.")


def _print(item: Item) -> None:
    recalled = "  RECALLED: not so any more" if item.recalled_at else ""
    about = item.reference or item.asked or ""
    click.echo(
        f"{item.id}  {item.told_at:%Y-%m-%d %H:%M}  {about}  {item.words}; say {item.spoken}{recalled}"
    )
    for team in item.ring:
        click.echo(f"    ring {team.authority_name}, {team.team} ({team.status}): {to_ring(team.contact)}")
        if team.contact.left:
            click.echo(f"        {team.contact.left.words}")


@notices.command("acknowledge")
@click.argument("notice", type=click.UUID)
@BY
def acknowledge(notice: UUID, by: Person) -> None:
    """Say that a notice was seen. Unsaid for four working hours, it goes to the manager, then to duty."""
    with opened(settings.load()) as service:
        service.notices.inbox.acknowledge(notice, by)
    click.echo("Noted on the ledger. The notice was seen: it goes to nobody else.")


@notices.command("route")
@BY
@click.option("--managers", default="", help="The managers' inbox.")
@click.option("--directors", default="", help="The directors' inbox: orphaned transfers.")
@click.option("--duty", default="", help="The duty team's inbox.")
@click.option("--webhook", default="", help="An https address to which how many wait is posted, signed.")
def route(by: Person, managers: str, directors: str, duty: str, webhook: str) -> None:
    """Set where the authority is told, beside its teams' own inboxes. What is not given is empty."""
    given = Route(managers=managers, directors=directors, duty=duty, webhook=webhook)
    with opened(settings.load()) as service:
        service.notices.routes.set(given, by)
    told = [name for name, address in msgspec.structs.asdict(given).items() if address]
    click.echo(f"Noted on the ledger. Told beside the teams' inboxes: {', '.join(told) or 'nobody'}.")
