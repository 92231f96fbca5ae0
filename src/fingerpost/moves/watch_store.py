"""All SQL of questions that stand: their tokens, what is near them, what they found."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.ledger.store import Stored
from fingerpost.matching import MOST_RECORDS_PER_TOKEN
from fingerpost.vault import Candidate

_MOST_CANDIDATES = 400  # as of a lookup


class Watched(Struct, frozen=True):
    """A question that stands, and the entry that holds what was asked."""

    id: UUID
    standing: UUID
    asked: Stored


class Hit(Struct, frozen=True):
    """A record that a question found."""

    id: UUID
    standing: UUID
    record_id: UUID
    authority: str


def stand(
    session: Session, entry: UUID, standing: UUID, until: date, index: tuple[int, Sequence[int]]
) -> bool:
    """Let a question stand; `index` is the generation and its tokens. Tell whether it is new."""
    generation, tokens = index
    watch = uuid4()
    new = session.run(
        "INSERT INTO watch (id, entry, standing, until, index_generation) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (standing, entry) DO NOTHING",
        (watch, entry, standing, until, generation),
    )
    if new:
        _add_tokens(session, watch, tokens)
    return bool(new)


def _add_tokens(session: Session, watch: UUID, tokens: Sequence[int]) -> None:
    session.run(
        "INSERT INTO watch_token (token, watch) SELECT DISTINCT v.token, %s::uuid"
        " FROM unnest(%s::bigint[]) AS v (token)",
        (watch, list(tokens)),
    )


def renew(session: Session, watch: UUID, generation: int, tokens: Sequence[int]) -> None:
    """Give a question tokens of another key of the index."""
    session.run("DELETE FROM watch_token WHERE watch = %s", (watch,))
    _add_tokens(session, watch, tokens)
    session.run("UPDATE watch SET index_generation = %s WHERE id = %s", (generation, watch))


def behind(session: Session, generation: int, most: int) -> list[UUID]:
    """Return what stands by tokens of a key before that of `generation`."""
    return session.column(
        "SELECT DISTINCT standing FROM watch WHERE index_generation < %s LIMIT %s", (generation, most)
    )


def concerned(session: Session, records: Sequence[UUID]) -> list[UUID]:
    """Return what stands near these records, if they are visible, or found one of them before."""
    return session.column(
        "SELECT w.standing FROM record r CROSS JOIN LATERAL unnest(r.tokens) AS held (token)"
        " JOIN watch_token t ON t.token = held.token JOIN watch w ON w.id = t.watch"
        " WHERE r.id = ANY (%s) AND r.hidden IS NULL"
        " UNION SELECT h.standing FROM watch_hit h WHERE h.record_id = ANY (%s) AND NOT h.recalled",
        (list(records), list(records)),
    )


def watched(session: Session, standing: Sequence[UUID]) -> list[Watched]:
    """Return the questions that stand for these, and keep them standing until we commit.

    Whoever takes one away waits, and then sees what it found: else nobody would ever call that back.
    """
    rows = session.tuples(
        "SELECT w.id, w.standing,"
        " e.position, e.id, e.recorded_at, e.kind, e.cohort, e.leaf, e.signature, e.sealed"
        " FROM watch w JOIN ledger_entry e ON e.id = w.entry WHERE w.standing = ANY (%s)"
        " ORDER BY w.id FOR KEY SHARE OF w",
        (list(standing),),
    )
    return [Watched(row[0], row[1], Stored(*row[2:])) for row in rows]


def candidates(session: Session, tokens: Sequence[int]) -> list[Candidate]:
    """Return the visible records that share a token, as a lookup finds them, those of most tokens first.

    Not the lookup's statement: that reads the index of sensitive services, which the role of moves may not.
    """
    rows = session.tuples(
        "WITH hit AS ("
        " SELECT found.record_id, count(*) AS shared FROM unnest(%s::bigint[]) AS probe (token)"
        " CROSS JOIN LATERAL ("
        "  SELECT t.record_id FROM token t WHERE t.token = probe.token LIMIT %s) AS found"
        " GROUP BY found.record_id ORDER BY shared DESC, found.record_id LIMIT %s)"
        " SELECT r.id, r.authority, r.cohort, r.schema_version, r.sealed"
        " FROM hit JOIN record r ON r.id = hit.record_id",
        (list(tokens), MOST_RECORDS_PER_TOKEN, _MOST_CANDIDATES),
    )
    return [Candidate(*row) for row in rows]


def services(session: Session, records: Sequence[UUID], day: date) -> list[tuple[UUID, str]]:
    """Return (record, service) of these records' signposts that have not left."""
    return session.tuples(
        "SELECT DISTINCT s.record_id, s.service FROM signpost s WHERE s.record_id = ANY (%s)"
        " AND s.leaves_on > %s",
        (list(records), day),
    )


def hits(session: Session, standing: Sequence[UUID]) -> list[Hit]:
    """Return what was found for these and stands."""
    return session.rows(
        Hit,
        "SELECT id, standing, record_id, authority FROM watch_hit WHERE standing = ANY (%s) AND NOT recalled",
        (list(standing),),
    )


def late_hits(session: Session, records: Sequence[UUID]) -> list[tuple[str, UUID]]:
    """Return (authority, record) of the late hits of these records that were told and stand."""
    return session.tuples(
        "SELECT DISTINCT n.authority, h.record_id FROM watch_hit h"
        " JOIN notice n ON n.cause = h.id AND n.kind = 'late_hit'"
        " WHERE h.record_id = ANY (%s) AND NOT h.recalled",
        (list(records),),
    )


def hit(session: Session, found: Hit) -> None:
    """Note that a question found a record."""
    session.run(
        "INSERT INTO watch_hit (id, standing, record_id, authority) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (standing, record_id) WHERE NOT recalled DO NOTHING",
        (found.id, found.standing, found.record_id, found.authority),
    )


def take_back(session: Session, hits: Sequence[UUID]) -> None:
    """Note that what was found is not so any more."""
    session.run("UPDATE watch_hit SET recalled = true WHERE id = ANY (%s)", (list(hits),))


def forget(session: Session, day: date) -> int:
    """Forget questions whose last day is over, and what they found; an alert ends by itself."""
    over = session.column(
        "DELETE FROM watch WHERE until < %s AND standing = entry RETURNING standing", (day,)
    )
    session.run("DELETE FROM watch_hit WHERE standing = ANY (%s)", (over,))
    return len(over)
