"""Ending a database of children (docs/decommission.md): what its commands share. Each says what was done, and
what comes next.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from fingerpost.cli.apart import Apart
from fingerpost.decommission import people
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.gates import comes_next
from fingerpost.decommission.people import Signer
from fingerpost.reference import authorities
from fingerpost.words.clock import today

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
THERE = click.Path(exists=True, path_type=Path)
OUT = click.option("--out", type=FOLDER, required=True, help="The folder that it is written to.")
Command = Callable[..., Any]

# What searches, destroys or prints takes a second to read in: most commands of a procedure do none of it.
_FILES = {
    "decommission_people": "key open status approve admit second leave close",
    "decommission_steps": "duty hold end-hold declare explain adopt-strays by-hand witness end-key",
    "decommission_looking": "canary-list canaries discover freeze switch-off scan-twin scan end-list",
    "decommission_ending": "destroy rehearse",
    "decommission_partners": "ask-partners overdue attest attest-elsewhere withdraw withdraw-elsewhere"
    " hand-in draw-audit audit",
    "decommission_outputs": "certify countersign publish board verify",
    "decommission_kept": "carry-over keep-minimum confirm-minimum who-looked end-minimum note-consent"
    " drop-silent",
}


@click.group(cls=Apart, files=_FILES)
def decommission() -> None:
    """End a database of children, step by step, so that anyone can verify it."""


class Words(click.ParamType[str]):
    """Text that says something: what is signed is read by strangers."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value.strip():
            self.fail("must not be empty", param, ctx)
        return value


WORDS = Words()


def folder(command: Command) -> Command:
    """Take the procedure's folder."""
    return click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))(command)


def key(command: Command) -> Command:
    """Take the file with the key of who acts."""
    option = click.option(
        "--key", "key_path", type=FILE, required=True, help="Your key: what you do is signed."
    )
    return option(command)


def workers(command: Command) -> Command:
    """Take how many files are read at once."""
    count = click.IntRange(1, 64)
    option = click.option("--workers", default=1, show_default=True, type=count, help="Files read at once.")
    return option(command)


def sealed_minimum(command: Command) -> Command:
    """Take where the minimum is sealed, where its key goes and how long the law wants it kept."""
    for option in (
        click.option(
            "--years", default=6, show_default=True, type=click.IntRange(1, 100), help="The legal period."
        ),
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
    return people.read(path, click.prompt("Passphrase", hide_input=True, err=True) if shut else "")


def done(procedure: Procedure, words: str) -> None:
    """Say what was done, and what comes next in the procedure."""
    click.echo(f"{words} {comes_next(procedure.state)}")


def names() -> dict[str, str]:
    """Return what partners are called, by code."""
    return {code: body.name for code, body in authorities().items()}


def made(out: Path) -> Path:
    """Make the folder that something is written to."""
    out.mkdir(parents=True, exist_ok=True)
    return out
