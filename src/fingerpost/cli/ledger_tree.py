"""The ledger held to account: its tree, proofs, exports, witnesses, and the vault's own count."""

import sys
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import BinaryIO

import click

from fingerpost import settings
from fingerpost.cli.ledger import ledger, read_receipt
from fingerpost.ledger.export import export as export_tree
from fingerpost.ledger.note import read_lines
from fingerpost.wiring import opened
from fingerpost.words.errors import FingerpostError, Invalid, Problem


@ledger.command()
@click.option("--once", is_flag=True, help="Add what waits now, and end.")
def sequence(once: bool) -> None:
    """Give waiting entries their place in the tree, until stopped. `serve` does the same by itself."""
    with opened(settings.load()) as service:
        if once:
            click.echo(f"Added {service.sequencer.sequence_all()} leaves.")
        else:
            service.sequencer.run(Event(), _tell)


def _tell(error: FingerpostError) -> None:
    click.echo(f"fingerpost: {error}", err=True)


@ledger.command()
@click.argument("receipt", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def prove(receipt: Path) -> None:
    """Print the proof that the entry of RECEIPT is in the tree (c2sp.org/tlog-proof)."""
    held = read_receipt(receipt)
    with opened(settings.load()) as service:
        click.echo(service.tree.prove(held), nl=False)


@ledger.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write the tree into FOLDER, for any reader of c2sp.org/tlog-tiles. Again: what is new."""
    with opened(settings.load()) as service:
        written = export_tree(service.tree, folder)
        click.echo(f"Wrote {written} files. The log's key: {service.tree.log.vkey}")


@ledger.command()
@click.option("--cosigned", is_flag=True, help="The largest that a witness cosigned.")
def checkpoint(cosigned: bool) -> None:
    """Print the latest checkpoint. Keep it: `ledger verify --since` proves that nothing under it changed."""
    with opened(settings.load()) as service:
        click.echo(service.tree.cosigned() if cosigned else service.tree.checkpoint(), nl=False)


@ledger.command("ask-witness")
@click.option("--old", type=click.IntRange(0), required=True, help="The size that the witness knows.")
def ask_witness(old: int) -> None:
    """Print what to send to a witness (c2sp.org/tlog-witness, add-checkpoint)."""
    with opened(settings.load()) as service:
        click.echo(service.tree.witness_request(old), nl=False)


@ledger.command()
@click.argument("answer", type=click.File("rb"))
@click.option("--size", type=click.IntRange(1), required=True, help="Of the checkpoint that was sent.")
def cosign(answer: BinaryIO, size: int) -> None:
    """Keep the lines that a witness answered with; `-` reads them from the standard input."""
    try:
        lines = read_lines(answer.read().decode())
    except UnicodeDecodeError:
        lines = None
    if lines is None:
        raise Invalid(Problem("answer", "is not signature lines of a witness"))
    given = settings.load()
    with opened(given) as service:
        kept = service.tree.add_cosignatures(lines, size, list(given.witnesses))
    if not kept:
        raise Invalid(Problem("answer", "holds no true line of a witness named in FINGERPOST_WITNESSES"))
    click.echo(f"Cosigned by {', '.join(kept)}.")


@ledger.command()
@click.option("--days", type=click.IntRange(1, 3660), default=1, show_default=True, help="How far back.")
def reconcile(days: int) -> None:
    """Hold what left the vault against what was recorded as disclosed. Exit 1 unless they are equal."""
    with opened(settings.load()) as service:
        found = service.reconciling.back(timedelta(days=days))
    click.echo(f"{found.disclosures} disclosures, {found.unseals} unseals")
    for words in found.in_words:
        click.echo(words, err=True)
    sys.exit(0 if found.equal else 1)
