"""The door for operators: one file for each command group."""

import errno
import os
from pathlib import Path
from typing import Any

import click

from fingerpost import __version__
from fingerpost.cli import decommission_ending, decommission_outputs, decommission_steps
from fingerpost.cli.access import access
from fingerpost.cli.accounts import team
from fingerpost.cli.accreditation import authority, client, practitioner
from fingerpost.cli.ask import ask
from fingerpost.cli.decommission import decommission
from fingerpost.cli.demo import demo
from fingerpost.cli.emergency import emergency
from fingerpost.cli.erase import retention
from fingerpost.cli.evaluate import evaluate
from fingerpost.cli.feed import feed
from fingerpost.cli.figures import figures
from fingerpost.cli.guard import alerts, budget, challenge, conflict, guard, household
from fingerpost.cli.instance import db, init, serve, status
from fingerpost.cli.keys import keys
from fingerpost.cli.ledger_tree import ledger
from fingerpost.cli.missing import missing
from fingerpost.cli.moves import hand_over, moves
from fingerpost.cli.notices import notices
from fingerpost.cli.relink import relink
from fingerpost.cli.requests import request
from fingerpost.cli.review import review, told, trail
from fingerpost.cli.rights import dispute, subject_access
from fingerpost.cli.sensitive import sensitive
from fingerpost.cli.shields import desk, shields
from fingerpost.cli.sunset import sunset
from fingerpost.cli.synth import synth
from fingerpost.cli.train import train
from fingerpost.cli.vault import vault, work
from fingerpost.words.errors import FingerpostError, Invalid, Misconfigured

# Their commands join the group of `decommission` as they are read.
JOINED = (decommission_steps, decommission_ending, decommission_outputs)


class _Commands(click.Group):
    """Turns the service's own errors into one line on stderr: 2 for what the caller can mend, else 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FingerpostError as error:
            click.echo(f"fingerpost: {error}", err=True)
            ctx.exit(2 if isinstance(error, Invalid | Misconfigured) else 1)
        except UnicodeEncodeError:
            click.echo("fingerpost: what was typed is not text in UTF-8", err=True)
            ctx.exit(2)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # click ends quietly when nobody reads any more
            click.echo(f"fingerpost: {error.filename or 'the system'}: {error.strerror}", err=True)
            ctx.exit(2)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option(
    "--instance",
    type=click.Path(path_type=Path),
    help="The instance's folder; the same as FINGERPOST_INSTANCE.",
)
def fingerpost(instance: Path | None) -> None:
    """Who else is, or was, working with this child, in another area, and how to reach them."""
    if instance is not None:
        # Settings come from the environment alone, so that workers started later see the same.
        os.environ["FINGERPOST_INSTANCE"] = str(instance)


for command in (
    init, serve, status, db, authority, team, practitioner, client, access, emergency, feed, ask, review,
    trail, told, request, shields, sensitive, desk, subject_access, dispute, ledger, keys, retention,
    household, conflict, budget, challenge, alerts, notices, moves, hand_over, missing, figures, guard, vault,
    work, decommission, sunset, synth, evaluate, train, relink, demo,
):  # fmt: skip
    fingerpost.add_command(command)
