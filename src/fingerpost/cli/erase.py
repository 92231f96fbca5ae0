"""`retention erase`, `settle` and `restored`: one child before its day, everywhere; and after a restore."""

from pathlib import Path

import click

from fingerpost import settings
from fingerpost.cli.hold import retention
from fingerpost.cli.retention import BY, show_receipts, told
from fingerpost.ledger.reimport import exported, kept
from fingerpost.retention.restored import Shielded
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened

__all__ = ["retention"]
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@retention.command()
@click.option("--authority", required=True, help="Whose child.")
@click.option("--reference", required=True, help="The authority's own reference of the child.")
@click.option("--gone", is_flag=True, help="Nothing is held of it any more, but older backups hold it.")
@BY
def erase(authority: str, reference: str, gone: bool, by: Person) -> None:
    """Erase one child now. Erase it in the authority's own system first, or the next feed brings it back."""
    with opened(settings.load()) as service:
        erased = service.erasure.erase(authority, reference, by, gone=gone)
    click.echo(
        f"Erased: {erased.signposts} signposts, {erased.told} items told;"
        f" {erased.resealed} other values sealed again."
    )
    click.echo(
        "Older backups still open. Take a base backup, then run `fingerpost retention settle --backup FOLDER`"
        " within 24 hours."
    )
    show_receipts(erased.receipts)


@retention.command()
@click.option("--backup", required=True, type=FOLDER, help="From pg_basebackup, SHA256 sums.")
def settle(backup: Path) -> None:
    """Destroy the old keys of erasures that a base backup, once verified, is later than."""
    with opened(settings.load()) as service:
        settled = service.erasure.settle(backup)
        waiting = len(service.erasure.unsettled())
    done = [some.receipt for some in settled if some.receipt]
    click.echo(f"{len(done)} erasures are unreadable everywhere; {waiting} wait for a later backup.")
    show_receipts(done)


@retention.command()
@BY
@click.option(
    "--mirror", type=FOLDER, help="An export of the tree, where what was kept beside the keyring is lost."
)
def restored(by: Person, mirror: Path | None) -> None:
    """After a restore: end again what ended since, make the tree whole, and let the service open."""
    with opened(settings.load(), behind=True) as service:
        leaves = exported(mirror) if mirror else kept(service.vault)
        done = service.restore.run(leaves, by)
    click.echo(f"{done.applied} acts done again. {told(done.purged)}")
    click.echo(
        f"{done.unreadable} records and signposts that no key opens were taken away;"
        " their feeds bring them back."
    )
    click.echo(f"The tree had {done.tree.found} leaves and has {done.tree.signed}, as signed.")
    _tell_of_shields(done.shields)
    for leaf in done.tree.lost:
        click.echo(f"leaf {leaf}: leaf known, body lost")
    show_receipts([done.receipt])


def _tell_of_shields(shields: Shielded) -> None:
    click.echo(f"{len(shields.put_on)} shields put on again, with what was cleared and said of them.")
    for shield in shields.lost:
        click.echo(
            f"shield {shield}: NOT put on again, what was kept of it is lost. Have it asked for again."
        )
    for shield in shields.unreadable:
        click.echo(f"shield {shield}: no key opens it; it covers. Have it asked for again, then lift it.")
    for shield in shields.unsaid:
        click.echo(f"shield {shield}: who said that it may be lifted is not known here; have it said again.")
