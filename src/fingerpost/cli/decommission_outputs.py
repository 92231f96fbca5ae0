"""Certificates, summary and board, as commands; and verifying a certificate offline."""

from pathlib import Path

import click
import msgspec

from fingerpost.cli.decommission import FILE, OUT, decommission, done, folder, key, names, signer
from fingerpost.decommission import board as boards
from fingerpost.decommission import verify
from fingerpost.decommission.certificate import Particulars
from fingerpost.decommission.certify import CHECKPOINT, KEYS
from fingerpost.decommission.certify import certify as certify_
from fingerpost.decommission.certify import countersign as countersign_
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.publish import publish_certificates, publish_summary
from fingerpost.words.clock import now
from fingerpost.words.errors import Invalid, Problem

_PRACTICE = click.option("--practice", is_flag=True, help="Say on each page that it is a rehearsal.")


@decommission.command()
@folder
@click.argument("item")
@click.option("--particulars", type=FILE, help="JSON: manufacturer, model, location, destination and so on.")
@key
def certify(folder: Path, item: str, particulars: Path | None, key_path: Path) -> None:
    """Write the certificate of an ITEM that you ended, and sign it."""
    procedure, stated = Procedure(folder), _particulars(particulars)
    path = certify_(procedure, signer(key_path), item, stated)
    done(procedure, f"Signed: {path}.")


def _particulars(path: Path | None) -> Particulars:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Particulars) if path else Particulars()
    except msgspec.MsgspecError as error:
        raise Invalid(Problem("particulars", str(error))) from None


@decommission.command()
@folder
@click.argument("item")
@key
def countersign(folder: Path, item: str, key_path: Path) -> None:
    """Verify the certificate of an ITEM; the third person who signs validates it."""
    procedure = Procedure(folder)
    countersign_(procedure, signer(key_path), item)
    second = len(procedure.state.verifiers[item]) > 1
    done(procedure, f"The certificate of item {item} is {'validated' if second else 'verified'}.")


@decommission.command()
@folder
@OUT
@_PRACTICE
@click.option("--summary", "database", help="Publish the summary too, of the database that people call so.")
@click.option("--cost", type=click.IntRange(min=0), help="What it cost, in pounds.")
@click.option("--key", "key_path", type=FILE, help="Your key, for the summary.")
def publish(
    *, folder: Path, out: Path, practice: bool, database: str, cost: int | None, key_path: Path | None
) -> None:  # fmt: skip
    """Write every certificate with its proof, to read, to print and to verify; and the public summary."""
    procedure = Procedure(folder)
    if database:
        if cost is None or key_path is None:
            raise Invalid(Problem("--summary", "needs --cost and your --key"))
        publish_summary(procedure, signer(key_path), database, cost, out, practice=practice)
    listed = publish_certificates(procedure, out, practice=practice)
    done(procedure, f"{len(procedure.state.certificates)} certificates are listed in {listed}.")


@decommission.command()
@folder
@OUT
@_PRACTICE
def board(folder: Path, out: Path, practice: bool) -> None:
    """Write the board: pages that show where the procedure stands, for any web server to hand out."""
    procedure = Procedure(folder)
    pages = boards.write(procedure.chain, names(), now(), out, practice=practice)
    done(procedure, f"The board begins at {pages[0]}.")


@decommission.command("verify")
@click.argument("certificate", type=FILE)
@click.option("--checkpoint", type=FILE, help="The published checkpoint. [default: beside the certificate]")
@click.option("--keys", type=FILE, help="Public keys that you trust. [default: beside the certificate]")
@click.option("--ledger", type=FILE, help="Read the whole ledger too, by every rule.")
def verify_(certificate: Path, checkpoint: Path | None, keys: Path | None, ledger: Path | None) -> None:
    """Verify a CERTIFICATE offline. Every fault is named."""
    head = (checkpoint or certificate.with_name(CHECKPOINT)).read_bytes()
    trusted = verify.read_keys((keys or certificate.with_name(KEYS)).read_bytes())
    faults = verify.faults(certificate.read_bytes(), head, trusted)
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        click.echo("NOT VERIFIED", err=True)
        click.get_current_context().exit(1)
    if ledger:
        chain = verify.whole(ledger.read_bytes().splitlines(), head, trusted)
        click.echo(f"{len(chain.lines)} entries, each signed and by the rules.")
    click.echo("Verified.")
    if keys is None:
        click.echo("The keys stood beside it: compare them with those that were published elsewhere.")
