"""Ending a database of children (docs/decommission.md): who takes part, where it stands, the gates, a
rehearsal.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import msgspec

from fingerpost.cli.written import json_of
from fingerpost.decommission import evidence as e
from fingerpost.decommission import people, target
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.gates import current, is_open, lacking
from fingerpost.decommission.people import Part, Person, Signer
from fingerpost.decommission.plan import APPROVALS, STEPS
from fingerpost.words.clock import LONDON, now, today
from fingerpost.words.errors import Invalid, Problem

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
Command = Callable[..., Any]


@click.group()
def decommission() -> None:
    """End a database of children, step by step, so that anyone can verify it."""


def folder(command: Command) -> Command:
    """Take the procedure's folder."""
    return click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))(command)


def key(command: Command) -> Command:
    """Take the file with the key of who acts."""
    option = click.option(
        "--key", "key_path", type=FILE, required=True, help="Your key: what you do is signed."
    )
    return option(command)


def sealed_minimum(command: Command) -> Command:
    """Take where the minimum is sealed, where its key goes and how long the law wants it kept."""
    for option in (
        click.option("--years", default=6, show_default=True, help="The legal period."),
        click.option(
            "--minimum-key", type=NEW_FILE, required=True,
            help="Where its key goes: another folder, on another machine's disk.",
        ),
        click.argument("file", type=NEW_FILE),
    ):  # fmt: skip
        command = option(command)
    return command


def end_of_minimum(years: int) -> date:
    """Return until when a minimum is kept that is sealed today."""
    month = today().replace(day=1)
    return month.replace(year=month.year + years)


def signer(path: Path) -> Signer:
    """Read somebody's key, asking for its passphrase if it has one."""
    shut = b"ENCRYPTED" in path.read_bytes()
    return people.read(path, click.prompt("Passphrase", hide_input=True) if shut else "")


@decommission.command("key")
@click.argument("who")
@click.argument("file", type=NEW_FILE)
@click.option("--name", required=True, help="Your name.")
@click.option("--title", required=True, help="What you are.")
@click.option("--employer", required=True, help="Whose you are; for a partner's person, the partner's code.")
@click.option(
    "--part",
    "parts",
    multiple=True,
    required=True,
    type=click.Choice([part.value for part in Part if part is not Part.TOOL]),
    help="What you do in it; may be given several times.",
)
@click.option("--no-passphrase", is_flag=True, help="Keep the key open: for practice only.")
def key_(*, who: str, file: Path, name: str, title: str, employer: str, parts: tuple[str, ...],
         no_passphrase: bool) -> None:  # fmt: skip
    """Make the key of a person, WHO by a short id, into FILE. Prints who they are, for the plan."""
    made = people.new_signer(who)
    passphrase = (
        "" if no_passphrase else click.prompt("Passphrase", hide_input=True, confirmation_prompt=True)
    )
    made.keep(file, passphrase)
    person = made.person(name, title, employer, *map(Part, parts))
    click.echo(json_of(person))


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a procedure is opened with, as a file."""

    procedure: str
    target: str
    root: str
    basis: str
    people: tuple[Person, ...]
    partners: tuple[str, ...]
    switch_off_at: datetime | None = None
    canaries: int = 500
    sample: int = 10_000


@decommission.command("open")
@click.argument("folder", type=FOLDER)
@click.argument("plan", type=FILE)
@click.argument("target_file", metavar="TARGET", type=FILE)
@key
def open_(folder: Path, plan: Path, target_file: Path, key_path: Path) -> None:
    """Open a procedure in FOLDER, by PLAN (who, what, why), on TARGET (how the live store is reached)."""
    found = _plan(plan)
    reach, who, procedure = target.read(target_file), signer(key_path), Procedure(folder)
    root = Path(found.root).resolve()
    _refuse_live(root, folder)
    tool = procedure.create().person("the tool", "", "", Part.TOOL)
    reach.keep(procedure)
    at = found.switch_off_at or next_sixth_of_august(now())
    opened = e.Opened(
        procedure=found.procedure, target=found.target, root=str(root), basis=found.basis, switch_off_at=at,
        people=(*found.people, tool), partners=found.partners, canaries=found.canaries, sample=found.sample,
    )  # fmt: skip
    procedure.say(opened, who)
    click.echo(f"Opened. The target is switched off at {at.astimezone(LONDON):%H:%M on %d %B %Y}.")


def _plan(path: Path) -> Plan:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Plan)
    except msgspec.MsgspecError as error:
        raise Invalid(Problem("plan", str(error))) from None


def _refuse_live(root: Path, folder: Path) -> None:
    """Refuse a root that holds this service's own instance, or the procedure itself."""
    if folder.resolve().is_relative_to(root):
        raise Invalid(Problem("folder", "must stand outside of what is ended"))
    if target.holds_instance(root):
        raise Invalid(Problem("root", "holds a live instance of this service: that is not ended here"))


