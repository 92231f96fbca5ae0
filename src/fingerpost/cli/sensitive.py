"""`sensitive`: the list of what an authority's sensitive services work with."""

from pathlib import Path

import click

from fingerpost import settings
from fingerpost.cli.review import BY
from fingerpost.feeds.sensitive import read
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid


@click.group()
def sensitive() -> None:
    """Sensitive services: never named, contact brokered."""


@sensitive.command("load")
@click.argument("list_csv", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="LIST")
@BY
@click.option(
    "--accept-removals", is_flag=True, help="Load even if more than a fifth of the signposts would go."
)
def load(list_csv: Path, by: Person, accept_removals: bool) -> None:
    """State all that your authority's sensitive services work with; what LIST has no more is gone."""
    with opened(settings.load()) as service:
        try:
            listed = read(list_csv, today(service.now()))
        except Invalid as error:
            service.sensitive.refuse(error, by)
            raise
        counted = service.sensitive.state(listed, by, accept_removals=accept_removals)
    click.echo(
        f"Noted on the ledger: {counted.added} added, {counted.changed} changed, {counted.removed} gone."
    )
