"""All SQL of people's decisions on links: the queue, what was said, breaks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.signposts.trails import BreakReason, Link, LinkRule, LinkState
from fingerpost.vault import Candidate
from fingerpost.words.vocabulary import Band


class Known(Struct, frozen=True):
    """A pair to be remembered: a reference and its authority, for each of two records."""

    references: tuple[bytes, bytes]
    authorities: tuple[str, str]


class Waiting(Struct, frozen=True):
    """A proposed link in the queue: which authorities hold its records, and what people said so far."""

    id: UUID
    band: str
    proposed_at: datetime
    authority_a: str
    authority_b: str
    same: int
    different: int


class Age(Struct, frozen=True):
    """How many proposed links wait, since when the oldest does, and how many since before a moment."""

    waiting: int
    oldest: datetime | None
    overdue: int


class Queue(Struct, frozen=True):
    """The proposed links that have waited longest, and how all of them have waited."""

    links: list[Waiting]
    age: Age


class Ends(Struct, frozen=True):
    """A link with both of its sealed records and their references."""

    link: Link
    records: tuple[Candidate, Candidate]
    references: tuple[bytes, bytes]

    @property
    def authorities(self) -> tuple[str, str]:
        """The authorities that hold the two records: those to be told."""
        return self.records[0].authority, self.records[1].authority

    @property
    def named(self) -> tuple[str, str]:
        """Both references as the ledger names them."""
        return self.references[0].hex(), self.references[1].hex()

    @property
    def known(self) -> Known:
        """What outlives the records."""
        return Known(self.references, self.authorities)


def queue(session: Session, authority: str | None, most: int, before: datetime) -> Queue:
    """Return proposed links of an authority's records, or of anybody's: the oldest, and how all waited."""
    rows = session.tuples(
        # Whose they are by a list of one's own: joins may read every record of the nation instead.
        "WITH own AS MATERIALIZED (SELECT id FROM record WHERE authority = %s),"
        " proposed AS MATERIALIZED (SELECT l.id, l.band, l.decided_at, l.record_a, l.record_b FROM link l"
        "  WHERE l.state = 'proposed' AND (%s::text IS NULL OR l.record_a IN (SELECT id FROM own)"
        "  OR l.record_b IN (SELECT id FROM own))),"
        " waiting AS MATERIALIZED (SELECT id, band, decided_at, record_a, record_b FROM proposed"
        "  ORDER BY decided_at, id LIMIT %s),"
        " age AS (SELECT count(*) AS waiting, min(decided_at) AS oldest,"
        "  count(*) FILTER (WHERE decided_at < %s) AS overdue FROM proposed)"
        " SELECT age.waiting, age.oldest, age.overdue, w.id, w.band, w.decided_at, a.authority, b.authority,"
        " (SELECT count(*) FROM link_verdict v WHERE v.link_id = w.id AND v.same),"
        " (SELECT count(*) FROM link_verdict v WHERE v.link_id = w.id AND NOT v.same)"
        " FROM age CROSS JOIN waiting w JOIN record a ON a.id = w.record_a JOIN record b ON b.id = w.record_b"
        " ORDER BY w.decided_at, w.id",
        (authority, authority, most, before),
    )
    age = Age(*rows[0][:3]) if rows else Age(0, None, 0)
    return Queue([Waiting(*row[3:]) for row in rows], age)


def ends(session: Session, link: UUID) -> Ends | None:
    """Return one link with its two records; none of a hidden one, as of one that has left."""
    rows = session.tuples(
        "SELECT l.id, l.record_a, l.record_b, l.band, l.state, a.reference, b.reference,"
        " a.id, a.authority, a.cohort, a.schema_version, a.sealed,"
        " b.id, b.authority, b.cohort, b.schema_version, b.sealed"
        " FROM link l JOIN record a ON a.id = l.record_a JOIN record b ON b.id = l.record_b"
        " WHERE l.id = %s AND a.hidden IS NULL AND b.hidden IS NULL",
        (link,),
    )
    for row in rows:
        held = Link(row[0], row[1], row[2], Band(row[3]), LinkState(row[4]))
        return Ends(held, (Candidate(*row[7:12]), Candidate(*row[12:17])), (row[5], row[6]))
    return None


def say(session: Session, link: UUID, practitioner: UUID, *, same: bool) -> dict[UUID, bool]:
    """Note what one person says of a link, in place of what they said before. Return what all said."""
    session.run(
        "INSERT INTO link_verdict (link_id, practitioner_id, same) VALUES (%s, %s, %s)"
        " ON CONFLICT (link_id, practitioner_id) DO UPDATE SET same = excluded.same",
        (link, practitioner, same),
    )
    rows = session.tuples("SELECT practitioner_id, same FROM link_verdict WHERE link_id = %s", (link,))
    return dict(rows)  # pyright: ignore[reportArgumentType]


def decide(session: Session, link: UUID, state: LinkState, practitioner: UUID, moment: datetime) -> None:
    """Note what people decided of a link."""
    session.run(
        "UPDATE link SET state = %s, rule = %s, decided_by = %s, decided_at = %s WHERE id = %s",
        (state.value, LinkRule.PEOPLE.value, practitioner, moment, link),
    )


def remember(
    session: Session, broken: Sequence[Known], reason: BreakReason, by: UUID | None, moment: datetime
) -> None:
    """Remember pairs that must stay apart, by reference."""
    rows = [
        (*_ordered(known), reason.value, by, moment)
        for known in broken
        if known.references[0] != known.references[1]
    ]
    session.run_many(
        "INSERT INTO link_break (reference_a, reference_b, authority_a, authority_b, reason, decided_by,"
        " decided_at) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        rows,
    )


def _ordered(known: Known) -> tuple[bytes, bytes, str, str]:
    (ref_a, ref_b), (one, other) = known.references, known.authorities
    return (ref_a, ref_b, one, other) if ref_a < ref_b else (ref_b, ref_a, other, one)


def references(session: Session, records: Sequence[UUID]) -> dict[UUID, tuple[str, bytes]]:
    """Return the authority and reference of records, by id."""
    rows = session.tuples("SELECT id, authority, reference FROM record WHERE id = ANY (%s)", (list(records),))
    return {row[0]: (row[1], row[2]) for row in rows}


def records_of(session: Session, known: Known) -> list[UUID]:
    """Return the stored records of two references: none, one or both."""
    return session.column(
        "SELECT r.id FROM unnest(%s::text[], %s::bytea[]) AS v (authority, reference)"
        " JOIN record r ON r.authority = v.authority AND r.reference = v.reference ORDER BY r.id",
        (list(known.authorities), list(known.references)),
    )


def record_by(session: Session, authority: str, reference: bytes) -> UUID | None:
    """Return the stored record of an authority's reference."""
    return session.value(
        "SELECT id FROM record WHERE authority = %s AND reference = %s", (authority, reference)
    )


def hidden(session: Session, records: Sequence[UUID]) -> set[UUID]:
    """Return which of these records cannot be sensed."""
    return set(
        session.column("SELECT id FROM record WHERE id = ANY (%s) AND hidden IS NOT NULL", (list(records),))
    )


def record_of(session: Session, some: UUID, authority: str) -> UUID | None:
    """Return the record that an id names for somebody of an authority: its own, or that of its signpost.

    What is hidden is there for its own authority alone, and a sensitive service's for nobody: an answer gives
    the id of its signpost, and not whose it is.
    """
    return session.value(
        "SELECT id FROM record"
        " WHERE id = ANY (ARRAY[%s, (SELECT record_id FROM signpost WHERE id = %s)])"
        " AND (hidden IS NULL OR (authority = %s AND NOT sensitive))",
        (some, some, authority),
    )
