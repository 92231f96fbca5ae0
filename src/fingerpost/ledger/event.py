"""The root of everything that the ledger records. What there is: `events`."""

from msgspec import Struct

from fingerpost.words.vocabulary import Role


class Event(Struct, frozen=True, tag_field="kind"):
    """Root of every event."""


class Asker(Struct, frozen=True, kw_only=True):
    """Who asked: the authority's client and the practitioner it names."""

    authority: str
    client: str
    practitioner: str
    role: Role | None = None
