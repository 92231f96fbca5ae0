"""What authorities were told of a child goes with the child."""

from collections.abc import Collection
from uuid import UUID

from fingerpost.db.database import Session
from fingerpost.retention import store
from fingerpost.vault import Vault

AT_ONCE = 5_000  # items to a message: a vault apart takes 4 MiB, about 28,000 of them


def forget_told(session: Session, vault: Vault, authority: str, references: Collection[bytes]) -> list[UUID]:
    """Delete what an authority was told of children with these reference tokens; return the items' ids."""
    items = store.told(session, authority) if references else []
    parts = (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
    gone = [item for part in parts for item in vault.told_about(part, references)]
    store.remove_told(session, gone)
    return gone
