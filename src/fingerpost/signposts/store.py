"""All SQL of records and their signposts: one authority at a time, in the caller's transaction."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from fingerpost.db.database import Session
from fingerpost.signposts.changes import Stored
from fingerpost.signposts.signpost import StoredRecord, StoredSignpost
from fingerpost.vault.vault import Candidate

_REGISTERING = 7_310_446  # class of the advisory locks by which one authority's writers take turns
CHUNK = 5_000  # rows a statement: bounds what driver and server hold at once

Row = tuple[object, ...]
Item = TypeVar("Item")


def take_turn(session: Session, authority: str) -> None:
    """Wait until no other transaction writes this authority's records; the commit gives the turn back."""
    session.run("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_REGISTERING, authority))


def held(session: Session, authority: str, *, sensitive: bool = False) -> Stored:
    """Return all that feeds, or else the lists of sensitive services, state of one authority."""
    records = session.rows(
        StoredRecord,
        "SELECT id, reference, cohort, schema_version, fingerprint FROM record"
        " WHERE authority = %s AND sensitive = %s",
        (authority, sensitive),
    )
    by_record: dict[UUID, list[StoredSignpost]] = {}
    for signpost in _signposts(session, authority, sensitive=sensitive):
        by_record.setdefault(signpost.record_id, []).append(signpost)
    return Stored({record.reference: record for record in records}, by_record)


def _signposts(session: Session, authority: str, *, sensitive: bool) -> list[StoredSignpost]:
    return session.rows(
        StoredSignpost,
        "SELECT s.id, s.record_id, s.service, s.team_id, s.role, s.started, s.ended, s.confirmed,"
        " s.leaves_on, s.rule, s.source_table, s.source, s.cohort, s.handed_on"
        " FROM record r JOIN signpost s ON s.record_id = r.id"
        " WHERE r.authority = %s AND r.sensitive = %s",
        (authority, sensitive),
    )


def sealed(session: Session, authority: str, references: Sequence[bytes]) -> dict[bytes, Candidate]:
    """Return the sealed details of the children with these reference tokens, by token."""
    rows = session.tuples(
        "SELECT reference, id, authority, cohort, schema_version, sealed FROM record"
        " WHERE authority = %s AND reference = ANY (%s)",
        (authority, list(references)),
    )
    return {row[0]: Candidate(*row[1:]) for row in rows}


def add_records(session: Session, rows: Iterator[Row]) -> None:
    """Insert records: id, authority, reference, cohort, schema version, sealed, tokens, index, print."""
    session.copy(
        "COPY record (id, authority, reference, cohort, schema_version, sealed, tokens, index_generation,"
        " fingerprint) FROM STDIN",
        rows,
    )


def replace_records(session: Session, rows: Sequence[Row]) -> None:
    """Replace what records seal: id, cohort, schema version, sealed, tokens (text), index, fingerprint."""
    for columns in _columns(rows):
        session.run(
            "UPDATE record r SET cohort = v.cohort, schema_version = v.schema_version, sealed = v.sealed,"
            " tokens = v.tokens::bigint[], index_generation = v.index_generation, fingerprint = v.fingerprint"
            " FROM unnest(%s::uuid[], %s::date[], %s::smallint[], %s::bytea[], %s::text[], %s::integer[],"
            " %s::bytea[])"
            " AS v (id, cohort, schema_version, sealed, tokens, index_generation, fingerprint)"
            " WHERE r.id = v.id",
            columns,
        )


def remove_records(session: Session, ids: Sequence[UUID]) -> None:
    """Delete records, their index entries and whatever signposts they still have.

    All of them are locked in order of id first, then their links: in the order in which linking locks both,
    and whoever takes away another record of the same children. Otherwise two could wait for each other.
    """
    ordered = sorted(ids)
    if ordered:
        session.run("SELECT id FROM record WHERE id = ANY (%s) ORDER BY id FOR UPDATE", (ordered,))
        session.run("SELECT lock_links(%s)", (ordered,))
    for chunk in _chunks(ordered):
        session.run("DELETE FROM record WHERE id = ANY (%s)", (list(chunk),))


def add_signposts(session: Session, rows: Iterator[Row]) -> None:
    """Insert signposts, every column in the table's order."""
    session.copy(
        "COPY signpost (id, record_id, service, team_id, role, started, ended, confirmed, leaves_on, rule,"
        " source_table, source, sealed_source, cohort, handed_on) FROM STDIN",
        rows,
    )


def replace_signposts(session: Session, rows: Sequence[Row]) -> None:
    """Replace what signposts state; record, source and id stay."""
    for columns in _columns(rows):
        session.run(
            "UPDATE signpost s SET service = v.service, team_id = v.team_id, role = v.role,"
            " started = v.started, ended = v.ended, confirmed = v.confirmed, leaves_on = v.leaves_on,"
            " rule = v.rule, sealed_source = v.sealed_source, cohort = v.cohort,"
            " handed_on = v.handed_on"
            " FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::date[], %s::date[],"
            " %s::date[], %s::date[], %s::text[], %s::bytea[], %s::date[], %s::boolean[])"
            " AS v (id, service, team_id, role, started, ended, confirmed, leaves_on, rule, sealed_source,"
            " cohort, handed_on) WHERE s.id = v.id",
            columns,
        )


def confirm(session: Session, ids: Sequence[UUID], day: date) -> None:
    """Note that the authority still states these."""
    for chunk in _chunks(ids):
        session.run("UPDATE signpost SET confirmed = %s WHERE id = ANY (%s)", (day, list(chunk)))


def remove_signposts(session: Session, ids: Sequence[UUID]) -> None:
    """Delete signposts."""
    for chunk in _chunks(ids):
        session.run("DELETE FROM signpost WHERE id = ANY (%s)", (list(chunk),))


def drop_common_tokens(session: Session, tokens: Sequence[int], most: int) -> int:
    """Take tokens that more than `most` records share out of the index. Return how many went."""
    return sum(
        session.value("SELECT drop_common_tokens(%s::bigint[], %s)", (list(chunk), most))
        for chunk in _chunks(tokens, CHUNK * 10)
    )


def as_text(tokens: Sequence[int]) -> str:
    """Return tokens as PostgreSQL writes an array, for statements over arrays of them."""
    return "{" + ",".join(map(str, tokens)) + "}"


def _chunks(rows: Sequence[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _columns(rows: Sequence[Row]) -> Iterator[list[list[object]]]:
    return ([list(column) for column in zip(*chunk, strict=True)] for chunk in _chunks(rows))
