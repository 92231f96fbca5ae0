"""Who holds a child: read off all of its hand-overs, by whichever record each of them was begun.

A record may leave a feed for a night and come back as another, and that two are of one child may be found
out later. So a child is every hand-over that its trail, or a sender's own reference, leads to; in order they
have one holder.
"""

from collections.abc import Collection
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.moves import hand_over_store as store
from fingerpost.moves import life
from fingerpost.moves.life import State, Step
from fingerpost.signposts.trails import grouped
from fingerpost.signposts.trails_store import around


class Holding(Struct, frozen=True):
    """All hand-overs of a child, in their order; `child` names it in the next one, if there was one."""

    child: UUID | None
    steps: tuple[Step, ...]

    @property
    def holder(self) -> str | None:
        """Who holds the child; None where it was never handed over, and whoever offers it first does."""
        return life.holder(self.steps[0].sender, self.steps) if self.steps else None

    @property
    def offered(self) -> bool:
        """Whether the child is on offer."""
        return any(step.state is State.OFFERED for step in self.steps)


def holding(session: Session, *, records: Collection[UUID] = (), children: Collection[UUID] = ()) -> Holding:
    """Return how a child is held, found by its records or by what it was named in hand-overs."""
    known = set(children)
    while True:
        start = sorted({*records, *store.records(session, sorted(known))})
        groups = grouped(around(session, start))
        trail = sorted({member for record in start for member in groups.of(record)})
        found = known.union(store.children(session, trail))
        if found == known:
            break
        known = found
    rows = store.steps(session, sorted(known))
    steps = tuple(Step(State(state), sender, receiver) for _, state, sender, receiver in rows)
    return Holding(rows[-1][0] if rows else None, steps)
