"""What a feed would change: the stored state and the stated one in, the difference out. Pure.

stated, not stored  → added             stored, not stated → removed, or left if its day had come
both, differing     → changed or ended  both, later leaving date only → renewed
both, alike         → unchanged         stored, and what stated it could not be read → kept
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from uuid import UUID

from msgspec import Struct, field

from fingerpost.signposts.signpost import Draft, Registration, StoredRecord, StoredSignpost
from fingerpost.words.clock import month_of

BY_FORM = (
    "form"  # the source table of what a person registered by form: no feed states it, and none takes it away
)

_TOO_MANY, _TOO_GREAT_A_SHARE = 20, 0.2


def too_much(some: int, of: int) -> bool:
    """Whether so many of what stands are more likely lost by a failed export than by a night's work."""
    return some > max(_TOO_MANY, of * _TOO_GREAT_A_SHARE)


class Stated(Struct, frozen=True, kw_only=True):
    """A registration with the tokens by which the store knows it; `sources` run beside its signposts.

    `planted`: of a child who does not exist.
    """

    registration: Registration
    reference: bytes
    fingerprint: bytes
    sources: tuple[bytes, ...]
    declined: frozenset[bytes] = frozenset()
    planted: bool = False


class Stored(Struct, frozen=True):
    """All that the store holds of one authority."""

    records: Mapping[bytes, StoredRecord]
    signposts: Mapping[UUID, list[StoredSignpost]]


class Unread(Struct, frozen=True):
    """Children of whom tonight's feed cannot be believed to be silent: their records stand.

    `references` are children whose own row was set aside; `all_absent` holds when the list of children
    itself is damaged, so that a child may be missing from it by accident.
    """

    references: frozenset[bytes] = frozenset()
    all_absent: bool = False


class Counts(Struct, kw_only=True):
    """Signposts by what becomes of them, and records added, corrected, sealed anew and removed."""

    added: int = 0
    changed: int = 0
    ended: int = 0
    renewed: int = 0
    unchanged: int = 0
    kept: int = 0
    removed: int = 0
    left: int = 0
    records_added: int = 0
    records_corrected: int = 0
    records_sealed_anew: int = 0
    records_removed: int = 0


class ChildChange(Struct, frozen=True, kw_only=True):
    """What is to be written for one child. `seal` asks for a new sealing under `cohort`'s key."""

    stated: Stated
    record: StoredRecord | None
    cohort: date
    seal: bool
    added: list[tuple[Draft, bytes]]
    altered: list[tuple[StoredSignpost, Draft]]
    corrected: list[UUID]


class Changes(Struct, kw_only=True):
    """The whole difference. `removed` and `removed_records` are ids; `confirmed` only need today's date."""

    children: list[ChildChange] = field(default_factory=list[ChildChange])
    confirmed: list[UUID] = field(default_factory=list[UUID])
    removed: list[UUID] = field(default_factory=list[UUID])
    removed_records: list[UUID] = field(default_factory=list[UUID])
    counts: Counts = field(default_factory=Counts)

    def cohorts(self) -> set[date]:
        """Return the months whose keys will seal something."""
        records = {child.cohort for child in self.children if child.seal}
        drafts = (draft for child in self.children for draft, _ in child.added)
        altered = (draft for child in self.children for _, draft in child.altered)
        return records | {month_of(d.leaves_on) for d in drafts} | {month_of(d.leaves_on) for d in altered}

    def beside(self, others: "Changes") -> "Changes":
        """Return both as one, to be written together; the counts are these alone."""
        return Changes(
            children=self.children + others.children,
            confirmed=self.confirmed + others.confirmed,
            removed=self.removed + others.removed,
            removed_records=self.removed_records + others.removed_records,
            counts=self.counts,
        )

    def changed(self) -> list[UUID]:
        """Return every signpost that says something else than before, for the ledger."""
        altered = (stored.id for child in self.children for stored, _ in child.altered)
        corrected = (signpost for child in self.children for signpost in child.corrected)
        return sorted({*altered, *corrected})


def difference(stored: Stored, stated: Iterable[Stated], unread: Unread, today: date) -> Changes:
    """Return what makes the store say what the authority states."""
    changes = Changes()
    met: set[bytes] = set()
    for child in stated:
        met.add(child.reference)
        record = stored.records.get(child.reference)
        held = stored.signposts.get(record.id, []) if record else []
        _Child(child, record, held, changes, today).follow()
    for reference, record in stored.records.items():
        if reference not in met:
            stands = unread.all_absent or reference in unread.references
            _absent(record, stored.signposts.get(record.id, []), changes, stands=stands, today=today)
    return changes


