"""The keys: what there is, changing them, and what custodians hold (docs/keys.md)."""

from collections import Counter
from pathlib import Path
from uuid import UUID

import click

from fingerpost import settings
from fingerpost.custody.shares import NEEDED, Share, combine, read_paper
from fingerpost.instance import Instance
from fingerpost.vault import durable
from fingerpost.vault.keys import FileKeyring
from fingerpost.wiring import opened
from fingerpost.words.errors import Invalid, Problem

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def keys() -> None:
    """The keyring, what wraps it, and its custodians."""


@keys.command("list")
def list_() -> None:
    """Show the keys held, by kind, and the standing of the wrapping key's shares. No key is shown."""
    given = settings.load()
    instance = Instance(given)
    with opened(given, at_keyring=True) as service:
        keyring = instance.keyring()
        standing = service.custody.standing(keyring)
    click.echo(f"{'wrapped by':16}{instance.wrapping}")
    click.echo(f"{'wrapping key':16}{standing.in_words}")
    for kind, names in sorted(Counter(name.partition("/")[0] for name in keyring.names()).items()):
        click.echo(f"{kind:16}{names}")
    for share in standing.outstanding:
        click.echo(f"OUTSTANDING: {share.custodian} has not attested the end of {share.generation}", err=True)


@keys.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write a backup of the keyring, wrapped as it is. Keep it apart from the wrapping key's shares."""
    if file.exists():
        raise Invalid(Problem("file", "is there already; a backup is never overwritten"))
    given = settings.load()
    with opened(given, at_keyring=True) as service:
        keyring = Instance(given).keyring()
        durable.replace(file, keyring.raw())
        service.custody.backed_up(keyring)
    click.echo(
        f"Backed up the keyring, generation {keyring.generation}. Backups of older generations open no more."
    )


@keys.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--custodian", "custodians", multiple=True, required=True, help="A custodian's short code; give five."
)
def shares(folder: Path, custodians: tuple[str, ...]) -> None:
    """Make a new wrapping key, and write its five shares into FOLDER, one file for each custodian."""

    def hand_out(share: Share) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        durable.replace(folder / f"{share.generation}-{share.custodian}.txt", share.paper().encode())

    given = settings.load()
    with opened(given, at_keyring=True) as service:
        generation = service.custody.issue(Instance(given).keyring(), custodians, hand_out)
    click.echo(f"The keyring is under generation {generation}. Give each custodian their file and keep none:")
    click.echo(
        f"any {NEEDED} of them and a backup open it. Back the keyring up now: older backups open no more."
    )


@keys.command()
@click.argument("backup", type=_FILE)
@click.option(
    "--share", "files", multiple=True, required=True, type=_FILE, help="A custodian's share; give three."
)
def recover(backup: Path, files: tuple[Path, ...]) -> None:
    """Make the keyring again, where there is none, from BACKUP and three shares."""
    papers = [read_paper(file.read_text("utf-8", "replace")) for file in files]
    if len({paper.generation for paper in papers}) != 1:
        raise Invalid(Problem("share", "shares of different generations do not go together"))
    given = settings.load()
    instance = Instance(given)
    key = combine([paper.words for paper in papers])
    keyring = FileKeyring.recover(instance.keyring_path, instance.wrapping, backup.read_bytes(), key)
    click.echo(f"The keyring stands again: generation {keyring.generation}, {len(keyring.names())} keys.")
    if not instance.passwords_path.exists():
        click.echo(
            "There is no instance here yet, so this is on no ledger: note it, and restore the instance."
        )
        return
    with opened(given, at_keyring=True) as service:
        service.custody.recovered(keyring)


@keys.command()
@click.option("--generation", required=True, help="Of the share, as written on it.")
@click.option("--custodian", required=True, help="Whose share it was.")
def attest(generation: str, custodian: str) -> None:
    """Put on the ledger that a custodian destroyed their share of an older generation."""
    given = settings.load()
    with opened(given, at_keyring=True) as service:
        keyring = Instance(given).keyring()
        service.custody.attest(keyring, generation, custodian)
        left = service.custody.standing(keyring).outstanding
    click.echo(f"On the ledger. {len(left)} older shares are not attested destroyed yet.")


@keys.command("rotate-index")
@click.option(
    "--leave",
    type=click.UUID,
    multiple=True,
    metavar="SHIELD",
    help="A shield that no key opens and that covers nothing: it stands, and knows nothing that arrives.",
)
def rotate_index(leave: tuple[UUID, ...]) -> None:
    """Rebuild the blind index under a new key, in use, and destroy the old one. Killed: run it again."""

    def tell(source: str, moved: int) -> None:
        click.echo(f"\r{moved:,} {source}", nl=False, err=True)

    with opened(settings.load(), at_keyring=True) as service:
        rebuilt = service.reindex.rotate(tell, leave=leave)
    click.echo("", err=True)
    click.echo(
        f"The index is under key {rebuilt.generation}; {rebuilt.moved} rows moved; no older key is left."
    )
    click.echo("The wrapping key is new as well: share it out (`keys shares`), then back the keyring up.")
