"""In whose area a child lives: the authority that the newest postcode lies in, where it is not its own."""

from collections.abc import Iterable
from uuid import UUID

from fingerpost.db.database import Session
from fingerpost.moves.store import Held
from fingerpost.reference.postcodes import authority_of
from fingerpost.signposts.trails_store import sealed
from fingerpost.vault import Candidate, Vault
from fingerpost.vault.keys import KeyDestroyed
from fingerpost.vault.seal import Broken


class Hosts:
    """Reads the newest postcode of records, and keeps none of it."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def of(self, session: Session, records: Iterable[Held]) -> dict[UUID, str]:
        """Return the host of each of these records that has one."""
        found: dict[UUID, str] = {}
        for record in sealed(session, [held.id for held in records]).values():
            host = self._lives_in(record)
            if host and host != record.authority:
                found[record.id] = host
        return found

    def _lives_in(self, record: Candidate) -> str | None:
        try:
            postcode = self._vault.newest_postcode(record)
        except (KeyDestroyed, Broken):
            return None
        return authority_of(postcode) if postcode else None
