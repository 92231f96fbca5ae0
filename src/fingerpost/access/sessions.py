"""Sessions of people on the pages: begun at a provider, kept in the database, read afresh each time.

The browser holds two cookies. One is the session's name, 256 random bits, of which the database has the
SHA-256. The other says when a page was last asked for, under a key of the session's own: so an idle session
ends without a write for every page that is read. Suspended or signed out means out at the next request.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.access import sessions_store as store
from fingerpost.access import store as access_store
from fingerpost.access.caller import Caller, Practitioner, Proven
from fingerpost.access.provider import Provider, SignedIn, Started, TooWeak
from fingerpost.access.rules import Emergency, is_fresh
from fingerpost.access.sessions_store import NewsKind
from fingerpost.access.standing import person_barred
from fingerpost.db.database import Database
from fingerpost.db.database import Session as Statements
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import SessionEnded, SessionStarted, SignInAccountNamed, SignInRefused
from fingerpost.vault import Vault
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Problem, Refused
from fingerpost.words.vocabulary import Scope

IDLE = timedelta(minutes=30)  # ASVS 5.0 7.3.1; a shift handed over on a shared computer must not stay open
LONGEST = timedelta(hours=10)  # a long shift; then the provider is asked again (7.3.2)
TO_SIGN_IN = timedelta(minutes=15)  # between leaving for the provider and coming back
NAME_BYTES = 32
PAGES = UUID(int=0)  # the client by which people at the pages ask
HANDED = UUID(int=1)  # the page of a session under which a form waits that was sent before it began
HANDED_BACK = "/handed-back"  # where it is shown again
_NOBODY = (
    "you are signed in, but nobody has said yet who you are here; ask your authority's administrator to name"
    " your account"
)


class Person(Struct, frozen=True):
    """Somebody signed in, as they stand at this moment."""

    session: UUID
    id: UUID
    practitioner: Practitioner
    authority_name: str
    authenticated_at: datetime
    secret: bytes
    id_token: str

    def __repr__(self) -> str:
        return f"Person({self.session})"

    def caller(self) -> Caller:
        """Return who asks, in the terms of a lookup."""
        return Caller(PAGES, "pages", self.practitioner.authority, self.authority_name, (Scope.LOOKUP,))

    def emergency(self, reason: str) -> Emergency:
        """Return the claim that a child cannot wait, with the moment this person last proved who they are.

        Where that is older than `rules.FRESH`, the lookup refuses it: have them sign in `afresh` first.
        """
        return Emergency(reason, self.authenticated_at)

    def must_sign_in(self, moment: datetime) -> bool:
        """Tell whether an emergency needs a fresh sign-in first."""
        return not is_fresh(self.authenticated_at, moment)

    def form_token(self) -> str:
        """Return what a form must bring back to be this session's own."""
        return hmac.digest(self.secret, b"form", "sha256").hex()

    def owns(self, token: str) -> bool:
        """Tell whether a form is this session's own."""
        return hmac.compare_digest(self.form_token().encode(), token.encode())

    def seen_at(self, moment: datetime) -> str:
        """Return the cookie that says a page was asked for now."""
        return _seen(self.secret, moment)


class Cookies(Struct, frozen=True):
    """What a browser brings or is given. Its `repr` shows nothing."""

    name: str
    seen: str

    def __repr__(self) -> str:
        return "Cookies(…)"


class Pools(Struct, frozen=True):
    """Two pools as the role of signing in: what they commit is on disk, or not waited for."""

    lasting: Database
    pages: Database


