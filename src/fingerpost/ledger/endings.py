"""The events of what ends: purges, holds, erasures, keys, restores. Part of the closed set in `events`."""

from uuid import UUID

from fingerpost.ledger.event import Event


class RecordsPurged(Event, frozen=True, kw_only=True, tag="records_purged"):
    """Signposts of one authority reached their day and were taken away, with the records left without any.

    `told` are items told of those records; `copies` are what a legal hold keeps, sealed, out of every answer.
    """

    authority: str
    signposts: tuple[UUID, ...]
    records: tuple[UUID, ...]
    told: tuple[UUID, ...]
    copies: tuple[UUID, ...]
    keys_made: tuple[str, ...]


class RemaindersPurged(Event, frozen=True, kw_only=True, tag="remainders_purged"):
    """Ended holds with their copies, old items told, alerts, requests and rows set aside were taken away."""

    told: tuple[UUID, ...]
    holds: tuple[UUID, ...]
    copies: tuple[UUID, ...]
    quarantined: int
    alerts: tuple[UUID, ...] = ()
    requests: tuple[UUID, ...] = ()


class HoldPlaced(Event, frozen=True, kw_only=True, tag="hold_placed"):
    """A person placed a legal hold on a child; `reference` is the keyed token of the authority's own."""

    hold: UUID
    authority: str
    reference: str
    hold_kind: str
    until: str
    order: str
    by: str
    copies: tuple[UUID, ...]
    keys_made: tuple[str, ...]


class HoldRenewed(Event, frozen=True, kw_only=True, tag="hold_renewed"):
    """A person set another last day for a legal hold; `copies` were sealed again under its month."""

    hold: UUID
    until: str
    by: str
    copies: tuple[UUID, ...]
    keys_made: tuple[str, ...]


class HoldLifted(Event, frozen=True, kw_only=True, tag="hold_lifted"):
    """A person said that a legal hold may end early; `agreed` once a second person has, and it did."""

    hold: UUID
    by: str
    agreed: bool
    copies: tuple[UUID, ...]


class HoldsRead(Event, frozen=True, kw_only=True, tag="holds_read"):
    """A person read legal holds, or opened the copies that one keeps."""

    by: str
    holds: tuple[UUID, ...]
    copies: tuple[UUID, ...] = ()


class ChildErased(Event, frozen=True, kw_only=True, tag="child_erased"):
    """A person erased a child: gone from every answer; all else of its authority was sealed anew.

    `reference` is the keyed token; the keys `replaced` still open it in older backups until they are
    destroyed. `record` is None of one whom older backups alone still held.
    """

    erasure: UUID
    authority: str
    reference: str
    by: str
    record: UUID | None
    signposts: tuple[UUID, ...]
    told: tuple[UUID, ...]
    replaced: tuple[str, ...]
    keys_made: tuple[str, ...]


class ErasureSettled(Event, frozen=True, kw_only=True, tag="erasure_settled"):
    """A verified base backup came after an erasure, so the old keys were destroyed: unreadable everywhere."""

    erasure: UUID
    destroyed: tuple[str, ...]


class DatabaseRestored(Event, frozen=True, kw_only=True, tag="database_restored"):
    """A restored database was told what had ended since its backup, and serves again.

    Of the leaves signed since, `bodies_lost` have no entry any more; `applied` are entries done again. Of
    shields, some were put on again, some are known to have stood and are lost, some no key opens; of some it
    is lost who said that they may be lifted.
    """

    by: str
    leaves_found: int
    leaves_signed: int
    bodies_lost: int
    applied: tuple[UUID, ...]
    unreadable: int
    shields_put_on: tuple[UUID, ...] = ()
    shields_lost: tuple[UUID, ...] = ()
    shields_unreadable: tuple[UUID, ...] = ()
    shields_unsaid: tuple[UUID, ...] = ()


class DestructionAsked(Event, frozen=True, kw_only=True, tag="destruction_asked"):
    """A person asked that a month's data keys, or its audit key, be destroyed. Nothing is destroyed yet."""

    month: str
    which: str
    by: str


class DestructionConfirmed(Event, frozen=True, kw_only=True, tag="destruction_confirmed"):
    """A second person confirmed that a month's keys be destroyed; `destroying` are their names."""

    month: str
    which: str
    by: str
    destroying: tuple[str, ...]


class MonthDestroyed(Event, frozen=True, kw_only=True, tag="month_destroyed"):
    """A month's keys were destroyed: what they sealed is unreadable in every backup."""

    month: str
    which: str
    destroyed: tuple[str, ...]
