"""Proof of no access: what the server's own log says of everybody who came after the switch-off.

The log has to note connections (`log_connections = all`), each line beginning with its time in UTC and the
process (`log_line_prefix = '%m [%p] '`). An account's attempt is authorised first and refused after, so a
process was let in where no refusal of it follows; and, whatever follows, where its connection was ready. What
somebody calls themselves may look like a line, so nothing of it stands at a line's beginning: the server sets
a tab there. Proof rests on the log being whole: its digest stands in the entry.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from fingerpost.db.foreign import refuses
from fingerpost.decommission.acts.ending import NoAccessProved
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.shared import shared_of
from fingerpost.decommission.target import Target
from fingerpost.words.errors import Misconfigured, Refused

_LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) (\S+) \[(\d+)\] (.*)")
_UTC = {"UTC", "GMT", "Etc/UTC"}
_OF_SESSIONS = ("terminating connection", "invalid frontend message")  # how one ends that was let in


class Line(Struct, frozen=True):
    """One line of a server's log."""

    at: datetime
    process: int
    words: str


class Seen(Struct, frozen=True):
    """Who came since a moment: processes let in, processes refused."""

    lines: int
    let_in: int
    refused: int


def lines_of(text: str) -> Iterator[Line]:
    """Yield the lines of a log that have a time. One whose time is of another zone than UTC is refused."""
    for found in map(_LINE.match, text.split("\n")):  # other ends of a line the server lets through
        if found is None:
            continue
        if found[2] not in _UTC:
            raise Misconfigured("the server's log is not in UTC: nothing can be proved by it")
        yield Line(datetime.fromisoformat(found[1]).replace(tzinfo=UTC), int(found[3]), found[4])


def seen(text: str, since: datetime, alone: str = "") -> Seen:
    """Return who came since, by a log. `alone`: the one database that counts, where the server goes on."""
    came, ready, refused = set[int](), set[int](), set[int]()
    lines = [line for line in lines_of(text) if line.at > since]
    for line in lines:
        if "connection authorized" in line.words and (not alone or f" database={alone} " in f"{line.words} "):
            came.add(line.process)
        elif "connection ready" in line.words:
            ready.add(line.process)
        elif " FATAL:  " in f" {line.words}" and not any(words in line.words for words in _OF_SESSIONS):
            refused.add(line.process)
    let_in = came - (refused - ready)
    return Seen(len(lines), len(let_in), len(refused & came if alone else refused))


def prove(procedure: Procedure, target: Target) -> NoAccessProved:
    """Read the log, try every account once more, and say what was seen. Anybody let in is refused."""
    off = procedure.state.switched_off
    if off is None:
        raise Refused("the target is not switched off: step 5 comes first")
    try:
        log = Path(target.log).read_bytes()
    except OSError:
        raise Misconfigured("the server's log cannot be read: without it nothing is proved") from None
    alone = target.database if shared_of(procedure) else ""
    found = seen(log.decode(errors="replace"), off.at, alone)
    if not found.refused:
        raise Misconfigured("the server's log does not show our own refused attempts: it is not whole")
    tried = [refuses(conninfo) for conninfo in (*target.accounts.values(), target.conninfo)]
    act = NoAccessProved(
        since=off.at, until=procedure.moment(), lines=found.lines, refused=found.refused,
        let_in=found.let_in + tried.count(""), attempts=len(tried), log=hashlib.sha256(log).hexdigest(),
    )  # fmt: skip
    procedure.say(act, procedure.tool)
    if act.let_in:
        raise Refused(f"{act.let_in} connections were let in after the switch-off")
    return act
