"""All SQL of rebuilding the blind index: which rows are under an older key, and their new tokens."""

from collections.abc import Sequence

from fingerpost.db.database import Session
from fingerpost.signposts.store import as_text
from fingerpost.vault import Candidate


def authorities(session: Session) -> list[str]:
    """Return every authority: one without records now may be loading its first."""
    return session.column("SELECT code FROM authority ORDER BY code")


def behind(session: Session, authority: str, generation: int, most: int) -> list[Candidate]:
    """Return some of an authority's records whose tokens are under a key before that of `generation`."""
    rows = session.tuples(
        "SELECT id, authority, cohort, schema_version, sealed FROM record"
        " WHERE authority = %s AND index_generation < %s LIMIT %s FOR NO KEY UPDATE",
        (authority, generation, most),
    )
    return [Candidate(*row) for row in rows]


def replace_tokens(
    session: Session, rows: Sequence[Candidate], tokens: Sequence[Sequence[int]], generation: int
) -> None:
    """Give records tokens of another key; a trigger changes the index with them, in one transaction."""
    session.run(
        "UPDATE record r SET tokens = v.tokens::bigint[], index_generation = %s"
        " FROM unnest(%s::uuid[], %s::text[]) AS v (id, tokens) WHERE r.id = v.id",
        (generation, [row.id for row in rows], [as_text(some) for some in tokens]),
    )


def forget_common(session: Session, generation: int) -> None:
    """Forget which tokens were common under keys before that of `generation`."""
    session.run("DELETE FROM common_token WHERE index_generation < %s", (generation,))
