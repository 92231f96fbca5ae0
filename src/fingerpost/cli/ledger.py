"""`ledger show` and `ledger verify`. Reading the ledger is itself an entry. The tree: `ledger_tree.py`."""

import sys
from pathlib import Path

import click
import msgspec
from msgspec import Struct

from fingerpost import settings
from fingerpost.ledger import Receipt
from fingerpost.ledger.events import LedgerRead
from fingerpost.ledger.note import read_note
from fingerpost.ledger.summary import parts, short
from fingerpost.ledger.tree import Unsound
from fingerpost.ledger.verify import verify as verify_ledger
from fingerpost.ledger.verify import verify_receipt
from fingerpost.ledger.verify_tree import verify_tree
from fingerpost.wiring import Service, opened
from fingerpost.words.errors import Invalid, NotFound, Problem, Unavailable


@click.group()
def ledger() -> None:
    """The record of everything disclosed or changed."""


@ledger.command()
@click.option(
    "--last", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many entries."
)
@click.option("--json", "as_json", is_flag=True, help="One entry a line, whole: it names children.")
@click.option("--reader", default="console", show_default=True, help="Who reads; it goes on the ledger.")
def show(last: int, as_json: bool, reader: str) -> None:
    """Show the latest entries, oldest of them first."""
    with opened(settings.load()) as service:
        entries = list(service.ledger.checked(service.records_database, last=last))
        _record_reading(service, reader, len(entries))
        for row, entry in entries:
            if as_json:
                click.echo(msgspec.json.encode(entry or {"position": row.position, "sound": False}))
            else:
                words = "BROKEN" if entry is None or not entry.sound else _summary(entry.event)
                click.echo(f"{row.position:>8}  {row.recorded_at:%Y-%m-%d %H:%M:%S}  {row.kind:22}{words}")


def _record_reading(service: Service, reader: str, entries: int) -> None:
    with service.records_database.statement() as session:
        service.ledger.record(session, LedgerRead(reader=reader, entries=entries))


def _summary(event: Struct | None) -> str:
    """Return the parts of an event that name no child: what a reader sees unless they ask for all."""
    if event is None:
        return "(body erased)"
    return "  ".join(f"{name}={short(value)}" for name, value in parts(event).items())


@ledger.command()
@click.option(
    "--receipt",
    "receipts",
    multiple=True,
    help="Check this receipt, or answer that carries one, instead.",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--since", help="Check that the tree continues this checkpoint, kept from before.",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)  # fmt: skip
def verify(receipts: tuple[Path, ...], since: Path | None) -> None:
    """Check the ledger and its tree, or receipts, against what was signed. Exit 1 if anything is wrong."""
    with opened(settings.load(), behind=True) as service:  # whatever became of the database
        sound = [_verify_one(service, receipt) for receipt in receipts]
        if since is not None:
            sound.append(_verify_since(service, since))
        sound = sound or [_verify_all(service), _verify_tree(service)]
    sys.exit(0 if all(sound) else 1)


def _verify_all(service: Service) -> bool:
    verdict = verify_ledger(service.ledger, service.records_database)
    for kind, count in verdict.kinds.items():
        click.echo(f"{count:>10}  {kind}")
    click.echo(f"{verdict.entries} entries, {verdict.erased} with an erased body, {len(verdict.wrong)} wrong")
    for position in verdict.wrong[:20]:
        click.echo(f"entry {position} is not what was signed", err=True)
    return verdict.sound


def _verify_tree(service: Service) -> bool:
    verdict = verify_tree(service.tree_database, service.tree.log)
    click.echo(f"{verdict.leaves} leaves, {verdict.checkpoints} checkpoints, {verdict.waiting} waiting")
    if verdict.lost:
        click.echo(f"{verdict.lost} leaves known, body lost: restored from a backup older than them")
    for fault in verdict.faults:
        click.echo(fault, err=True)
    return verdict.sound


def _verify_since(service: Service, file: Path) -> bool:
    if (note := read_note(file.read_bytes())) is None:
        raise Invalid(Problem("since", "is not a checkpoint"))
    try:
        old = service.tree.require_continues(note)
    except Unsound as unsound:
        click.echo(f"{unsound}: proof of tampering, keep both checkpoints")
        return False
    click.echo(f"The tree continues the checkpoint of {old.size} leaves.")
    return True


def _verify_one(service: Service, file: Path) -> bool:
    receipt = read_receipt(file)
    fault = verify_receipt(service.ledger, service.records_database, receipt, service.vault.verifying_key())
    try:
        proof = None if fault else service.tree.prove(receipt)
        where = f" and is leaf {proof.index} of its tree" if proof else ""
    except Unavailable:
        where = "; it waits for its place in the tree"
    except (NotFound, Unsound) as error:
        fault, where = str(error), ""
    click.echo(fault or f"The receipt is genuine and its entry is in the ledger, unchanged{where}.")
    return fault is None


def read_receipt(file: Path) -> Receipt:
    """Return the receipt that a file holds, by itself or in an answer."""
    try:
        held = msgspec.json.decode(file.read_bytes(), type=_Held)
    except msgspec.MsgspecError:
        raise Invalid(Problem("receipt", "is neither a receipt nor an answer that carries one")) from None
    return held.receipt or held.as_receipt()


class _Held(Struct, frozen=True):
    """A receipt by itself, or a whole answer as the API gave it."""

    receipt: Receipt | None = None
    entry: str = ""
    recorded_at: str = ""
    leaf: str = ""
    signature: str = ""

    def as_receipt(self) -> Receipt:
        parts = {name: getattr(self, name) for name in ("entry", "recorded_at", "leaf", "signature")}
        try:
            return msgspec.convert(parts, Receipt)
        except msgspec.MsgspecError:
            raise Invalid(Problem("receipt", "is not a receipt")) from None
