"""Identities that must never be joined: the order holds for whole trails, and outlives the first records.

A record that joins one side's trail later stands for that side too: when the first record has left, the order
must still hold between those that remain. So every record of one side is kept from every record of the other.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import product
from uuid import UUID

from fingerpost.db.database import Session
from fingerpost.signposts import review_store as store
from fingerpost.signposts import trails_store
from fingerpost.signposts.review_store import Known
from fingerpost.signposts.trails import BreakReason, Groups, Pair, grouped, ordered


def spread(session: Session, records: Iterable[UUID], moment: datetime) -> None:
    """Hand on every order never to join that touches the trails of these records, to the whole trails."""
    never = store.never_joined(session, _members(session, records))
    if not never:
        return
    groups = grouped(trails_store.around(session, sorted({record for pair in never for record in pair})))
    pairs = _between(groups, never) - {ordered(*pair) for pair in never}
    held = store.references(session, sorted({record for pair in pairs for record in pair}))
    known = [_known(held[one], held[other]) for one, other in sorted(pairs)]
    store.remember(session, known, BreakReason.NEVER_JOIN, None, moment)
    trails_store.remember_breaks(session, sorted(held))


def _members(session: Session, records: Iterable[UUID]) -> list[UUID]:
    start = set(records)
    groups = grouped(trails_store.around(session, sorted(start)))
    return sorted({member for record in start for member in groups.of(record)})


def _between(groups: Groups, never: Iterable[Pair]) -> set[Pair]:
    return {ordered(*pair) for one, other in never for pair in product(groups.of(one), groups.of(other))}


def _known(one: tuple[str, bytes], other: tuple[str, bytes]) -> Known:
    return Known((one[1], other[1]), (one[0], other[0]))
