"""`init`, `serve`, `status` and `db`: the instance itself."""

import os
import sys
from pathlib import Path

import click

from fingerpost import settings
from fingerpost.app import require_free_port, serve_until_stopped
from fingerpost.instance import PARTS, Instance
from fingerpost.wiring import Service, found, opened, vault_apart


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Create an instance in FOLDER: keyring, database, schema, roles, grants, authorities."""
    os.environ["FINGERPOST_INSTANCE"] = str(folder)
    given = settings.load()
    found(given)
    made = Instance(given)
    click.echo(f"Created an instance in {given.instance}.")
    click.echo(
        f"Back up {made.keyring_path.parent} apart from the database. What wraps it ({made.wrapping}) belongs"
        " in no backup: share it out among custodians. Nothing opens without all three."
    )


@click.command()
def serve() -> None:
    """Serve the API until stopped."""
    given = settings.load()
    # A missing or damaged instance, or a vault that is not there, is reported here and not by a worker.
    apart, instance = vault_apart(given), Instance(given)
    _ = apart.verifying_key() if apart else instance.keyring()
    if not given.embedded:  # whose server the worker starts, and then finds out
        instance.require_migrated()
    require_free_port(given)
    serve_until_stopped(given)


@click.command()
def status() -> None:
    """Show what the instance holds and whether it is sound."""
    given = settings.load()
    may_be = Instance(given).may_be  # a process apart tells what its own roles let it see
    with opened(given) as service:
        rows = {
            "instance": given.instance,
            "environment": given.environment.value,
            "database": "embedded PostgreSQL 18" if given.embedded else "PostgreSQL by DSN",
            "authorities reporting": _reporting(service) if may_be("fingerpost_lookup") else "not told here",
            "vault": f"apart, at {given.vault}" if given.vault else _standing(service),
            "receipts' key": service.vault.verifying_key().hex(),
            "ledger's key": service.tree.log.vkey,
            "authorisation": _authorised(service),
        }
        overdue = service.erasure.overdue() if may_be("fingerpost_retention") else ()
    for name, value in rows.items():
        click.echo(f"{name:24}{value}")
    for erased in overdue:
        click.echo(
            f"OVERDUE: a child erased on {erased.erased_at:%Y-%m-%d %H:%M} still opens in older backups;"
            " take a base backup and run `fingerpost retention settle --backup FOLDER`", err=True,
        )  # fmt: skip
    sys.exit(1 if overdue else 0)


def _reporting(service: Service) -> str:
    coverage = service.lookup.coverage()
    return f"{coverage.reporting} of {coverage.authorities}"


def _authorised(service: Service) -> str:
    current, standing = service.sunset.current, service.sunset.standing
    return f"until {current.until}: {standing.label}" if current else standing.label


def _standing(service: Service) -> str:
    keyring = Instance(service.settings).keyring()
    return f"in this process; wrapping key {service.custody.standing(keyring).in_words}"


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--for", "parts", type=click.Choice([str(part) for part in PARTS]), multiple=True, required=True,
    help="What the process does: the vault, or a caller of it.",
)  # fmt: skip
def give(folder: Path, parts: tuple[str, ...]) -> None:
    """Make FOLDER the instance of a process apart: with the passwords of its database roles and no more."""
    written = Instance(settings.load()).give(parts, folder)
    click.echo(f"Wrote {written}. Give the folder to that process's user: it is its FINGERPOST_INSTANCE.")


@db.command()
def renew() -> None:
    """Give every database role a new password. Who is connected stays so until restarted."""
    instance = Instance(settings.load())
    instance.passwords()
    with instance.running():
        instance.renew_passwords()
    click.echo("Every role has a new password. Give each process its part again (`db give`), and restart it.")


@db.command()
def migrate() -> None:
    """Bring schema, roles and grants up to date."""
    instance = Instance(settings.load())
    instance.passwords()  # a missing instance is named before anything is started in its folder
    with instance.running():
        applied = instance.migrate()
    click.echo("\n".join(f"applied {name}" for name in applied) or "The schema is up to date.")