class Sessions:
    """Signs people in and out, and tells who somebody is.

    What pages hold is kept through a pool that waits for no disk. What is committed to last after it
    lasts with it, so a form's turn is never lost where its work was done.
    """

    def __init__(
        self, pools: Pools, vault: Vault, ledger: Ledger, clock: Callable[[], datetime],
        provider: Provider | None,
    ) -> None:  # fmt: skip
        self._database, self._pages = pools.lasting, pools.pages
        self._vault = vault
        self._ledger = ledger
        self._clock = clock
        self._provider = provider

    @property
    def provider(self) -> Provider:
        """The provider, or `Refused` where none is set up."""
        if self._provider is None:
            raise Refused("no sign-in service is set up; see FINGERPOST_OIDC_ISSUER")
        return self._provider

    def origins(self) -> tuple[str, ...]:
        """Return the sites that signing in goes on to."""
        if self._provider is None:
            return ()
        parts = urlsplit(self._provider.registration.issuer)
        return (f"{parts.scheme}://{parts.netloc}",)

    def start(
        self, back_to: str, onward: str, *, afresh: bool = False, handed: bytes = b""
    ) -> tuple[str, str]:
        """Begin to sign in. Return the cookie to set and the provider's address.

        `handed`: a form that was sent without a session; sealed meanwhile, the new session's afterwards.
        """
        cookie = secrets.token_urlsafe(NAME_BYTES)
        started = Started(*(secrets.token_urlsafe(NAME_BYTES) for _ in range(3)))
        address = self.provider.address_to_sign_in(started, back_to, afresh=afresh)
        sealed = self._vault.keep(*_leaving(cookie), handed) if handed else b""
        row = store.StartedRow(started.state, started.nonce, started.verifier, afresh, onward, sealed)
        moment = self._clock()
        with self._database.statement() as statements:
            store.forget_ended(statements, moment)
            store.add_started(statements, _hash(cookie), row, moment + TO_SIGN_IN)
        return cookie, address

    def finish(
        self, cookie: str, state: str, code: str, back_to: str, before: str = ""
    ) -> tuple[Cookies, str]:
        """Finish signing in. Return the session's cookies and where to go on, or raise `Refused`.

        `before`: the name of the session that this browser had; it ends.
        """
        with self._database.statement() as statements:
            row = store.take_started(statements, _hash(cookie), self._clock())
        # The state that came back must be the one this very browser left with: else somebody else's sign-in
        # could be pushed on it (RFC 6749 §10.12).
        if row is None or not hmac.compare_digest(row.state.encode(), state.encode()):
            raise Refused("signing in took too long, or was begun elsewhere; sign in again")
        started = Started(row.state, row.nonce, row.verifier)
        try:
            signed_in = self.provider.redeem(started, code, back_to, afresh=row.afresh)
        except TooWeak as weak:
            self._refuse(weak)
            raise
        cookies = self.begin(signed_in, before)
        handed = self._vault.kept(*_leaving(cookie), row.handed)
        person = self.who(cookies) if handed else None
        if handed is None or person is None:
            return cookies, row.onward
        self.keep(person, HANDED, handed)
        return cookies, HANDED_BACK

    def _refuse(self, weak: TooWeak) -> None:
        """Record a sign-in that was not strong enough, and let whose account it is learn of it."""
        issuer = self.provider.registration.issuer
        with self._database.transaction() as statements:
            account = store.account(statements, issuer, weak.subject)
            if account is not None:
                store.tell(statements, account.id, NewsKind.WEAK, self._clock())
            self._ledger.record(statements, SignInRefused(issuer=issuer, subject=weak.subject))

    def begin(self, signed_in: SignedIn, before: str = "") -> Cookies:
        """Begin a session of somebody the provider vouches for, or raise `Refused`: nobody has named them.

        The session `before`, which this browser had, ends: whoever sits there now is not who sat there then.
        """
        issuer, moment = self.provider.registration.issuer, self._clock()
        name, secret, session = secrets.token_urlsafe(NAME_BYTES), secrets.token_bytes(NAME_BYTES), uuid4()
        with self._database.transaction() as statements:
            account = store.account(statements, issuer, signed_in.subject)
            if before and (ended := store.end_named(statements, _hash(before))):
                self._ledger.record(statements, SessionEnded(session=ended, sessions=1))
            if account is not None:
                self._note_use(statements, account, moment)
                store.add_session(
                    statements,
                    (
                        session, _hash(name), account.id, secret, issuer, signed_in.subject,
                        signed_in.session, signed_in.token, signed_in.at, signed_in.acr, moment + LONGEST,
                    ),
                )  # fmt: skip
                self._ledger.record(statements, SessionStarted(session=session, practitioner=account.id))
            else:
                self._ledger.record(statements, SignInRefused(issuer=issuer, subject=signed_in.subject))
        if account is None:
            raise Refused(_NOBODY)
        return Cookies(name, _seen(secret, moment))

    def proven(self, token: str, audience: str) -> Proven:
        """Return whose a token is that a system hands on for them, or raise `Refused`."""
        signed_in = self.provider.vouched(token, audience)
        with self._database.statement() as statements:
            account = store.account(statements, self.provider.registration.issuer, signed_in.subject)
        if account is None:
            raise Refused(_NOBODY)
        return Proven(account.authority, account.reference, signed_in.at)

    def _note_use(self, statements: Statements, account: store.Account, moment: datetime) -> None:
        """Note that somebody came, unless they are out: signing in wakes no dormant account."""
        found = access_store.identified(statements, account.authority, account.reference)
        if found and person_barred(found[1].standing, found[1].role, moment) is None:
            access_store.note_use(statements, *found, today(moment))

    def who(self, cookies: Cookies) -> Person | None:
        """Return who brings these cookies, as they stand now; None where the session is over."""
        if not cookies.name:
            return None
        moment = self._clock()
        with self._database.statement() as statements:
            row = store.session(statements, _hash(cookies.name), moment)
        if row is None or not row.active or _idle(row.secret, cookies.seen, moment):
            return None
        return Person(
            row.session, row.id, row.practitioner(), row.authority_name, row.authenticated_at, row.secret,
            row.id_token,
        )  # fmt: skip

    def keep(self, person: Person, page: UUID, content: bytes) -> None:
        """Keep what a page holds until it is asked for again; sealed for this session and page alone."""
        sealed = self._vault.keep(person.session, page, content)
        with self._pages.statement() as statements:
            store.keep(statements, person.session, page, self._clock(), sealed)

    def claim(self, person: Person, page: UUID) -> bool:
        """Take a page's turn: true for the first alone, so that a form sent twice does its work once."""
        with self._pages.statement() as statements:
            return store.claim(statements, person.session, page, self._clock())

    def release(self, person: Person, page: UUID) -> None:
        """Give a turn back: what was asked for was not done."""
        with self._pages.statement() as statements:
            store.release(statements, person.session, page)

    def kept(self, person: Person, page: UUID) -> bytes | None:
        """Return what a page of this session holds; None where it is gone, or the vault has started anew."""
        with self._pages.statement() as statements:
            sealed = store.kept(statements, person.session, page)
        return None if sealed is None else self._vault.kept(person.session, page, sealed)

    def end(self, person: Person, back_to: str) -> str | None:
        """Sign out here. Return where the provider's own session is ended, if it can be."""
        with self._database.transaction() as statements:
            store.end(statements, person.session)
            self._ledger.record(statements, SessionEnded(session=person.session, sessions=1))
        return self.provider.address_to_sign_out(person.id_token, back_to)

    def end_at_provider(self, logout_token: str) -> None:
        """End the sessions that the provider says are over (Back-Channel Logout 1.0)."""
        subject, session = self.provider.signed_out(logout_token)
        if not subject and not session:
            raise Refused("the logout token names neither a person nor a session")
        with self._database.transaction() as statements:
            issuer = self.provider.registration.issuer
            ended = store.end_at_provider(statements, issuer, subject, session)
            self._ledger.record(statements, SessionEnded(session=None, sessions=ended))

    def name_account(self, issuer: str, subject: str, authority: str, reference: str, by: str = "") -> None:
        """Say which practitioner an account of the sign-in service is.

        Whoever does it at the pages, `by`, takes over no account that is another authority's person, and does
        not hand on their own: they would sign in as the second person that so much here asks for.
        """
        with self._database.transaction() as statements:
            found = access_store.identified(statements, authority, reference)
            if found is None:
                raise NotFound("there is no such practitioner")
            taken = store.account(statements, issuer, subject)
            if by and taken is not None and taken.authority != authority:
                raise Invalid(Problem("subject", "is the account of another authority’s person"))
            if taken is not None and taken.id != found[0] and by == f"{taken.authority}/{taken.reference}":
                raise Invalid(Problem("subject", "is your own account"))
            self._tell(statements, taken, found[0])
            store.save_account(statements, issuer, subject, found[0])
            event = SignInAccountNamed(
                issuer=issuer, subject=subject, authority=authority, practitioner=reference, by=by
            )
            self._ledger.record(statements, event)

    def _tell(self, statements: Statements, taken: store.Account | None, named: UUID) -> None:
        """Let both learn that an account changes hands, and somebody that they can sign in by another one."""
        if taken is not None and taken.id == named:
            return
        if taken is not None:
            store.tell(statements, taken.id, NewsKind.TAKEN, self._clock())
        if store.has_account(statements, named):
            store.tell(statements, named, NewsKind.NAMED, self._clock())


def _leaving(cookie: str) -> tuple[UUID, UUID]:
    """Return what stands for a session while there is none: known to the browser that left alone."""
    return UUID(bytes=_hash(cookie)[:16]), HANDED


def _hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()


def _seen(secret: bytes, moment: datetime) -> str:
    second = str(int(moment.timestamp()))
    return f"{second}.{hmac.digest(secret, second.encode(), 'sha256').hex()}"


def _idle(secret: bytes, cookie: str, moment: datetime) -> bool:
    second, _, proof = cookie.partition(".")
    if not second.isascii() or not second.isdigit() or len(second) > 12:
        return True
    right = hmac.digest(secret, second.encode(), "sha256").hex()
    if not hmac.compare_digest(right.encode(), proof.encode()):
        return True
    return moment - datetime.fromtimestamp(int(second), UTC) > IDLE
