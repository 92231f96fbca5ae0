"""`vault serve` and `work`: what runs beside the doors as users of their own (docs/deployment.md)."""

import signal
import threading
from pathlib import Path
from types import FrameType

import click

from fingerpost import settings
from fingerpost.app import JOBS, configure_logs
from fingerpost.app import work as work_on
from fingerpost.vault.messages import Caller
from fingerpost.vault.serve import Server, close_to_others, group_id, listen, user_id
from fingerpost.wiring import opened, opened_vault
from fingerpost.words.errors import Invalid, Problem


@click.group()
def vault() -> None:
    """The vault as a process of its own."""


@vault.command()
@click.argument("socket", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--allow", "allowed", multiple=True, metavar="CALLER=USER", required=True,
    help=f"Which user is a caller of {', '.join(Caller)}. One user may be several; no other is answered.",
)  # fmt: skip
@click.option("--group", help="The group that may open the socket. Without it, the vault's own user alone.")
def serve(socket: Path, allowed: tuple[str, ...], group: str | None) -> None:
    """Answer on SOCKET until stopped, each user what its callers may send."""
    users: dict[int, frozenset[Caller]] = {}
    for user, caller in map(_allowed, allowed):
        users[user] = users.get(user, frozenset()) | {caller}
    close_to_others()
    configure_logs()
    stopped = _until_told()
    with opened_vault(settings.load()) as opened_:
        opened_.warm()
        with listen(socket, None if group is None else group_id(group)) as listener:
            Server(opened_, users).run(listener, stopped)


@click.command()
@click.argument("jobs", type=click.Choice(list(JOBS)), nargs=-1, required=True)
def work(jobs: tuple[str, ...]) -> None:
    """Do JOBS until stopped: what `serve` does by itself where the vault is in its own process."""
    configure_logs()
    stopped = _until_told()
    with opened(settings.load()) as service:
        threads = [threading.Thread(target=work_on, args=(service, job, stopped), name=job) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _until_told() -> threading.Event:
    """Return what is set when this process is told to stop."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stopped


def _allowed(text: str) -> tuple[int, Caller]:
    name, _, user = text.partition("=")
    if name not in set(Caller) or not user:
        raise Invalid(Problem("--allow", f"must be CALLER=USER, with a caller of {', '.join(Caller)}"))
    return user_id(user), Caller(name)
