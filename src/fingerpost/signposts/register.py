"""Registering what an authority states: plan in a transaction, under the authority's turn, then apply."""

import secrets
from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.matching import MOST_RECORDS_PER_TOKEN
from fingerpost.signposts import shielding, shielding_store, store, trails_store
from fingerpost.signposts.changes import Changes, ChildChange, Stated, Stored, Unread, difference
from fingerpost.signposts.held import keep
from fingerpost.signposts.signpost import Draft, Registration, SourceRow
from fingerpost.vault import Vault
from fingerpost.vault.vault import SealedRecord
from fingerpost.words.clock import month_of

KIND_PREFIX = "sensitive\x1f"  # before the reference of a sensitive service, in whatever is keyed of it

Ticking = Callable[[int], None]


class Applied(Struct, frozen=True):
    """What was written, by signpost id, and the keys that had to be made."""

    added: tuple[UUID, ...]
    changed: tuple[UUID, ...]
    removed: tuple[UUID, ...]
    keys_made: tuple[str, ...]


class Register:
    """One authority's records on one day, inside the caller's transaction and under its turn.

    What is `sensitive` is kept apart: no token of it, not even of its reference, is equal to one of a feed's.
    """

    def __init__(
        self, session: Session, vault: Vault, authority: str, today: date, *, sensitive: bool = False
    ) -> None:
        self._session, self._vault, self._authority, self._today = session, vault, authority, today
        self._sensitive, self._kind = sensitive, KIND_PREFIX if sensitive else ""

    def plan(self, held: Stored, registrations: Iterable[Registration], unread: Unread) -> Changes:
        """Return what `registrations`, being all that the authority states, would change. Writes nothing."""
        return difference(held, self._known(held, registrations), unread, self._today)

    def apply(self, changes: Changes, tick: Ticking) -> Applied:
        """Write `changes`. Keys are durable before anything sealed under them can commit."""
        keys_made = self._vault.ensure_cohorts(self._authority, changes.cohorts())
        # A legal hold keeps what it holds, whoever takes it away and why.
        _, kept = keep(self._session, self._vault, changes.removed, changes.removed_records, self._today)
        store.remove_signposts(self._session, changes.removed)
        store.remove_records(self._session, changes.removed_records)
        writer = _Writer(self._session, self._vault, self._authority, self._today, tick)
        added = writer.write(changes.children)
        if self._sensitive:
            shielding_store.hide_sensitive(self._session, writer.new)
        store.confirm(self._session, changes.confirmed, self._today)
        trails_store.note_due(self._session, sorted({*writer.new, *writer.corrected, *writer.moved}))
        # In this transaction too: what a shield touches is hidden before anybody could see it.
        shielding.settle(self._session, self._vault, self._authority, [*writer.new, *writer.corrected])
        # And a record that returns under a new id is never seen without its breaks. In the turn just taken:
        # of two that return side by side the later sees the earlier.
        trails_store.remember_breaks(self._session, writer.new)
        store.drop_common_tokens(self._session, writer.tokens, MOST_RECORDS_PER_TOKEN)
        return Applied(tuple(added), tuple(changes.changed()), tuple(changes.removed), (*keys_made, *kept))

    def _known(self, held: Stored, registrations: Iterable[Registration]) -> Iterator[Stated]:
        """Leave out children of whom nothing is stated and nothing is held: they are not our business."""
        for registration in registrations:
            reference = self._vault.reference(self._authority, self._kind + registration.reference)
            if registration.signposts or reference in held.records:
                yield self._stated(reference, registration)

    def _stated(self, reference: bytes, registration: Registration) -> Stated:
        vault, authority = self._vault, self._authority
        # Only asked about where something stands unread: most rows never need a token.
        declined = registration.declined if registration.kept_tables else ()
        return Stated(
            registration=registration,
            reference=reference,
            fingerprint=vault.fingerprint(
                authority, self._kind + registration.reference, registration.details
            ),
            sources=tuple(self._source(draft.source) for draft in registration.signposts),
            declined=frozenset(self._source(row) for row in declined),
        )

    def _source(self, row: SourceRow) -> bytes:
        return self._vault.source(self._authority, row.table, row.identity)


