"""`missing`: alerts of missing families, raised by one person, let out by a senior, called back from all."""

from datetime import datetime

import click

from fingerpost import settings
from fingerpost.cli.ask import OneOf
from fingerpost.cli.moves import DAY
from fingerpost.cli.notices import BY
from fingerpost.cli.review import AS_JSON
from fingerpost.cli.written import json_of
from fingerpost.moves.alert import ENDS, Alert, EndReason
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened

WHICH = click.argument("alert", metavar="REFERENCE")  # as it is said aloud, or the whole id


@click.group()
def missing() -> None:
    """Alerts of missing families."""


@missing.command("raise")
@click.argument("entries", nargs=-1, required=True)
@click.option("--until", required=True, type=DAY, help="Its last day, within 28 days.")
@BY
def raise_alert(entries: tuple[str, ...], until: datetime, by: Person) -> None:
    """Raise an alert of the children whom these answers were about. Nobody is told before a senior approves.

    ENTRIES are the person's own answers of the last day, for the purpose missing_child: each by its
    reference as it is said aloud, or by the entry in its receipt.
    """
    with opened(settings.load()) as service:
        meant = [service.offices.oversight.mine.meant(entry, by) for entry in entries]
        _print(service.moves.alerts.raise_(meant, until.date(), by))


@missing.command("approve")
@WHICH
@BY
def approve(alert: str, by: Person) -> None:
    """Let an alert out, as a senior who did not raise it."""
    with opened(settings.load()) as service:
        alerts = service.moves.alerts
        _print(alerts.approve(alerts.meant(alert, by), by))


@missing.command("end")
@WHICH
@click.option("--reason", required=True, type=OneOf([r.value for r in ENDS]), help="Why.")
@BY
def end(alert: str, reason: str, by: Person) -> None:
    """Call an alert back from everybody it reached."""
    with opened(settings.load()) as service:
        alerts = service.moves.alerts
        _print(alerts.end(alerts.meant(alert, by), EndReason(reason), by))


@missing.command("list")
@BY
@AS_JSON
def list_alerts(by: Person, as_json: bool) -> None:
    """List the authority's alerts, those that are out first, and how many authorities were looked through."""
    with opened(settings.load()) as service:
        found = service.moves.alerts.listed(by)
    if as_json:
        click.echo(json_of(found))
        return
    for alert in found:
        _print(alert)
    if not found:
        click.echo("No alert.")


def _print(alert: Alert) -> None:
    why = f" ({alert.reason.label})" if alert.reason else ""
    click.echo(f"{alert.spoken}  until {alert.until}  {alert.state.label}{why}")
    if alert.approved_at:
        swept = [sweep for sweep in alert.sweeps if sweep.as_of]
        click.echo(f"    {alert.hits} found; {len(swept)} of {len(alert.sweeps)} authorities looked through")
