"""Identities kept apart: ways between them are cut, and an order never to join outlives the first records.

A record that joins one side's trail later stands for that side too: when the first record has left, the order
must still hold between those that remain. So every record of one side is kept from every record of the other,
and from a reference of the other side that no record has yet.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import product
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.signposts import review_store as store
from fingerpost.signposts import trails_store
from fingerpost.signposts.review_store import Known, Order
from fingerpost.signposts.trails import PEOPLE, BreakReason, Groups, Link, Pair, cut, grouped
from fingerpost.vault import Candidate, Vault

_Reference = tuple[str, bytes]  # an authority and its keyed reference


class Parted(Struct, frozen=True):
    """The links taken back between two records, and the sealed records that these had joined."""

    links: tuple[Link, ...]
    records: dict[UUID, Candidate]


def part(session: Session, vault: Vault, pair: Pair, besides: UUID | None = None) -> Parted:
    """Take back the weakest link of every way between two records; `besides` is left to the caller."""
    links, sealed = trails_store.trails(session, pair)
    others = [link for link in links if link.id != besides]
    taken = cut(others, *pair, lambda link: _bits(vault, sealed, link))
    trails_store.withdraw(session, [link.id for link in taken])
    ends = {record for link in taken for record in link.pair}
    trails_store.note_due(session, sorted({*pair, *ends}))
    return Parted(tuple(taken), {record: sealed[record] for record in sorted(ends)})


def _bits(vault: Vault, sealed: Mapping[UUID, Candidate], link: Link) -> float:
    """Return what every field of a link weighs together, without the ceiling of a match weight."""
    compared = vault.compare(sealed[link.record_a], sealed[link.record_b])
    return sum(row.match_weight for row in compared.comparisons)


def agree(session: Session, known: Known, who: UUID, moment: datetime) -> bool:
    """Note one person's word never to join two references; tell whether two people have said so.

    One word keeps the two apart at once. The second makes it an order for whole trails, for ever.
    """
    store.remember(session, [known], BreakReason.WRONG_MATCH, who, moment)
    records = store.records_of(session, known)
    trails_store.remember_breaks(session, records)
    if store.say_never(session, known, who, moment) < PEOPLE:
        return False
    store.remember(session, [known], BreakReason.NEVER_JOIN, who, moment)
    spread(session, records, moment)
    return True


def spread(session: Session, records: Iterable[UUID], moment: datetime) -> None:
    """Hand on every order never to join that touches the trails of these records, to the whole trails."""
    orders = store.orders(session, _members(session, records))
    if not orders:
        return
    ends = {end for order in orders for end in (order.record, order.other_record) if end is not None}
    groups = grouped(trails_store.around(session, sorted(ends)))
    held = store.references(session, sorted({member for end in ends for member in groups.of(end)}))
    standing = {(held[order.record], order.other) for order in orders}
    wanted = {pair for order in orders for pair in _between(groups, held, order)} - standing
    known = [Known((one[1], other[1]), (one[0], other[0])) for one, other in sorted(wanted)]
    store.remember(session, known, BreakReason.NEVER_JOIN, None, moment)
    if known:
        trails_store.remember_breaks(session, sorted(held))


def _members(session: Session, records: Iterable[UUID]) -> list[UUID]:
    start = set(records)
    groups = grouped(trails_store.around(session, sorted(start)))
    return sorted({member for record in start for member in groups.of(record)})


def _between(
    groups: Groups, held: Mapping[UUID, _Reference], order: Order
) -> Iterable[tuple[_Reference, _Reference]]:
    theirs = groups.of(order.other_record) if order.other_record else ()
    return product(
        [held[record] for record in groups.of(order.record)],
        [held[record] for record in theirs] or [order.other],
    )
