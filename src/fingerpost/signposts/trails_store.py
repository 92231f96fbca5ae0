"""All SQL of trails: what is due, candidates for many records at once, links, breaks and what people said."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.matching import MOST_RECORDS_PER_TOKEN
from fingerpost.signposts.trails import MOST_IN_TRAIL, Link, LinkState, Pair
from fingerpost.vault import Candidate
from fingerpost.words.vocabulary import Band

_LINKING = 7_310_447  # the advisory lock by which all who change links take turns, across the nation
_MOST_CANDIDATES = 100  # of one record; the strongest are kept


class Due(Struct, frozen=True):
    """A record whose links have to be looked for, and the stamp of that request."""

    asked: UUID
    fingerprint: bytes
    record: Candidate


class Near(Struct, frozen=True):
    """A candidate of a record that asks, and which version of it that is."""

    fingerprint: bytes
    record: Candidate


class Stated(Struct, frozen=True):
    """What the machine found of a pair, and the version of each record it found it of."""

    pair: Pair
    band: Band
    state: LinkState
    fingerprints: tuple[bytes, bytes]


def take_turn(session: Session) -> None:
    """Wait until nobody else changes links: whether two records may be joined depends on whole trails."""
    session.run("SELECT pg_advisory_xact_lock(%s, 0)", (_LINKING,))


def hold(session: Session, records: Sequence[UUID]) -> None:
    """Keep these records from being taken away until the transaction ends; they may be corrected."""
    session.run("SELECT id FROM record WHERE id = ANY (%s) ORDER BY id FOR KEY SHARE", (list(records),))


def hold_links(session: Session, links: Sequence[UUID]) -> None:
    """Keep these links as they are for everybody else, in the order of whoever takes records away."""
    session.run("SELECT id FROM link WHERE id = ANY (%s) ORDER BY id FOR UPDATE", (list(links),))


def note_due(session: Session, records: Sequence[UUID]) -> None:
    """Ask that the links of these records be looked for."""
    session.run(
        "INSERT INTO link_due (record_id, asked) SELECT v.id, %s FROM unnest(%s::uuid[]) AS v (id)"
        " JOIN record r ON r.id = v.id ON CONFLICT (record_id) DO UPDATE SET asked = excluded.asked",
        (uuid4(), list(records)),
    )


def due(session: Session, authority: str, after: UUID | None, most: int) -> list[Due]:
    """Return an authority's records that are due, by id, after one already seen. Hidden ones wait."""
    rows = session.tuples(
        "SELECT d.asked, r.fingerprint, r.id, r.authority, r.cohort, r.schema_version, r.sealed"
        " FROM link_due d JOIN record r ON r.id = d.record_id"
        " WHERE r.authority = %s AND r.id > %s AND r.hidden IS NULL ORDER BY r.id LIMIT %s",
        (authority, after or UUID(int=0), most),
    )
    return [Due(row[0], row[1], Candidate(*row[2:])) for row in rows]


def authorities_due(session: Session) -> list[str]:
    """Return the authorities that hold a record whose links have to be looked for."""
    return session.column(
        "SELECT DISTINCT r.authority FROM link_due d JOIN record r ON r.id = d.record_id"
        " WHERE r.hidden IS NULL ORDER BY r.authority"
    )


def settle_due(session: Session, due: Sequence[Due]) -> None:
    """Take away what was asked, unless it has been asked anew meanwhile."""
    session.run(
        "DELETE FROM link_due d USING unnest(%s::uuid[], %s::uuid[]) AS v (id, asked)"
        " WHERE d.record_id = v.id AND d.asked = v.asked",
        ([d.record.id for d in due], [d.asked for d in due]),
    )


