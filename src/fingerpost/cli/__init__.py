"""The door for operators: one file for each command group."""

import errno
import os
from pathlib import Path
from typing import Any

import click

from fingerpost import __version__
from fingerpost.cli.apart import Apart
from fingerpost.words.errors import FingerpostError, Invalid, Misconfigured

# The commands of each file. A file is read when one of its commands is asked for: one that needs no scanner,
# no page and no made-up country starts in half the time without them.
FILES = {
    "instance": "init serve status db",
    "accreditation": "authority practitioner client",
    "accounts": "team",
    "access": "access",
    "emergency": "emergency",
    "feed": "feed",
    "ask": "ask",
    "review": "review trail told",
    "requests": "request",
    "shields": "shields desk",
    "sensitive": "sensitive",
    "rights": "subject-access dispute",
    "ledger_tree": "ledger",
    "keys": "keys",
    "erase": "retention",
    "guard": "household conflict budget challenge alerts guard",
    "notices": "notices",
    "moves": "moves hand-over",
    "missing": "missing",
    "figures": "figures",
    "vault": "vault work",
    "decommission": "decommission",
    "sunset": "sunset",
    "synth": "synth",
    "evaluate": "evaluate",
    "train": "train",
    "relink": "relink",
    "demo": "demo",
}


class _Commands(Apart):
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


@click.group(cls=_Commands, files=FILES, context_settings={"help_option_names": ["-h", "--help"]})
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
