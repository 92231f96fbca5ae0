"""Telling and recalling, inside the transaction of the cause: both stand or fall together."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.notices import delivery_store, store
from fingerpost.notices.kinds import NoticeKind, first_step, next_step_at

# What somebody saw longer ago is marked and nobody has to see it again: records leave by their own rule for
# years after. Age alone decides, never why: else what still has to be seen would tell of a break or a shield.
SETTLED = timedelta(days=90)


class Telling(Struct, frozen=True, kw_only=True):
    """One thing to tell one authority: of which record, whose team or front door to ring, by which answer."""

    authority: str
    kind: NoticeKind
    cause: UUID
    record: UUID | None = None
    other: UUID | None = None
    entry: UUID | None = None
    team: UUID | None = None
    ring_at: str | None = None


def tell(session: Session, items: Sequence[Telling], moment: datetime) -> tuple[UUID, ...]:
    """Write a notice for each item that was not told before, and that something waits. Return the new ids."""
    if not items:
        return ()
    rows: list[store.NewNotice] = []
    for item in items:
        step = first_step(item.kind)
        rows.append(
            store.NewNotice(
                uuid4(), item.authority, item.kind.value, item.cause, item.record, item.other, item.entry,
                item.team, item.ring_at, step.value, next_step_at(item.kind, step, moment),
            )
        )  # fmt: skip
    told = store.add(session, rows, moment)
    delivery_store.queue(session, told, moment)
    return tuple(told)


def recall(session: Session, causes: Collection[UUID], moment: datetime) -> tuple[UUID, ...]:
    """Mark what these causes told as not so any more. Who acknowledged it lately has to see it again."""
    if not causes:
        return ()
    later = next_step_at(NoticeKind.SHARED, first_step(NoticeKind.SHARED), moment)
    recalled = store.recall(session, list(causes), moment, later, moment - SETTLED)
    delivery_store.queue(session, [notice for notice, waits in recalled if waits], moment)
    return tuple(notice for notice, _ in recalled)


def settle(session: Session, cause: UUID, authority: str, who: UUID, moment: datetime) -> None:
    """Note that a person of the authority has dealt with what a cause told it: none of it waits."""
    store.settle(session, cause, authority, who, moment)


def overtake(session: Session, cause: UUID) -> None:
    """Take away what a cause told that still waits: what it asks for is decided, and told as that."""
    store.overtaken(session, cause)
