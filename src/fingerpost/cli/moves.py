"""`moves` and `hand-over`: what follows from feeds, orphaned transfers, and responsibility on its way."""

from datetime import date, datetime

import click

from fingerpost import settings
from fingerpost.cli.ask import OneOf
from fingerpost.cli.notices import BY
from fingerpost.cli.review import AS_JSON
from fingerpost.cli.written import json_of
from fingerpost.moves.covert import CovertReason
from fingerpost.moves.hand_over import HandOver
from fingerpost.moves.life import DECLINES, Kind, Reason
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened

DAY = click.DateTime(["%Y-%m-%d"])
WHICH = click.argument("hand_over", metavar="REFERENCE")  # as it is said aloud, or the whole id


@click.group()
def moves() -> None:
    """Children who move between authorities."""


@moves.command("follow")
@click.option("--since", type=DAY, help="Look again at every child handed on since this day.")
def follow(since: datetime | None) -> None:
    """Follow what feeds and time changed, and tell whoever must know. The service does so by itself."""
    with opened(settings.load()) as service:
        followed = service.moves.nightly(since.date() if since else None)
    click.echo(f"{followed} records followed.")


@moves.command("orphans")
@BY
@AS_JSON
def orphans(by: Person, as_json: bool) -> None:
    """List the children this authority closed as handed on, and whom nobody has opened."""
    with opened(settings.load()) as service:
        found = service.moves.orphans.listed(by)
    if as_json:
        click.echo(json_of(found))
        return
    for row in found:
        whose = row.reference or "another authority's; ring it and say this"
        asked = "  perhaps opened elsewhere: see `review list`" if row.asked else ""
        days = f"{row.working_days} working days"
        click.echo(f"{row.spoken}  closed {row.closed_on}  {days}  {whose}{asked}")
    if not found:
        click.echo("Nobody is lost between authorities, as far as is known.")


@moves.command("stand")
@click.argument("entry")
@BY
def stand(entry: str, by: Person) -> None:
    """Tell this authority if the child of an answer that found nobody is registered within 30 days.

    ENTRY is the answer's reference as it is said aloud, or the entry in its receipt. But for unscheduled
    care, such questions stand by themselves.
    """
    with opened(settings.load()) as service:
        service.moves.asked.stand(service.offices.oversight.mine.meant(entry, by), by)
    click.echo("Noted on the ledger. The question stands: whoever asked is told if the child is registered.")


@moves.command("covert")
@click.argument("case_reference")
@click.option("--reason", required=True, type=OneOf([r.value for r in CovertReason]), help="Why.")
@click.option("--until", required=True, type=DAY, help="Its last day, within 28 days.")
@BY
def covert(case_reference: str, reason: str, until: datetime, by: Person) -> None:
    """Have no holder told of what is asked for a case of this authority, until a day is over."""
    with opened(settings.load()) as service:
        service.moves.covert.note(case_reference, CovertReason(reason), until.date(), by)
    click.echo("Noted on the ledger. When the day is over, whoever holds the child is told.")


@click.group("hand-over")
def hand_over() -> None:
    """Responsibility for a child, from one authority to another."""


@hand_over.command("offer")
@click.argument("reference")
@click.option("--to", "receiver", help="The other authority's code.")
@click.option("--kind", type=click.Choice([k.value for k in Kind]), default="responsibility", help="What.")
@click.option("--until", type=DAY, help="The last day of a stay, or of an intended return.")
@BY
def offer(reference: str, receiver: str | None, kind: str, until: datetime | None, by: Person) -> None:
    """Offer a child by this authority's own reference, or by a hand-over it accepted.

    The sender holds the child until the receiver has accepted.
    """
    last: date | None = until.date() if until else None
    with opened(settings.load()) as service:
        made = service.moves.hand_overs.offer(reference, receiver, by, kind=Kind(kind), until=last)
    _print(made)
    if made.receiver_silent:
        since = f"since {made.receiver_silent_since:%Y-%m-%d}" if made.receiver_silent_since else "always"
        click.echo(f"{made.receiver_name} is silent ({since}): ring them as well.")


@hand_over.command("accept")
@WHICH
@BY
def accept(hand_over: str, by: Person) -> None:
    """Take responsibility."""
    with opened(settings.load()) as service:
        verbs = service.moves.hand_overs
        _print(verbs.accept(verbs.meant(hand_over, by), by))


@hand_over.command("decline")
@WHICH
@click.option("--reason", required=True, type=click.Choice([r.value for r in DECLINES]), help="Why.")
@BY
def decline(hand_over: str, reason: str, by: Person) -> None:
    """Decline, with a reason. The sender still holds the child."""
    with opened(settings.load()) as service:
        verbs = service.moves.hand_overs
        _print(verbs.decline(verbs.meant(hand_over, by), by, Reason(reason)))


@hand_over.command("withdraw")
@WHICH
@BY
def withdraw(hand_over: str, by: Person) -> None:
    """Take an offer back."""
    with opened(settings.load()) as service:
        verbs = service.moves.hand_overs
        _print(verbs.withdraw(verbs.meant(hand_over, by), by))


@hand_over.command("list")
@BY
@AS_JSON
def list_hand_overs(by: Person, as_json: bool) -> None:
    """List what the authority offers or is offered, with the day count that both sides see.

    All that waits for an answer, then the newest others.
    """
    with opened(settings.load()) as service:
        found = service.moves.hand_overs.listed(by)
    if as_json:
        click.echo(json_of(found))
        return
    for row in found:
        _print(row)
    if not found:
        click.echo("No hand-over.")


def _print(row: HandOver) -> None:
    to = row.receiver_name or "outside England"
    days = (
        "" if row.days is None else f"  working day {row.days} of 15" + ("  OVERDUE" if row.overdue else "")
    )
    click.echo(f"{row.spoken}  {row.offered_on}  {row.sender_name} to {to}: {row.state.label}{days}")