def candidates(session: Session, asking: Sequence[UUID], tokens: Sequence[Sequence[int]]) -> list[list[Near]]:
    """Return candidates of many records by one statement: those that share a token, and those linked already.

    `tokens` are those of each record's question; what is returned runs beside `asking`.
    """
    probes = [(place, token) for place, some in enumerate(tokens, start=1) for token in some]
    rows = session.tuples(
        "WITH hit AS ("
        " SELECT probe.place, found.record_id, count(*) AS shared"
        " FROM unnest(%s::int[], %s::bigint[]) AS probe (place, token)"
        " CROSS JOIN LATERAL ("
        "  SELECT t.record_id FROM token t WHERE t.token = probe.token LIMIT %s) AS found"
        " GROUP BY probe.place, found.record_id"
        "), ranked AS ("
        " SELECT place, record_id, row_number() OVER ("
        "  PARTITION BY place ORDER BY shared DESC, record_id) AS rank FROM hit"
        "), near AS ("
        " SELECT place, record_id FROM ranked WHERE rank <= %s"
        " UNION SELECT asking.place, other.id"
        " FROM unnest(%s::uuid[]) WITH ORDINALITY AS asking (id, place) CROSS JOIN LATERAL ("
        "  SELECT l.record_b FROM link l WHERE l.record_a = asking.id"
        "  UNION ALL SELECT l.record_a FROM link l WHERE l.record_b = asking.id) AS other (id))"
        " SELECT near.place, r.fingerprint, r.id, r.authority, r.cohort, r.schema_version, r.sealed"
        " FROM near JOIN record r ON r.id = near.record_id WHERE r.hidden IS NULL",
        (
            [place for place, _ in probes], [token for _, token in probes], MOST_RECORDS_PER_TOKEN,
            _MOST_CANDIDATES, list(asking),
        ),
    )  # fmt: skip
    near: list[list[Near]] = [[] for _ in asking]
    for row in rows:
        place: int = row[0]
        near[place - 1].append(Near(row[1], Candidate(*row[2:])))
    return near


def live(session: Session, records: Sequence[UUID]) -> list[Link]:
    """Return the links of these records that stand."""
    rows = session.tuples(
        "SELECT id, record_a, record_b, band, state FROM link"
        " WHERE record_a = ANY (%s) AND state IN ('linked', 'confirmed')"
        " UNION SELECT id, record_a, record_b, band, state FROM link"
        " WHERE record_b = ANY (%s) AND state IN ('linked', 'confirmed')",
        (list(records), list(records)),
    )
    return [_link(*row) for row in rows]


def around(session: Session, records: Sequence[UUID]) -> list[Link]:
    """Return every link, in any state, of every record in the trails of these."""
    rows = session.tuples(
        "WITH RECURSIVE reached (id) AS ("
        " SELECT unnest(%s::uuid[])"
        " UNION"
        " SELECT near.id FROM reached r CROSS JOIN LATERAL ("
        "  SELECT l.record_b FROM link l WHERE l.record_a = r.id AND l.state IN ('linked', 'confirmed')"
        "  UNION ALL"
        "  SELECT l.record_a FROM link l WHERE l.record_b = r.id AND l.state IN ('linked', 'confirmed')"
        " ) AS near (id))"
        " SELECT l.id, l.record_a, l.record_b, l.band, l.state"
        " FROM reached r JOIN link l ON l.record_a = r.id"
        " UNION SELECT l.id, l.record_a, l.record_b, l.band, l.state"
        " FROM reached r JOIN link l ON l.record_b = r.id",
        (list(records),),
    )
    return [_link(*row) for row in rows]


