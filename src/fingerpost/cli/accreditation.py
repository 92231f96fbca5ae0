"""`authority`, `practitioner` and `client`, continued: what keeps each let in, and for how long."""

from datetime import date
from pathlib import Path
from uuid import UUID

import click

from fingerpost import settings
from fingerpost.access.lists import Checked, read_checked, read_leavers
from fingerpost.cli.accounts import AUTHORITY, CERTIFICATE, authority, client, practitioner
from fingerpost.cli.day import DAY
from fingerpost.wiring import opened
from fingerpost.words.clock import today

CSV = click.Path(exists=True, dir_okay=False, path_type=Path)


@authority.command("accredit")
@AUTHORITY
@click.option("--owner", required=True, help="The named person who answers for it.")
@click.option("--checked-on", type=DAY, required=True, help="The day its checklist was done.")
def accredit_authority(authority: str, owner: str, checked_on: date) -> None:
    """Record an authority's accreditation; it holds for a year."""
    with opened(settings.load()) as service:
        until = service.accreditation.accredit_authority(authority, owner, checked_on)
    click.echo(f"{authority} is accredited until {until}; {owner} answers for it.")


@practitioner.command("accredit")
@AUTHORITY
@click.option("--reference", help="One person, with --dbs-on and --trained-on.")
@click.option("--dbs-on", type=DAY, help="The day of the enhanced DBS certificate; it holds for three years.")
@click.option("--trained-on", type=DAY, help="The day of the last training; it holds for a year.")
@click.option("--csv", "listed", type=CSV, help="Many people: columns reference, dbs_on, trained_on.")
def accredit_people(
    authority: str, reference: str | None, dbs_on: date | None, trained_on: date | None, listed: Path | None
) -> None:
    """Record people's DBS checks and training: one person's, or a whole list's."""
    one = reference and dbs_on and trained_on
    if bool(one) == bool(listed) or (listed and (reference or dbs_on or trained_on)):
        raise click.UsageError("give --reference, --dbs-on and --trained-on, or --csv alone")
    with opened(settings.load()) as service:
        if reference and dbs_on and trained_on:
            people = [Checked(reference, dbs_on, trained_on)]
        else:
            people = read_checked(listed or Path(), today(service.now()))
        count = service.accreditation.accredit_people(authority, people)
    click.echo(f"Recorded the checks of {count} people of {authority}.")


@practitioner.command("leavers")
@AUTHORITY
@click.argument("listed", type=CSV, metavar="CSV")
def list_leavers(authority: str, listed: Path) -> None:
    """Record who leaves, from a list: columns reference and, if known, leaves_on (the first day out)."""
    with opened(settings.load()) as service:
        leavers = read_leavers(listed, today(service.now()))
        unknown = service.accreditation.list_leavers(authority, leavers)
    click.echo(f"{len(leavers) - len(unknown)} people of {authority} are out from the day they leave.")
    if unknown:
        click.echo(f"Nobody of {authority} has these references: {', '.join(unknown)}", err=True)


@client.command("assure")
@click.argument("client", type=click.UUID)
@click.option("--on", "assured_on", type=DAY, required=True, help="The day its system was assured.")
def assure_client(client: UUID, assured_on: date) -> None:
    """Record a client's system assurance; it holds for a year."""
    with opened(settings.load()) as service:
        until = service.accreditation.assure_client(client, assured_on)
    click.echo(f"The client is assured until {until}.")


@client.command("rotate")
@click.argument("client", type=click.UUID)
@click.option(
    "--days", type=click.IntRange(1, 366), default=90, show_default=True, help="How long the new token lasts."
)
@click.option(
    "--overlap-hours", type=click.IntRange(0, 168), default=24, show_default=True,
    help="How long the old token still works.",
)  # fmt: skip
@CERTIFICATE
def rotate_client(client: UUID, days: int, overlap_hours: int, certificate: bytes | None) -> None:
    """Give a client a new token and print it, once; the old one works on for a while."""
    with opened(settings.load()) as service:
        token = service.accounts.rotate_client(client, days, overlap_hours, certificate)
    click.echo(token)
