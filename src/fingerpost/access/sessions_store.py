"""All SQL of signing in: accounts, sign-ins that have begun, sessions, what somebody is told of them."""

from datetime import datetime, timedelta
from enum import unique
from uuid import UUID

from msgspec import Struct

from fingerpost.access.store import PractitionerRow
from fingerpost.db.database import Session as Statements
from fingerpost.words.vocabulary import Labelled

NEWS_STANDS = timedelta(days=14)


class StartedRow(Struct, frozen=True):
    """A sign-in that has begun."""

    state: str
    nonce: str
    verifier: str
    afresh: bool
    onward: str
    handed: bytes = b""


class Account(Struct, frozen=True):
    """The practitioner whose account it is."""

    id: UUID
    authority: str
    reference: str


class SessionRow(PractitionerRow, frozen=True, kw_only=True):
    """A session, and who they are whose it is, as they stand."""

    session: UUID
    secret: bytes
    authenticated_at: datetime
    id_token: str


@unique
class NewsKind(Labelled):
    """What happened to an account by which somebody signs in."""

    NAMED = "named", "another account of the sign-in service was named as yours"
    TAKEN = "taken", "an account that was yours was named as somebody else’s"
    WEAK = "weak", "a sign-in with your account was refused, because it was not strong enough"


class News(Struct, frozen=True):
    """What somebody is told of their own account."""

    kind: NewsKind
    happened_at: datetime


class Elsewhere(Struct, frozen=True):
    """A session of somebody's that is open in another browser."""

    id: UUID
    authenticated_at: datetime
    ends_at: datetime


def add_started(statements: Statements, cookie_hash: bytes, row: StartedRow, expires_at: datetime) -> None:
    """Remember a sign-in that begins."""
    statements.run(
        "INSERT INTO sign_in_started (cookie_hash, state, nonce, verifier, afresh, onward, handed,"
        " expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            cookie_hash, row.state, row.nonce, row.verifier, row.afresh, row.onward, row.handed, expires_at,
        ),
    )  # fmt: skip


def take_started(statements: Statements, cookie_hash: bytes, moment: datetime) -> StartedRow | None:
    """Return a sign-in that began and take it away: it is finished once."""
    return statements.row(
        StartedRow,
        "DELETE FROM sign_in_started WHERE cookie_hash = %s AND expires_at > %s"
        " RETURNING state, nonce, verifier, afresh, onward, handed",
        (cookie_hash, moment),
    )


def account(statements: Statements, issuer: str, subject: str) -> Account | None:
    """Return which practitioner an account of the sign-in service is."""
    return statements.row(
        Account,
        "SELECT p.id, p.authority, p.reference FROM sign_in_account s"
        " JOIN practitioner p ON p.id = s.practitioner_id WHERE s.issuer = %s AND s.subject = %s",
        (issuer, subject),
    )


def save_account(statements: Statements, issuer: str, subject: str, practitioner: UUID) -> None:
    """Say which practitioner an account is; a known account changes hands."""
    statements.run(
        "INSERT INTO sign_in_account (issuer, subject, practitioner_id) VALUES (%s, %s, %s)"
        " ON CONFLICT (issuer, subject) DO UPDATE SET practitioner_id = excluded.practitioner_id",
        (issuer, subject, practitioner),
    )


def add_session(statements: Statements, row: tuple[object, ...]) -> None:
    """Add a session, every column in the table's order."""
    statements.run(
        "INSERT INTO web_session (id, cookie_hash, practitioner_id, secret, issuer, subject,"
        " provider_session, id_token, authenticated_at, acr, ends_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        row,
    )


def session(statements: Statements, cookie_hash: bytes, moment: datetime) -> SessionRow | None:
    """Return the session of a cookie, and whose it is, in one statement: every page begins with it."""
    return statements.row(
        SessionRow,
        "SELECT s.id AS session, s.secret, s.authenticated_at, s.id_token,"
        " p.id, p.authority, p.reference, p.name, p.role, p.active, p.role_agreed, p.dbs_on,"
        " p.trained_on, p.leaves_on, p.used_on, a.name AS authority_name, a.owner, a.checked_on,"
        " a.suspended_at IS NOT NULL AS authority_suspended, n.suspended_at IS NOT NULL AS nation_suspended,"
        " e.opened_at AS emergency_opened_at, e.review_by"
        " FROM web_session s JOIN practitioner p ON p.id = s.practitioner_id"
        " JOIN authority a ON a.code = p.authority CROSS JOIN nation n"
        " LEFT JOIN LATERAL (SELECT max(opened_at) AS opened_at,"
        "  min(review_by) FILTER (WHERE reviewed_at IS NULL) AS review_by"
        "  FROM emergency WHERE practitioner_id = p.id) e ON true"
        " WHERE s.cookie_hash = %s AND s.ends_at > %s",
        (cookie_hash, moment),
    )


