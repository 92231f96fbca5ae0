"""`shields` and `desk`: children who must not be sensed, who is told, and the staffed desk."""

from uuid import UUID

import click

from fingerpost import settings
from fingerpost.cli.ask import Discreet, OneOf, about_a_child, typed_child
from fingerpost.cli.review import AS_JSON, Pair
from fingerpost.cli.written import json_of
from fingerpost.lookup.form import read_child
from fingerpost.lookup.question import require_enough
from fingerpost.shields.request import AWAY, Body, Evidence, Ground, Kept, Request
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened
from fingerpost.words.clock import today

BY = click.option("--by", required=True, type=Pair(), help="Who does it; a records officer or manager.")
SHIELD = click.argument("shield", type=click.UUID)


@click.group()
def shields() -> None:
    """Children who must not be sensed."""


@shields.command("ask", cls=Discreet)
@click.option("--by", required=True, type=Pair(), help="Who takes it down.")
@click.option(
    "--keeper", default="", help="The authority that keeps it, if not the taker's own: for the desk."
)
@click.option("--body", required=True, type=OneOf([b.value for b in Body]), help="What kind of body asks.")
@click.option(
    "--ground", required=True, type=OneOf([g.value for g in Ground]), help="Why harm is likelier if known."
)
@click.option("--call-back", required=True, help="The phone on which the body is rung back.")
@about_a_child
def ask_shield(by: Person, keeper: str, body: str, ground: str, call_back: str, **child: object) -> None:
    """Shield a child at once; evidence may come later. Give every name, home and number that is known."""
    request = Request(body=Body(body), ground=Ground(ground), call_back=call_back)
    with opened(settings.load()) as service:
        details = read_child(typed_child(child), today(service.now()))
        require_enough(details)
        shield = service.shields.ask(keeper or by.authority, request, details, by)
    click.echo(f"The shield {shield} stands from now on. Evidence may follow within 28 days.")


@shields.command("list")
@BY
@AS_JSON
def list_shields(by: Person, as_json: bool) -> None:
    """List the shields that the reader's authority keeps, and what is overdue. It is recorded."""
    with opened(settings.load()) as service:
        kept, day = service.shields.kept(by), today(service.now())
    if as_json:
        click.echo(json_of(kept))
        return
    for shield in kept:
        late = "".join(f"  {what.upper()} OVERDUE" for what in shield.overdue(day))
        click.echo(f"{shield.id}  {shield.what}; {_standing(shield)}{late}")
        for row in shield.covered:
            click.echo(f"  record {row.record}  {row.authority}{'  cleared' if row.cleared else ''}")
        for authority in shield.away:
            click.echo(f"  a record of {authority}  {AWAY}")
    if not kept:
        click.echo("No shield is kept.")


def _standing(shield: Kept) -> str:
    evidence = shield.evidence.label if shield.evidence else f"evidence by {shield.evidence_by}"
    return f"rung back on {shield.call_back}; {evidence}; review by {shield.review_on}"


@shields.command("evidence")
@SHIELD
@BY
@click.option("--kind", required=True, type=OneOf([e.value for e in Evidence]), help="What was shown.")
def note_evidence(shield: UUID, by: Person, kind: str) -> None:
    """Note what a shield was shown to rest on. The paper stays with the keeper."""
    with opened(settings.load()) as service:
        service.shields.evidence(shield, Evidence(kind), by)
    click.echo("Noted on the ledger. The shield stands by that evidence.")


@shields.command("review")
@SHIELD
@BY
def review_shield(shield: UUID, by: Person) -> None:
    """Note that a shield was reviewed and stands, as it must be every six months."""
    with opened(settings.load()) as service:
        later = service.shields.review(shield, by)
    click.echo(f"Noted on the ledger. It stands; review it again by {later}.")


@shields.command("clear")
@SHIELD
@click.argument("record", type=click.UUID)
@BY
def clear_record(shield: UUID, record: UUID, by: Person) -> None:
    """Clear a covered record that is another child's: it is shown again unless another shield covers it."""
    with opened(settings.load()) as service:
        service.shields.clear(shield, record, by)
    click.echo("Noted on the ledger. Corrected by its authority, the record is looked at again.")


@shields.command("lift")
@SHIELD
@BY
def lift_shield(shield: UUID, by: Person) -> None:
    """Say that a shield may be lifted. It takes its keeper, and a person of another authority."""
    with opened(settings.load()) as service:
        lifted = service.shields.lift(shield, by)
    if lifted:
        click.echo("Noted on the ledger. The shield is lifted, and its details are gone.")
    else:
        click.echo("Noted on the ledger. It stands until a person of another authority says the same.")


@shields.command("confirm")
@BY
def confirm_list(by: Person) -> None:
    """Confirm that your authority's list of shields is whole, empty or not. Until then nothing is shown."""
    with opened(settings.load()) as service:
        service.shields.confirm(by.authority, by)
    click.echo("Noted on the ledger. What no shield covers can be found from now on.")


@shields.command("alerts")
@BY
@click.option("--most", type=click.IntRange(1, 10_000), default=100, help="How many to list.")
@click.option("--all", "everything", is_flag=True, help="Also what is done.")
@AS_JSON
def list_alerts(by: Person, most: int, everything: bool, as_json: bool) -> None:
    """List who asked about your shielded children: ring back, or do not. It is recorded."""
    with opened(settings.load()) as service:
        alerts = service.alerts.list(by, most=most, done=everything)
    if as_json:
        click.echo(json_of(alerts))
        return
    for alert in alerts:
        asked, done = alert.asked, f"  (done by {alert.done_by})" if alert.done_by else ""
        if asked.away:
            click.echo(f"{alert.id}  shield {asked.shield}: a record of {asked.authority} {AWAY}{done}")
            continue
        whom = f"shield {asked.shield}" if asked.shield else f"your {asked.own_reference}"
        click.echo(
            f"{alert.id}  {asked.asked_at:%Y-%m-%d %H:%M}  {whom}: {asked.authority}/{asked.practitioner},"
            f" {asked.role}, for {asked.why}, case {asked.case_reference},"
            f" reference {asked.reference}{done}"
        )
    if not alerts:
        click.echo("Nobody asked.")


@shields.command("done")
@click.argument("alert", type=click.UUID)
@BY
def alert_done(alert: UUID, by: Person) -> None:
    """Note that an alert was dealt with."""
    with opened(settings.load()) as service:
        service.alerts.done(alert, by)
    click.echo("Noted on the ledger. The alert is done: it is listed with --all alone.")


@click.group()
def desk() -> None:
    """The staffed desk that every answer names."""


@desk.command("show")
@click.argument("reference")
@click.option("--by", required=True, type=Pair(), help="Who answers the phone; a desk officer.")
@AS_JSON
def show_reference(reference: str, by: Person, as_json: bool) -> None:
    """Show whether somebody must be rung for a reference that was said on the phone. It dies after a day."""
    with opened(settings.load()) as service:
        call = service.desk.look_up(reference, by)
    if as_json:
        click.echo(json_of(call))
        return
    for ring in call.to_ring:
        phone = ring.duty_phone or "no phone is known: ring the authority's front door"
        click.echo(f"Ring {ring.authority_name} ({ring.authority}) on {phone}{': done' if ring.done else ''}")
    if not call.to_ring:
        click.echo("Nobody has to be rung.")
