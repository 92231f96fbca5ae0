"""Ending this service itself: what a procedure needs of it that only its own vault and ledger can tell.

Its database holds no child in clear, so the scan list and the minimum are drawn through the vault while there
are still keys; after that it is a target like any other.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from uuid import UUID

from fingerpost.db.embedded import DATABASE, Embedded
from fingerpost.db.foreign import Foreign, reached
from fingerpost.decommission import minimum, residual
from fingerpost.decommission.acts.preparing import InvestmentKept, MinimumSealed, ScanListMade
from fingerpost.decommission.audit import in_order
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

_BATCH = 5_000
Open = Callable[[Candidate], ChildDetails]


def target(server: Embedded, conninfo: str, accounts: Mapping[str, str]) -> Target:
    """Return how an instance's own server is reached. Whom it holds is drawn through the vault."""
    return Target(
        conninfo=conninfo, database=DATABASE, data=str(server.data), log=str(server.log),
        embedded=str(server.folder), feeds=("fingerpost_feed",), accounts=dict(accounts),
        children=Children(table="record", number="id", given="id", family="id", born="id", postcode="id"),
    )  # fmt: skip


def draw(procedure: Procedure, target: Target, open_: Open, opened: Callable[[Stored], Entry]) -> list[Row]:
    """Make the scan list from the frozen target; return who looked, to be sealed. Nothing else is kept."""
    with reached(target.conninfo) as database:
        known = dict(details(database, open_))
        make_list(procedure, known)
        nothing = hashlib.sha256(b"").hexdigest()
        procedure.say(InvestmentKept(digest=nothing, tables=()), procedure.tool)
        return list(looks(database, opened, known))


def log_connections(conninfo: str) -> None:
    """Have the server note who comes, in UTC: by that it is proved that nobody came."""
    with reached(conninfo) as server:
        server.run("ALTER SYSTEM SET log_connections = 'all'")
        server.run("ALTER SYSTEM SET log_line_prefix = '%%m [%%p] '")
        server.run("ALTER SYSTEM SET log_timezone = 'UTC'")
        server.run("SELECT pg_reload_conf()")


def details(database: Foreign, open_: Open) -> Iterator[tuple[UUID, ChildDetails]]:
    """Yield every record with what it says, opened by the vault."""
    last = UUID(int=0)
    while rows := database.tuples(
        "SELECT id, authority, cohort, schema_version, sealed FROM record WHERE id > %s ORDER BY id LIMIT %s",
        [last, _BATCH],
    ):
        for row in rows:
            yield row[0], open_(Candidate(*row))
        last = rows[-1][0]


def identities(known: Iterable[ChildDetails]) -> Iterator[Identity]:
    """Yield who can be searched for: children with a name, a date of birth and a postcode."""
    for child in known:
        name = next((n for n in child.names if n.given.split() and n.family.split()), None)
        if name and child.date_of_birth and child.postcodes:
            number = child.nhs_number or ""
            yield Identity(number, name.given, name.family, child.date_of_birth, child.postcodes[0])


def make_list(procedure: Procedure, known: Mapping[UUID, ChildDetails]) -> ScanListMade:
    """Make the list for the residual scan of children drawn through the vault, and of all canaries."""
    planted, seed = canaries(procedure), procedure.chain.head
    drawn = sampled(known, procedure.opened.sample, {canary.family for canary in planted}, seed)
    return residual.keep_list(procedure, planted, drawn, seed)


def sampled(known: Mapping[UUID, ChildDetails], size: int, but: Collection[str], seed: str) -> list[Identity]:
    """Draw children by a seed, as `residual.sampled` does; whose family names are in `but` are left out."""
    of = {str(record): child for record, child in known.items()}
    people = identities(of[record] for record in in_order(of, seed))
    return list(islice((child for child in people if child.family not in but), size))


def looks(
    database: Foreign, opened: Callable[[Stored], Entry], known: Mapping[UUID, ChildDetails]
) -> Iterator[Row]:
    """Yield who was shown a signpost of whom, by the service's own ledger."""
    of = dict(database.tuples("SELECT id, record_id FROM signpost"))
    for row in database.tuples(
        "SELECT position, id, recorded_at, kind, cohort, leaf, signature, sealed FROM ledger_entry"
        " WHERE kind = 'lookup_answered' ORDER BY position"
    ):
        entry = opened(Stored(*row))
        if not isinstance(entry.event, LookupAnswered):
            continue  # its audit key is gone
        shown = {of[d.signpost] for d in entry.event.disclosed if d.signpost in of}
        for number in sorted({known[record].nhs_number or record.hex for record in shown if record in known}):
            asker = entry.event.asker
            at, purpose = entry.receipt.recorded_at, entry.event.purpose.label
            yield Row(number, at, asker.practitioner or "a system", asker.authority, purpose)


def seal_looks(
    procedure: Procedure, rows: Iterable[Row], path: Path, key_path: Path, until: date
) -> MinimumSealed:
    """Keep who looked, and say so."""
    act = minimum.said(minimum.keep_rows(list(rows), path, key_path, until))
    procedure.say(act, procedure.tool)
    return act
