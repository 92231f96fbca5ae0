"""`emergency`: what was opened in an emergency, and the review that must follow."""

from uuid import UUID

import click

from fingerpost import settings
from fingerpost.access.emergency import last_day
from fingerpost.cli.review import AS_JSON, PAIR
from fingerpost.cli.written import json_of
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened

BY = click.option("--by", required=True, type=PAIR, help="Who reviews: a manager or records officer.")


@click.group()
def emergency() -> None:
    """Emergency access, which a second person reviews by the end of the next working day."""


@emergency.command("list")
@BY
@AS_JSON
def list_waiting(by: Person, as_json: bool) -> None:
    """List what waits for a review in the reviewer's authority, with the reason that was given."""
    with opened(settings.load()) as service:
        waiting = service.emergencies.waiting((by.authority, by.reference))
    if as_json:
        click.echo(json_of(waiting))
        return
    for row in waiting:
        until = f"{row.opened_at:%Y-%m-%d %H:%M}, to be reviewed by the end of {last_day(row.review_by)}"
        click.echo(f"{row.id}  {row.practitioner}, opened {until}")
        click.echo(f"  {row.purpose}, {row.case_reference}: {row.reason or 'the reason has expired'}")
    if not waiting:
        click.echo("Nothing waits.")


@emergency.command("review")
@click.argument("emergency", type=click.UUID)
@BY
@click.option("--justified/--not-justified", required=True, default=None, help="What the reviewer found.")
def review(emergency: UUID, by: Person, justified: bool) -> None:
    """Review one; if it was not justified, the person who opened it is suspended."""
    with opened(settings.load()) as service:
        service.emergencies.review(emergency, (by.authority, by.reference), justified=justified)
    click.echo("Reviewed." if justified else "Reviewed. The person who opened it is suspended.")
