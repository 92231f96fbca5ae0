"""All SQL of honey children: one number, and which authorities may be given some."""

from fingerpost.db.database import Session


def children(session: Session) -> int:
    """Return how many are to be planted."""
    return session.value("SELECT children FROM honey")


def plant(session: Session, children: int) -> None:
    """Note how many are to be planted."""
    session.run("UPDATE honey SET children = %s", (children,))


def authorities(session: Session) -> list[str]:
    """Return the local authorities, by code."""
    return session.column("SELECT code FROM authority WHERE kind = 'local_authority' ORDER BY code")
