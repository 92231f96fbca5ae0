"""`subject-access` and `dispute`: what those whom the service holds something of may ask."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import click
import msgspec

from fingerpost import settings
from fingerpost.cli.ask import OneOf
from fingerpost.cli.review import PAIR
from fingerpost.cli.written import json_of
from fingerpost.rights.pack import page
from fingerpost.rights.request import Delay, HeldBack, Requester
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened
from fingerpost.words.errors import Invalid, Misconfigured, Problem

BY = click.option("--by", required=True, type=PAIR, help="Who does it; a records officer.")
AUTHORITY = click.option("--authority", required=True, help="Whose reference it is.")
REFERENCE = click.option("--reference", required=True, help="The authority's own reference of the child.")


@click.group("subject-access")
def subject_access() -> None:
    """What is held of a child, for whoever may receive it: two people, one pack."""


@subject_access.command("ask")
@AUTHORITY
@REFERENCE
@click.option(
    "--requester", required=True, type=OneOf([r.value for r in Requester]),
    help="Who asks; that it is their right was seen.",
)  # fmt: skip
@click.option(
    "--hold-back-until", type=click.DateTime(["%Y-%m-%d"]), help="Until when it is not told who looked."
)
@click.option("--because", default="", type=OneOf(["", *(d.value for d in Delay)]), help="Why it is not.")
@BY
def ask(
    *, authority: str, reference: str, requester: str, hold_back_until: datetime | None, because: str,
    by: Person,
) -> None:  # fmt: skip
    """Take a request down. Another person makes the pack."""
    if bool(hold_back_until) != bool(because):
        raise Invalid(Problem("because", "and hold-back-until are given together: a delay has both"))
    held_back = HeldBack(hold_back_until.date(), Delay(because)) if hold_back_until else None
    with opened(settings.load()) as service:
        request = service.rights.access.ask(authority, reference, Requester(requester), by, held_back)
    click.echo(f"Noted on the ledger. Another person makes the pack: subject-access make {request}")


@subject_access.command("make")
@click.argument("request", type=click.UUID)
@click.argument("folder", type=click.Path(path_type=Path))
@AUTHORITY
@REFERENCE
@BY
def make(request: UUID, folder: Path, authority: str, reference: str, by: Person) -> None:
    """Make the pack in FOLDER: a page to read and the same for programs. Its receipt is printed."""
    if folder.exists():
        raise Misconfigured(f"{folder} is there already; a pack is made in a folder of its own")
    with opened(settings.load()) as service:
        made = service.rights.access.make(request, authority, reference, by)
    folder.mkdir(mode=0o700, parents=True)
    for name, content in (
        ("pack.html", page(made.pack).encode()),
        ("pack.json", json_of(made.pack).encode()),
    ):
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    click.echo(f"Made in {folder}; noted on the ledger.")
    click.echo(msgspec.json.encode(made.receipt))


@click.group()
def dispute() -> None:
    """Signposts that somebody whose right it is holds to be wrong."""


@dispute.command("mark")
@click.argument("signpost", type=click.UUID)
@BY
def mark(signpost: UUID, by: Person) -> None:
    """Mark a signpost of your authority as disputed: shown with it at once."""
    with opened(settings.load()) as service:
        service.rights.disputes.mark(signpost, by, disputed=True)
    click.echo("Noted on the ledger; every answer that shows it says so.")


@dispute.command("settle")
@click.argument("signpost", type=click.UUID)
@BY
def settle(signpost: UUID, by: Person) -> None:
    """Say that a disputed signpost was looked into, and what is wrong put right in your own system."""
    with opened(settings.load()) as service:
        service.rights.disputes.mark(signpost, by, disputed=False)
    click.echo("Noted on the ledger.")
