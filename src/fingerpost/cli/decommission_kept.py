"""What is kept of a closed database, as commands: what holds no child, and who looked."""

from datetime import datetime
from pathlib import Path

import click

from fingerpost.cli.decommission import (
    FILE,
    OUT,
    WORDS,
    decommission,
    done,
    end_of_minimum,
    folder,
    sealed_minimum,
)
from fingerpost.db.foreign import reached
from fingerpost.decommission import keep, minimum
from fingerpost.decommission.acts.attesting import MinimumConfirmed
from fingerpost.decommission.acts.preparing import InvestmentKept
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.target import target_of
from fingerpost.words.clock import today


@decommission.command("carry-over")
@folder
@OUT
def carry_over(folder: Path, out: Path) -> None:
    """Carry over what holds no child, from the frozen target. One child in it, and nothing is."""
    procedure = Procedure(folder)
    target = target_of(procedure)
    with target.up(), reached(target.conninfo) as database:
        register, digest = keep.carry_over(database, out, today())
    procedure.say(InvestmentKept(digest=digest, tables=register.tables), procedure.tool)
    for carried in register.carried:
        click.echo(f"{carried.name:12}{carried.rows:>10}  {carried.what}")
    done(procedure, f"Carried over into {out}.")


@decommission.command("keep-minimum")
@folder
@sealed_minimum
def keep_minimum(folder: Path, file: Path, minimum_key: Path, years: int) -> None:
    """Seal who looked into FILE, from the frozen target, under a key with its own end."""
    procedure = Procedure(folder)
    target, until = target_of(procedure), end_of_minimum(years)
    with target.up(), reached(target.conninfo) as database:
        kept = minimum.keep(database, file, minimum_key, until)
    procedure.say(minimum.said(kept), procedure.tool)
    done(procedure, f"{kept.head.looks} looks are sealed until {until}.")


@decommission.command("confirm-minimum")
@folder
@click.argument("file", type=FILE)
def confirm_minimum(folder: Path, file: Path) -> None:
    """Look at FILE: that it is what was sealed. The last step of a procedure."""
    procedure = Procedure(folder)
    procedure.say(MinimumConfirmed(digest=minimum.digest(file)), procedure.tool)
    done(procedure, "What is kept is what was sealed.")


@decommission.command("who-looked")
@click.argument("file", type=FILE)
@click.option("--minimum-key", type=FILE, required=True, help="The key of what is kept.")
@click.option("--number", prompt=True, hide_input=True, help="The child's number; asked for if not given.")
def who_looked(file: Path, minimum_key: Path, number: str) -> None:
    """Say who looked at a child's record, from the minimum that is kept in FILE."""
    looks = minimum.looks_of(file, minimum_key, number, today())
    for look in looks:
        click.echo(f"{_minute(look.at)}  {look.account}, {look.organisation}: {look.reason}")
    if not looks:
        click.echo("Nobody looked.")


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


@decommission.command("end-minimum")
@click.argument("file", type=FILE)
@click.option("--minimum-key", type=click.Path(path_type=Path), required=True, help="The key of it.")
def end_minimum(file: Path, minimum_key: Path) -> None:
    """End the minimum when its day has come: its key is destroyed, then FILE."""
    head = minimum.end(file, minimum_key, today())
    click.echo(f"Ended: {head.looks} looks, kept until {head.until}.")


_KEPT = click.argument("kept", type=click.Path(exists=True, file_okay=False, path_type=Path))


@decommission.command("note-consent")
@_KEPT
@click.option("--name", type=WORDS, required=True, help="As it was carried over.")
@click.option("--organisation", type=WORDS, required=True, help="As it was carried over.")
def note_consent(kept: Path, name: str, organisation: str) -> None:
    """Note that an accredited user agreed to be carried over, in the folder KEPT."""
    keep.consent(kept, keep.Consent(name, organisation, today()))
    click.echo(f"Noted. Who has not agreed by {keep.asked_until(kept)} is dropped (`drop-silent`).")


@decommission.command("drop-silent")
@_KEPT
def drop_silent(kept: Path) -> None:
    """Drop the accredited users who have not agreed in time to be carried over, from the folder KEPT."""
    until = keep.asked_until(kept)
    if today() <= until:
        click.echo(f"Nobody was dropped: they have until {until} to agree (`note-consent`).")
        return
    click.echo(f"{keep.drop_silent(kept, today())} were dropped.")