def keep(statements: Statements, session_id: UUID, page: UUID, moment: datetime, sealed: bytes) -> None:
    """Keep what a page holds, and of one session no more than the latest thirty pages."""
    statements.run(
        "WITH gone AS (DELETE FROM web_kept WHERE session_id = %s AND page IN ("
        "  SELECT k.page FROM web_kept k WHERE k.session_id = %s AND k.page <> %s"
        "  ORDER BY k.kept_at DESC OFFSET 29))"
        " INSERT INTO web_kept (session_id, page, kept_at, sealed) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (session_id, page) DO UPDATE SET kept_at = excluded.kept_at, sealed = excluded.sealed",
        (session_id, session_id, page, session_id, page, moment, sealed),
    )


def claim(statements: Statements, session_id: UUID, page: UUID, moment: datetime) -> bool:
    """Note that a page's work begins. Tell whether nobody had."""
    added = statements.run(
        "INSERT INTO web_kept (session_id, page, kept_at, sealed) VALUES (%s, %s, %s, '')"
        " ON CONFLICT (session_id, page) DO NOTHING",
        (session_id, page, moment),
    )
    return added == 1


def release(statements: Statements, session_id: UUID, page: UUID) -> None:
    """Forget a page."""
    statements.run("DELETE FROM web_kept WHERE session_id = %s AND page = %s", (session_id, page))


def kept(statements: Statements, session_id: UUID, page: UUID) -> bytes | None:
    """Return what a page of this session holds."""
    return statements.value(
        "SELECT sealed FROM web_kept WHERE session_id = %s AND page = %s", (session_id, page)
    )


def end_named(statements: Statements, cookie_hash: bytes) -> UUID | None:
    """End the session of a cookie, if there is one. Return which it was."""
    return statements.value("DELETE FROM web_session WHERE cookie_hash = %s RETURNING id", (cookie_hash,))


def elsewhere(statements: Statements, practitioner: UUID, here: UUID, moment: datetime) -> list[Elsewhere]:
    """Return somebody's sessions but this one, the latest first."""
    return statements.rows(
        Elsewhere,
        "SELECT id, authenticated_at, ends_at FROM web_session"
        " WHERE practitioner_id = %s AND id <> %s AND ends_at > %s ORDER BY authenticated_at DESC",
        (practitioner, here, moment),
    )


def end_elsewhere(statements: Statements, practitioner: UUID, here: UUID, which: UUID | None) -> int:
    """End one of somebody's sessions but this one, or all of them. Return how many."""
    return statements.run(
        "DELETE FROM web_session WHERE practitioner_id = %s AND id <> %s AND coalesce(%s, id) = id",
        (practitioner, here, which),
    )


def tell(statements: Statements, practitioner: UUID, kind: NewsKind, moment: datetime) -> None:
    """Let somebody learn what happened to their account."""
    statements.run(
        "INSERT INTO sign_in_news (practitioner_id, kind, happened_at) VALUES (%s, %s, %s)",
        (practitioner, kind.value, moment),
    )


def news(statements: Statements, practitioner: UUID, since: datetime) -> list[News]:
    """Return what happened to somebody's accounts since then, the latest first."""
    rows = statements.tuples(
        "SELECT kind, happened_at FROM sign_in_news WHERE practitioner_id = %s AND happened_at > %s"
        " ORDER BY happened_at DESC",
        (practitioner, since),
    )
    return [News(NewsKind(kind), at) for kind, at in rows]


def has_account(statements: Statements, practitioner: UUID) -> bool:
    """Tell whether somebody can sign in already."""
    return statements.value(
        "SELECT EXISTS (SELECT FROM sign_in_account WHERE practitioner_id = %s)", (practitioner,)
    )


def end(statements: Statements, session_id: UUID) -> None:
    """End a session."""
    statements.run("DELETE FROM web_session WHERE id = %s", (session_id,))


def end_at_provider(statements: Statements, issuer: str, subject: str, provider_session: str) -> int:
    """End the sessions that the provider ended, by subject, by its session, or both. Return how many."""
    return statements.run(
        "DELETE FROM web_session WHERE issuer = %s AND (%s = '' OR subject = %s)"
        " AND (%s = '' OR provider_session = %s)",
        (issuer, subject, subject, provider_session, provider_session),
    )


def forget_ended(statements: Statements, moment: datetime) -> None:
    """Delete sessions and sign-ins whose time is over."""
    statements.run("DELETE FROM web_session WHERE ends_at <= %s", (moment,))
    statements.run("DELETE FROM sign_in_started WHERE expires_at <= %s", (moment,))
    statements.run("DELETE FROM sign_in_news WHERE happened_at <= %s", (moment - NEWS_STANDS,))
