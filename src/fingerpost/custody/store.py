"""All SQL of custody: who was given a share of which wrapping key, and who destroyed theirs."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from fingerpost.db.database import Session


class Held(Struct, frozen=True):
    """One custodian's share of one generation; `destroyed_at` once they have attested that it is gone."""

    generation: str
    custodian: str
    issued_at: datetime
    destroyed_at: datetime | None


def issue(session: Session, generation: str, custodians: Sequence[str], moment: datetime) -> None:
    """Note who is given a share."""
    session.run(
        "INSERT INTO key_share (generation, custodian, issued_at) SELECT %s, unnest(%s::text[]), %s",
        (generation, list(custodians), moment),
    )


def attest(session: Session, generation: str, custodian: str, moment: datetime) -> bool:
    """Note that a share is destroyed; tell whether there was one to destroy."""
    return (
        session.run(
            "UPDATE key_share SET destroyed_at = %s"
            " WHERE generation = %s AND custodian = %s AND destroyed_at IS NULL",
            (moment, generation, custodian),
        )
        == 1
    )


def shares(session: Session) -> list[Held]:
    """Return every share ever issued, oldest first."""
    return session.rows(
        Held,
        "SELECT generation, custodian, issued_at, destroyed_at FROM key_share ORDER BY issued_at, custodian",
    )
