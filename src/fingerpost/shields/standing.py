"""Shields that stand are kept beside the database too, and put on again where a restored one lacks them.

A child who fled must not be found because a backup was put back. What is kept holds all that a shield is: the
child's details, who asked, and what it covers by its authority's own reference, which comparing alone would
not find again.
"""

from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from msgspec import Struct

from fingerpost.access.store import identified
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import KeysMade
from fingerpost.shields import store
from fingerpost.signposts import shielding, shielding_store
from fingerpost.vault import Candidate, Vault
from fingerpost.vault.keys import KeyDestroyed
from fingerpost.vault.standing import StandingShield


class PutOn(Struct, frozen=True):
    """Shields that a restored database lacked, and those of which the word of somebody unknown is lost."""

    lacked: tuple[UUID, ...]
    unsaid: tuple[UUID, ...]


def keep(session: Session, vault: Vault, ledger: Ledger, shield: UUID) -> None:
    """Keep a shield beside the database as it stands here; what was kept of one that no key opens stays."""
    if (kept := store.standing(session, shield)) is None:
        return
    with suppress(KeyDestroyed):
        if made := vault.keep_shield(kept):
            ledger.record(session, KeysMade(keys_made=tuple(made)))


def take_off(session: Session, vault: Vault, shield: UUID) -> set[str]:
    """Take a shield away and show what no other covers, in the turn of those who cover. Return whose."""
    shielding.hand_down(session, vault, shield)
    return shielding.reveal(session, store.remove(session, shield))


class StandingShields:
    """Keeps shields beside the database, and puts them on again. `database` is as the role of the shields."""

    def __init__(self, database: Database, vault: Vault, ledger: Ledger) -> None:
        self._database, self._vault, self._ledger = database, vault, ledger

    def keep_all(self) -> int:
        """Keep those that are not kept yet, from before any was, and cover by them anew. Return how many.

        One that no key opens stays as it is: `shields list` says so.
        """
        with self._database.statement() as session:
            waiting = sorted(store.ids(session) - set(self._vault.standing_shields()))
        return sum(self._keep_one(shield) for shield in waiting)

    def _keep_one(self, shield: UUID) -> bool:
        with self._database.transaction() as session:
            shielding_store.take_turn(session)
            row = store.standing(session, shield)
            if row is None:
                return False
            try:
                shielding.take_again(session, self._vault, row, self._vault.asking(_details(row)))
            except KeyDestroyed:
                return False
            keep(session, self._vault, self._ledger, shield)
            return True

    def put_on(self, who: UUID) -> PutOn:
        """Make the database hold every shield that is kept, as it is kept, with what was said of it.

        `who` has it done, and stands for whoever asked if the backup does not know them.
        """
        with self._database.statement() as session:
            there = store.ids(session)
        kept = self._vault.standing_shields()
        unsaid = [shield for shield in kept if (row := self._vault.standing_shield(shield))
                  and not self._put(row, who)]  # fmt: skip
        return PutOn(tuple(shield for shield in kept if shield not in there), tuple(unsaid))

    def _put(self, row: StandingShield, who: UUID) -> bool:
        """Put one on. Tell whether the database knows everybody who said that it may be lifted."""
        with self._database.transaction() as session:
            shielding_store.take_turn(session)
            generation = self._vault.index_generations()[0]
            question = self._vault.asking(_details(row))
            store.put(session, row, question.tokens, generation, _known(session, row.asked_by) or who)
            store.unsay(session, row.id)
            said = [(_known(session, person), moment) for person, moment in row.words]
            for person, moment in said:
                if person:
                    store.say(session, row.id, person, moment)
            shielding.take_again(session, self._vault, row, question)
            return all(person for person, _ in said)

    def lift(self, shield: UUID) -> None:
        """Lift a shield that had been lifted, where a restored database has it."""
        with self._database.transaction() as session:
            shielding_store.take_turn(session)
            if store.one(session, shield):
                take_off(session, self._vault, shield)
        self._vault.forget_shield(shield)

    def lacking(self, shields: Collection[UUID]) -> list[UUID]:
        """Return which of these shields the database does not hold."""
        with self._database.statement() as session:
            return sorted(set(shields) - store.ids(session))


def _known(session: Session, person: str) -> UUID | None:
    """Return the id of a person as they are named beside the database, if the database knows them."""
    authority, _, reference = person.partition("/")
    found = identified(session, authority, reference)
    return found[0] if found else None


def _details(row: StandingShield) -> Candidate:
    return Candidate(row.id, row.authority, row.cohort, row.schema_version, row.sealed)