def standing(session: Session, records: Sequence[UUID]) -> dict[UUID, tuple[bytes, bytes]]:
    """Return the links of these records, each with what its two records are now (their fingerprints).

    Of what people had confirmed and are asked anew the machine takes nothing back.
    """
    rows = session.tuples(
        "SELECT l.id, a.fingerprint, b.fingerprint"
        " FROM (SELECT id, record_a, record_b, rule, state FROM link WHERE record_a = ANY (%s)"
        "  UNION SELECT id, record_a, record_b, rule, state FROM link WHERE record_b = ANY (%s)) AS l"
        " JOIN record a ON a.id = l.record_a JOIN record b ON b.id = l.record_b"
        " WHERE (l.rule, l.state) <> ('people', 'proposed')",
        (list(records), list(records)),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def trails(session: Session, records: Sequence[UUID]) -> tuple[list[Link], dict[UUID, Candidate]]:
    """Return the links of the trails of these records, by one statement, and the sealed records they join.

    OFFSET 0 keeps the planner, which expects long trails, from reading every link there is. No trail is
    longer than its bound; should one ever be, LIMIT still holds the answer to it.
    """
    rows = session.tuples(
        "WITH RECURSIVE reached (id) AS ("
        " SELECT unnest(%s::uuid[])"
        " UNION"
        " SELECT near.id FROM reached r CROSS JOIN LATERAL ("
        "  SELECT l.record_b FROM link l WHERE l.record_a = r.id AND l.state IN ('linked', 'confirmed')"
        "  UNION ALL"
        "  SELECT l.record_a FROM link l WHERE l.record_b = r.id AND l.state IN ('linked', 'confirmed')"
        " ) AS near (id))"
        " SELECT l.id, l.record_a, l.record_b, l.band, l.state,"
        " a.id, a.authority, a.cohort, a.schema_version, a.sealed,"
        " b.id, b.authority, b.cohort, b.schema_version, b.sealed"
        " FROM (SELECT id FROM reached LIMIT %s) AS r CROSS JOIN LATERAL ("
        "  SELECT id, record_a, record_b, band, state FROM link"
        "  WHERE record_a = r.id AND state <> 'proposed' OFFSET 0) AS l"
        " JOIN record a ON a.id = l.record_a JOIN record b ON b.id = l.record_b",
        (list(records), len(records) * MOST_IN_TRAIL),
    )
    links = [_link(*row[:5]) for row in rows]
    ends = (Candidate(*end) for row in rows for end in (row[5:10], row[10:15]))
    return links, {end.id: end for end in ends}


def _link(row: UUID, record_a: UUID, record_b: UUID, band: str, state: str) -> Link:
    return Link(row, record_a, record_b, Band(band), LinkState(state))


def sealed(session: Session, records: Sequence[UUID]) -> dict[UUID, Candidate]:
    """Return records as they are sealed, by id."""
    rows = session.tuples(
        "SELECT id, authority, cohort, schema_version, sealed FROM record WHERE id = ANY (%s)",
        (list(records),),
    )
    return {row[0]: Candidate(*row) for row in rows}


def save(session: Session, stated: Sequence[Stated], moment: datetime) -> list[tuple[UUID, str]]:
    """Write what the machine states of pairs that nobody decided. Return (id, state) of what is new or other.

    A pair of which a record was changed or removed since it was compared is left out: that record is due.
    """
    return session.tuples(
        "INSERT INTO link AS held (id, record_a, record_b, band, rule, state, decided_at)"
        " SELECT gen_random_uuid(), a.id, b.id, v.band, 'machine', v.state, %s"
        " FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::bytea[], %s::bytea[])"
        " AS v (a, b, band, state, print_a, print_b)"
        " JOIN record a ON a.id = v.a AND a.fingerprint = v.print_a AND a.hidden IS NULL"
        " JOIN record b ON b.id = v.b AND b.fingerprint = v.print_b AND b.hidden IS NULL"
        " ON CONFLICT (record_a, record_b) DO UPDATE"
        " SET band = excluded.band, state = excluded.state, decided_at = excluded.decided_at,"
        " rule = CASE excluded.state WHEN 'linked' THEN 'machine' ELSE held.rule END"
        " WHERE held.state IN ('proposed', 'linked')"
        " AND (held.band, held.state) IS DISTINCT FROM (excluded.band, excluded.state)"
        " RETURNING id, state",
        (
            moment,
            [s.pair[0] for s in stated], [s.pair[1] for s in stated],
            [s.band.value for s in stated], [s.state.value for s in stated],
            [s.fingerprints[0] for s in stated], [s.fingerprints[1] for s in stated],
        ),
    )  # fmt: skip


def withdraw(session: Session, links: Sequence[UUID]) -> None:
    """Take back links that the machine made or proposed, or that stood in the way of a break."""
    session.run("DELETE FROM link WHERE id = ANY (%s)", (list(links),))


def doubt(session: Session, links: Sequence[UUID], moment: datetime) -> None:
    """Ask people anew of links that they had confirmed; the rule says that they had."""
    session.run(
        "UPDATE link SET state = 'proposed', decided_by = NULL, decided_at = %s"
        " WHERE id = ANY (%s) AND state = 'confirmed'",
        (moment, list(links)),
    )


def set_aside(session: Session, records: Sequence[UUID]) -> list[Link]:
    """Return what two people confirmed of these and a shield took back; both records are shown again."""
    rows = session.tuples(
        "SELECT l.id, l.record_a, l.record_b, l.band, 'confirmed' FROM link_set_aside l"
        " JOIN record a ON a.id = l.record_a JOIN record b ON b.id = l.record_b"
        " WHERE l.id IN (SELECT id FROM link_set_aside WHERE record_a = ANY (%s)"
        "  UNION ALL SELECT id FROM link_set_aside WHERE record_b = ANY (%s))"
        " AND a.hidden IS NULL AND b.hidden IS NULL ORDER BY l.decided_at, l.id",
        (list(records), list(records)),
    )
    return [_link(*row) for row in rows]


def stand_again(session: Session, links: Sequence[UUID]) -> None:
    """Let links that were set aside stand as decided, whatever the machine made of the pair since."""
    session.run(
        "WITH back AS (DELETE FROM link_set_aside WHERE id = ANY (%s)"
        " RETURNING id, record_a, record_b, band, decided_by, decided_at)"
        " INSERT INTO link AS held (id, record_a, record_b, band, rule, state, decided_by, decided_at)"
        " SELECT id, record_a, record_b, band, 'people', 'confirmed', decided_by, decided_at FROM back"
        " ON CONFLICT (record_a, record_b) DO UPDATE SET rule = excluded.rule, state = excluded.state,"
        " decided_by = excluded.decided_by, decided_at = excluded.decided_at"
        " WHERE held.state IN ('proposed', 'linked')",
        (list(links),),
    )


def forget_set_aside(session: Session, links: Sequence[UUID]) -> None:
    """Forget links that were set aside and may not stand any more."""
    session.run("DELETE FROM link_set_aside WHERE id = ANY (%s)", (list(links),))


def forget_verdicts(session: Session, records: Sequence[UUID]) -> None:
    """Drop what was said of open links of records that changed: it was said of other details."""
    session.run(
        "DELETE FROM link_verdict v USING link l WHERE l.id = v.link_id AND l.state = 'proposed'"
        " AND (l.record_a = ANY (%s) OR l.record_b = ANY (%s))",
        (list(records), list(records)),
    )


def remember_breaks(session: Session, records: Sequence[UUID]) -> None:
    """Give each of these records the broken links that its reference has with records held now.

    A record that somebody is about to take away is left out: waiting for them could wait for ever.
    """
    session.run(
        "INSERT INTO link (id, record_a, record_b, band, rule, state, decided_at)"
        " SELECT DISTINCT ON (least(r.id, other.id), greatest(r.id, other.id)) gen_random_uuid(),"
        " least(r.id, other.id), greatest(r.id, other.id),"
        " 'possible', 'remembered', 'broken', now()"
        " FROM record r CROSS JOIN LATERAL ("
        "  SELECT k.authority_b, k.reference_b FROM link_break k WHERE k.reference_a = r.reference"
        "  UNION ALL"
        "  SELECT k.authority_a, k.reference_a FROM link_break k WHERE k.reference_b = r.reference"
        " ) AS kept (authority, reference)"
        " CROSS JOIN LATERAL (SELECT o.id FROM record o WHERE o.authority = kept.authority"
        "  AND o.reference = kept.reference FOR KEY SHARE SKIP LOCKED) AS other"
        " WHERE r.id = ANY (%s)"
        " ON CONFLICT (record_a, record_b) DO UPDATE SET state = 'broken', rule = 'remembered'"
        " WHERE link.state NOT IN ('broken', 'dismissed')",
        (list(records),),
    )
