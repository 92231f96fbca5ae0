"""Switch-off at the set minute, in this order: accounts die, connections are refused, sessions are cut,
tokens die, what is there is held against the freeze, the server stops. Done again after a kill, it does
the same.
"""

import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta

from fingerpost.db.foreign import Foreign, reached, refuses
from fingerpost.decommission.acts.ending import SwitchedOff, SwitchOffBegan
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.freeze import counted, root_of
from fingerpost.decommission.shared import Shared, shared_of
from fingerpost.decommission.target import Target
from fingerpost.words.clock import now
from fingerpost.words.errors import Refused, Unavailable

SKEW = 1.0  # seconds by which two clocks may differ: a minute is meant, and a log is read by it
_LONGEST_WAIT = timedelta(hours=1)
_CUT_WITHIN = 20.0  # seconds in which every session has to be gone


def wait_for(minute: datetime) -> None:
    """Wait for the set minute, if it is near; refuse to wait for long."""
    if minute - now() > _LONGEST_WAIT:
        raise Refused(f"the set minute is {minute:%d %B %Y %H:%M %Z}: come back within the hour before it")
    while (left := (minute - now()).total_seconds()) > 0:
        time.sleep(min(left, 1.0))


def skew_of(procedure: Procedure, server: Foreign) -> float:
    """Return how far the database's clock is ahead, in seconds; refuse what is more than `SKEW`."""
    before = procedure.moment()
    theirs: datetime = server.value("SELECT clock_timestamp()")
    after = procedure.moment()
    if after < before:
        raise Refused("this machine's clock runs backwards: set it right first")
    skew = (theirs - (before + (after - before) / 2)).total_seconds()
    if abs(skew) > SKEW:
        raise Refused(
            f"the database's clock and this machine's differ by {skew:+.1f} s: set them right first"
        )
    return round(skew, 3)


def switch_off(procedure: Procedure, target: Target) -> SwitchedOff:
    """Switch the target off. Refused before the set minute, and while clocks disagree.

    Of a server that goes on, one database is shut, and the accounts that know no other are dead.
    """
    shared = shared_of(procedure)
    with target.up(), reached(target.maintenance) as server:
        skew = skew_of(procedure, server)
        if shared and not shared.stands(server, target.database):
            raise Refused("there is no such database on the server any more")
        procedure.say(SwitchOffBegan(skew=skew), procedure.tool)
        roles = _kill_accounts(server, target, shared)
        with last_connection(server, target) as database:
            sessions = _cut_sessions(server, database, target.database if shared else None)
            at = procedure.moment()
            tokens = _kill_tokens(database, target)
            root = root_of(tuple(counted(database, target)))
        _try_accounts(target)
    if shared is None:
        target.stop()
    act = SwitchedOff(
        at=at, sessions=sessions, tokens=tokens, roles=roles, root=root,
        control="" if shared else target.control(),
    )  # fmt: skip
    procedure.say(act, procedure.tool)
    return act


def _kill_accounts(server: Foreign, target: Target, shared: Shared | None) -> int:
    """Let no account log in but our own. Return how many are dead, also of an earlier run."""
    roles = shared.accounts(server, target.named) if shared else _everybody(server)
    for role in roles:
        server.named("ALTER ROLE {} NOLOGIN NOREPLICATION", role)
    return len(roles)


def _everybody(server: Foreign) -> list[str]:
    rows = server.tuples(
        "SELECT rolname FROM pg_roles WHERE rolname <> current_user AND rolname !~ '^pg_' ORDER BY rolname"
    )
    return [role for (role,) in rows]


@contextmanager
def last_connection(server: Foreign, target: Target) -> Generator[Foreign]:
    """Yield the last connection that the target lets in: nobody after it, not even its owner."""
    server.named("ALTER DATABASE {} ALLOW_CONNECTIONS true", target.database)  # of a run that was killed
    with reached(target.conninfo) as database:
        server.named("ALTER DATABASE {} ALLOW_CONNECTIONS false", target.database)
        server.named("REVOKE CONNECT ON DATABASE {} FROM PUBLIC", target.database)
        if database.value("SELECT current_database()") != target.database:
            raise Refused("the owner's connection leads to another database than the target's")
        yield database


def counted_again(target: Target) -> str:
    """Return the root of what a database holds that is switched off, on a server that goes on."""
    with target.up(), reached(target.maintenance) as server, last_connection(server, target) as database:
        return root_of(tuple(counted(database, target)))


def _cut_sessions(server: Foreign, database: Foreign, alone: str | None) -> int:
    """Cut every session but our own two, replication too, until none is left. Return how many were.

    `alone`: the one database whose sessions are cut, where the server goes on.
    """
    own = [connection.value("SELECT pg_backend_pid()") for connection in (server, database)]
    cut: set[int] = set()
    deadline = time.monotonic() + _CUT_WITHIN
    while left := server.tuples(
        "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE backend_type IN ('client backend', 'walsender') AND pid <> ALL (%s)"
        " AND (%s::text IS NULL OR datname = %s)",
        [own, alone, alone],
    ):
        cut |= {pid for pid, _ in left}
        if time.monotonic() > deadline:
            raise Unavailable(f"{len(left)} sessions cannot be cut")
        time.sleep(0.02)
    return len(cut)


def _kill_tokens(database: Foreign, target: Target) -> int:
    """Let no token be good any more. Return how many are dead, also of an earlier run."""
    if not target.token_table:
        return 0
    database.named("UPDATE {} SET active = false WHERE active", target.token_table)
    return database.count(target.token_table)


def _try_accounts(target: Target) -> None:
    """Try every account that is known, and the owner: one that is let in is a failure."""
    for account, conninfo in {**target.accounts, "the owner": target.conninfo}.items():
        if not refuses(conninfo):
            raise Refused(f"{account} was let in after the switch-off")
