"""All SQL of the switches."""

from datetime import date, datetime
from uuid import UUID

from fingerpost.db.database import Session


def set_person(session: Session, who: tuple[str, str], *, active: bool, day: date) -> int:
    """Turn a person off, or on with their idle days counted anew from `day`. Return how many there were."""
    return session.run(
        "UPDATE practitioner SET active = %s, used_on = greatest(used_on, %s)"
        " WHERE authority = %s AND reference = %s",
        (active, day, *who),
    )


def set_client(session: Session, client: UUID, suspended_at: datetime | None) -> int:
    """Turn a client off since a moment, or on. Return how many there were."""
    return session.run("UPDATE client SET suspended_at = %s WHERE id = %s", (suspended_at, client))


def set_authority(session: Session, authority: str, suspended_at: datetime | None) -> int:
    """Turn a body off since a moment, or on. Return how many there were."""
    return session.run("UPDATE authority SET suspended_at = %s WHERE code = %s", (suspended_at, authority))


def set_nation(session: Session, suspended_at: datetime | None) -> int:
    """Turn the country off since a moment, or on; whatever was said of restoring it is void."""
    return session.run("UPDATE nation SET suspended_at = %s, restored_by = NULL", (suspended_at,))


def nation_is_off(session: Session) -> bool:
    """Tell whether the country is off, and keep others from saying so meanwhile."""
    return session.value("SELECT suspended_at IS NOT NULL FROM nation FOR UPDATE")


def nation_word(session: Session) -> UUID | None:
    """Return who said first that the country may go on."""
    return session.value("SELECT restored_by FROM nation")


def say_of_nation(session: Session, who: UUID) -> None:
    """Note who said first that the country may go on."""
    session.run("UPDATE nation SET restored_by = %s", (who,))


def reference(session: Session, who: UUID) -> str:
    """Return a practitioner's CODE/REFERENCE."""
    return session.value("SELECT authority || '/' || reference FROM practitioner WHERE id = %s", (who,))


def agree_role(session: Session, who: UUID, role: str) -> None:
    """Note that a second person said yes to a person's role, as long as it is still that role."""
    session.run("UPDATE practitioner SET role_agreed = true WHERE id = %s AND role = %s", (who, role))
