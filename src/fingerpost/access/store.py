"""All SQL of access: clients by token hash, practitioners by reference."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.access.caller import Credential, Practitioner
from fingerpost.db.database import Session
from fingerpost.words.vocabulary import Role


class _PractitionerRow(Struct, frozen=True):
    id: UUID
    authority: str
    reference: str
    name: str
    role: str
    active: bool


class Listed(Struct, frozen=True):
    """A client as an administrator sees it."""

    id: UUID
    authority: str
    name: str
    scopes: list[str]
    expires_at: datetime
    revoked_at: datetime | None


def credential(session: Session, token_hash: bytes) -> Credential | None:
    """Return the client holding this token."""
    return session.row(
        Credential,
        "SELECT c.id, c.name, c.authority, a.name AS authority_name, c.scopes, c.expires_at, c.revoked_at"
        " FROM client c JOIN authority a ON a.code = c.authority WHERE c.token_hash = %s",
        (token_hash,),
    )


def practitioner(session: Session, authority: str, reference: str) -> Practitioner | None:
    """Return one practitioner of one authority."""
    found = identified(session, authority, reference)
    return found and found[1]


def identified(session: Session, authority: str, reference: str) -> tuple[UUID, Practitioner] | None:
    """Return one practitioner of one authority, after the id by which what they decide is kept."""
    row = session.row(
        _PractitionerRow,
        "SELECT id, authority, reference, name, role, active FROM practitioner"
        " WHERE authority = %s AND reference = %s",
        (authority, reference),
    )
    if row is None:
        return None
    return row.id, Practitioner(row.authority, row.reference, row.name, Role(row.role), row.active)


def authority_name(session: Session, code: str) -> str | None:
    """Return the name of an authority."""
    return session.value("SELECT name FROM authority WHERE code = %s", (code,))


def save_practitioner(session: Session, row: UUID, person: Practitioner) -> None:
    """Add a practitioner, or change the name, role and standing of one already there."""
    session.run(
        "INSERT INTO practitioner (id, authority, reference, name, role, active)"
        " VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (authority, reference) DO UPDATE"
        " SET name = excluded.name, role = excluded.role, active = excluded.active",
        (row, person.authority, person.reference, person.name, person.role.value, person.active),
    )


def suspend_practitioner(session: Session, authority: str, reference: str) -> int:
    """Suspend a practitioner. Return how many there were by that reference: none or one."""
    return session.run(
        "UPDATE practitioner SET active = false WHERE authority = %s AND reference = %s",
        (authority, reference),
    )


def add_client(session: Session, client: Listed, token_hash: bytes) -> None:
    """Add a client with the hash of its token."""
    session.run(
        "INSERT INTO client (id, authority, name, token_hash, scopes, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (client.id, client.authority, client.name, token_hash, client.scopes, client.expires_at),
    )


def revoke_client(session: Session, client: UUID, moment: datetime) -> str | None:
    """Revoke a client. Return its authority, or None if there is no such live client."""
    return session.value(
        "UPDATE client SET revoked_at = %s WHERE id = %s AND revoked_at IS NULL RETURNING authority",
        (moment, client),
    )


def clients(session: Session) -> list[Listed]:
    """Return every client."""
    return session.rows(
        Listed,
        "SELECT id, authority, name, scopes, expires_at, revoked_at FROM client ORDER BY authority, name",
    )


def save_authorities(session: Session, rows: list[tuple[str, str, str]]) -> None:
    """Add authorities by code, name and kind; a known one takes the new name."""
    session.run_many(
        "INSERT INTO authority (code, name, kind) VALUES (%s, %s, %s)"
        " ON CONFLICT (code) DO UPDATE SET name = excluded.name",
        rows,
    )