def next_sixth_of_august(moment: datetime) -> datetime:
    """Return noon of the next 6th of August in England: ContactPoint's minute."""
    noon = datetime(moment.year, 8, 6, 12, tzinfo=LONDON)
    return noon if noon > moment + timedelta(hours=1) else noon.replace(year=moment.year + 1)


@decommission.command()
@folder
def status(folder: Path) -> None:
    """Show each step, what its gate lacks, and who approved it."""
    state = Procedure(folder).state
    if state.opened is None:
        return
    click.echo(f"{state.opened.procedure}: {state.entries} entries; {'closed' if state.closed else 'open'}")
    click.echo(f"{len(state.copies)} copies, {len(state.ended)} ended, {len(state.under_way)} under way")
    for hold in state.holds.values():
        click.echo(f"HOLD {hold.hold} is live: nothing is destroyed", err=True)
    now_at = current(state)
    for step in STEPS:
        by = state.approvals.get(step.number, ())
        mark = "open" if is_open(state, step.number) else f"approved by {len(by)} of {APPROVALS}"
        click.echo(f"{step.number:>2} {step.title:24}{mark}")
        if step.number == now_at:
            for words in lacking(state, step.number):
                click.echo(f"   lacks: {words}")


@decommission.command()
@folder
@click.argument("step", type=int)
@key
def approve(folder: Path, step: int, key_path: Path) -> None:
    """Find STEP complete. Its gate opens at the second approver's word."""
    procedure = Procedure(folder)
    procedure.say(e.Approved(step=step), signer(key_path))
    opened = "the gate is open" if is_open(procedure.state, step) else "one more has to"
    click.echo(f"Approved step {step}: {opened}.")


@decommission.command()
@folder
@click.argument("person", type=FILE)
@key
def admit(folder: Path, person: Path, key_path: Path) -> None:
    """Let somebody in, by a file that `key` printed. Who is to approve waits for a second approver."""
    try:
        found = msgspec.json.decode(person.read_bytes(), type=Person)
    except msgspec.MsgspecError as error:
        raise Invalid(Problem("person", str(error))) from None
    procedure = Procedure(folder)
    procedure.say(e.PersonAdmitted(person=found), signer(key_path))
    waits = found.id in procedure.state.pending
    click.echo(f"Admitted {found.id}{': a second approver has to agree' if waits else ''}.")


@decommission.command()
@folder
@click.argument("person")
@key
def second(folder: Path, person: str, key_path: Path) -> None:
    """Agree that PERSON may approve."""
    Procedure(folder).say(e.PersonSeconded(person=person), signer(key_path))


@decommission.command()
@folder
@click.argument("person")
@key
def leave(folder: Path, person: str, key_path: Path) -> None:
    """Note that PERSON takes no further part. What they said stands."""
    Procedure(folder).say(e.PersonLeft(person=person), signer(key_path))


@decommission.command()
@folder
@key
def close(folder: Path, key_path: Path) -> None:
    """Close the procedure, once every gate is open. Nothing more is said in it."""
    Procedure(folder).say(e.Closed(), signer(key_path))
