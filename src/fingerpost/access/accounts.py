"""Clients and practitioners: who is let in, for how long, and by whom that was recorded."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from fingerpost import __version__
from fingerpost.access import store
from fingerpost.access.accreditation import assure
from fingerpost.access.caller import Caller, Practitioner
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import (
    ClientIssued,
    ClientRevoked,
    ClientRotated,
    InstanceCreated,
    PractitionerAdded,
)
from fingerpost.words import checks
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Problem, Unknown
from fingerpost.words.vocabulary import Scope

TOKEN_PREFIX = "fp_"  # noqa: S105  not a secret: lets secret scanners recognise one that strays into a repository
TOKEN_BYTES = 32
LONGEST_DAYS = 366  # a client is renewed at least yearly, as its organisation's accreditation is


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _new_token() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)


def _some_text(value: str, field: str) -> str:
    if not (read := checks.text(value, field)):
        raise Invalid(Problem(field, "must not be empty"))
    return read


def authenticate(database: Database, token: str, moment: datetime, shown: bytes | None = None) -> Caller:
    """Return who holds this bearer token, or raise `Unknown`. Read afresh each time: revoked means out.

    `shown` is the thumbprint of the certificate that the system showed, 32 bytes.
    """
    with database.statement() as session:
        found = store.credential(session, _hash(token))
    if found is None:
        raise Unknown("the bearer token is not one of ours")
    return found.caller(moment, shown)


class Accounts:
    """Keeps clients and practitioners; every change is an entry on the ledger in the same transaction."""

    def __init__(
        self, database: Database, ledger: Ledger, clock: Callable[[], datetime], *, bound: bool = False
    ) -> None:
        """`bound`: every new token goes with the certificate of its system."""
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._bound = bound

    def found(self, authorities: list[tuple[str, str, str]], keys_made: Sequence[str]) -> None:
        """Enter the bodies (code, name, kind) that may take part in a new instance: its first entry."""
        event = InstanceCreated(version=__version__, keys_made=tuple(keys_made))
        with self._database.transaction() as session:
            store.save_authorities(session, authorities)
            self._ledger.record(session, event)

    def issue_client(
        self,
        authority: str,
        name: str,
        scopes: tuple[Scope, ...],
        days: int,
        assured_on: date | None = None,
        *,
        certificate: bytes | None = None,
    ) -> str:
        """Make a client and return its bearer token, which is shown this once and never stored.

        `certificate` is the thumbprint of the one that its system shows, without which the token is refused.
        """
        self._require_bound(bound=certificate is not None)
        token, expires = _new_token(), self._expiry(days)
        client = store.Listed(
            uuid4(), authority, _some_text(name, "name"), list(scopes), expires, None, certificate
        )
        event = ClientIssued(
            authority=authority, client=client.name, scopes=tuple(scopes), expires_at=expires.isoformat(),
            certificate=(certificate or b"").hex(),
        )  # fmt: skip
        with self._database.transaction() as session:
            self._require_authority(session, authority)
            store.add_client(session, client, _hash(token))
            self._ledger.record(session, event)
            if assured_on is not None:
                assure(session, self._ledger, client.id, assured_on, today(self._clock()))
        return token

    def rotate_client(
        self, client: UUID, days: int, overlap_hours: int, certificate: bytes | None = None
    ) -> str:
        """Give a client a new token, shown this once; the old one works for `overlap_hours` more.

        It goes with the same certificate as the old one unless its system shows another from now on.
        """
        token, expires, new = _new_token(), self._expiry(days), uuid4()
        ends = self._clock() + timedelta(hours=overlap_hours)
        with self._database.transaction() as session:
            made = store.Token(new, _hash(token), expires, certificate)
            rotated = store.rotate_client(session, client, ends, made)
            if rotated is None:
                raise NotFound("there is no such live client")
            authority, bound = rotated
            self._require_bound(bound=bound)
            event = ClientRotated(
                authority=authority, client=str(client), successor=str(new),
                expires_at=expires.isoformat(), overlap_hours=overlap_hours,
                certificate=(certificate or b"").hex(),
            )  # fmt: skip
            self._ledger.record(session, event)
        return token

    def _require_bound(self, *, bound: bool) -> None:
        if self._bound and not bound:
            raise Invalid(Problem("certificate", "is needed: in production a token goes with its system's"))

    def _expiry(self, days: int) -> datetime:
        if not 1 <= days <= LONGEST_DAYS:
            raise ValueError(f"a token lasts from 1 to {LONGEST_DAYS} days")
        return self._clock() + timedelta(days=days)

    def revoke_client(self, client: UUID) -> None:
        """Revoke a client: its next call is refused."""
        with self._database.transaction() as session:
            authority = store.revoke_client(session, client, self._clock())
            if authority is None:
                raise NotFound("there is no such live client")
            self._ledger.record(session, ClientRevoked(authority=authority, client=str(client)))

    def clients(self) -> list[store.Listed]:
        """Return every client."""
        with self._database.statement() as session:
            return store.clients(session)

    def save_practitioner(self, person: Practitioner, by: str = "") -> None:
        """Add a practitioner or change one; a returning one is active again. `by` nobody: an operator."""
        _some_text(person.reference, "reference")
        _some_text(person.name, "name")
        event = PractitionerAdded(
            authority=person.authority, practitioner=person.reference, role=person.role, by=by
        )
        with self._database.transaction() as session:
            self._require_authority(session, person.authority)
            store.save_practitioner(session, uuid4(), person, today(self._clock()))
            self._ledger.record(session, event)

    def authority_name(self, code: str) -> str:
        """Return the name of an authority, or raise `NotFound`."""
        with self._database.statement() as session:
            return self._require_authority(session, code)

    @staticmethod
    def _require_authority(session: Session, authority: str) -> str:
        name = store.authority_name(session, authority)
        if name is None:
            raise NotFound(
                "there is no authority of that code; codes are ONS (GSS) or ODS, such as E08000025"
            )
        return name