class _Writer:
    """Seals and writes one authority's children; collects the tokens that the index gained."""

    def __init__(self, session: Session, vault: Vault, authority: str, today: date, tick: Ticking) -> None:
        self._session, self._vault, self._authority = session, vault, authority
        self._today, self._tick = today, tick
        self.tokens: array[int] = array("q")
        self.new: list[UUID] = []
        self.corrected: list[UUID] = []
        self.moved: list[UUID] = []  # work began, or was handed on: both are evidence for a link

    def write(self, children: list[ChildChange]) -> list[UUID]:
        """Write every child; return the ids of the signposts added.

        In an order of chance: a dump keeps it, and must not tell who was planted, or who sat where in a feed.
        """
        added: list[UUID] = []
        children = secrets.SystemRandom().sample(children, len(children))
        for start in range(0, len(children), store.CHUNK):
            added += self._write(children[start : start + store.CHUNK])
        return added

    def _write(self, children: list[ChildChange]) -> list[UUID]:
        rows = [(child, child.record.id if child.record else self._new_id(child)) for child in children]
        store.add_records(self._session, (self._record(c, row) for c, row in rows if c.record is None))
        self.new += [row for c, row in rows if c.record is None]
        self.corrected += [
            row for c, row in rows if c.record and c.record.fingerprint != c.stated.fingerprint
        ]
        self.moved += [
            row for c, row in rows
            if c.record and (c.added or any(was.handed_on or now.handed_on for was, now in c.altered))
        ]  # fmt: skip
        again = [self._sealed_again(c, row) for c, row in rows if c.record is not None and c.seal]
        store.replace_records(self._session, again)
        altered = [self._altered(draft, stored.id) for c in children for stored, draft in c.altered]
        store.replace_signposts(self._session, altered)
        drafts = [(uuid4(), row, draft, source) for c, row in rows for draft, source in c.added]
        store.add_signposts(self._session, (self._added(*draft) for draft in drafts))
        return [new for new, *_ in drafts]

    def _new_id(self, child: ChildChange) -> UUID:
        return self._vault.planted_id() if child.stated.planted else uuid4()

    def _seal(self, child: ChildChange, row: UUID) -> SealedRecord:
        stated = child.stated.registration
        sealed = self._vault.seal_record(row, self._authority, child.cohort, stated.details, stated.reference)
        self.tokens.extend(sealed.tokens)
        self._tick(1)
        return sealed

    def _record(self, child: ChildChange, row: UUID) -> store.Row:
        new = self._seal(child, row)
        stated_by = (row, self._authority, child.stated.reference, child.cohort)
        found_by = (new.tokens, new.index_generation)
        return (*stated_by, new.schema_version, new.sealed, *found_by, child.stated.fingerprint)

    def _sealed_again(self, child: ChildChange, row: UUID) -> store.Row:
        new = self._seal(child, row)
        found_by = (store.as_text(new.tokens), new.index_generation)
        return (row, child.cohort, new.schema_version, new.sealed, *found_by, child.stated.fingerprint)

    def _source(self, draft: Draft, signpost: UUID) -> bytes:
        cohort = month_of(draft.leaves_on)
        return self._vault.seal_source(signpost, self._authority, cohort, draft.source.row_id)

    def _added(self, signpost: UUID, row: UUID, draft: Draft, source: bytes) -> store.Row:
        said = (draft.service.value, draft.team_id, draft.role.value, draft.started, draft.ended)
        when = (self._today, draft.leaves_on, draft.rule, draft.source.table)
        sealed = self._source(draft, signpost)
        return (signpost, row, *said, *when, source, sealed, month_of(draft.leaves_on), draft.handed_on)

    def _altered(self, draft: Draft, signpost: UUID) -> store.Row:
        said = (draft.service.value, draft.team_id, draft.role.value, draft.started, draft.ended)
        when = (self._today, draft.leaves_on, draft.rule)
        sealed = self._source(draft, signpost)
        return (signpost, *said, *when, sealed, month_of(draft.leaves_on), draft.handed_on)
