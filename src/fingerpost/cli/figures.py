"""`figures`: what is published of a month that is over."""

from datetime import datetime

import click

from fingerpost import settings
from fingerpost.wiring import opened


@click.group()
def figures() -> None:
    """What the public sees of how the service is used."""


@figures.command()
@click.option("--month", required=True, type=click.DateTime(["%Y-%m"]), help="A month that is over: YYYY-MM.")
def publish(month: datetime) -> None:
    """Count a month from the ledger and publish it; small numbers are masked where they are shown."""
    with opened(settings.load()) as service:
        entries = service.offices.oversight.figures.publish(month.date())
    click.echo(f"Published, from {entries:,} entries of {month:%B %Y}.")
