"""What people state in the steps, as commands: duties, holds, the inventory, what was ended by hand."""

from pathlib import Path

import click

from fingerpost.cli.decommission import FILE, WORDS, decommission, done, folder, key, signer
from fingerpost.decommission import destroy, holds, inventory
from fingerpost.decommission.acts.preparing import Duty, Explanation, HoldEnd
from fingerpost.decommission.folder import Procedure


@decommission.command()
@folder
@click.argument("duty", metavar="DUTY", type=click.Choice([duty.value for duty in Duty]))
@click.argument("outstanding", type=click.IntRange(min=0))
@click.option("--how", type=WORDS, required=True, help="How they were looked for.")
@key
def duty(folder: Path, duty: str, outstanding: int, how: str, key_path: Path) -> None:
    """Say how many matters of one kind are OUTSTANDING. Nothing ends while one is."""
    procedure, met = Procedure(folder), Duty(duty)
    holds.meet(procedure, signer(key_path), met, outstanding, how)
    done(procedure, f"Noted, {met.label}: {outstanding} outstanding.")


@decommission.command("hold")
@folder
@click.argument("reference", type=WORDS)
@click.option("--basis", type=WORDS, required=True, help="The law or order it rests on.")
@key
def hold_(folder: Path, reference: str, basis: str, key_path: Path) -> None:
    """Forbid all destruction from now on, also of what is being destroyed: it stops within a block."""
    procedure = Procedure(folder)
    holds.place(procedure, signer(key_path), reference, basis)
    done(procedure, "The hold is live: nothing is destroyed until `end-hold`.")


@decommission.command("end-hold")
@folder
@click.argument("reference", type=WORDS)
@click.option("--how", required=True, type=click.Choice([how.value for how in HoldEnd]), help="How it ended.")
@click.option("--basis", type=WORDS, required=True, help="The decision that ended it.")
@key
def end_hold(folder: Path, reference: str, how: str, basis: str, key_path: Path) -> None:
    """End a hold by a decision. Two approvers then open the first gate again."""
    procedure = Procedure(folder)
    holds.end(procedure, signer(key_path), reference, HoldEnd(how), basis)
    done(procedure, "The hold has ended.")


@decommission.command()
@folder
@click.argument("register", type=FILE)
@key
def declare(folder: Path, register: Path, key_path: Path) -> None:
    """Enter the owner's REGISTER of copies: CSV with path, medium, kind, owner, serial."""
    procedure = Procedure(folder)
    number = inventory.declare(procedure, signer(key_path), inventory.register(register))
    done(procedure, f"{number} items are declared.")


@decommission.command()
@folder
@click.argument("item")
@click.argument(
    "explanation", metavar="EXPLANATION", type=click.Choice([member.value for member in Explanation])
)
@click.option("--how", type=WORDS, required=True, help="What was looked at, and what was seen.")
@key
def explain(folder: Path, item: str, explanation: str, how: str, key_path: Path) -> None:
    """Say what an item is that only the register, or only a search, knows."""
    procedure, found = Procedure(folder), Explanation(explanation)
    inventory.explain(procedure, signer(key_path), item, found, how)
    done(procedure, f"Item {item} is explained: {found.label}.")


@decommission.command("adopt-strays")
@folder
@key
def adopt_strays(folder: Path, key_path: Path) -> None:
    """Take every stray for a copy, to be ended like any other."""
    procedure = Procedure(folder)
    number = inventory.adopt_strays(procedure, signer(key_path))
    done(procedure, f"{number} strays are adopted: they are ended like any other copy.")


# What cannot be reached from here


@decommission.command("by-hand")
@folder
@click.argument("item")
@click.option("--serial", required=True, help="As it stands in the inventory and on the thing.")
@click.option("--witness", "witnesses", multiple=True, required=True, help="Who stands by; give two.")
@click.option("--how", type=WORDS, required=True, help="What was done to it.")
@key
def by_hand(
    *, folder: Path, item: str, serial: str, witnesses: tuple[str, ...], how: str, key_path: Path
) -> None:
    """Note that ITEM, not reachable from here, was ended by hand. Its two witnesses then sign `witness`."""
    procedure, who = Procedure(folder), signer(key_path)
    if item not in procedure.state.under_way:
        destroy.begin_by_hand(procedure, who, item, serial, *witnesses)
    destroy.end_by_hand(procedure, who, item, how)
    done(procedure, f"Item {item} was ended by hand: each of its witnesses signs `witness` now.")


@decommission.command()
@folder
@click.argument("item")
@click.argument("serial")
@key
def witness(folder: Path, item: str, serial: str, key_path: Path) -> None:
    """Say that you saw ITEM ended by hand, and which SERIAL you read on it."""
    procedure = Procedure(folder)
    destroy.witness(procedure, signer(key_path), item, serial)
    done(procedure, f"Witnessed: item {item} was ended by hand.")


@decommission.command("end-key")
@folder
@click.argument("item")
@click.argument("key_id")
@click.option("--how", type=WORDS, required=True, help="How that copy of the key was ended.")
@key
def end_key(folder: Path, item: str, key_id: str, how: str, key_path: Path) -> None:
    """Note that one copy of the key of an encrypted ITEM is gone."""
    procedure = Procedure(folder)
    destroy.end_key(procedure, signer(key_path), item, key_id, how)
    done(procedure, f"Noted: that copy of the key of item {item} is gone.")
