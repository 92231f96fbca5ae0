"""All SQL by which records are hidden and shown again, in the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from fingerpost.db.database import Session
from fingerpost.signposts.store import as_text
from fingerpost.signposts.trails import Pair
from fingerpost.vault import Candidate

_SHIELDING = 7_310_449  # the advisory lock by which shields and what arrives take turns, across the nation
_MOST_OF_A_TOKEN = 200  # records; of a token that more share, the rest is found by the other tokens

Cover = tuple[UUID, UUID]  # a shield and a record


def take_turn(session: Session) -> None:
    """Wait until nobody else covers records or adds a shield: the later of two then sees the earlier."""
    session.run("SELECT pg_advisory_xact_lock(%s, 0)", (_SHIELDING,))


def is_confirmed(session: Session, authority: str) -> bool:
    """Tell whether an authority has confirmed its list of shields."""
    return bool(
        session.value("SELECT shields_confirmed_at IS NOT NULL FROM authority WHERE code = %s", (authority,))
    )


def hide_unconfirmed(session: Session, records: Sequence[UUID]) -> None:
    """Hide the records, not shielded yet, of an authority that has not confirmed its list."""
    session.run(
        "UPDATE record SET hidden = 'unconfirmed' WHERE id = ANY (%s)"
        " AND (hidden IS NULL OR hidden = 'sensitive')",
        (list(records),),
    )


def hide_sensitive(session: Session, records: Sequence[UUID]) -> None:
    """Take records of sensitive services, written in this transaction, out of what every lookup reads."""
    session.run(
        "UPDATE record SET hidden = 'sensitive', sensitive = true WHERE id = ANY (%s)", (list(records),)
    )


def unconfirmed(session: Session, authority: str, after: UUID | None, most: int) -> list[UUID]:
    """Return records that are hidden until their authority confirms its list, by id."""
    return session.column(
        "SELECT id FROM record WHERE authority = %s AND hidden = 'unconfirmed' AND id > %s"
        " ORDER BY id LIMIT %s",
        (authority, after or UUID(int=0), most),
    )


def confirm(session: Session, authority: str, moment: datetime) -> None:
    """Note that an authority has confirmed its list of shields; the first time stands."""
    session.run(
        "UPDATE authority SET shields_confirmed_at = %s WHERE code = %s AND shields_confirmed_at IS NULL",
        (moment, authority),
    )


def any_shield(session: Session) -> bool:
    """Tell whether there is a shield at all."""
    return bool(session.value("SELECT EXISTS (SELECT FROM shield)"))


def touching(session: Session, probes: Sequence[tuple[int, int]]) -> list[tuple[int, UUID]]:
    """Return which shields and hidden records share a token with each place; `probes` are (place, token)."""
    return session.tuples(
        "SELECT DISTINCT probe.place, found.source"
        " FROM unnest(%s::int[], %s::bigint[]) AS probe (place, token) CROSS JOIN LATERAL ("
        "  SELECT t.source FROM shield_token t WHERE t.token = probe.token) AS found",
        ([place for place, _ in probes], [token for _, token in probes]),
    )


def shields(session: Session, ids: Sequence[UUID]) -> list[Candidate]:
    """Return shields as they are sealed."""
    rows = session.tuples(
        "SELECT id, authority, cohort, schema_version, sealed FROM shield WHERE id = ANY (%s)", (list(ids),)
    )
    return [Candidate(*row) for row in rows]


def near(session: Session, tokens: Sequence[int]) -> list[Candidate]:
    """Return the records, visible or shielded, that share a token."""
    rows = session.tuples(
        "WITH hit AS ("
        " SELECT found.id FROM unnest(%s::bigint[]) AS probe (token) CROSS JOIN LATERAL ("
        "  (SELECT t.record_id AS id FROM token t WHERE t.token = probe.token LIMIT %s)"
        "  UNION ALL (SELECT t.source FROM shield_token t WHERE t.token = probe.token LIMIT %s)) AS found"
        " GROUP BY found.id)"
        " SELECT r.id, r.authority, r.cohort, r.schema_version, r.sealed"
        " FROM hit JOIN record r ON r.id = hit.id",
        (list(tokens), _MOST_OF_A_TOKEN, _MOST_OF_A_TOKEN),
    )
    return [Candidate(*row) for row in rows]


def covers(session: Session, records: Sequence[UUID]) -> list[Cover]:
    """Return which shields cover these records, those left out that a keeper cleared."""
    return session.tuples(
        "SELECT shield_id, record_id FROM shield_cover WHERE record_id = ANY (%s) AND cleared_as IS NULL",
        (list(records),),
    )


def cover(session: Session, pairs: Iterable[Cover]) -> list[UUID]:
    """Cover records. Return those not covered so before; what was cleared stays so until it is corrected."""
    found = sorted(set(pairs))
    return session.column(
        "INSERT INTO shield_cover AS held (shield_id, record_id)"
        " SELECT v.shield, r.id FROM unnest(%s::uuid[], %s::uuid[]) AS v (shield, record)"
        # One that is about to go is waited for, and left out once it has gone.
        " JOIN record r ON r.id = v.record ORDER BY r.id FOR KEY SHARE OF r"
        " ON CONFLICT (shield_id, record_id) DO UPDATE SET cleared_as = NULL"
        " WHERE held.cleared_as <> (SELECT r.fingerprint FROM record r WHERE r.id = held.record_id)"
        " RETURNING record_id",
        ([shield for shield, _ in found], [record for _, record in found]),
    )


def once_joined(session: Session, records: Sequence[UUID]) -> list[Pair]:
    """Return these records with others of their trails, as these were when a shield first covered them."""
    return session.tuples(
        "SELECT DISTINCT c.record_id, o.record_id"
        " FROM shield_cover c JOIN shield_cover o ON o.trail = c.trail"
        " WHERE c.record_id = ANY (%s) AND o.record_id <> c.record_id"
        " AND c.cleared_as IS NULL AND o.cleared_as IS NULL",
        (list(records),),
    )


def remember_trails(session: Session, trails: Mapping[UUID, UUID]) -> None:
    """Note of covered records by what their trail goes from now on."""
    session.run(
        "UPDATE shield_cover c SET trail = v.trail FROM unnest(%s::uuid[], %s::uuid[]) AS v (record, trail)"
        " WHERE c.record_id = v.record AND c.trail IS DISTINCT FROM v.trail",
        (list(trails), list(trails.values())),
    )


def returned(session: Session, records: Sequence[UUID]) -> list[Cover]:
    """Return what shields covered of these records before they went, by reference: they are away no more.

    What was cleared and is stated as it was then stays cleared.
    """
    return session.tuples(
        "WITH back AS ("
        " DELETE FROM shield_away w USING record r"
        " WHERE r.id = ANY (%s) AND (w.authority, w.reference) = (r.authority, r.reference)"
        " RETURNING w.shield_id, r.id, w.cleared_as, r.fingerprint"
        "), cleared AS ("
        " INSERT INTO shield_cover (shield_id, record_id, cleared_as)"
        " SELECT shield_id, id, cleared_as FROM back WHERE cleared_as = fingerprint ON CONFLICT DO NOTHING)"
        " SELECT shield_id, id FROM back WHERE cleared_as IS DISTINCT FROM fingerprint",
        (list(records),),
    )


def clear_again(session: Session, shield: UUID, records: Sequence[tuple[str, bytes, bytes]]) -> list[UUID]:
    """Clear these records, by authority and reference, that are as they were then; await those not here.

    Return those cleared.
    """
    values = tuple([row[place] for row in records] for place in range(3))
    session.run(
        "INSERT INTO shield_away (shield_id, authority, reference, cleared_as)"
        " SELECT %s, v.authority, v.reference, v.cleared_as"
        " FROM unnest(%s::text[], %s::bytea[], %s::bytea[]) AS v (authority, reference, cleared_as)"
        " WHERE NOT EXISTS ("
        "  SELECT FROM record r WHERE r.authority = v.authority AND r.reference = v.reference)"
        " ON CONFLICT (authority, reference, shield_id) DO UPDATE SET cleared_as = excluded.cleared_as",
        (shield, *values),
    )
    return session.column(
        "INSERT INTO shield_cover (shield_id, record_id, cleared_as)"
        " SELECT %s, r.id, v.cleared_as"
        " FROM unnest(%s::text[], %s::bytea[], %s::bytea[]) AS v (authority, reference, cleared_as)"
        " JOIN record r ON (r.authority, r.reference, r.fingerprint)"
        "  = (v.authority, v.reference, v.cleared_as)"
        " ON CONFLICT (shield_id, record_id) DO UPDATE SET cleared_as = excluded.cleared_as"
        " RETURNING record_id",
        (shield, *values),
    )


def await_references(session: Session, shield: UUID, records: Sequence[tuple[str, bytes]]) -> list[Cover]:
    """Return which of these records, by authority and reference, are here to cover; await the others."""
    values = ([authority for authority, _ in records], [reference for _, reference in records])
    session.run(
        # Of these its keeper was told, or the next feed states them: nothing is news after a restore.
        "INSERT INTO shield_away (shield_id, authority, reference, told)"
        " SELECT %s, v.authority, v.reference, true"
        " FROM unnest(%s::text[], %s::bytea[]) AS v (authority, reference) WHERE NOT EXISTS ("
        "  SELECT FROM record r WHERE r.authority = v.authority AND r.reference = v.reference)"
        " ON CONFLICT DO NOTHING",
        (shield, *values),
    )
    return session.tuples(
        "SELECT %s::uuid, r.id FROM unnest(%s::text[], %s::bytea[]) AS v (authority, reference)"
        " JOIN record r ON r.authority = v.authority AND r.reference = v.reference",
        (shield, *values),
    )


def tokens(session: Session, shield: UUID) -> list[int]:
    """Return the tokens of a shield."""
    return session.value("SELECT tokens FROM shield WHERE id = %s", (shield,)) or []


def await_too(session: Session, shield: UUID, heirs: Sequence[UUID]) -> None:
    """Have other shields wait for the records that this one waits for."""
    session.run(
        "INSERT INTO shield_away (shield_id, authority, reference)"
        " SELECT v.heir, w.authority, w.reference"
        " FROM shield_away w CROSS JOIN unnest(%s::uuid[]) AS v (heir)"
        " WHERE w.shield_id = %s AND w.cleared_as IS NULL ON CONFLICT DO NOTHING",
        (list(heirs), shield),
    )


def covered_by(session: Session, shield: UUID) -> list[UUID]:
    """Return the records that a shield covers, those left out that its keeper cleared."""
    return session.column(
        "SELECT record_id FROM shield_cover WHERE shield_id = %s AND cleared_as IS NULL", (shield,)
    )


def hide(session: Session, records: Sequence[UUID]) -> None:
    """Take records out of every index that a lookup reads, and take back what joins them to others.

    What two people confirmed is set aside until both its records are shown (`trails_store.set_aside`).
    """
    session.run(
        "UPDATE record SET hidden = 'shielded' WHERE id = ANY (%s) AND hidden IS DISTINCT FROM 'shielded'",
        (list(records),),
    )
    session.run(
        "WITH gone AS ("
        " DELETE FROM link WHERE state IN ('proposed', 'linked', 'confirmed') AND id IN ("
        "  SELECT l.id FROM link l WHERE l.record_a = ANY (%s)"
        "  UNION ALL SELECT l.id FROM link l WHERE l.record_b = ANY (%s))"
        " RETURNING id, record_a, record_b, band, state, decided_by, decided_at)"
        " INSERT INTO link_set_aside (id, record_a, record_b, band, decided_by, decided_at)"
        " SELECT id, record_a, record_b, band, decided_by, decided_at FROM gone WHERE state = 'confirmed'"
        " ON CONFLICT DO NOTHING",
        (list(records), list(records)),
    )


def reveal(session: Session, records: Sequence[UUID]) -> list[tuple[UUID, str, list[int]]]:
    """Show records that nothing hides any more. Return them with their authorities and tokens."""
    return session.tuples(
        "UPDATE record r SET hidden = CASE WHEN a.shields_confirmed_at IS NULL THEN 'unconfirmed'"
        "  WHEN r.sensitive THEN 'sensitive' END"
        " FROM authority a WHERE a.code = r.authority AND r.id = ANY (%s) AND r.hidden IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM shield_cover c WHERE c.record_id = r.id AND c.cleared_as IS NULL)"
        " RETURNING r.id, r.authority, r.tokens",
        (list(records),),
    )


def every(session: Session) -> list[Candidate]:
    """Return every shield as it is sealed."""
    rows = session.tuples("SELECT id, authority, cohort, schema_version, sealed FROM shield ORDER BY id")
    return [Candidate(*row) for row in rows]


def covering(session: Session, shields: Sequence[UUID]) -> set[UUID]:
    """Return which of these shields cover a record that is here."""
    return set(
        session.column(
            "SELECT DISTINCT shield_id FROM shield_cover WHERE shield_id = ANY (%s) AND cleared_as IS NULL",
            (list(shields),),
        )
    )


def behind(session: Session, authority: str, generation: int, most: int) -> list[Candidate]:
    """Return some of the shields an authority keeps under a key before that of `generation`."""
    rows = session.tuples(
        "SELECT id, authority, cohort, schema_version, sealed FROM shield"
        " WHERE authority = %s AND index_generation < %s LIMIT %s FOR NO KEY UPDATE",
        (authority, generation, most),
    )
    return [Candidate(*row) for row in rows]


def replace_tokens(
    session: Session, rows: Sequence[Candidate], tokens: Sequence[Sequence[int]], generation: int
) -> None:
    """Give shields tokens of another key; a trigger changes their index with them.

    One of which there are none, for no key opens it, is known from now on by what it covers.
    """
    session.run(
        "UPDATE shield s SET index_generation = %s, tokens = CASE v.tokens WHEN '{}' THEN ARRAY("
        "  SELECT DISTINCT held.token FROM shield_cover c JOIN record r ON r.id = c.record_id"
        "  CROSS JOIN LATERAL unnest(r.tokens) AS held (token)"
        "  WHERE c.shield_id = s.id AND c.cleared_as IS NULL)"
        " ELSE v.tokens::bigint[] END"
        " FROM unnest(%s::uuid[], %s::text[]) AS v (id, tokens) WHERE s.id = v.id",
        (generation, [row.id for row in rows], [as_text(some) for some in tokens]),
    )
