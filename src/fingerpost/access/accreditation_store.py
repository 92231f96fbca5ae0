"""All SQL of recording accreditations and leavers."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session


class BodyRow(Struct, frozen=True):
    """A body that has people or clients."""

    code: str
    owner: str
    checked_on: date | None


class PersonRow(Struct, frozen=True):
    """A person who has not left and is not suspended."""

    authority: str
    reference: str
    dbs_on: date | None
    trained_on: date | None


class ClientRow(Struct, frozen=True):
    """A client that is not revoked."""

    authority: str
    id: UUID
    assured_on: date | None


def accredit_authority(session: Session, authority: str, owner: str, checked_on: date) -> int:
    """Record a body's owner and the day of its checklist. Return how many there were: none or one."""
    return session.run(
        "UPDATE authority SET owner = %s, checked_on = %s WHERE code = %s", (owner, checked_on, authority)
    )


def accredit_person(session: Session, who: tuple[str, str], dbs_on: date, trained_on: date) -> int:
    """Record a person's dates. Return how many there were by that authority and reference."""
    return session.run(
        "UPDATE practitioner SET dbs_on = %s, trained_on = %s WHERE authority = %s AND reference = %s",
        (dbs_on, trained_on, *who),
    )


def assure_client(session: Session, client: UUID, assured_on: date) -> str | None:
    """Record a client's assurance. Return its authority, or None if there is no such client."""
    return session.value(
        "UPDATE client SET assured_on = %s WHERE id = %s AND revoked_at IS NULL RETURNING authority",
        (assured_on, client),
    )


def leave(session: Session, authority: str, reference: str, leaves_on: date) -> int:
    """Record the first day a person is out. Return how many there were by that authority and reference."""
    return session.run(
        "UPDATE practitioner SET leaves_on = %s WHERE authority = %s AND reference = %s",
        (leaves_on, authority, reference),
    )


def bodies(session: Session) -> list[BodyRow]:
    """Return the bodies that have people or clients, or that were accredited once."""
    return session.rows(
        BodyRow,
        "SELECT code, owner, checked_on FROM authority a WHERE checked_on IS NOT NULL"
        " OR EXISTS (SELECT FROM practitioner p WHERE p.authority = a.code AND p.active)"
        " OR EXISTS (SELECT FROM client c WHERE c.authority = a.code AND c.revoked_at IS NULL)",
    )


def people(session: Session) -> list[PersonRow]:
    """Return everybody who is not suspended and has not left."""
    return session.rows(
        PersonRow,
        "SELECT authority, reference, dbs_on, trained_on FROM practitioner"
        " WHERE active AND leaves_on IS NULL",
    )


def clients(session: Session) -> list[ClientRow]:
    """Return every client that is not revoked."""
    return session.rows(ClientRow, "SELECT authority, id, assured_on FROM client WHERE revoked_at IS NULL")
