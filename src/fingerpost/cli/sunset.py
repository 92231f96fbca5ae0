"""The service's own authorisation, as commands: show it, sign one, take it."""

import sys
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from fingerpost import settings
from fingerpost.cli.decommission import FILE, NEW_FILE, end_of_minimum, folder, key, sealed_minimum, signer
from fingerpost.cli.written import json_of
from fingerpost.db.foreign import identity_of, reached
from fingerpost.decommission import authorisation, freeze, own
from fingerpost.decommission.authorisation import Authorisation, Signed, Standing
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.target import Target, read
from fingerpost.instance import PARTS, Instance
from fingerpost.vault import durable
from fingerpost.wiring import opened
from fingerpost.wiring import sunset as sunset_of
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, Problem


@click.group()
def sunset() -> None:
    """The service's own end: who authorised it until when, and what follows when nobody renews it."""


@sunset.command()
def show() -> None:
    """Show the authorisation and how long it lasts. Exit status 1 where the service answers nobody."""
    found = sunset_of(settings.load())
    current, standing = found.current, found.standing
    click.echo(f"authorisation: {standing.label}")
    if current:
        click.echo(f"from {current.starts} until {current.until}, by {current.basis}")
        for person in current.people:
            click.echo(f"  {person.name}, {person.title}, {person.employer}: {', '.join(person.parts)}")
    if words := authorisation.warning(current, today()):
        click.echo(words, err=True)
    sys.exit(1 if standing in {Standing.OVER, Standing.NOT_YET} else 0)


@sunset.command()
def operator() -> None:
    """Make the key that begins the end, once, and print who it is: name it in the authorisation."""
    click.echo(json_of(sunset_of(settings.load()).operator()))


@sunset.command()
@click.argument("draft", type=FILE)
@click.argument("signed", type=NEW_FILE)
@key
def sign(draft: Path, signed: Path, key_path: Path) -> None:
    """Sign the authorisation in DRAFT, into SIGNED: beside whoever signed it before."""
    made = authorisation.signed(_read(draft, Authorisation), [signer(key_path)])
    if signed.exists():
        before = _read(signed, Signed)
        if bytes(before.authorisation) != bytes(made.authorisation):
            raise Invalid(Problem("signed", "holds another authorisation"))
        made = msgspec.structs.replace(made, signatures=(*before.signatures, *made.signatures))
    durable.replace(signed, msgspec.json.encode(made), 0o644)
    click.echo(f"{len(made.signatures)} of {authorisation.SIGNATURES} signatures.")


@sunset.command()
@folder
@click.option(
    "--target", "target_file", type=FILE, help="How the database is reached, if it has a server of its own."
)
@sealed_minimum
def draw(*, folder: Path, target_file: Path | None, file: Path, minimum_key: Path, years: int) -> None:
    """Freeze this service for its own end; draw the scan list, and who looked into FILE, by its vault."""
    given, procedure = settings.load(), Procedure(folder)
    target = _target(Instance(given), target_file)
    target.keep(procedure)
    with target.up():
        own.log_connections(target.conninfo)
        freeze.stop_feeds(procedure, target)
        if procedure.state.frozen is None:
            freeze.freeze(procedure, target)
        with opened(given, behind=True) as service, reached(target.conninfo) as database:
            open_ = service.vault.open_details
            own.make_list(procedure, database, open_)
            rows = own.looks(database, service.ledger.opened, open_)
            sealed = own.seal_looks(procedure, rows, file, minimum_key, end_of_minimum(years))
    click.echo(f"Frozen; {sealed.rows} looks are sealed until {sealed.until:%-d %B %Y}.")


def _target(instance: Instance, described: Path | None) -> Target:
    """Return how the instance's database is reached: by itself, or as somebody described its server."""
    if instance.server is not None:
        roles = sorted({f"fingerpost_{role}" for part in PARTS.values() for role in part})
        accounts = {role: instance.conninfo(role) for role in roles}
        return own.target(instance.server, instance.owner_conninfo(), accounts)
    if described is None:
        raise Invalid(Problem("target", "is needed: this instance has a database of its own server"))
    target = read(described)
    if identity_of(target.conninfo) != identity_of(instance.owner_conninfo()):
        raise Invalid(Problem("target", "is another database than this service's own"))
    return target


_T = TypeVar("_T")


def _read(path: Path, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except msgspec.MsgspecError as error:
        raise Invalid(Problem(path.name, str(error))) from None


@sunset.command()
@click.argument("signed", type=FILE)
def renew(signed: Path) -> None:
    """Take the authorisation in SIGNED: the first, or one that two authorisers of the last one signed."""
    made = sunset_of(settings.load()).add(_read(signed, Signed))
    click.echo(f"Authorised until {made.until}.")
