"""The steps of a procedure, as commands: each refuses what its step does not let."""

from pathlib import Path

import click

from fingerpost.cli.decommission import FILE, NEW_FILE, decommission, folder, key, signer
from fingerpost.decommission import (
    canaries,
    freeze,
    holds,
    inventory,
    no_access,
    residual,
    switch_off,
)
from fingerpost.decommission.acts.preparing import Duty, Explanation, HoldEnd, Place, Search
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.looking import look
from fingerpost.decommission.target import target_of
from fingerpost.words.errors import Invalid, Problem

_ANY = click.Path(exists=True, path_type=Path)


@decommission.command()
@folder
@click.argument("duty", type=click.Choice([duty.value for duty in Duty]))
@click.argument("outstanding", type=int)
@click.option("--how", required=True, help="How they were looked for.")
@key
def duty(folder: Path, duty: str, outstanding: int, how: str, key_path: Path) -> None:
    """Say how many matters of one kind are OUTSTANDING. Nothing ends while one is."""
    holds.meet(Procedure(folder), signer(key_path), Duty(duty), outstanding, how)


@decommission.command("hold")
@folder
@click.argument("reference")
@click.option("--basis", required=True, help="The law or order it rests on.")
@key
def hold_(folder: Path, reference: str, basis: str, key_path: Path) -> None:
    """Forbid all destruction from now on, also of what is being destroyed: it stops within a block."""
    holds.place(Procedure(folder), signer(key_path), reference, basis)


@decommission.command("end-hold")
@folder
@click.argument("reference")
@click.option("--how", required=True, type=click.Choice([how.value for how in HoldEnd]), help="How it ended.")
@click.option("--basis", required=True, help="The decision that ended it.")
@key
def end_hold(folder: Path, reference: str, how: str, basis: str, key_path: Path) -> None:
    """End a hold by a decision. Two approvers then open the first gate again."""
    holds.end(Procedure(folder), signer(key_path), reference, HoldEnd(how), basis)


@decommission.command("canaries")
@folder
@click.argument("place", type=click.Choice([place.value for place in Place]))
@click.argument("where", nargs=-1, required=True, type=_ANY)
def canaries_(folder: Path, place: str, where: tuple[Path, ...]) -> None:
    """Look for the canaries below WHERE, after they were planted there. Fewer than all is refused."""
    act = canaries.planted(Procedure(folder), Place(place), where)
    click.echo(f"{act.planted} canaries are in {Place(place).label}.")


@decommission.command("canary-list")
@folder
@click.argument("file", type=NEW_FILE)
def canary_list(folder: Path, file: Path) -> None:
    """Write the canaries as CSV, to be planted. They are nobody. Take FILE away once they are planted."""
    if file.exists():
        raise Invalid(Problem("file", "is there already"))
    known = canaries.canaries(Procedure(folder))
    lines = (f"{c.number},{c.family},{c.given},{c.born:%d/%m/%Y},{c.postcode}\n" for c in known)
    file.write_text("number,family name,given name,date of birth,postcode\n" + "".join(lines))
    click.echo(f"{len(known)} canaries.")


@decommission.command()
@folder
@click.argument("register", type=FILE)
@key
def declare(folder: Path, register: Path, key_path: Path) -> None:
    """Enter the owner's REGISTER of copies: CSV with path, medium, kind, owner, serial."""
    number = inventory.declare(Procedure(folder), signer(key_path), inventory.register(register))
    click.echo(f"{number} items are declared.")


@decommission.command()
@folder
@click.argument("search", type=click.Choice([Search.WALK.value, Search.CATALOGUE.value]))
@click.option("--workers", default=1, show_default=True, help="How many files are read at once.")
def discover(folder: Path, search: str, workers: int) -> None:
    """Look for copies below the root, by content or by what the server says of itself."""
    procedure = Procedure(folder)
    target = target_of(procedure)
    with target.up():
        found = look(procedure, target, Search(search), workers)
    number = inventory.discover(procedure, Search(search), found)
    strays = [i for i in procedure.state.unexplained if i in procedure.state.discovered]
    click.echo(f"{number} copies were met; nobody declared {len(strays)}:")
    for stray in strays:
        click.echo(f"  {stray}  {procedure.state.items[stray].where}")


@decommission.command()
@folder
@click.argument("item")
@click.argument("explanation", type=click.Choice([member.value for member in Explanation]))
@click.option("--how", required=True, help="What was looked at, and what was seen.")
@key
def explain(folder: Path, item: str, explanation: str, how: str, key_path: Path) -> None:
    """Say what an item is that only the register, or only a search, knows."""
    inventory.explain(Procedure(folder), signer(key_path), item, Explanation(explanation), how)


@decommission.command("adopt-strays")
@folder
@key
def adopt_strays(folder: Path, key_path: Path) -> None:
    """Take every stray for a copy, to be ended like any other."""
    click.echo(f"{inventory.adopt_strays(Procedure(folder), signer(key_path))} strays are adopted.")


@decommission.command("freeze")
@folder
@click.option("--check", is_flag=True, help="Count again, and refuse a target that changed.")
def freeze_(folder: Path, check: bool) -> None:
    """Stop feeds, take no change any more, count and root every table; make the scan list."""
    procedure = Procedure(folder)
    target = target_of(procedure)
    with target.up():
        if check:
            freeze.check(procedure, target)
            click.echo("The target is as it was frozen.")
            return
        freeze.stop_feeds(procedure, target)
        act = freeze.freeze(procedure, target, lambda table, rows: click.echo(f"{table:20}{rows:>12}"))
        made = residual.make_list(procedure, target)
    click.echo(f"Frozen: {act.root}")
    click.echo(f"Scan list: {made.canaries} canaries, {made.sampled} sampled.")


@decommission.command("switch-off")
@folder
@click.option("--wait", is_flag=True, help="Wait for the set minute, if it is within the hour.")
def switch_off_(folder: Path, wait: bool) -> None:
    """Switch the target off at the set minute, then prove that nobody was let in since."""
    procedure = Procedure(folder)
    target = target_of(procedure)
    if wait:
        switch_off.wait_for(procedure.opened.switch_off_at)
    if procedure.state.switched_off is None:
        act = switch_off.switch_off(procedure, target)
        click.echo(f"Off at {act.at:%H:%M:%S.%f %Z}: {act.sessions} sessions cut, {act.roles} accounts dead.")
    proof = no_access.prove(procedure, target)
    click.echo(f"Nobody was let in since; {proof.refused} were refused.")
