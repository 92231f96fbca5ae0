"""All SQL of marks: which lives are kept apart."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session


class Mark(Struct, frozen=True):
    """The life that a record is of, and whether somebody said so of this very record."""

    life: UUID
    spoken: bool


def any_marks(session: Session) -> bool:
    """Tell whether any life is kept apart from others at all."""
    return session.value("SELECT EXISTS (SELECT FROM apart)")


def marks(session: Session, tokens: Sequence[bytes]) -> dict[bytes, Mark]:
    """Return the marks of these tokens."""
    rows = session.tuples("SELECT token, life, spoken FROM apart WHERE token = ANY (%s)", (list(tokens),))
    return {token: Mark(life, spoken) for token, life, spoken in rows}


def speak(session: Session, token: bytes, life: UUID) -> None:
    """Note that somebody said of this very record that it is a life apart."""
    session.run(
        "INSERT INTO apart (token, life, spoken) VALUES (%s, %s, true)"
        " ON CONFLICT (token) DO UPDATE SET life = excluded.life, spoken = true",
        (token, life),
    )


def join(session: Session, tokens: Sequence[bytes], life: UUID) -> None:
    """Let these bear a life's mark, but those of whom somebody said another."""
    session.run(
        "INSERT INTO apart (token, life, spoken)"
        " SELECT token, %s, false FROM unnest(%s::bytea[]) AS v (token)"
        " ON CONFLICT (token) DO UPDATE SET life = excluded.life"
        " WHERE NOT apart.spoken AND apart.life <> excluded.life",
        (life, list(tokens)),
    )


def records(session: Session, references: Sequence[bytes]) -> list[UUID]:
    """Return the records of these keyed references."""
    return session.column("SELECT id FROM record WHERE reference = ANY (%s)", (list(references),))


def take_pairs(session: Session) -> list[tuple[bytes, bytes]]:
    """Take away the pairs by which orders were kept once. Return both references of each."""
    return session.tuples("SELECT reference_a, reference_b FROM take_pairs()")
