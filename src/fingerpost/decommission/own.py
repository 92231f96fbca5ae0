"""Ending this service itself: what a procedure needs of it that only its own vault and ledger can tell.

Its database holds no child in clear, so the scan list and the minimum are drawn through the vault while there
are still keys; after that it is a target like any other.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from uuid import UUID

from fingerpost.db.embedded import DATABASE, Embedded
from fingerpost.db.foreign import Foreign, reached
from fingerpost.decommission import minimum, residual
from fingerpost.decommission.acts.preparing import InvestmentKept, MinimumSealed, ScanListMade
from fingerpost.decommission.canaries import canaries
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.minimum import Row
from fingerpost.decommission.scanners.listed import Identity
from fingerpost.decommission.target import Children, Target
from fingerpost.ledger.events import LookupAnswered
from fingerpost.ledger.log import Entry
from fingerpost.ledger.store import Stored
from fingerpost.vault import Candidate
from fingerpost.words.child import ChildDetails

_BATCH = 1_000  # records or entries: all that is held of them at once
Open = Callable[[Candidate], ChildDetails]


def target(server: Embedded, conninfo: str, accounts: Mapping[str, str]) -> Target:
    """Return how an instance's own server is reached. Whom it holds is drawn through the vault."""
    return Target(
        conninfo=conninfo, database=DATABASE, data=str(server.data), log=str(server.log),
        embedded=str(server.folder), feeds=("fingerpost_feed",), accounts=dict(accounts),
        children=Children(table="record", number="id", given="id", family="id", born="id", postcode="id"),
    )  # fmt: skip


def log_connections(conninfo: str) -> None:
    """Have the server note who comes, in UTC: by that it is proved that nobody came."""
    with reached(conninfo) as server:
        server.run("ALTER SYSTEM SET log_connections = 'all'")
        server.run("ALTER SYSTEM SET log_line_prefix = '%%m [%%p] '")
        server.run("ALTER SYSTEM SET log_timezone = 'UTC'")
        server.run("SELECT pg_reload_conf()")


def details(database: Foreign, open_: Open, records: Collection[UUID]) -> dict[UUID, ChildDetails]:
    """Return what these records say, opened by the vault."""
    rows = database.tuples(
        "SELECT id, authority, cohort, schema_version, sealed FROM record WHERE id = ANY (%s)",
        [list(records)],
    )
    return {row[0]: open_(Candidate(*row)) for row in rows}


def drawn(database: Foreign, open_: Open, seed: str) -> Iterator[ChildDetails]:
    """Yield what every record says, in the order in which they are drawn by a seed (`audit.in_order`)."""
    last = b""
    while rows := database.tuples(
        "SELECT d.digest, r.id, r.authority, r.cohort, r.schema_version, r.sealed FROM record r"
        " CROSS JOIN LATERAL (SELECT sha256(convert_to(%s || chr(10) || r.id::text, 'UTF8')) AS digest) d"
        " WHERE d.digest > %s ORDER BY d.digest LIMIT %s",
        [seed, last, _BATCH],
    ):
        yield from (open_(Candidate(*row[1:])) for row in rows)
        last = rows[-1][0]


def identities(known: Iterable[ChildDetails]) -> Iterator[Identity]:
    """Yield who can be searched for: children with a name, a date of birth and a postcode."""
    for child in known:
        name = next((n for n in child.names if n.given.split() and n.family.split()), None)
        if name and child.date_of_birth and child.postcodes:
            number = child.nhs_number or ""
            yield Identity(number, name.given, name.family, child.date_of_birth, child.postcodes[0])


def make_list(procedure: Procedure, database: Foreign, open_: Open) -> ScanListMade:
    """Make the list for the residual scan of children drawn through the vault, and of all canaries.

    Nothing else of them is kept.
    """
    planted, seed = canaries(procedure), procedure.chain.head
    known = drawn(database, open_, seed)
    sample = sampled(known, procedure.opened.sample, {canary.family for canary in planted})
    made = residual.keep_list(procedure, planted, sample, seed)
    nothing = hashlib.sha256(b"").hexdigest()
    procedure.say(InvestmentKept(digest=nothing, tables=()), procedure.tool)
    return made


def sampled(known: Iterable[ChildDetails], size: int, but: Collection[str]) -> list[Identity]:
    """Return the first so many of those drawn; whose family names are in `but` are left out."""
    return list(islice((child for child in identities(known) if child.family not in but), size))


def looks(database: Foreign, opened: Callable[[Stored], Entry], open_: Open) -> Iterator[Row]:
    """Yield who was shown a signpost of whom, by the service's own ledger."""
    last = 0
    while rows := database.tuples(
        "SELECT position, id, recorded_at, kind, cohort, leaf, signature, sealed FROM ledger_entry"
        " WHERE kind = 'lookup_answered' AND position > %s ORDER BY position LIMIT %s",
        [last, _BATCH],
    ):
        yield from _looks(database, [opened(Stored(*row)) for row in rows], open_)
        last = rows[-1][0]


def _looks(database: Foreign, entries: Sequence[Entry], open_: Open) -> Iterator[Row]:
    answers = [(e, e.event) for e in entries if isinstance(e.event, LookupAnswered)]  # or its key is gone
    shown = {disclosed.signpost for _, event in answers for disclosed in event.disclosed}
    rows = database.tuples("SELECT id, record_id FROM signpost WHERE id = ANY (%s)", [list(shown)])
    of: dict[UUID, UUID] = dict(rows)
    number = {
        record: child.nhs_number or record.hex
        for record, child in details(database, open_, {*of.values()}).items()
    }
    for entry, event in answers:
        asker, at = event.asker, entry.receipt.recorded_at
        of_whom = {number[of[d.signpost]] for d in event.disclosed if d.signpost in of}
        for one in sorted(of_whom):
            yield Row(one, at, asker.practitioner or "a system", asker.authority, event.purpose.label)


def seal_looks(
    procedure: Procedure, rows: Iterable[Row], path: Path, key_path: Path, until: date
) -> MinimumSealed:
    """Keep who looked, and say so."""
    act = minimum.said(minimum.keep_rows(rows, path, key_path, until))
    procedure.say(act, procedure.tool)
    return act
