"""Rebuilding the blind index under a new key, while it is in use, and destroying the old key.

While two keys are there, questions and links ask under both, and every row is under exactly one: feeds write
under the new one, and rows are moved a batch at a time, each with its index entries in one transaction. So an
answer is the same before, in the middle and after. What says how far it got is each row's `index_generation`;
what was killed is simply run again. The old key goes last, and with it the worth of old tokens in backups.
"""

import time
from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import Event, IndexRebuildBegun, IndexRebuilt
from fingerpost.matching import MOST_RECORDS_PER_TOKEN
from fingerpost.signposts import reindex_store, shielding_store
from fingerpost.signposts.store import drop_common_tokens, take_turn
from fingerpost.vault import Candidate, Vault
from fingerpost.words.errors import Refused, Unavailable

BATCH = 500  # rows a transaction: bounds how long a feed of the same authority waits for its turn
ATTEMPTS = 5  # a feed that shares tokens can deadlock with us in the index; the one sent back starts again
# Seconds from the new key to the first row that is moved. Every process has seen the key after `keys.FRESH`;
# a question that was turned into tokens before that was answered by then, or refused (`wiring.PATIENCE`).
SETTLE = 5.0
LEFT_ALONE = (
    "no key opens these shields, and they cover no record: under a new key they know nothing that arrives."
    " Have each keeper ask for it again and lift it, or leave it so with --leave"
)

Progress = Callable[[str, int], None]


class TokenSource(Struct, frozen=True):
    """A table whose rows hold tokens of the index, by the functions of its store. See `RECORDS`."""

    name: str
    # Waits until nobody writes such rows of an authority under another key.
    turn: Callable[[Session, str], None]
    # Some of an authority's rows that are under a key before that of a generation, locked.
    behind: Callable[[Session, str, int, int], list[Candidate]]
    # The live generation, and the tokens of such rows under its key.
    tokens: Callable[[Vault, Sequence[Candidate]], tuple[int, list[list[int]]]]
    replace: Callable[[Session, Sequence[Candidate], Sequence[Sequence[int]], int], None]


RECORDS = TokenSource(
    "records",
    take_turn,
    reindex_store.behind,
    lambda vault, rows: vault.records_tokens(rows),
    reindex_store.replace_tokens,
)


SHIELDS = TokenSource(
    "shields",
    lambda session, _: shielding_store.take_turn(session),
    shielding_store.behind,
    lambda vault, rows: vault.shields_tokens(rows),
    shielding_store.replace_tokens,
)


class Rebuilt(Struct, frozen=True):
    """The index as it now is: its generation, and how many rows this run moved."""

    generation: int
    moved: int


class Reindex:
    """Changes the key of the index. `database` connects as the role that may publish."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        ledger: Ledger,
        sources: Sequence[TokenSource] = (RECORDS, SHIELDS),
    ) -> None:
        self._database, self._vault, self._ledger, self._sources = database, vault, ledger, sources

    def rotate(
        self, progress: Progress | None = None, *, settle: float = SETTLE, leave: Collection[UUID] = ()
    ) -> Rebuilt:
        """Make a new key, rebuild under it, destroy the old one; or go on with what was begun.

        A shield that no key opens is known by what it covers from then on. One that covers nothing would
        know nothing of what arrives: `Refused`, unless it is named in `leave`. None is ever taken away.
        """
        unreadable = self._unreadable(leave)
        if len(self._vault.index_generations()) == 1:
            # On the ledger first: a kill before the key is made leaves an entry too many, never one too few.
            generation = self._vault.index_generations()[-1] + 1
            self._record(IndexRebuildBegun(generation=generation, unreadable=unreadable, left=tuple(leave)))
            self._vault.add_index()
        time.sleep(settle)
        *before, generation = self._vault.index_generations()
        moved = sum(self._move(source, generation, progress) for source in self._sources)
        self._record(IndexRebuilt(generation=generation, records=moved, destroyed=tuple(before)), generation)
        self._vault.destroy_indexes()  # a kill before: the next run finds two keys and nothing to move
        return Rebuilt(generation, moved)

    def _unreadable(self, leave: Collection[UUID]) -> tuple[UUID, ...]:
        """Return the shields that no key opens."""
        with self._database.statement() as session:
            shields = {shield.id: shield for shield in shielding_store.every(session)}
            tokens = self._vault.shields_tokens(shields.values())[1]
            unreadable = [shield for shield, some in zip(shields, tokens, strict=True) if not some]
            alone = set(unreadable) - shielding_store.covering(session, unreadable) - set(leave)
        if alone:
            named = ", ".join(f"{shield} (kept by {shields[shield].authority})" for shield in sorted(alone))
            raise Refused(f"{LEFT_ALONE}: {named}")
        return tuple(unreadable)

    def _record(self, event: Event, forget: int | None = None) -> None:
        with self._database.transaction() as session:
            if forget is not None:
                reindex_store.forget_common(session, forget)
            self._ledger.record(session, event)

    def _move(self, source: TokenSource, generation: int, progress: Progress | None) -> int:
        with self._database.statement() as session:
            authorities = reindex_store.authorities(session)
        moved = 0
        for authority in authorities:
            while batch := self._attempt(source, authority, generation):
                moved += batch
                if progress:
                    progress(source.name, moved)
        return moved

    def _attempt(self, source: TokenSource, authority: str, generation: int) -> int:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._batch(source, authority, generation)
            except Unavailable:
                continue
        return self._batch(source, authority, generation)

    def _batch(self, source: TokenSource, authority: str, generation: int) -> int:
        """Move some rows, in the turn of who writes them: whoever still wrote under the old key has ended."""
        with self._database.transaction() as session:
            source.turn(session, authority)
            rows = source.behind(session, authority, generation, BATCH)
            if rows:
                live, tokens = source.tokens(self._vault, rows)
                source.replace(session, rows, tokens, live)
                drop_common_tokens(session, [t for some in tokens for t in some], MOST_RECORDS_PER_TOKEN)
        return len(rows)
