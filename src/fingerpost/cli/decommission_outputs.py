"""What a procedure gives out, as commands: letters, certificates, summary, board; and verifying offline."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import click
import msgspec

from fingerpost.cli.decommission import (
    FILE,
    FOLDER,
    NEW_FILE,
    Command,
    decommission,
    end_of_minimum,
    folder,
    key,
    sealed_minimum,
    signer,
)
from fingerpost.db.foreign import reached
from fingerpost.decommission import board as boards
from fingerpost.decommission import keep, minimum, verify
from fingerpost.decommission.acts.attesting import AttestationWithdrawn, Attested, Audited, MinimumConfirmed
from fingerpost.decommission.acts.preparing import InvestmentKept
from fingerpost.decommission.attest import DAYS_TO_ANSWER, Post, draw, statement
from fingerpost.decommission.attest import attest as attest_
from fingerpost.decommission.attest import hand_in as hand_in_
from fingerpost.decommission.certificate import Particulars
from fingerpost.decommission.certify import CHECKPOINT, KEYS
from fingerpost.decommission.certify import certify as certify_
from fingerpost.decommission.certify import countersign as countersign_
from fingerpost.decommission.evidence import signed_elsewhere
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.letters import Letter
from fingerpost.decommission.people import Signer
from fingerpost.decommission.publish import publish_certificates, publish_summary
from fingerpost.decommission.target import target_of
from fingerpost.reference import authorities
from fingerpost.vault import durable
from fingerpost.words.clock import now, today
from fingerpost.words.errors import Invalid, Problem

_OUT = click.option("--out", type=FOLDER, required=True, help="The folder that it is written to.")
_PRACTICE = click.option("--practice", is_flag=True, help="Say on each page that it is a rehearsal.")


def _names() -> dict[str, str]:
    return {code: body.name for code, body in authorities().items()}


def _made(out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    return out


@decommission.command("ask-partners")
@folder
@click.option("--database", required=True, help="What people call the database.")
@click.option("--officer", required=True, help="Who signs the letters, with their title.")
@click.option("--reply-to", required=True, help="Where questions go.")
@click.option("--days", default=DAYS_TO_ANSWER, show_default=True, help="Days that a partner has to answer.")
@click.option("--chase", is_flag=True, help="Remind whoever is due to be reminded, instead.")
@_OUT
@key
def ask_partners(
    *, folder: Path, database: str, officer: str, reply_to: str, days: int, chase: bool, out: Path,
    key_path: Path,
) -> None:  # fmt: skip
    """Write the letter to every partner who has none yet, as text and as a page, ready to send."""
    procedure = Procedure(folder)
    post = Post(procedure, signer(key_path), _names(), _made(out))
    about = Letter(
        database=database, reference=procedure.opened.procedure, procedure=procedure.chain.id,
        written=today(), due=today() + timedelta(days=days), officer=officer, reply_to=reply_to,
    )  # fmt: skip
    written = post.chase(about, now()) if chase else post.ask(about)
    click.echo(f"{len(written)} letters are in {out}.")


@decommission.command()
@folder
@_OUT
@key
def overdue(folder: Path, out: Path, key_path: Path) -> None:
    """Publish the list of partners who owe an answer."""
    post = Post(Procedure(folder), signer(key_path), _names(), _made(out))
    click.echo(f"{len(post.publish_overdue(now()))} partners are overdue.")


def _stated(command: Command) -> Command:
    """Add what every attestation states."""
    for option in (
        click.option("--surrendered", is_flag=True, help="What was found is handed over, to be ended."),
        click.option("--found", required=True, type=click.IntRange(min=0), help="How many were found."),
        click.option("--how", required=True, help="By which method."),
        click.option("--searched", required=True, help="What was searched."),
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
    who = signer(key_path)
    said = attest_(Procedure(folder), who, item, searched=searched, how=how, found=found,
                   surrendered=surrendered)  # fmt: skip
    click.echo(f"Attested: {said}")


@decommission.command()
@folder
@click.argument("attestation")
@click.option("--why", required=True, help="Why it is taken back.")
@key
def withdraw(folder: Path, attestation: str, why: str, key_path: Path) -> None:
    """Take back an attestation that you signed. It stays in the ledger."""
    Procedure(folder).say(AttestationWithdrawn(attestation=attestation, why=why), signer(key_path))


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
@click.option("--why", required=True, help="Why it is taken back.")
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
    said = hand_in_(Procedure(folder), file.read_bytes(), signer(key_path))
    click.echo(f"Handed in: {said}")


@decommission.command("draw-audit")
@folder
def draw_audit(folder: Path) -> None:
    """Draw the one attestation in twenty that is looked at on site."""
    for attestation in draw(Procedure(folder)):
        click.echo(attestation)


@decommission.command()
@folder
@click.argument("attestation")
@click.option("--agreed/--disagreed", required=True, help="Whether it was as attested.")
@click.option("--how", required=True, help="What was looked at, and what was seen.")
@key
def audit(folder: Path, attestation: str, agreed: bool, how: str, key_path: Path) -> None:
    """Say what an audit on site saw."""
    said = Audited(attestation=attestation, agreed=agreed, how=how)
    Procedure(folder).say(said, signer(key_path))


# Certificates, summary, board


@decommission.command()
@folder
@click.argument("item")
@click.option("--particulars", type=FILE, help="JSON: manufacturer, model, location, destination and so on.")
@key
def certify(folder: Path, item: str, particulars: Path | None, key_path: Path) -> None:
    """Write the certificate of an ITEM that you ended, and sign it."""
    stated = _particulars(particulars)
    click.echo(f"Signed: {certify_(Procedure(folder), signer(key_path), item, stated)}")


def _particulars(path: Path | None) -> Particulars:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Particulars) if path else Particulars()
    except msgspec.MsgspecError as error:
        raise Invalid(Problem("particulars", str(error))) from None


@decommission.command()
@folder
@click.argument("item")
@key
def countersign(folder: Path, item: str, key_path: Path) -> None:
    """Verify the certificate of an ITEM; the third person who signs validates it."""
    countersign_(Procedure(folder), signer(key_path), item)


@decommission.command()
@folder
@_OUT
@_PRACTICE
@click.option("--summary", "database", help="Publish the summary too, of the database that people call so.")
@click.option("--cost", type=click.IntRange(min=0), help="What it cost, in pounds.")
@click.option("--key", "key_path", type=FILE, help="Your key, for the summary.")
def publish(
    *, folder: Path, out: Path, practice: bool, database: str, cost: int | None, key_path: Path | None
) -> None:  # fmt: skip
    """Write every certificate with its proof, to read, to print and to verify; and the public summary."""
    procedure = Procedure(folder)
    if database:
        if cost is None or key_path is None:
            raise Invalid(Problem("summary", "needs the cost and your key"))
        publish_summary(procedure, signer(key_path), database, cost, out, practice=practice)
    click.echo(publish_certificates(procedure, out, practice=practice))


@decommission.command()
@folder
@_OUT
@_PRACTICE
def board(folder: Path, out: Path, practice: bool) -> None:
    """Write the board: pages that show where the procedure stands, for any web server to hand out."""
    pages = boards.write(Procedure(folder).chain, _names(), now(), out, practice=practice)
    click.echo(pages[0])


@decommission.command("verify")
@click.argument("certificate", type=FILE)
@click.option("--checkpoint", type=FILE, help="The published checkpoint. [default: beside the certificate]")
@click.option("--keys", type=FILE, help="Public keys that you trust. [default: beside the certificate]")
@click.option("--ledger", type=FILE, help="Read the whole ledger too, by every rule.")
def verify_(certificate: Path, checkpoint: Path | None, keys: Path | None, ledger: Path | None) -> None:
    """Verify a CERTIFICATE offline. Every fault is named."""
    head = (checkpoint or certificate.with_name(CHECKPOINT)).read_bytes()
    trusted = verify.read_keys((keys or certificate.with_name(KEYS)).read_bytes())
    faults = verify.faults(certificate.read_bytes(), head, trusted)
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        click.echo("NOT VERIFIED", err=True)
        click.get_current_context().exit(1)
    if ledger:
        chain = verify.whole(ledger.read_bytes().splitlines(), head, trusted)
        click.echo(f"{len(chain.lines)} entries, each signed and by the rules.")
    click.echo("Verified.")
    if keys is None:
        click.echo("The keys stood beside it: compare them with those that were published elsewhere.")


# What is kept


@decommission.command("carry-over")
@folder
@_OUT
def carry_over(folder: Path, out: Path) -> None:
    """Carry over what holds no child, from the frozen target. One child in it, and nothing is."""
    procedure = Procedure(folder)
    target = target_of(procedure)
    with target.up(), reached(target.conninfo) as database:
        register, digest = keep.carry_over(database, out, today())
    procedure.say(InvestmentKept(digest=digest, tables=register.tables), procedure.tool)
    for carried in register.carried:
        click.echo(f"{carried.name:12}{carried.rows:>10}  {carried.what}")


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
    click.echo(f"{kept.head.looks} looks are sealed until {until}.")


@decommission.command("confirm-minimum")
@folder
@click.argument("file", type=FILE)
def confirm_minimum(folder: Path, file: Path) -> None:
    """Look at FILE: that it is what was sealed. The last step of a procedure."""
    procedure = Procedure(folder)
    procedure.say(MinimumConfirmed(digest=minimum.digest(file)), procedure.tool)


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


@decommission.command("drop-silent")
@click.argument("kept", type=click.Path(exists=True, file_okay=False, path_type=Path))
def drop_silent(kept: Path) -> None:
    """Drop the accredited users who have not agreed in time to be carried over, from the folder KEPT."""
    click.echo(f"{keep.drop_silent(kept, today())} were dropped.")
