"""Destruction, and a rehearsal of all of it, as commands."""

import time
from pathlib import Path

import click

from fingerpost import settings
from fingerpost.cli.decommission import decommission, done, folder, key, signer, workers
from fingerpost.decommission import destroy
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.item import Ended, Item
from fingerpost.decommission.legacy.build import Order
from fingerpost.decommission.looking import destroyers
from fingerpost.decommission.rehearse import Rehearsal, means
from fingerpost.decommission.sunset import ending_of


def ended(item: Item, how: Ended) -> None:
    """Say that an item was ended."""
    click.echo(f"{item.id}  {how.method.value:20}{how.overwritten:>14} bytes  {item.where}")


@decommission.command("destroy")
@folder
@click.argument("item", required=False)
@key
def destroy_(folder: Path, item: str | None, key_path: Path) -> None:
    """End ITEM, or every item that can be reached from here. Killed, run it again: it goes on."""
    procedure, who, given = Procedure(folder), signer(key_path), settings.load()
    if folder.resolve() == ending_of(given.instance).resolve():  # of that instance itself
        destroyer = destroyers(procedure)
    else:
        destroyer = destroyers(procedure, given.instance, live=given.database_url or "")
    if item:
        how = destroy.destroy(procedure, who, item, destroyer)
        ended(procedure.state.items[item], how)
        number = 1
    else:
        number = destroy.destroy_all(procedure, who, destroyer, ended)
    done(procedure, f"{number} {'item is' if number == 1 else 'items are'} ended.")


@decommission.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
    required=True,
    help="Where it all stands; killed, it goes on from there.",
)
@click.option(
    "--children", default=100_000, show_default=True, type=click.IntRange(100, 11_000_000),
    help="How many the stand-in has.",
)  # fmt: skip
@click.option("--seed", default=2010, show_default=True, help="What they are made from.")
@click.option(
    "--authorities", default=150, show_default=True, type=click.IntRange(12, 150), help="How many took part."
)
@workers
def rehearse(*, folder: Path, children: int, seed: int, authorities: int, workers: int) -> None:  # fmt: skip
    """Rehearse all eleven steps on a stand-in: every child, partner and officer in it is made up."""
    began = time.monotonic()

    def tell(line: str) -> None:
        click.echo(f"{time.monotonic() - began:8.1f} s  {line}")

    folder.mkdir(parents=True, exist_ok=True)
    order = Order(children, seed, authorities)
    procedure = Rehearsal(folder, order, means(workers), tell).run()
    state = procedure.state
    tell(f"closed: {len(state.ended)} copies ended, {state.entries} entries")
    click.echo(f"To read: {folder / 'out' / 'public' / 'summary.html'}")
