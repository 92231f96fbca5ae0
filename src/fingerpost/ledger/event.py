"""The root of everything that the ledger records. What there is: `events`."""

from msgspec import Struct


class Event(Struct, frozen=True, tag_field="kind"):
    """Root of every event."""
