"""Where an authority wants to be told: its managers', directors' and duty team's inboxes, and a webhook."""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.movings import NoticeRouteSet
from fingerpost.notices import delivery_store as store
from fingerpost.notices.delivery_store import Route
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.words.errors import Invalid, Problem

_ADDRESS = re.compile(r"[^\s@<>,;]{1,64}@[A-Za-z0-9.-]{1,120}")


class Routes:
    """Keeps where authorities want to be told. `database` connects as the role of moves."""

    def __init__(
        self, database: Database, ledger: Ledger, clock: Callable[[], datetime], *, production: bool
    ) -> None:
        self._database, self._ledger, self._production = database, ledger, production
        self._reviewers = Reviewers(database, ledger, clock)

    def set(self, route: Route, by: Person) -> None:
        """Set where the person's authority wants to be told; `Invalid` for what cannot be an address."""
        self._reviewers.allow(by, RecordsAct.ROUTE, {by.authority})
        self._check(route)
        with self._database.transaction() as session:
            store.set_route(session, by.authority, route)
            self._ledger.record(session, NoticeRouteSet(by=str(by), authority=by.authority))

    def of(self, authority: str) -> Route:
        """Return where an authority wants to be told."""
        with self._database.statement() as session:
            return store.route(session, authority) or Route()

    def _check(self, route: Route) -> None:
        problems = [
            Problem(field, "must be an e-mail address")
            for field in ("managers", "directors", "duty")
            if (address := getattr(route, field)) and not _ADDRESS.fullmatch(address)
        ]
        if route.webhook and not self._may_call(route.webhook):
            problems.append(Problem("webhook", "must begin with https:// and name a host, without a user"))
        if problems:
            raise Invalid(*problems)

    def _may_call(self, webhook: str) -> bool:
        found = urlsplit(webhook)
        loopback = found.hostname in {"127.0.0.1", "localhost"} and not self._production
        return bool(found.hostname) and not found.username and (found.scheme == "https" or loopback)
