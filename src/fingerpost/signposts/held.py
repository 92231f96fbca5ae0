"""What a legal hold keeps: a sealed copy, made in the same transaction, of what is taken away of its child.

Whoever takes away records or signposts calls this first: a purge at the leaving date, and a feed that no
longer states them. The copy has no token, link or signpost: every answer is as if the child were not there.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from fingerpost.db.database import Session
from fingerpost.signposts import held_store as store
from fingerpost.vault import Candidate, Vault


def keep(
    session: Session, vault: Vault, signposts: Sequence[UUID], records: Sequence[UUID], day: date
) -> tuple[tuple[UUID, ...], list[str]]:
    """Keep copies of what is about to go and is held. Return the copies' ids, and the keys made for them."""
    if not (signposts or records) or not store.any_hold(session):
        return (), []
    apart = {
        record.id: child_reference(vault, record) for record in store.sensitive(session, signposts, records)
    }
    going = store.going(session, signposts, records, day, apart)
    made = [name for held in going for name in vault.ensure_cohorts(held.record.authority, [held.cohort])]
    rows = [(uuid4(), held) for held in going]
    store.add_copies(session, [
        (
            row, held.record.authority, held.reference, held.cohort,
            vault.seal_copy(row, held.record, held.cohort, held.pointers), day,
        )
        for row, held in rows
    ])  # fmt: skip
    return tuple(row for row, _ in rows), made


def child_reference(vault: Vault, record: Candidate) -> bytes:
    """Return the token of the child's reference, by which holds go; a sensitive record has one of its own."""
    return vault.reference(record.authority, vault.own_reference(record))
