"""The door for operators: one file for each command group."""

import errno
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from fingerpost import __version__
from fingerpost.words.errors import FingerpostError, Invalid, Misconfigured

# Each command and the files that make it, the one that holds it first. They are read when it is asked for:
# one that needs no scanner, no page and no made-up country starts in half the time without them.
FILES = {
    "init": "instance", "serve": "instance", "status": "instance", "db": "instance",
    "authority": "accreditation", "practitioner": "accreditation", "client": "accreditation",
    "team": "accounts", "access": "access", "emergency": "emergency", "feed": "feed", "ask": "ask",
    "review": "review", "trail": "review", "told": "review", "request": "requests",
    "shields": "shields", "desk": "shields", "sensitive": "sensitive", "subject-access": "rights",
    "dispute": "rights", "ledger": "ledger_tree", "keys": "keys", "retention": "erase",
    "household": "guard", "conflict": "guard", "budget": "guard", "challenge": "guard", "alerts": "guard",
    "guard": "guard", "notices": "notices", "moves": "moves", "hand-over": "moves", "missing": "missing",
    "figures": "figures", "vault": "vault", "work": "vault",
    "decommission": "decommission",
    "sunset": "sunset", "synth": "synth", "evaluate": "evaluate", "train": "train", "relink": "relink",
    "demo": "demo",
}  # fmt: skip


class _Commands(click.Group):
    """Turns the service's own errors into one line on stderr: 2 for what the caller can mend, else 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(FILES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        files = [import_module(f"{__name__}.{file}") for file in FILES.get(cmd_name, "").split()]
        return getattr(files[0], cmd_name.replace("-", "_")) if files else None

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
