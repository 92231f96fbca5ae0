"""Destruction and the residual scan, as commands."""

import time
from pathlib import Path

import click

from fingerpost import settings
from fingerpost.cli.decommission import decommission, folder, key, signer
from fingerpost.decommission import destroy, residual
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.item import Ended, Item
from fingerpost.decommission.legacy.build import Order
from fingerpost.decommission.looking import destroyers
from fingerpost.decommission.rehearse import Rehearsal, means
from fingerpost.decommission.sunset import ending_of

_ANY = click.Path(exists=True, path_type=Path)


@decommission.command("by-hand")
@folder
@click.argument("item")
@click.option("--serial", required=True, help="As it stands in the inventory and on the thing.")
@click.option("--witness", "witnesses", multiple=True, required=True, help="Who stands by; give two.")
@click.option("--how", required=True, help="What was done to it.")
@key
def by_hand(
    *, folder: Path, item: str, serial: str, witnesses: tuple[str, ...], how: str, key_path: Path
) -> None:
    """Note that ITEM, not reachable from here, was ended by hand. Its two witnesses then sign `witness`."""
    procedure, who = Procedure(folder), signer(key_path)
    if item not in procedure.state.under_way:
        destroy.begin_by_hand(procedure, who, item, serial, *witnesses)
    destroy.end_by_hand(procedure, who, item, how)


@decommission.command()
@folder
@click.argument("item")
@click.argument("serial")
@key
def witness(folder: Path, item: str, serial: str, key_path: Path) -> None:
    """Say that you saw ITEM ended by hand, and which SERIAL you read on it."""
    destroy.witness(Procedure(folder), signer(key_path), item, serial)


@decommission.command("end-key")
@folder
@click.argument("item")
@click.argument("key_id")
@click.option("--how", required=True, help="How that copy of the key was ended.")
@key
def end_key(folder: Path, item: str, key_id: str, how: str, key_path: Path) -> None:
    """Note that one copy of the key of an encrypted ITEM is gone."""
    destroy.end_key(Procedure(folder), signer(key_path), item, key_id, how)


@decommission.command("scan-twin")
@folder
@click.argument("twin", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("planted_in", nargs=-1, required=True, type=_ANY)
def scan_twin(folder: Path, twin: Path, planted_in: tuple[Path, ...]) -> None:
    """Scan a seeded TWIN with the same list: at every place PLANTED_IN, all canaries have to be found."""
    act = residual.scan_twin(Procedure(folder), twin, planted_in)
    click.echo(f"{act.found} of {act.planted} were found.")


@decommission.command("scan")
@folder
@click.option("--more", multiple=True, type=_ANY, help="A place outside the root to be scanned too.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Files read at once."
)
def scan_(folder: Path, more: tuple[Path, ...], workers: int) -> None:
    """Scan everything that is left. Interrupted, run it again: it goes on."""
    act, report = residual.scan_what_is_left(Procedure(folder), more, workers=workers)
    click.echo(f"{act.files} files, {act.read} bytes: {act.hits} hits, {act.unread} unread")
    for unit in (*report.with_hits, *report.unread):
        click.echo(f"  {unit.path}: {len(unit.hits)} hits {'; '.join(unit.problems)}", err=True)
    if act.hits or act.unread:
        click.get_current_context().exit(1)


@decommission.command("end-list")
@folder
def end_list(folder: Path) -> None:
    """Destroy the scan list, its key, and what the canaries were made from."""
    residual.destroy_list(Procedure(folder))
    click.echo("The scan list is destroyed.")


def ended(item: Item, done: Ended) -> None:
    """Say that an item was ended."""
    click.echo(f"{item.id}  {done.method.value:20}{done.overwritten:>14} bytes  {item.where}")


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
        done = destroy.destroy(procedure, who, item, destroyer)
        ended(procedure.state.items[item], done)
        return
    click.echo(f"{destroy.destroy_all(procedure, who, destroyer, ended)} items are ended.")


@decommission.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
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
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Files read at once."
)
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