def _absent(
    record: StoredRecord, signposts: list[StoredSignpost], changes: Changes, *, stands: bool, today: date
) -> None:
    kept = [s for s in signposts if (stands or s.source_table == BY_FORM) and s.leaves_on > today]
    changes.counts.kept += len(kept)
    _remove((s for s in signposts if s not in kept), changes, today)
    if not kept:
        _remove_record(record, changes)


def _remove(signposts: Iterable[StoredSignpost], changes: Changes, today: date) -> None:
    for signpost in signposts:
        changes.removed.append(signpost.id)
        if signpost.leaves_on <= today:
            changes.counts.left += 1
        else:
            changes.counts.removed += 1


def _remove_record(record: StoredRecord, changes: Changes) -> None:
    changes.removed_records.append(record.id)
    changes.counts.records_removed += 1


class _Child:
    """One child that the authority states something of, against what the store holds of it."""

    def __init__(
        self,
        stated: Stated,
        record: StoredRecord | None,
        held: list[StoredSignpost],
        changes: Changes,
        today: date,
    ) -> None:
        self._stated, self._record, self._changes, self._today = stated, record, changes, today
        self._held = {signpost.source: signpost for signpost in held}
        self._corrected = record is not None and record.fingerprint != stated.fingerprint
        self._drafts, self._doubtful = self._split()

    def _split(self) -> tuple[dict[bytes, Draft], set[bytes]]:
        """Set apart drafts whose end cannot be read where an earlier night's reading can stand instead."""
        pairs = dict(zip(self._stated.sources, self._stated.registration.signposts, strict=True))
        doubtful = {source for source, draft in pairs.items() if draft.end_doubtful and source in self._held}
        return {source: draft for source, draft in pairs.items() if source not in doubtful}, doubtful

    def follow(self) -> None:
        """Note what has to change."""
        others = [signpost for source, signpost in self._held.items() if source not in self._drafts]
        kept = [signpost for signpost in others if self._stands(signpost)]
        self._changes.counts.kept += len(kept)
        _remove((signpost for signpost in others if signpost not in kept), self._changes, self._today)
        leaving = [d.leaves_on for d in self._drafts.values()] + [s.leaves_on for s in kept]
        if leaving:
            self._write(month_of(max(leaving)), kept)
        elif self._record:
            _remove_record(self._record, self._changes)

    def _stands(self, signpost: StoredSignpost) -> bool:
        """Tell whether a signpost stands although tonight's feed does not state it."""
        gone_from = self._stated.registration.gone_from
        if gone_from and signpost.started <= gone_from:
            return False  # the child has died or was adopted: an unreadable table keeps nothing of before
        unread = signpost.source_table in {BY_FORM, *self._stated.registration.kept_tables}
        silent = unread and signpost.source not in self._stated.declined
        return signpost.leaves_on > self._today and (silent or signpost.source in self._doubtful)

    def _write(self, cohort: date, kept: list[StoredSignpost]) -> None:
        record, held = self._record, self._held
        seal = record is None or self._corrected or record.cohort != cohort
        added = [(draft, source) for source, draft in self._drafts.items() if source not in held]
        pairs = [(held[source], draft) for source, draft in self._drafts.items() if source in held]
        altered = list(self._altered(pairs))
        self._count(len(added), seal=seal)
        if not (seal or added or altered):
            return
        corrected = [s.id for s in (*(stored for stored, _ in pairs), *kept)] if self._corrected else []
        self._changes.children.append(
            ChildChange(
                stated=self._stated, record=record, cohort=cohort, seal=seal, added=added, altered=altered,
                corrected=corrected,
            )
        )  # fmt: skip

    def _count(self, added: int, *, seal: bool) -> None:
        counts = self._changes.counts
        counts.added += added
        counts.records_added += self._record is None
        counts.records_corrected += self._corrected
        counts.records_sealed_anew += seal and self._record is not None and not self._corrected

    def _altered(
        self, pairs: Iterable[tuple[StoredSignpost, Draft]]
    ) -> Iterator[tuple[StoredSignpost, Draft]]:
        for stored, draft in pairs:
            alike, same_day = stored.says(draft), stored.leaves_on == draft.leaves_on
            self._count_pair(stored, draft, alike=alike, same_day=same_day)
            if not (alike and same_day):
                yield stored, draft
            elif draft.ended is None and stored.confirmed < self._today:
                self._changes.confirmed.append(stored.id)

    def _count_pair(self, stored: StoredSignpost, draft: Draft, *, alike: bool, same_day: bool) -> None:
        counts = self._changes.counts
        if not alike and stored.ended is None and draft.ended is not None:
            counts.ended += 1
        elif not alike or self._corrected:
            counts.changed += 1
        elif not same_day:
            counts.renewed += 1
        else:
            counts.unchanged += 1
