"""The root of everything that the ledger records. What there is: `events`."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from msgspec import Struct

from fingerpost.words.vocabulary import Role

MOST_NAMED = 20_000  # ids in one entry: a message to the vault holds five times as many, a reader wants fewer


class Event(Struct, frozen=True, tag_field="kind"):
    """Root of every event."""


class Asker(Struct, frozen=True, kw_only=True):
    """Who asked: the authority's client and the practitioner it names."""

    authority: str
    client: str
    practitioner: str
    role: Role | None = None


def parted(*named: Sequence[UUID]) -> Iterator[tuple[tuple[UUID, ...], ...]]:
    """Yield lists of ids in parts that an entry can hold each; one part at least, of as many lists."""
    every = [(place, one) for place, some in enumerate(named) for one in some]
    for start in range(0, len(every) or 1, MOST_NAMED):
        part = every[start : start + MOST_NAMED]
        yield tuple(tuple(one for at, one in part if at == place) for place in range(len(named)))
