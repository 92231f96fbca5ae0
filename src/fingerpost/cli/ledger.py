"""`ledger show` and `ledger verify`. Reading the ledger is itself an entry."""

import sys
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec import Struct

from fingerpost import settings
from fingerpost.ledger import Receipt
from fingerpost.ledger.events import LedgerRead
from fingerpost.ledger.verify import verify as verify_ledger
from fingerpost.ledger.verify import verify_receipt
from fingerpost.wiring import Service, opened
from fingerpost.words.errors import Invalid, Problem


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
    named: dict[str, Any] = msgspec.to_builtins(event)
    asker: dict[str, Any] = named.pop("asker", {})
    if asker and not asker.get("role"):
        asker["practitioner"] = "(not registered)"  # as typed: it may be anything
    hidden = {"asked", "kind", "keys_made", "digest", "case_reference"}
    parts = {**asker, **{k: v for k, v in named.items() if k not in hidden}}
    return "  ".join(f"{name}={_short(value)}" for name, value in parts.items() if value is not None)


def _short(value: Any) -> str:
    """Return a value, or of a list its length."""
    return str(value) if isinstance(value, str | int) else str(len(value))


@ledger.command()
@click.option(
    "--receipt", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Check one receipt."
)
def verify(receipt: Path | None) -> None:
    """Check every entry, or one receipt, against what was signed. Exit 1 if anything is wrong."""
    with opened(settings.load()) as service:
        sound = _verify_one(service, receipt) if receipt else _verify_all(service)
    sys.exit(0 if sound else 1)


def _verify_all(service: Service) -> bool:
    verdict = verify_ledger(service.ledger, service.records_database)
    for kind, count in verdict.kinds.items():
        click.echo(f"{count:>10}  {kind}")
    click.echo(f"{verdict.entries} entries, {verdict.erased} with an erased body, {len(verdict.wrong)} wrong")
    for position in verdict.wrong[:20]:
        click.echo(f"entry {position} is not what was signed", err=True)
    return verdict.sound


def _verify_one(service: Service, file: Path) -> bool:
    try:
        held = msgspec.json.decode(file.read_bytes(), type=_Held)
    except msgspec.MsgspecError:
        raise Invalid(Problem("receipt", "is neither a receipt nor an answer that carries one")) from None
    receipt = held.receipt or held.as_receipt()
    fault = verify_receipt(service.ledger, service.records_database, receipt, service.vault.verifying_key())
    click.echo(fault or "The receipt is genuine and its entry is in the ledger, unchanged.")
    return fault is None


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
