"""The steps in which the tool looks and measures, as commands: each refuses what its step does not let."""

from pathlib import Path

import click

from fingerpost.cli.decommission import NEW_FILE, THERE, decommission, done, folder, workers
from fingerpost.decommission import canaries, freeze, inventory, no_access, residual, switch_off
from fingerpost.decommission.acts.preparing import Place, Search
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.looking import look
from fingerpost.decommission.target import target_of
from fingerpost.words.errors import Invalid, Problem


@decommission.command("canary-list")
@folder
@click.argument("file", type=NEW_FILE)
def canary_list(folder: Path, file: Path) -> None:
    """Write the canaries as CSV, to be planted. They are nobody. Take FILE away once they are planted."""
    if file.exists():
        raise Invalid(Problem("file", "is there already"))
    procedure = Procedure(folder)
    known = canaries.canaries(procedure)
    lines = (f"{c.number},{c.family},{c.given},{c.born:%d/%m/%Y},{c.postcode}\n" for c in known)
    file.write_text("number,family name,given name,date of birth,postcode\n" + "".join(lines))
    done(procedure, f"{len(known)} canaries are in {file}: plant all of them, then name each place.")


@decommission.command("canaries")
@folder
@click.argument("place", metavar="PLACE", type=click.Choice([place.value for place in Place]))
@click.argument("where", nargs=-1, required=True, type=THERE)
def canaries_(folder: Path, place: str, where: tuple[Path, ...]) -> None:
    """Look for the canaries below WHERE, after they were planted there. Fewer than all is refused."""
    procedure = Procedure(folder)
    act = canaries.planted(procedure, Place(place), where)
    done(procedure, f"{act.planted} canaries are in {Place(place).label}.")


@decommission.command()
@folder
@click.argument("search", metavar="SEARCH", type=click.Choice([Search.WALK.value, Search.CATALOGUE.value]))
@workers
def discover(folder: Path, search: str, workers: int) -> None:
    """Look for copies below the root, by content or by what the server says of itself."""
    procedure = Procedure(folder)
    target = target_of(procedure)
    with target.up():
        met = look(procedure, target, Search(search), workers)
    number = inventory.discover(procedure, Search(search), met)
    strays = [i for i in procedure.state.unexplained if i in procedure.state.discovered]
    for stray in strays:
        click.echo(f"  {stray}  {procedure.state.items[stray].where}")
    done(procedure, f"{number} copies were met; nobody declared {len(strays)}.")


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
            done(procedure, "The target is as it was frozen.")
            return
        freeze.stop_feeds(procedure, target)
        act = freeze.freeze(procedure, target, lambda table, rows: click.echo(f"{table:20}{rows:>12}"))
        made = residual.make_list(procedure, target)
    click.echo(f"Frozen: {act.root}")
    done(procedure, f"Scan list: {made.canaries} canaries, {made.sampled} sampled.")


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
    done(procedure, f"Nobody was let in since; {proof.refused} were refused.")


@decommission.command("scan-twin")
@folder
@click.argument("twin", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("planted_in", nargs=-1, required=True, type=THERE)
def scan_twin(folder: Path, twin: Path, planted_in: tuple[Path, ...]) -> None:
    """Scan a seeded TWIN with the same list: at every place PLANTED_IN, all canaries have to be found."""
    procedure = Procedure(folder)
    act = residual.scan_twin(procedure, twin, planted_in)
    done(procedure, f"{act.found} of {act.planted} were found.")


@decommission.command("scan")
@folder
@click.option("--more", multiple=True, type=THERE, help="A place outside the root to be scanned too.")
@workers
def scan_(folder: Path, more: tuple[Path, ...], workers: int) -> None:
    """Scan everything that is left. Interrupted, run it again: it goes on."""
    procedure = Procedure(folder)
    act, report = residual.scan_what_is_left(procedure, more, workers=workers)
    for unit in (*report.with_hits, *report.unread):
        click.echo(f"  {unit.path}: {len(unit.hits)} hits {'; '.join(unit.problems)}", err=True)
    done(procedure, f"{act.files} files, {act.read} bytes: {act.hits} hits, {act.unread} unread.")
    if act.hits or act.unread:
        click.get_current_context().exit(1)


@decommission.command("end-list")
@folder
def end_list(folder: Path) -> None:
    """Destroy the scan list, its key, and what the canaries were made from."""
    procedure = Procedure(folder)
    residual.destroy_list(procedure)
    done(procedure, "The scan list is destroyed.")
