"""`authority`, `team`, `practitioner` and `client`: who takes part and who is let in."""

from datetime import date
from pathlib import Path
from uuid import UUID

import click

from fingerpost import settings
from fingerpost.access.caller import Practitioner
from fingerpost.access.certificate import thumbprint
from fingerpost.access.lists import Checked
from fingerpost.cli.day import DAY
from fingerpost.wiring import opened
from fingerpost.words import checks
from fingerpost.words.vocabulary import Role, Scope

AUTHORITY = click.option("--authority", required=True, help="GSS or ODS code, such as E08000025.")


@click.group()
def authority() -> None:
    """The bodies that take part."""


@authority.command("list")
@click.option("--silent", is_flag=True, help="Only those that are not reporting.")
def list_authorities(silent: bool) -> None:
    """Tell how many local authorities report, and which have gone silent since when."""
    with opened(settings.load()) as service:
        coverage = service.lookup.coverage()
    click.echo(coverage.statement)
    for body in coverage.silent if silent else ():
        since = body.since.date().isoformat() if body.since else "never"
        click.echo(f"{body.authority}  {since:12}{body.authority_name}")


@click.group()
def team() -> None:
    """The contact points of an authority."""


@team.command("list")
@AUTHORITY
def list_teams(authority: str) -> None:
    """List an authority's teams, their phones and when each was last proven."""
    with opened(settings.load()) as service:
        for row in service.feeds.teams(authority):
            proven = f"proven {row.proven_on}" if row.proven_on else "never proven"
            click.echo(
                f"{row.name}: office {row.office_phone} ({row.office_hours}), duty {row.duty_phone}, {proven}"
                + (f", left the contact sheet on {row.left_on}" if row.left_on else "")
            )


@click.group()
def practitioner() -> None:
    """The people who ask."""


@practitioner.command("add")
@AUTHORITY
@click.option("--reference", required=True, help="The authority's own staff reference.")
@click.option("--name", required=True, help="The person's own name.")
@click.option("--role", type=click.Choice([r.value for r in Role]), required=True, help="What they may ask.")
@click.option("--dbs-on", type=DAY, help="The day of the enhanced DBS certificate; with --trained-on.")
@click.option("--trained-on", type=DAY, help="The day of the last training; with --dbs-on.")
def add_practitioner(
    *, authority: str, reference: str, name: str, role: str, dbs_on: date | None, trained_on: date | None
) -> None:
    """Add a practitioner, change one, or bring one back. Without their checks recorded they may not ask."""
    if (dbs_on is None) != (trained_on is None):
        raise click.UsageError("--dbs-on and --trained-on are given together")
    person = Practitioner(
        authority,
        checks.text(reference, "reference", 100),
        checks.name(name, "name"),
        Role(role),
        active=True,
    )
    with opened(settings.load()) as service:
        service.accounts.save_practitioner(person)
        if dbs_on and trained_on:
            service.accreditation.accredit_people(authority, [Checked(person.reference, dbs_on, trained_on)])
    click.echo(f"{reference} of {authority} may ask as {Role(role).label}.")


@practitioner.command("sign-in")
@AUTHORITY
@click.option("--reference", required=True, help="The authority's own staff reference.")
@click.option("--issuer", required=True, help="The OpenID Connect issuer, as FINGERPOST_OIDC_ISSUER.")
@click.option("--subject", required=True, help="The account's `sub` at that issuer.")
def name_account(authority: str, reference: str, issuer: str, subject: str) -> None:
    """Say which practitioner an account of the sign-in service is."""
    with opened(settings.load()) as service:
        service.sessions.name_account(
            checks.text(issuer, "issuer"), checks.text(subject, "subject"), authority, reference
        )
    click.echo(f"The account signs in as {reference} of {authority}.")


class _Certificate(click.ParamType[bytes]):
    name = "file"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        try:
            return thumbprint(Path(value).read_text("ascii"))
        except OSError as error:
            self.fail(f"it cannot be read: {(error.strerror or 'unreadable').lower()}", param, ctx)
        except ValueError:
            self.fail("it is not a certificate in PEM", param, ctx)


CERTIFICATE = click.option(
    "--certificate", type=_Certificate(),
    help="The certificate in PEM that its system shows to the proxy; the token is refused without it.",
)  # fmt: skip


@click.group()
def client() -> None:
    """The systems that call the API for an authority."""


@client.command("issue")
@AUTHORITY
@click.option("--name", required=True, help="What the client is, such as 'case system'.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([s.value for s in Scope]),
    required=True,
    help="What it may do.",
)
@click.option(
    "--days", type=click.IntRange(1, 366), default=90, show_default=True, help="How long the token lasts."
)
@click.option("--assured-on", type=DAY, help="The day its system was assured; without it, it is refused.")
@CERTIFICATE
def issue_client(
    *, authority: str, name: str, scopes: tuple[str, ...], days: int,
    assured_on: date | None, certificate: bytes | None,
) -> None:  # fmt: skip
    """Make a client and print its bearer token, once."""
    with opened(settings.load()) as service:
        token = service.accounts.issue_client(
            authority, name, tuple(Scope(s) for s in scopes), days, assured_on, certificate=certificate
        )
    click.echo(token)


@client.command("list")
def list_clients() -> None:
    """List every client and when its token ends."""
    with opened(settings.load()) as service:
        for row in service.accounts.clients():
            state = "revoked" if row.revoked_at else f"until {row.expires_at.date()}"
            bound = row.certificate.hex()[:8] if row.certificate else "unbound"
            click.echo(f"{row.id}  {row.authority:12}{state:20}{bound:10}{','.join(row.scopes):16}{row.name}")


@client.command("revoke")
@click.argument("client", type=click.UUID)
def revoke_client(client: UUID) -> None:
    """Revoke a client: its next call is refused."""
    with opened(settings.load()) as service:
        service.accounts.revoke_client(client)
    click.echo("Revoked.")
