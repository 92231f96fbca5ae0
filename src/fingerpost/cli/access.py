"""`access`: who may ask what, whose accreditation ends, and the switches."""

from datetime import timedelta

import click

from fingerpost import settings
from fingerpost.access import matrix as rows
from fingerpost.access.switches import ENGLAND, Because, Subject
from fingerpost.cli.review import PAIR
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened
from fingerpost.words.clock import today

SUBJECT = click.argument("subject", type=click.Choice([s.value for s in Subject]))
WHICH = click.argument("which", default="", metavar="[CODE/REFERENCE|CLIENT|CODE]")


@click.group()
def access() -> None:
    """Who may ask what, and who is let in."""


@access.command()
def matrix() -> None:
    """Print the matrix of roles, purposes, services and levels; what is not in it is refused."""
    click.echo(f"Policy {rows.POLICY}. What no row names is refused, or not shown.")
    click.echo(rows.as_table(), nl=False)


@access.command()
@click.option(
    "--days", type=click.IntRange(0, 366), default=30, show_default=True, help="How far to look ahead."
)
def expiring(days: int) -> None:
    """List the accreditations that end soon, have ended, or were never recorded."""
    with opened(settings.load()) as service:
        day = today(service.now())
        ending = service.accreditation.ending(day + timedelta(days=days))
    for row in ending:
        state = (
            "NEVER RECORDED"
            if row.ends is None
            else f"ends {row.ends}"
            if row.ends >= day
            else f"ENDED {row.ends}"
        )
        click.echo(f"{state:18}{row.what:14}{row.authority:12}{row.whose}")
    if not ending:
        click.echo(f"Nothing ends within {days} days.")


@access.command()
@SUBJECT
@WHICH
@click.option(
    "--because", type=click.Choice([b.value for b in Because]), default=Because.INCIDENT.value,
    show_default=True, help="Why; it stands on the ledger.",
)  # fmt: skip
def suspend(subject: str, which: str, because: str) -> None:
    """Switch off a person, a client, an authority or the nation, from the next call on."""
    what = Subject(subject)
    with opened(settings.load()) as service:
        service.switches.suspend(what, _which(what, which), Because(because))
    click.echo(f"Switched off: {what.label} {which}".rstrip() + ". `fingerpost access restore` undoes it.")


@access.command()
@SUBJECT
@WHICH
@click.option("--by", type=PAIR, help="For the nation: who says so. A second person must say the same.")
def restore(subject: str, which: str, by: Person | None) -> None:
    """Switch on again what was switched off; the nation by two records officers of the service."""
    what = Subject(subject)
    if (what is Subject.NATION) != (by is not None):
        raise click.UsageError("--by is for the nation, and needed there")
    with opened(settings.load()) as service:
        if by is None:
            service.switches.restore(what, _which(what, which))
        elif not service.switches.restore_nation(by.authority, by.reference):
            click.echo("Noted. The nation stays off until a second person says the same.")
            return
    click.echo(f"Switched on again: {what.label} {which}".rstrip() + ".")


@access.command()
@click.argument("person", type=PAIR)
@click.option(
    "--by", required=True, type=PAIR, help="A manager or records officer, never the person themself."
)
def agree(person: Person, by: Person) -> None:
    """Give the second word without which nobody is a records officer."""
    with opened(settings.load()) as service:
        service.switches.agree_role(person.authority, person.reference, (by.authority, by.reference))
    click.echo(f"{person} may act as records officer.")


def _which(subject: Subject, which: str) -> str:
    if (subject is Subject.NATION) == bool(which):
        raise click.UsageError("name the person, client or authority; the nation needs no name")
    return which or ENGLAND
