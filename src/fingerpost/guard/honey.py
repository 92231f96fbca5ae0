"""Honey children: they do not exist, and whoever finds one was browsing (docs/anti-trawl.md).

`Honey` notes how many there are to be. Each authority's share comes and goes with its next feed, written
among its own children by the same code, so that no column, no order and no time of writing sets them apart.
Which records they are, only the vault can say (`vault/planted.py`).
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.guard import honey_store as store
from fingerpost.guard.decoys import Decoys
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import HoneyPlanted, HoneyRetired
from fingerpost.signposts import shielding_store
from fingerpost.signposts import store as signposts_store
from fingerpost.signposts.changes import Changes, Stated, Stored, Unread, difference
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.signposts.retention import leaves_on
from fingerpost.signposts.rules import by_code
from fingerpost.signposts.signpost import Draft, Registration, SourceRow
from fingerpost.vault import Vault
from fingerpost.vault.keys import KeyDestroyed
from fingerpost.vault.seal import Broken
from fingerpost.words.errors import Invalid, Problem

CHILDREN = 200  # security.md 2.6
MOST = 20_000
COMPANY = 20  # children of its own that a feed must add, for planted ones to be lost among them


class Honey:
    """Has honey children planted and retired. `database` connects as the role that administers."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger = database, ledger
        self._reviewers = Reviewers(database, ledger, clock)

    def plant(self, children: int, by: Person) -> None:
        """Have so many planted, each with the next large enough feed of the authority that it falls to."""
        if not 1 <= children <= MOST:
            raise Invalid(Problem("children", f"must be from 1 to {MOST}"))
        self._reviewers.allow(by, RecordsAct.HONEY, ())
        with self._database.transaction() as session:
            store.plant(session, children)
            self._ledger.record(session, HoneyPlanted(children=children, by=str(by)))

    def retire(self, by: Person) -> None:
        """Have all of them taken away, each with the next feed of its authority."""
        self._reviewers.allow(by, RecordsAct.HONEY, ())
        with self._database.transaction() as session:
            store.plant(session, 0)
            self._ledger.record(session, HoneyRetired(by=str(by)))


def apart(vault: Vault, held: Stored) -> tuple[Stored, Stored]:
    """Return what an authority holds without its planted children, and those by themselves."""
    planted = vault.planted(record.id for record in held.records.values())
    return _side(held, planted, within=False), _side(held, planted, within=True)


def _side(held: Stored, planted: set[UUID], *, within: bool) -> Stored:
    records = {t: record for t, record in held.records.items() if (record.id in planted) is within}
    signposts = {row: some for row, some in held.signposts.items() if (row in planted) is within}
    return Stored(records, signposts)


class Share:
    """One authority's honey children on one day, inside the caller's transaction."""

    def __init__(self, session: Session, vault: Vault, authority: str, today: date) -> None:
        self._session, self._vault, self._authority, self._today = session, vault, authority, today

    def changes(self, planted: Stored, real: Sequence[Registration], added: int) -> Changes:
        """Return what is to be written of them beside a feed that states `real` and adds so many children."""
        wanted = self._wanted()
        stated = self._restated(planted)[:wanted]
        if added >= COMPANY and len(stated) < wanted:
            stated += self._fresh(real, wanted - len(stated))
        return difference(planted, stated, Unread(), self._today)

    def _wanted(self) -> int:
        """Return how many fall to this authority: by the key, so that nobody else can tell."""
        children, bodies = store.children(self._session), store.authorities(self._session)
        if self._authority not in bodies:
            return 0
        tokens = self._vault.guard_tokens("honey", [str(number) for number in range(children)])
        place = bodies.index(self._authority)
        return sum(int.from_bytes(token) % len(bodies) == place for token in tokens)

    def _restated(self, planted: Stored) -> list[Stated]:
        """Return those there are, as their authority would state them today."""
        found: list[Stated] = []
        sealed = signposts_store.sealed(self._session, self._authority, list(planted.records))
        for token, candidate in sealed.items():
            held = planted.signposts.get(planted.records[token].id, [])
            try:
                details = self._vault.open_details(candidate)
                own = self._vault.own_reference(candidate)
            except (KeyDestroyed, Broken):
                continue
            drafts = [(s, s.again(SourceRow(s.source_table, "", own), s.leaves_on)) for s in held]
            again = [(s, self._renewed(draft, details.date_of_birth)) for s, draft in drafts]
            kept = [(s, draft) for s, draft in again if draft.leaves_on > self._today]
            if kept:
                said = Registration(
                    reference=own, details=details, signposts=tuple(draft for _, draft in kept)
                )
                found.append(self._stated(said, [s.source for s, _ in kept]))
        return found

    def _renewed(self, draft: Draft, born: date | None) -> Draft:
        rule = by_code(draft.rule)
        leaves = leaves_on(
            born=born, until_age=rule.until_age, ended=draft.ended, years_after_end=rule.years_after_end,
            confirmed=self._today,
        )  # fmt: skip
        return msgspec.structs.replace(draft, leaves_on=leaves)

    def _fresh(self, real: Sequence[Registration], most: int) -> list[Stated]:
        """Return new ones, like many children of the feed and like no child there is."""
        found: list[Stated] = []
        for decoy in Decoys(real, self._today).some():
            drafts = [self._renewed(draft, decoy.details.date_of_birth) for draft in decoy.signposts]
            if any(draft.leaves_on <= self._today for draft in drafts) or self._is_like_somebody(decoy):
                continue
            said = Registration(reference=decoy.reference, details=decoy.details, signposts=tuple(drafts))
            sources = [self._vault.source(self._authority, d.source.table, d.source.identity) for d in drafts]
            found.append(self._stated(said, sources))
            if len(found) == most:
                break
        return found

    def _stated(self, said: Registration, sources: Sequence[bytes]) -> Stated:
        vault, authority = self._vault, self._authority
        return Stated(
            registration=said, reference=vault.reference(authority, said.reference),
            fingerprint=vault.fingerprint(authority, said.reference, said.details),
            sources=tuple(sources), planted=True,
        )  # fmt: skip

    def _is_like_somebody(self, decoy: Registration) -> bool:
        """Tell whether a question for a decoy would show a child who exists: then it leads people astray."""
        asked = self._vault.question(decoy.details)
        return bool(self._vault.alike(asked, shielding_store.near(self._session, asked.tokens)))
