"""Who takes part in a procedure, where it stands, and its gates, as commands."""

from datetime import datetime, timedelta
from pathlib import Path

import click
import msgspec

from fingerpost.cli.decommission import FILE, FOLDER, NEW_FILE, WORDS, decommission, done, folder, key, signer
from fingerpost.cli.written import json_of
from fingerpost.decommission import evidence as e
from fingerpost.decommission import people, target
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.gates import comes_next, current, is_open, lacking
from fingerpost.decommission.people import Part, Person
from fingerpost.decommission.plan import APPROVALS, STEPS
from fingerpost.words.clock import LONDON, now
from fingerpost.words.errors import Invalid, Problem


@decommission.command("key")
@click.argument("who")
@click.argument("file", type=NEW_FILE)
@click.option("--name", type=WORDS, required=True, help="Your name.")
@click.option("--title", type=WORDS, required=True, help="What you are.")
@click.option(
    "--employer", type=WORDS, required=True, help="Whose you are; for a partner's person, the partner's code."
)
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
        ""
        if no_passphrase
        else click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    )
    made.keep(file, passphrase)
    click.echo(f"The key is in {file}: it stays with you. Give what follows to the operator.", err=True)
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
    done(procedure, f"Opened. The target is switched off at {at.astimezone(LONDON):%H:%M on %d %B %Y}.")


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
    procedure = Procedure(folder)
    opened, state = procedure.opened, procedure.state
    click.echo(f"{opened.procedure}: {state.entries} entries; {'closed' if state.closed else 'open'}")
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
    click.echo(comes_next(state))


@decommission.command()
@folder
@click.argument("step", type=click.IntRange(1, len(STEPS)))
@key
def approve(folder: Path, step: int, key_path: Path) -> None:
    """Find STEP complete. Its gate opens at the second approver's word."""
    procedure = Procedure(folder)
    procedure.say(e.Approved(step=step), signer(key_path))
    opened = ": the gate is open" if is_open(procedure.state, step) else ""
    done(procedure, f"Approved step {step}{opened}.")


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
    agree = f": a second approver has to agree (`second FOLDER {found.id}`)" if waits else ""
    done(procedure, f"Admitted {found.id}{agree}.")


@decommission.command()
@folder
@click.argument("person")
@key
def second(folder: Path, person: str, key_path: Path) -> None:
    """Agree that PERSON may approve."""
    procedure = Procedure(folder)
    procedure.say(e.PersonSeconded(person=person), signer(key_path))
    done(procedure, f"{person} may approve from now on.")


@decommission.command()
@folder
@click.argument("person")
@key
def leave(folder: Path, person: str, key_path: Path) -> None:
    """Note that PERSON takes no further part. What they said stands."""
    procedure = Procedure(folder)
    procedure.say(e.PersonLeft(person=person), signer(key_path))
    done(procedure, f"{person} takes no further part.")


@decommission.command()
@folder
@key
def close(folder: Path, key_path: Path) -> None:
    """Close the procedure, once every gate is open. Nothing more is said in it."""
    procedure = Procedure(folder)
    procedure.say(e.Closed(), signer(key_path))
    done(procedure, "Closed.")
