"""The freeze: feeds stopped, every table counted and rooted, and no change taken any more.

A table's root is RFC 6962's over its rows as COPY writes them, in the order of its key: one row changed,
added or taken away makes another. A statement trigger refuses writes, also the owner's; whoever takes it away
and writes is seen by the root. Tables that record accesses, accounts and tokens go on until the switch-off
and are left out.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final, LiteralString

import msgspec

from fingerpost.db.foreign import Foreign, reached
from fingerpost.decommission.acts.preparing import FeedsStopped, FreezeBroken, Frozen, Table
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.shared import shared_of
from fingerpost.decommission.target import Target
from fingerpost.ledger.merkle import EMPTY_ROOT, leaf_hash
from fingerpost.ledger.tiles import Edge
from fingerpost.words.errors import Refused

_REFUSES: Final[LiteralString] = """
CREATE OR REPLACE FUNCTION decommission_frozen() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'this table is frozen: the database is being decommissioned'; END $$
"""
_TRIGGER: Final[LiteralString] = """
CREATE OR REPLACE TRIGGER decommission_frozen BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {}
FOR EACH STATEMENT EXECUTE FUNCTION decommission_frozen()
"""
# Tables with their key's columns in its order, or with all columns where there is no key.
_TABLES: Final[LiteralString] = """
SELECT c.relname, array(
    SELECT a.attname::text FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND (i.indexrelid IS NULL OR a.attnum = ANY (i.indkey))
    ORDER BY array_position(i.indkey::int2[], a.attnum), a.attnum)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND NOT c.relispartition ORDER BY c.relname
"""
Tell = Callable[[str, int], object]


def stop_feeds(procedure: Procedure, target: Target) -> None:
    """Let nothing come in any more: the feeds' accounts may not connect, and their sessions are cut."""
    shared = shared_of(procedure)
    with reached(target.maintenance) as server:
        feeds = shared.accounts(server, target.feeds) if shared else target.feeds
        for account in feeds:
            server.named("ALTER ROLE {} NOLOGIN", account)
        server.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY (%s)"
            " AND datname = %s",
            [list(target.feeds), target.database],
        )
    procedure.say(FeedsStopped(accounts=len(feeds)), procedure.tool)


def freeze(procedure: Procedure, target: Target, tell: Tell = lambda table, rows: None) -> Frozen:
    """Take no change any more, and count what there is."""
    item = procedure.state.target
    if item is None:
        raise Refused("the target is not in the inventory: step 3 comes first")
    if procedure.state.frozen is not None:
        raise Refused("the target is frozen already")
    # One that was switched off lets nobody in, not even its owner.
    with reached(target.maintenance) as server:
        server.named("ALTER DATABASE {} ALLOW_CONNECTIONS true", target.database)
    with reached(target.conninfo) as database:
        database.run(_REFUSES)
        for table, _ in tables_of(database, target):
            database.named(_TRIGGER, table)
        tables = tuple(counted(database, target, tell))
    act = Frozen(store=item.id, tables=tables, root=root_of(tables))
    procedure.say(act, procedure.tool)
    return act


def check(procedure: Procedure, target: Target) -> None:
    """Count again. A store that holds something else is said to, shuts the gate again, and is refused."""
    frozen = procedure.state.frozen
    if frozen is None:
        raise Refused("the target is not frozen: step 4 comes first")
    with reached(target.conninfo) as database:
        tables = tuple(counted(database, target))
    if (found := root_of(tables)) == frozen.root:
        return
    procedure.say(FreezeBroken(store=frozen.store, root=found), procedure.tool)
    changed = {table.name for table in set(tables) ^ set(frozen.tables)}
    raise Refused(f"the target changed since it was frozen ({', '.join(sorted(changed))}): freeze it again")


def tables_of(database: Foreign, target: Target) -> Iterator[tuple[str, list[str]]]:
    """Yield the tables that are frozen, each with the columns of its order."""
    for name, order in database.tuples(_TABLES):
        if name not in target.written:
            yield name, order


def counted(database: Foreign, target: Target, tell: Tell = lambda table, rows: None) -> Iterator[Table]:
    """Yield each frozen table with its rows and root."""
    for name, order in tables_of(database, target):
        found = rooted(name, database.rows_of(name, order))
        tell(name, found.rows)
        yield found


def rooted(name: str, rows: Iterable[bytes]) -> Table:
    """Return a table's count and root."""
    edge = Edge()
    for row in rows:
        edge.append(leaf_hash(row))
    return Table(name, edge.size, (edge.root() if edge.size else EMPTY_ROOT).hex())


def root_of(tables: tuple[Table, ...]) -> str:
    """Return the digest over all tables."""
    return hashlib.sha256(msgspec.json.encode(tables)).hexdigest()
