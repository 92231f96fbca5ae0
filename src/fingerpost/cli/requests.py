"""`request`: asking a team to make contact, and answering those who ask."""

from uuid import UUID

import click

from fingerpost import settings
from fingerpost.cli.ask import OneOf
from fingerpost.cli.review import PAIR
from fingerpost.requests.ask import Asking
from fingerpost.requests.life import Outcome
from fingerpost.requests.shown import Mine, Waiting
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened

BY = click.option("--by", required=True, type=PAIR, help="Who does it.")
REQUEST = click.argument("request", type=click.UUID)


@click.group()
def request() -> None:
    """Contact requests: "ask them to contact me"."""


@request.command("ask")
@click.option("--entry", required=True, type=click.UUID, help="The entry of your answer's receipt.")
@click.option("--signpost", required=True, type=click.UUID, help="Which signpost of that answer.")
@click.option("--phone", required=True, help="Where to ring you back.")
@BY
def ask_contact(entry: UUID, signpost: UUID, phone: str, by: Person) -> None:
    """Ask the team of a signpost that you were shown to contact you."""
    with opened(settings.load()) as service:
        made = service.requests.ask.ask(by, Asking(entry=entry, signpost=signpost, phone=phone))
    click.echo(_mine(made))


@request.command("mine")
@BY
def list_mine(by: Person) -> None:
    """List what you asked and how it stands, the newest first."""
    with opened(settings.load()) as service:
        asked = service.requests.ask.mine(by)
    for row in asked:
        click.echo(_mine(row))
    if not asked:
        click.echo("You have asked nobody to contact you.")


def _mine(row: Mine) -> str:
    desk = ", with the desk" if row.with_the_desk else ""
    return (
        f"{row.id}  {row.authority_name}, {row.team}; case {row.case_reference}:"
        f" {row.outcome_words or row.state_words} (due {row.due_at:%Y-%m-%d %H:%M}{desk})"
    )


@request.command("waiting")
@BY
def list_waiting(by: Person) -> None:
    """List what waits for your authority, what is due first at first."""
    with opened(settings.load()) as service:
        waiting = service.requests.inbox.waiting(by)
    for row in waiting:
        click.echo(_waiting(row))
    if not waiting:
        click.echo("Nothing waits.")


def _waiting(row: Waiting) -> str:
    late = "  WITH THE DESK" if row.with_the_desk else ""
    asker = f"{row.role.label} of {row.authority_name}, for {row.purpose_words}"
    return f"{row.id}  {row.team}: {asker}; {row.state_words}; due {row.due_at:%Y-%m-%d %H:%M}{late}"


@request.command("open")
@REQUEST
@BY
def open_request(request: UUID, by: Person) -> None:
    """Open a request: whom to ring, and your own reference of the child. The asker sees that you did."""
    with opened(settings.load()) as service:
        found = service.requests.inbox.see(request, by)
    click.echo(
        f"{_waiting(found.waiting)}\nring {found.asker_name} on {found.phone}, who says {found.reference}"
        f" and whose case is {found.case_reference}\nyour reference of the child: {found.own_reference}"
    )


@request.command("end")
@REQUEST
@click.option("--outcome", required=True, type=OneOf([o.value for o in Outcome]), help="How it ended.")
@BY
def end_request(request: UUID, outcome: str, by: Person) -> None:
    """Say how you answered, or why it is not shared. The asker sees it."""
    with opened(settings.load()) as service:
        state = service.requests.inbox.end(request, Outcome(outcome), by)
    click.echo(f"Noted on the ledger: {state.label}.")


@request.command("overdue")
@BY
def list_overdue(by: Person) -> None:
    """List whom the desk has to ring because a request was not answered in its time."""
    with opened(settings.load()) as service:
        overdue = service.requests.due.overdue(by)
    for row in overdue:
        click.echo(
            f"{row.id}  ring {row.authority_name} on {row.duty_phone or 'its front door'}; asked"
            f" {row.asked_at:%Y-%m-%d %H:%M}"
        )
    if not overdue:
        click.echo("Nobody has to be rung.")
