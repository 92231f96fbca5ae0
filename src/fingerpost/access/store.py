"""All SQL of access: clients by token hash, practitioners by reference."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.access.caller import Credential, Practitioner
from fingerpost.access.standing import Body, Standing
from fingerpost.db.database import Session
from fingerpost.words.vocabulary import Role


class PractitionerRow(Struct, frozen=True):
    """All that lets a person in, as one statement reads it."""

    id: UUID
    authority: str
    reference: str
    name: str
    role: str
    active: bool
    role_agreed: bool
    dbs_on: date | None
    trained_on: date | None
    leaves_on: date | None
    used_on: date
    authority_name: str
    owner: str
    checked_on: date | None
    authority_suspended: bool
    nation_suspended: bool
    emergency_opened_at: datetime | None
    review_by: datetime | None

    def practitioner(self) -> Practitioner:
        """Return the person, with where they stand."""
        body = Body(
            name=self.authority_name, owner=self.owner, checked_on=self.checked_on,
            suspended=self.authority_suspended, nation_suspended=self.nation_suspended,
        )  # fmt: skip
        standing = Standing(
            body=body, active=self.active, role_agreed=self.role_agreed, dbs_on=self.dbs_on,
            trained_on=self.trained_on, leaves_on=self.leaves_on, used_on=self.used_on,
            emergency_opened_at=self.emergency_opened_at, review_by=self.review_by,
        )  # fmt: skip
        role = Role(self.role)
        return Practitioner(self.authority, self.reference, self.name, role, self.active, standing)


class Listed(Struct, frozen=True):
    """A client as an administrator sees it."""

    id: UUID
    authority: str
    name: str
    scopes: list[str]
    expires_at: datetime
    revoked_at: datetime | None
    certificate: bytes | None = None


class Token(Struct, frozen=True):
    """A client's new token: the id it is kept under, its hash, when it ends, and a new certificate if any."""

    id: UUID
    token_hash: bytes
    expires_at: datetime
    certificate: bytes | None


def credential(session: Session, token_hash: bytes) -> Credential | None:
    """Return the client holding this token."""
    return session.row(
        Credential,
        "SELECT c.id, c.name, c.authority, a.name AS authority_name, c.scopes, c.expires_at, c.revoked_at,"
        " c.suspended_at IS NOT NULL AS suspended, c.assured_on, a.owner, a.checked_on,"
        " a.suspended_at IS NOT NULL AS authority_suspended, n.suspended_at IS NOT NULL AS nation_suspended,"
        " c.certificate"
        " FROM client c JOIN authority a ON a.code = c.authority CROSS JOIN nation n WHERE c.token_hash = %s",
        (token_hash,),
    )


def identified(session: Session, authority: str, reference: str) -> tuple[UUID, Practitioner] | None:
    """Return one practitioner of one authority, after the id by which what they decide is kept.

    All that lets a person in is read in this one statement, afresh at every question.
    """
    row = session.row(
        PractitionerRow,
        "SELECT p.id, p.authority, p.reference, p.name, p.role, p.active, p.role_agreed, p.dbs_on,"
        " p.trained_on, p.leaves_on, p.used_on, a.name AS authority_name, a.owner, a.checked_on,"
        " a.suspended_at IS NOT NULL AS authority_suspended, n.suspended_at IS NOT NULL AS nation_suspended,"
        " e.opened_at AS emergency_opened_at, e.review_by"
        " FROM practitioner p JOIN authority a ON a.code = p.authority CROSS JOIN nation n"
        " LEFT JOIN LATERAL (SELECT max(opened_at) AS opened_at,"
        "  min(review_by) FILTER (WHERE reviewed_at IS NULL) AS review_by"
        "  FROM emergency WHERE practitioner_id = p.id) e ON true"
        " WHERE p.authority = %s AND p.reference = %s",
        (authority, reference),
    )
    return None if row is None else (row.id, row.practitioner())


def note_use(session: Session, who: UUID, person: Practitioner, day: date) -> None:
    """Note the day of somebody's last lookup or sign-in: once a day, so that no row is hot."""
    if person.standing is not None and person.standing.used_on < day:
        session.run("UPDATE practitioner SET used_on = %s WHERE id = %s AND used_on < %s", (day, who, day))


def authority_name(session: Session, code: str) -> str | None:
    """Return the name of an authority."""
    return session.value("SELECT name FROM authority WHERE code = %s", (code,))


def save_practitioner(session: Session, row: UUID, person: Practitioner, day: date) -> None:
    """Add a practitioner, or change one already there: whoever comes back has not left and is not dormant.

    Another role than before waits for its second word again.
    """
    session.run(
        "INSERT INTO practitioner (id, authority, reference, name, role, active)"
        " VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (authority, reference) DO UPDATE"
        " SET name = excluded.name, role = excluded.role, active = excluded.active, leaves_on = NULL,"
        " used_on = greatest(practitioner.used_on, %s),"
        " role_agreed = practitioner.role_agreed AND practitioner.role = excluded.role",
        (row, person.authority, person.reference, person.name, person.role.value, person.active, day),
    )


def add_client(session: Session, client: Listed, token_hash: bytes) -> None:
    """Add a client with the hash of its token."""
    session.run(
        "INSERT INTO client (id, authority, name, token_hash, scopes, expires_at, certificate)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (
            client.id,
            client.authority,
            client.name,
            token_hash,
            client.scopes,
            client.expires_at,
            client.certificate,
        ),
    )


def rotate_client(session: Session, old: UUID, ends_at: datetime, new: Token) -> tuple[str, bool] | None:
    """Give a live client a second token; the first ends at `ends_at`.

    Return its authority and whether the new one goes with a certificate, its own or the first's; or None.
    """
    rows = session.tuples(
        "WITH old AS (UPDATE client SET expires_at = least(expires_at, %s)"
        "  WHERE id = %s AND revoked_at IS NULL RETURNING authority, name, scopes, assured_on, suspended_at,"
        "  certificate)"
        " INSERT INTO client (id, authority, name, token_hash, scopes, expires_at, assured_on, suspended_at,"
        "  certificate)"
        " SELECT %s, authority, name, %s, scopes, %s, assured_on, suspended_at, coalesce(%s, certificate)"
        " FROM old RETURNING authority, certificate IS NOT NULL",
        (ends_at, old, new.id, new.token_hash, new.expires_at, new.certificate),
    )
    return rows[0] if rows else None


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
        "SELECT id, authority, name, scopes, expires_at, revoked_at, certificate FROM client"
        " ORDER BY authority, name",
    )


def save_authorities(session: Session, rows: list[tuple[str, str, str]]) -> None:
    """Add authorities by code, name and kind; a known one takes the new name."""
    session.run_many(
        "INSERT INTO authority (code, name, kind) VALUES (%s, %s, %s)"
        " ON CONFLICT (code) DO UPDATE SET name = excluded.name",
        rows,
    )
