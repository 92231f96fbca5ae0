"""All SQL of the tree. Nothing is changed; only a wait ends."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.ledger.merkle import leaf_hash
from fingerpost.ledger.tiles import WIDTH, FullTile

_LOCK = 7_310_446_222  # any number that only the sequencer uses


class Signed(Struct, frozen=True):
    """A row of `ledger_checkpoint`."""

    size: int
    root: bytes
    note: str


class Waiting(Struct, frozen=True):
    """An entry whose leaf is not in the tree yet: what its receipt says, and its position."""

    position: int
    id: UUID
    recorded_at: datetime
    leaf: bytes


class Placed(Struct, frozen=True):
    """A leaf beside the entry it stands for; `id` is None where that entry is gone."""

    leaf_index: int
    position: int
    entry: bytes
    id: UUID | None
    recorded_at: datetime | None
    leaf: bytes | None
    lost: bool


def lock(session: Session) -> bool:
    """Become the one sequencer until the transaction ends; tell whether nobody else is."""
    return bool(session.value("SELECT pg_try_advisory_xact_lock(%s)", (_LOCK,)))


def latest(session: Session) -> Signed | None:
    """Return the largest checkpoint."""
    return session.row(Signed, "SELECT size, root, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")


def take(session: Session, most: int) -> list[Waiting]:
    """End the wait of the first entries and return them, in order of position.

    Written so that no plan can read all entries, whatever is believed of how many wait.
    """
    return session.rows(
        Waiting,
        "WITH taken AS ("
        " DELETE FROM ledger_waiting WHERE position = ANY (ARRAY("
        "  SELECT position FROM ledger_waiting ORDER BY position LIMIT %s)) RETURNING position)"
        " SELECT t.position, e.id, e.recorded_at, e.leaf"
        " FROM taken t CROSS JOIN LATERAL ("
        "  SELECT id, recorded_at, leaf FROM ledger_entry WHERE position = t.position LIMIT 1) e"
        " ORDER BY t.position",
        (most,),
    )


def all_waiting(session: Session) -> list[Waiting]:
    """Return every entry that waits, in order of position."""
    return session.rows(
        Waiting,
        "SELECT w.position, e.id, e.recorded_at, e.leaf FROM ledger_waiting w"
        " CROSS JOIN LATERAL ("
        "  SELECT id, recorded_at, leaf FROM ledger_entry WHERE position = w.position LIMIT 1) e"
        " ORDER BY w.position",
    )


def end_waiting(session: Session, positions: Sequence[int]) -> None:
    """End the wait of these entries."""
    session.run("DELETE FROM ledger_waiting WHERE position = ANY (%s)", (list(positions),))


def reserve(session: Session, many: int) -> list[int]:
    """Return positions that no entry will ever have: for leaves whose entries are lost."""
    return session.column("SELECT nextval('ledger_entry_position_seq') FROM generate_series(1, %s)", (many,))


def note_lost(session: Session, leaves: Sequence[int], moment: datetime) -> None:
    """Note leaves that stand without their entry."""
    session.run(
        "INSERT INTO ledger_lost (leaf_index, noted_at)"
        " SELECT place, %s FROM unnest(%s::bigint[]) AS v (place)",
        (moment, list(leaves)),
    )


def add_leaves(session: Session, first: int, positions: Sequence[int], entries: Sequence[bytes]) -> None:
    """Insert leaves from index `first` on."""
    session.run(
        "INSERT INTO ledger_leaf (leaf_index, position, entry)"
        " SELECT %s + place - 1, position, entry"
        " FROM unnest(%s::bigint[], %s::bytea[]) WITH ORDINALITY AS added (position, entry, place)",
        (first, list(positions), list(entries)),
    )


def add_tiles(session: Session, tiles: Sequence[FullTile]) -> None:
    """Insert tiles that have become full."""
    session.run_many(
        "INSERT INTO ledger_tile (level, number, hashes, root) VALUES (%s, %s, %s, %s)",
        [(t.level, t.number, t.hashes, t.root) for t in tiles],
    )


def add_checkpoint(session: Session, follows: int | None, signed: Signed) -> None:
    """Insert a checkpoint; refused if another one follows the same."""
    session.run(
        "INSERT INTO ledger_checkpoint (size, follows, root, note) VALUES (%s, %s, %s, %s)",
        (signed.size, follows, signed.root, signed.note),
    )


def tile(session: Session, level: int, number: int, width: int) -> bytes:
    """Return the first `width` hashes of a tile, full or not: fewer where the tree has not so many."""
    full = session.value(
        "SELECT substr(hashes, 1, %s * 32) FROM ledger_tile WHERE level = %s AND number = %s",
        (width, level, number),
    )
    if full is not None:
        return bytes(full)
    if level == 0:
        return b"".join(map(leaf_hash, entries(session, number * WIDTH, width)))
    roots = session.column(
        "SELECT root FROM ledger_tile WHERE level = %s AND number >= %s AND number < %s ORDER BY number",
        (level - 1, number * WIDTH, number * WIDTH + width),
    )
    return b"".join(map(bytes, roots))


def entries(session: Session, first: int, most: int) -> list[bytes]:
    """Return the public entries of leaves from index `first` on."""
    found = session.column(
        "SELECT entry FROM ledger_leaf WHERE leaf_index >= %s AND leaf_index < %s ORDER BY leaf_index",
        (first, first + most),
    )
    return list(map(bytes, found))


def place_of(session: Session, entry: UUID) -> tuple[datetime, int | None] | None:
    """Return when an entry was recorded, and its leaf's index: None while it waits. None if there is none."""
    found = session.tuples(
        "SELECT e.recorded_at, l.leaf_index"
        " FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.position = e.position WHERE e.id = %s",
        (entry,),
    )
    return found[0] if found else None


