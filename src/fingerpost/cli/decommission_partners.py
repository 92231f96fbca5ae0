"""Partners, as commands: letters, attestations, the audit."""

import re
from datetime import timedelta
from pathlib import Path

import click
import msgspec

from fingerpost.cli.decommission import (
    FILE,
    NEW_FILE,
    OUT,
    WORDS,
    Command,
    decommission,
    done,
    folder,
    key,
    made,
    names,
    signer,
)
from fingerpost.decommission.acts.attesting import AttestationWithdrawn, Attested, Audited
from fingerpost.decommission.attest import DAYS_TO_ANSWER, Post, draw, statement
from fingerpost.decommission.attest import attest as attest_
from fingerpost.decommission.attest import hand_in as hand_in_
from fingerpost.decommission.evidence import signed_elsewhere
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.letters import Letter
from fingerpost.decommission.people import Signer
from fingerpost.vault import durable
from fingerpost.words.clock import now, today
from fingerpost.words.errors import Invalid, Problem


@decommission.command("ask-partners")
@folder
@click.option("--database", type=WORDS, required=True, help="What people call the database.")
@click.option("--officer", type=WORDS, required=True, help="Who signs the letters, with their title.")
@click.option("--reply-to", type=WORDS, required=True, help="Where questions go.")
@click.option(
    "--days", default=DAYS_TO_ANSWER, show_default=True, type=click.IntRange(1, 365),
    help="Days that a partner has to answer.",
)  # fmt: skip
@click.option("--chase", is_flag=True, help="Remind whoever is due to be reminded, instead.")
@OUT
@key
def ask_partners(
    *, folder: Path, database: str, officer: str, reply_to: str, days: int, chase: bool, out: Path,
    key_path: Path,
) -> None:  # fmt: skip
    """Write the letter to every partner who has none yet, as text and as a page, ready to send."""
    procedure = Procedure(folder)
    post = Post(procedure, signer(key_path), names(), made(out))
    about = Letter(
        database=database, reference=procedure.opened.procedure, procedure=procedure.chain.id,
        written=today(), due=today() + timedelta(days=days), officer=officer, reply_to=reply_to,
    )  # fmt: skip
    written = post.chase(about, now()) if chase else post.ask(about)
    done(procedure, f"{len(written)} letters are in {out}, ready to send.")


@decommission.command()
@folder
@OUT
@key
def overdue(folder: Path, out: Path, key_path: Path) -> None:
    """Publish the list of partners who owe an answer."""
    procedure = Procedure(folder)
    late = Post(procedure, signer(key_path), names(), made(out)).publish_overdue(now())
    done(procedure, f"{len(late)} partners are overdue; the list to publish is {out / 'overdue.html'}.")


def _stated(command: Command) -> Command:
    """Add what every attestation states."""
    for option in (
        click.option("--surrendered", is_flag=True, help="What was found is handed over, to be ended."),
        click.option("--found", required=True, type=click.IntRange(min=0), help="How many were found."),
        click.option("--how", type=WORDS, required=True, help="By which method."),
        click.option("--searched", type=WORDS, required=True, help="What was searched."),
        click.argument("item", default=""),
    ):
        command = option(command)
    return command


@decommission.command()
@folder
@_stated
@key
def attest(
    *, folder: Path, item: str, searched: str, how: str, found: int, surrendered: bool, key_path: Path
) -> None:  # fmt: skip
    """State for your partner: searched X by method Y, found N. Without ITEM: of everything else it has."""
    procedure, who = Procedure(folder), signer(key_path)
    said = attest_(procedure, who, item, searched=searched, how=how, found=found, surrendered=surrendered)
    done(procedure, f"Attested as {said}.")


@decommission.command()
@folder
@click.argument("attestation")
@click.option("--why", type=WORDS, required=True, help="Why it is taken back.")
@key
def withdraw(folder: Path, attestation: str, why: str, key_path: Path) -> None:
    """Take back an attestation that you signed. It stays in the ledger."""
    procedure = Procedure(folder)
    procedure.say(AttestationWithdrawn(attestation=attestation, why=why), signer(key_path))
    done(procedure, f"Withdrawn: {attestation} stands no longer.")


_TO_FILE = click.option("--out", type=NEW_FILE, required=True, help="The file to send.")


def _sign_elsewhere(procedure: str, said: Attested | AttestationWithdrawn, who: Signer, out: Path) -> None:
    if not re.fullmatch("[0-9a-f]{64}", procedure):  # a slip would be noticed only when it is handed in
        raise Invalid(Problem("procedure", "is the 64 digits and letters, a to f, that stand in the letter"))
    durable.replace(out, msgspec.json.encode(signed_elsewhere(procedure, said, who)), 0o644)
    click.echo(f"Signed as {said.attestation}; send {out}.")


@decommission.command("attest-elsewhere")
@click.argument("procedure")
@click.argument("partner")
@_stated
@_TO_FILE
@key
def attest_elsewhere(
    *, procedure: str, partner: str, item: str, searched: str, how: str, found: int, surrendered: bool,
    out: Path, key_path: Path,
) -> None:  # fmt: skip
    """Sign, without the folder, what PARTNER states in a PROCEDURE; both stand in the letter."""
    who = signer(key_path)
    said = statement(who, partner, item, searched=searched, how=how, found=found, surrendered=surrendered)
    _sign_elsewhere(procedure, said, who, out)


@decommission.command("withdraw-elsewhere")
@click.argument("procedure")
@click.argument("attestation")
@click.option("--why", type=WORDS, required=True, help="Why it is taken back.")
@_TO_FILE
@key
def withdraw_elsewhere(procedure: str, attestation: str, why: str, out: Path, key_path: Path) -> None:
    """Take back, without the folder, an attestation that you signed in a PROCEDURE."""
    _sign_elsewhere(procedure, AttestationWithdrawn(attestation=attestation, why=why), signer(key_path), out)


@decommission.command("hand-in")
@folder
@click.argument("file", type=FILE)
@key
def hand_in(folder: Path, file: Path, key_path: Path) -> None:
    """Enter FILE, which a partner signed elsewhere: it counts as said by who signed it."""
    procedure = Procedure(folder)
    said = hand_in_(procedure, file.read_bytes(), signer(key_path))
    done(procedure, f"Handed in: {said}.")


@decommission.command("draw-audit")
@folder
def draw_audit(folder: Path) -> None:
    """Draw the one attestation in twenty that is looked at on site."""
    procedure = Procedure(folder)
    drawn = draw(procedure)
    for attestation in drawn:
        click.echo(f"  {attestation}")
    done(procedure, f"{len(drawn)} drawn: an auditor looks at each on site, and says so with `audit`.")


@decommission.command()
@folder
@click.argument("attestation")
@click.option("--agreed/--disagreed", required=True, help="Whether it was as attested.")
@click.option("--how", type=WORDS, required=True, help="What was looked at, and what was seen.")
@key
def audit(folder: Path, attestation: str, agreed: bool, how: str, key_path: Path) -> None:
    """Say what an audit on site saw."""
    procedure = Procedure(folder)
    procedure.say(Audited(attestation=attestation, agreed=agreed, how=how), signer(key_path))
    done(procedure, f"Audited: {attestation} was {'' if agreed else 'not '}as attested.")
