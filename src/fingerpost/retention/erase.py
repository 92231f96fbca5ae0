"""Erasing one child before its day: gone from the live database at once, unreadable in backups within a day.

At once, in one transaction: record, tokens, links, signposts and what was told of them go, and all else that
its authority has sealed is sealed again under a new version of its month's key. The old
versions still open the child in older backups, and the others too: so they are destroyed only once `settle`
is shown a verified base backup that holds the others under the new ones. Killed at any step no innocent
record is lost: before the commit nothing happened but that unused keys were made, and after it both versions
are there until settled.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.base_backup import verified
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger, Receipt
from fingerpost.ledger.events import ChildErased, ErasureSettled
from fingerpost.retention import erase_store as store
from fingerpost.retention.periods import SETTLE_HOURS
from fingerpost.retention.reseal_store import PLACES
from fingerpost.retention.told import forget_told
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.signposts.register import KIND_PREFIX
from fingerpost.signposts.store import remove_records, take_turn
from fingerpost.vault import Vault
from fingerpost.vault.keys import data_cohort
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Problem, Refused


class Gone(Struct, frozen=True):
    """What erasing took away: signposts, items told, rows sealed again; it is settled later."""

    signposts: int
    told: int
    resealed: int
    receipts: tuple[Receipt, ...]  # one for the child's own record, one for that of its sensitive services


class Settled(Struct, frozen=True):
    """An erasure that is unreadable everywhere; `receipt` is None where more had to be sealed again first."""

    erasure: UUID
    receipt: Receipt | None


class Erasure:
    """Erases children. `database` connects as the role that ends things."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def erase(self, authority: str, reference: str, by: Person, *, gone: bool = False) -> Gone:
        """Erase a child by its authority's own reference: its record and the one of its sensitive services.

        A legal hold on it must be lifted first. With `gone` also one whom older backups alone still hold.
        """
        self._reviewers.allow(by, RecordsAct.ERASE, {authority})
        own = self._vault.reference(authority, reference)
        tokens = (own, self._vault.reference(authority, KIND_PREFIX + reference))

        def ended(session: Session) -> Gone:
            take_turn(session, authority)
            if store.is_held(session, authority, own, today(self._clock())):
                raise Refused(
                    "a legal hold stands on this child: it must end or be lifted by two people first"
                )
            here = [(token, store.held(session, authority, token)) for token in tokens]
            erased = [(token, held) for token, held in here if held.record] or (here if gone else [])
            if not erased:
                raise NotFound(
                    "nothing is held of a child by that reference; if older backups hold one, use"
                    " `retention erase --gone`"
                )
            events, resealed = self._erase(session, authority, erased, str(by))
            # Last of all: what is recorded as erased is erased again after a restore, and must have been.
            receipts = tuple(self._ledger.record(session, event) for event in events)
            signposts, told = sum(len(e.signposts) for e in events), sum(len(e.told) for e in events)
            return Gone(signposts, told, resealed, receipts)

        done = self._database.attempt(ended)
        self._note_place()
        return done

    def _erase(
        self, session: Session, authority: str, erased: Sequence[tuple[bytes, store.Held]], by: str
    ) -> tuple[list[ChildErased], int]:
        """Erase records. Return what is to be recorded of each, and how many values were sealed again.

        Every month of the authority is sealed under new keys: which of them sealed an earlier record of the
        child, that a feed took away, nothing here remembers.
        """
        told = [self._take_away(session, (authority, token), held) for token, held in erased]
        months = {key[1] for key in map(data_cohort, self._vault.data_keys()) if key and key[0] == authority}
        made, replaced, resealed = self._seal_the_rest(session, authority, sorted(months))
        events: list[ChildErased] = []
        for (token, held), items in zip(erased, told, strict=True):
            row = store.Erased(uuid4(), authority, replaced, self._clock(), None)
            store.add(session, row, token)
            events.append(
                ChildErased(
                    erasure=row.id, authority=authority, reference=token.hex(), by=by, record=held.record,
                    signposts=tuple(held.signposts), told=tuple(items), replaced=tuple(replaced),
                    keys_made=tuple(made),
                )
            )  # fmt: skip
        return events, resealed

    def again(self, event: ChildErased) -> None:
        """Erase a child that a restored database has again; what was settled is settled anew."""
        child = event.authority, bytes.fromhex(event.reference)
        with self._database.transaction() as session:
            take_turn(session, child[0])
            replaced, held = list(event.replaced), store.held(session, *child)
            if held.record:
                self._take_away(session, child, held)
                months = [key[1] for key in map(data_cohort, event.replaced) if key]
                replaced += self._seal_the_rest(session, child[0], months)[1]
            store.add(
                session,
                store.Erased(event.erasure, child[0], sorted({*replaced}), self._clock(), None),
                child[1],
            )

    def _take_away(self, session: Session, child: tuple[str, bytes], held: store.Held) -> list[UUID]:
        """Delete all that is held of a child; return the items that told of it."""
        if held.record:
            remove_records(session, [held.record])
        store.remove_copies_of(session, *child)
        # Only now: whoever is telling of the record keeps it until they have committed.
        return forget_told(session, self._vault, child[0], {child[1]})

    def _seal_the_rest(
        self, session: Session, authority: str, months: Sequence[date]
    ) -> tuple[list[str], list[str], int]:
        """Seal everything else of these months under new versions of their keys.

        Return the names of the keys made, of those they replace, and how many values were sealed again.
        """
        made, replaced = self._vault.renew_keys(authority, months)
        return made, replaced, self._reseal(session, authority, months, set())

    def _reseal(self, session: Session, authority: str, months: Sequence[date], current: set[str]) -> int:
        """Seal again what is not under one of the keys `current` already. Return how many values."""
        done = 0
        for place in PLACES.values():
            rows = [
                row for row in place.rows(session, authority, months)
                if self._vault.key_of(authority, row.cohort, row.sealed) not in current
            ]  # fmt: skip
            place.write(session, [
                (
                    self._vault.reseal(
                        place.kind, row.id, authority, row.cohort, row.sealed, schema_version=row.version
                    ),
                    row.id,
                )
                for row in rows
            ])  # fmt: skip
            done += len(rows)
        return done

    def _note_place(self) -> None:
        """Note how far the database's log is: a backup that begins later holds what was sealed again."""
        with self._database.statement() as session:
            store.note_place(session)

    def unsettled(self) -> list[store.Erased]:
        """Return erasures whose old keys still open older backups."""
        with self._database.statement() as session:
            return store.unsettled(session)

    def overdue(self) -> list[store.Erased]:
        """Return erasures that should have been settled by now."""
        latest = self._clock() - timedelta(hours=SETTLE_HOURS)
        return [erased for erased in self.unsettled() if erased.erased_at < latest]

    def settle(self, backup: Path) -> list[Settled]:
        """Destroy the old keys of every erasure that this base backup, once verified, is later than."""
        found = verified(backup)
        self._note_place()  # of an erasure whose process died before it could
        with self._database.statement() as session:
            if found.system != store.system(session):
                raise Invalid(Problem("backup", "is of another database"))
            contained = set(store.contained(session, found.begins_at))
            waiting = [erased for erased in store.unsettled(session) if erased.id in contained]
        settled = [self._settle(erased) for erased in waiting]
        self._note_place()  # of what had to be sealed again
        return settled

    def _settle(self, erased: store.Erased) -> Settled:
        with self._database.transaction() as session:
            take_turn(session, erased.authority)
            months = sorted({key[1] for key in map(data_cohort, erased.keys) if key})
            newer = set(self._vault.data_keys()) - set(erased.keys)
            if self._reseal(session, erased.authority, months, newer):
                # Sealed by a process that did not know the new key yet: the next backup holds it.
                store.put_off(session, erased.id)
                return Settled(erased.id, None)
            self._vault.destroy_keys(erased.keys)
            store.settle(session, erased.id, self._clock())
            event = ErasureSettled(erasure=erased.id, destroyed=tuple(erased.keys))
            return Settled(erased.id, self._ledger.record(session, event))