def placed(session: Session, first: int, most: int) -> list[Placed]:
    """Return leaves from index `first` on, each beside its entry."""
    return session.rows(
        Placed,
        "SELECT l.leaf_index, l.position, l.entry, e.id, e.recorded_at, e.leaf,"
        " x.leaf_index IS NOT NULL AS lost"
        " FROM ledger_leaf l LEFT JOIN ledger_entry e ON e.position = l.position"
        " LEFT JOIN ledger_lost x ON x.leaf_index = l.leaf_index"
        " WHERE l.leaf_index >= %s AND l.leaf_index < %s ORDER BY l.leaf_index",
        (first, first + most),
    )


def checkpoints(session: Session, after: int, most: int) -> list[Signed]:
    """Return checkpoints larger than `after`, smallest first."""
    return session.rows(
        Signed,
        "SELECT size, root, note FROM ledger_checkpoint WHERE size > %s ORDER BY size LIMIT %s",
        (after, most),
    )


def unplaced(session: Session, most: int) -> list[int]:
    """Return positions of entries that are neither a leaf nor waiting to be one: there must be none."""
    return session.column(
        "SELECT e.position FROM ledger_entry e"
        " WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.position = e.position)"
        " AND NOT EXISTS (SELECT FROM ledger_waiting w WHERE w.position = e.position)"
        " ORDER BY e.position LIMIT %s",
        (most,),
    )


def waiting(session: Session) -> int:
    """Return how many entries wait for their leaf."""
    return int(session.value("SELECT count(*) FROM ledger_waiting"))


def add_cosignature(session: Session, size: int, witness: str, line: str) -> bool:
    """Keep a witness's line for a checkpoint; tell whether it is the first."""
    added = session.run(
        "INSERT INTO ledger_cosignature (size, witness, line) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (size, witness, line),
    )
    return added == 1


def cosignatures(session: Session, size: int) -> list[str]:
    """Return the witnesses' lines for a checkpoint."""
    return session.column("SELECT line FROM ledger_cosignature WHERE size = %s ORDER BY witness", (size,))


def last_cosigned(session: Session) -> Signed | None:
    """Return the largest checkpoint that a witness cosigned."""
    return session.row(
        Signed,
        "SELECT size, root, note FROM ledger_checkpoint"
        " WHERE size = (SELECT max(size) FROM ledger_cosignature)",
    )
